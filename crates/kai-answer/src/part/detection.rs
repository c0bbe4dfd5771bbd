//! Who would be told that a component is down.

use kai_assess::detection::{Near, Told, alerting, length};
use kai_core::{ComponentId, Evidence, FailureMode};
use kai_graph::{AlertRule, Urgency};

use super::alarm::{alarms, elsewhere as alarms_elsewhere};
use crate::answer::Statement;
use crate::case::Case;
use crate::words::count;

/// Further alarms that are told.
const ALARMS: usize = 4;

/// The alert that would show it, and whom it tells.
pub(crate) struct Sign {
    pub(crate) text: String,
    pub(crate) evidence: Vec<Evidence>,
    /// The alert's name, if there is one.
    pub(crate) alert: Option<String>,
    /// True where somebody is woken.
    pub(crate) is_heard: bool,
}

/// What is declared that would show the component's loss.
pub(crate) fn sign(case: Case<'_>, id: ComponentId) -> Sign {
    let component = case.component(id);
    let alerting = alerting(case.system());
    let near = Near::of(component, case.system(), &alerting);
    let label = component.label();
    let silent = |text: String, what: String, scope: String| Sign {
        text,
        evidence: vec![case.absence(label.clone(), what, scope)],
        alert: None,
        is_heard: false,
    };
    let environment = case.environment(id).as_str();
    let by_cloud = alarms(case, id).into_iter().next();
    if let (Some(alarm), None) = (by_cloud, near.alert(component, FailureMode::PodLoss)) {
        return alarm;
    }
    let others = alarms_elsewhere(case, id);
    if near.alerts.is_empty() && others > 0 {
        return silent(
            format!(
                "{} known to look at `{label}`, and no alert rule is declared here",
                none_of(others, "alarm", &format!(" of the cloud that I read for {environment}")),
            ),
            format!("no alarm that names `{label}`"),
            format!("{} of {environment}", count(others, "alarm")),
        );
    }
    if near.alerts.is_empty() {
        return silent(
            format!(
                "Nothing that I read would tell anybody that `{label}` is down: no alert rule is declared for {environment} here"
            ),
            format!("no alert rule for {environment}"),
            case.scope(),
        );
    }
    let Some(alert) = near.alert(component, FailureMode::PodLoss) else {
        let read = near.alerts.len();
        return silent(
            format!(
                "{} known to show that `{label}` is down",
                none_of(read, "alert rule", &format!(" that I read for {environment}")),
            ),
            format!("no alert rule that selects `{label}`"),
            format!("{} of {environment}", count(read, "alert rule")),
        );
    };
    let after = match alert.hold.value() {
        Some(hold) if hold.is_zero() => "at the next evaluation".to_owned(),
        Some(hold) => format!("once it has lasted {}", length(*hold)),
        None => "after a time that is not known".to_owned(),
    };
    let (whom, is_heard) = whom(&near.told(alert));
    Sign {
        text: format!("Alert `{}` shows it {after}; {whom}", alert.name),
        evidence: vec![rule(case, alert)],
        alert: Some(alert.name.to_string()),
        is_heard,
    }
}

/// `None of the 3 alarms … is`, `The one alarm … is not`.
fn none_of(number: usize, noun: &str, which: &str) -> String {
    match number {
        1 => format!("The one {noun}{which} is not"),
        _ => format!("None of the {}{which} is", count(number, noun)),
    }
}

fn whom(told: &Told<'_>) -> (String, bool) {
    match told {
        Told::Unread => {
            ("I read no route of alerts, so I cannot say whom it tells".to_owned(), false)
        }
        Told::Untaken => ("no route that I read takes it, so it tells nobody".to_owned(), false),
        Told::Nobody(_, name) => (
            format!("it ends in receiver `{name}`, which has no integration, so nobody is told"),
            false,
        ),
        Told::Somebody(receiver, wait) => {
            let kind = receiver.integrations.iter().min_by_key(|it| it.urgency());
            let kind = kind.map(|it| it.kind.as_str()).unwrap_or_default();
            let wait = wait.as_ref().map_or(kai_graph::GROUP_WAIT, |it| it.value);
            let is_page = receiver.urgency() == Some(Urgency::Page);
            let how = if is_page { "pages" } else { "tells" };
            (
                format!("receiver `{}` {how} by {kind} after {} more", receiver.name, length(wait)),
                true,
            )
        }
    }
}

fn rule(case: Case<'_>, alert: &AlertRule) -> Evidence {
    case.span(&format!("alert {}", alert.name), alert.origin)
}

/// How we know, and what is missing for it.
pub(crate) fn observability(case: Case<'_>, id: ComponentId) -> Vec<Statement> {
    let sign = sign(case, id);
    let shown = sign.text.clone();
    let mut statements = vec![Statement::new(format!("{}.", sign.text), sign.evidence)];
    let others = alarms(case, id).into_iter().filter(|it| it.text != shown).take(ALARMS);
    statements.extend(others.map(|it| Statement::new(format!("{}.", it.text), it.evidence)));
    statements.extend(probe(case, id));
    statements
}

/// What the platform itself notices.
fn probe(case: Case<'_>, id: ComponentId) -> Option<Statement> {
    let workload = case.workload(id)?;
    let container = workload.facts.pod.containers.first()?;
    let ready = container.readiness.as_ref()?;
    let patience = ready.patience()?;
    let text = format!(
        "Its readiness probe takes it out of traffic after {patience} s of failure; that tells the platform, and nobody else."
    );
    Some(Statement::new(text, vec![case.at(id, ready.origin)]))
}
