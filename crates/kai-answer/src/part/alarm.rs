//! Which alarms of a cloud look at a component, and whom they reach.

use kai_core::{ComponentId, Evidence, Finding};
use kai_graph::{Alarm, Component, Facts, Naming, Of};

use super::detection::Sign;
use crate::case::Case;
use crate::words::list;

const METRICS: usize = 3;

/// Every alarm that looks at the component, first those that somebody hears.
pub(super) fn alarms(case: Case<'_>, id: ComponentId) -> Vec<Sign> {
    let component = case.component(id);
    let mut signs: Vec<_> =
        case.system().alarms_on(component).map(|it| sign(case, id, it)).collect();
    signs.sort_by_key(|it| !it.is_heard);
    signs
}

/// How many alarms of its environment look at something else, or at what nobody can tell.
pub(super) fn elsewhere(case: Case<'_>, id: ComponentId) -> usize {
    let environment = case.environment(id);
    case.system().alarms().filter(|it| case.environment(it.component.id) == environment).count()
}

fn sign(case: Case<'_>, id: ComponentId, alarm: Of<'_, Alarm>) -> Sign {
    let name = match alarm.facts.cloud_name.value() {
        Some(name) => name.to_string(),
        None => alarm.component.label(),
    };
    let mut evidence = vec![case.named(alarm.component.id)];
    let metrics = alarm.facts.metrics.iter().filter_map(|it| it.name.text.clone());
    let metrics: Vec<String> = metrics.map(|it| it.to_string()).collect();
    let by = match metrics.is_empty() {
        true => String::new(),
        false => format!(", by {}", list(&metrics, METRICS)),
    };
    let refusal = refusal(case, alarm.component.id);
    let (whom, is_heard) = whom(case, alarm, &mut evidence);
    let but = match refusal {
        Some(finding) => {
            evidence.push(case.finding(finding));
            format!("; but nothing of it arrives: {}", finding.title)
        }
        None => String::new(),
    };
    Sign {
        text: format!("Alarm `{name}` looks at `{}`{by}; {whom}{but}", case.label(id)),
        evidence,
        alert: Some(name),
        is_heard: is_heard && refusal.is_none(),
    }
}

/// What keeps the alarm from its topic.
fn refusal(case: Case<'_>, alarm: ComponentId) -> Option<&Finding> {
    const RULES: &[&str] = &["topic-key-refuses-publisher", "topic-refuses-publisher"];
    let at = case.component(alarm).origin;
    let place = case.origins().location(at, kai_core::LocationRole::Primary);
    let names = |it: &Finding| {
        it.components.contains(&alarm)
            || it.locations.iter().any(|it| {
                place.as_ref().is_some_and(|own| (&own.path, own.line) == (&it.path, it.line))
            })
    };
    let mut findings = case.assessment.findings.iter();
    findings.find(|it| RULES.contains(&it.rule) && names(it))
}

/// Who hears of it, and whether anybody does.
fn whom(case: Case<'_>, alarm: Of<'_, Alarm>, evidence: &mut Vec<Evidence>) -> (String, bool) {
    let Some(actions) = alarm.facts.actions.value() else {
        return ("whom it tells is not known here".to_owned(), false);
    };
    if actions.is_empty() {
        return ("it tells nobody".to_owned(), false);
    }
    let told: Vec<_> =
        actions.iter().map(|it| listener(case, it, alarm.component, evidence)).collect();
    let is_heard = told.iter().any(|it| it.1);
    let told: Vec<_> = told.into_iter().map(|it| it.0).collect();
    (format!("it tells {}", told.join(", and ")), is_heard)
}

/// What an action names, and who listens there.
fn listener(
    case: Case<'_>,
    action: &Naming,
    alarm: &Component,
    evidence: &mut Vec<Evidence>,
) -> (String, bool) {
    let Some(target) = case.system().named_by(action, alarm.root) else {
        let what = match (&action.text, action.resource()) {
            (Some(text), _) => format!("`{text}`"),
            (None, Some(it)) => format!("`{}/{}`", it.kind, it.name),
            (None, None) => "something whose name is to come".to_owned(),
        };
        return (format!("{what}, which I did not read"), false);
    };
    let label = target.label();
    evidence.push(case.named(target.id));
    match &target.facts {
        Facts::AlarmChannel(channel) if !channel.ways.is_empty() => {
            (format!("`{label}`, which tells by {}", list(&channel.ways, METRICS)), true)
        }
        Facts::Topic(_) => subscribers(case, target, evidence),
        _ => (format!("`{label}`"), false),
    }
}

fn subscribers(case: Case<'_>, topic: &Component, evidence: &mut Vec<Evidence>) -> (String, bool) {
    let mut ways = Vec::new();
    for it in case.system().subscriptions_to(topic) {
        evidence.push(case.named(it.component.id));
        let protocol = it.facts.protocol.value().map_or("a way that is to come", |it| it.as_str());
        let host = it.facts.host.as_ref().map(|it| format!(" to `{it}`")).unwrap_or_default();
        let way = format!("`{}` by {protocol}{host}", it.component.label());
        if ways.len() < METRICS {
            ways.push(way);
        }
    }
    let label = topic.label();
    match ways.is_empty() {
        true => (format!("`{label}`, to which nothing that I read subscribes"), false),
        false => (format!("`{label}`, which tells {}", ways.join(", ")), true),
    }
}
