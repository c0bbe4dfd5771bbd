//! The answer in words.

use std::time::Duration;

use kai_core::Hazard;
use kai_graph::{AlertRule, Component, Facts, System};

use super::near::{Near, Told, is_alerting};
use super::{NO_ALERT_RULES, signal};

/// Who would be told of the hazard's failure by what is declared in its environment; empty where that
/// cannot be said of such a failure, and where a cloud's own alarms may tell, which is said once.
pub(crate) fn sentence(hazard: &Hazard, system: &System, alerting: &[&Component]) -> String {
    let component = system.component(hazard.component);
    if is_alerting(component) {
        return String::new();
    }
    let near = Near::of(component, system, alerting);
    if near.alerts.is_empty() && has_alarms(component, system) {
        return String::new();
    }
    if near.alerts.is_empty() {
        return format!("{NO_ALERT_RULES}, so I cannot say whom it would tell.");
    }
    if hazard.is_fleeting || !signal::is_known(component, hazard.failure_mode) {
        return String::new();
    }
    let Some(alert) = near.alert(component, hazard.failure_mode) else {
        return match near.alerts.len() {
            1 => "The one alert rule read here is not known to show it.".to_string(),
            read => format!("None of the {read} alert rules read here is known to show it."),
        };
    };
    let after = match alert.hold.value() {
        Some(hold) if hold.is_zero() => String::new(),
        Some(hold) => format!(" once it has lasted {}", length(*hold)),
        None => " after a time that is not known".to_string(),
    };
    format!("Alert `{}` shows it{after}; {}.", alert.name, whom(alert, &near))
}

/// True where a cloud's own alarms watch the environment.
fn has_alarms(component: &Component, system: &System) -> bool {
    let environment = system.environment(component);
    let mut alarms = system.components().iter().filter(|it| matches!(it.facts, Facts::Alarm(_)));
    alarms.any(|it| system.environment(it) == environment)
}

fn whom(alert: &AlertRule, near: &Near<'_>) -> String {
    match near.told(alert) {
        Told::Unread => {
            "no route of this environment was read, so I cannot say whom it tells".to_string()
        }
        Told::Untaken => "no route that was read takes it".to_string(),
        Told::Nobody(_, name) => {
            format!("its receiver `{name}` has no integration, so nobody is told")
        }
        Told::Somebody(receiver, _) => {
            let kind = receiver.integrations.iter().min_by_key(|it| it.urgency());
            let kind = kind.map(|it| it.kind.as_str()).unwrap_or_default();
            format!("receiver `{}` tells by {kind}", receiver.name)
        }
    }
}

/// `30 s`, `5 min`, `2 h`.
#[must_use]
pub fn length(duration: Duration) -> String {
    match duration.as_secs() {
        0 => format!("{} ms", duration.as_millis()),
        seconds if seconds.is_multiple_of(3600) => format!("{} h", seconds / 3600),
        seconds if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}
