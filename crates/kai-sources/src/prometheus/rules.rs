//! Groups of rules.

use std::time::Duration;

use kai_core::{Known, Node, Reason};
use kai_graph::{AlertRule, AlertRules};

use super::duration::duration;
use super::expression::watches;
use crate::fields::{Fields, is_templated};

/// True for a mapping that holds groups of rules and nothing that Kubernetes would take.
pub(crate) fn is_rule_file(node: &Node) -> bool {
    let groups = node.get("groups").map(Node::items).unwrap_or_default();
    node.get("kind").is_none()
        && !groups.is_empty()
        && groups.iter().all(|it| it.get("rules").is_some_and(Node::is_seq))
        && groups.iter().flat_map(|it| it.get("rules").map(Node::items).unwrap_or_default()).all(
            |it| {
                it.get("expr").is_some()
                    && (it.get("alert").is_some() || it.get("record").is_some())
            },
        )
}

/// The alerts of the groups below; rules that only record are left out.
pub(crate) fn rules(fields: Fields<'_>) -> AlertRules {
    let of_group = |group: Fields<'_>| {
        let interval = group.node("interval").and_then(Node::text).and_then(duration);
        let alerts = group.list("rules").filter_map(move |it| alert(it, interval));
        alerts.collect::<Vec<_>>()
    };
    AlertRules { alerts: fields.list("groups").flat_map(of_group).collect() }
}

fn alert(rule: Fields<'_>, interval: Option<Duration>) -> Option<AlertRule> {
    let (name, origin) = rule.name("alert")?;
    let mut labels = rule.labels("labels");
    labels.retain(|(_, value)| !value.contains("{{"));
    let runbook = rule.at("annotations").entries().find(|(key, _)| key.starts_with("runbook"));
    Some(AlertRule {
        name,
        origin,
        hold: hold(rule),
        interval,
        labels,
        runbook: runbook.and_then(|(_, node)| node.text()).map(Into::into),
        watches: match rule.node("expr") {
            None => Known::default(),
            Some(node) => match node.text().ok_or(Reason::Unreadable).and_then(watches) {
                Ok(found) => Known::new(found, node.origin),
                Err(reason) => Known::Unknown(reason),
            },
        },
    })
}

fn hold(rule: Fields<'_>) -> Known<Duration> {
    let Some(node) = rule.node("for") else { return rule.default(Duration::ZERO) };
    match node.text() {
        Some(text) if is_templated(text) => Known::Unknown(Reason::Templated),
        Some(text) => duration(text)
            .map_or(Known::Unknown(Reason::Unreadable), |it| Known::new(it, node.origin)),
        None => Known::Unknown(Reason::Unreadable),
    }
}
