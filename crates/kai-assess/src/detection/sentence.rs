//! The answer in words.

use std::time::Duration;

use kai_core::{Environment, Hazard};
use kai_graph::{AlertRule, Component, Facts, Notifications, Receiver, System};

use super::{NO_ALERT_RULES, signal};

/// Everything that alerts or notifies.
pub(crate) fn alerting(system: &System) -> Vec<&Component> {
    system.components().iter().filter(|it| alerts_or_notifies(it)).collect()
}

fn alerts_or_notifies(component: &Component) -> bool {
    matches!(component.facts, Facts::AlertRules(_) | Facts::Notifications(_))
}

/// Who would be told of the hazard's failure by what is declared in its environment; empty where that
/// cannot be said of such a failure.
pub(crate) fn sentence(hazard: &Hazard, system: &System, alerting: &[&Component]) -> String {
    let component = system.component(hazard.component);
    if alerts_or_notifies(component) {
        return String::new();
    }
    let near = alerting.iter().copied().filter(|it| is_near(it, component, system));
    let near: Vec<&Component> = near.collect();
    let alerts: Vec<&AlertRule> = near.iter().flat_map(|it| alerts(it)).collect();
    if alerts.is_empty() {
        return format!("{NO_ALERT_RULES}, so I cannot say whom it would tell.");
    }
    if !signal::is_known(component, hazard.failure_mode) {
        return String::new();
    }
    let shows = |it: &&&AlertRule| signal::shows(it, component, hazard.failure_mode);
    let routes = || near.iter().filter_map(|it| notifications(it));
    // The alert that is heard, else the quickest.
    let best = alerts.iter().filter(shows).min_by_key(|it| {
        let hold = it.hold.value().copied().unwrap_or(Duration::MAX);
        (routes().all(|routes| told(it, routes).is_none()), hold, it.name.clone())
    });
    let Some(alert) = best else {
        return match alerts.len() {
            1 => "The one alert rule read here is not known to show it.".to_string(),
            read => format!("None of the {read} alert rules read here is known to show it."),
        };
    };
    let after = match alert.hold.value() {
        Some(hold) if hold.is_zero() => String::new(),
        Some(hold) => format!(" once it has lasted {}", length(*hold)),
        None => " after a time that is not known".to_string(),
    };
    format!("Alert `{}` shows it{after}; {}.", alert.name, whom(alert, routes()))
}

/// The same environment; of examples and archives the same root, as they do not know each other.
fn is_near(it: &Component, component: &Component, system: &System) -> bool {
    let environment = system.environment(component);
    let is_apart = matches!(environment, Environment::Example | Environment::Archive);
    system.environment(it) == environment && (!is_apart || it.root == component.root)
}

fn alerts(component: &Component) -> &[AlertRule] {
    if let Facts::AlertRules(rules) = &component.facts { &rules.alerts } else { &[] }
}

fn notifications(component: &Component) -> Option<&Notifications> {
    if let Facts::Notifications(facts) = &component.facts { Some(facts) } else { None }
}

fn whom<'a>(alert: &AlertRule, routes: impl Iterator<Item = &'a Notifications>) -> String {
    let all: Vec<_> = routes.collect();
    if all.is_empty() {
        return "no route of this environment was read, so I cannot say whom it tells".to_string();
    }
    if let Some(receiver) = all.iter().find_map(|it| told(alert, it)) {
        let kind = receiver.integrations.iter().min_by_key(|it| it.urgency());
        let kind = kind.map(|it| it.kind.as_str()).unwrap_or_default();
        return format!("receiver `{}` tells by {kind}", receiver.name);
    }
    match all.iter().find_map(|it| Some(it.deliveries(&alert.label_set()).first()?.receiver)) {
        Some(name) => format!("its receiver `{name}` has no integration, so nobody is told"),
        None => "no route that was read takes it".to_string(),
    }
}

/// The most urgent receiver with an integration that the alert may reach.
fn told<'a>(alert: &AlertRule, routes: &'a Notifications) -> Option<&'a Receiver> {
    let deliveries = routes.deliveries(&alert.label_set());
    let receivers = deliveries.iter().filter_map(|it| routes.receiver(it.receiver));
    receivers.filter(|it| it.urgency().is_some()).min_by_key(|it| it.urgency())
}

fn length(duration: Duration) -> String {
    match duration.as_secs() {
        seconds if seconds.is_multiple_of(3600) => format!("{} h", seconds / 3600),
        seconds if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}
