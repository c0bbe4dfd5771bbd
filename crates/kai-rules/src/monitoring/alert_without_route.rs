//! Alerts that no route names, where the default tells nobody.

use kai_core::{FailureMode, Hazard, Level, Pillar, SmolStr, Term};
use kai_graph::{AlertRule, Component, Notifications};

use super::near;
use crate::command::routes_test;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "alert-without-route",
    pillar: Pillar::Observability,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("alert_without_route.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Some(facts) = near::notifications(component) else { return };
    let near = near::components(component, ctx);
    let tells_nobody = facts.receivers.iter().all(|it| it.integrations.is_empty());
    if facts.is_part || tells_nobody || near::has_other_routes(component, &near) {
        return;
    }
    let given = near::given(&near);
    for rules in near.iter().filter(|it| !near::alerts(it).is_empty()) {
        let alerts = near::alerts(rules).iter();
        let dropped: Vec<_> = alerts.filter(|it| is_dropped(facts, it, &given)).collect();
        if !dropped.is_empty() {
            out.push(hazard(component, facts, rules, dropped));
        }
    }
}

/// True where the alert ends in the default route, because no other one names it, and nobody is told.
fn is_dropped(facts: &Notifications, alert: &AlertRule, given: &[SmolStr]) -> bool {
    let is_news = !matches!(alert.severity().as_deref(), Some("none" | "info" | "debug"));
    let deliveries = facts.deliveries(&alert.labels_among(given));
    let ends = |it: &kai_graph::Delivery<'_>| {
        it.is_certain && it.origin == facts.route.origin && near::is_empty(facts, it.receiver)
    };
    is_news && !alert.is_dead_mans_switch() && !deliveries.is_empty() && deliveries.iter().all(ends)
}

fn hazard(
    routes: &Component,
    facts: &Notifications,
    rules: &Component,
    mut dropped: Vec<&AlertRule>,
) -> Hazard {
    // One that is meant for a receiver shows best that a route is missing.
    dropped.sort_by_key(|it| meant_for(facts, it).is_none());
    let first = dropped[0];
    let names: Vec<_> = dropped.iter().map(|it| it.name.as_str()).collect();
    let default = facts.route.receiver.as_deref().unwrap_or_default();
    let meant = match meant_for(facts, first) {
        Some(receiver) => {
            format!(
                "; receiver `{receiver}` is there for `{}`, and no route leads to it",
                first.name
            )
        }
        None => String::new(),
    };
    let message = format!(
        "No route of `{}` names {} of `{}`, so {} in the default receiver `{default}`, which tells \
         nobody{meant}",
        routes.label(),
        words::list(&names),
        rules.label(),
        if names.len() == 1 { "it ends" } else { "they end" },
    );
    let hazard = RULE
        .worsens(
            rules.id,
            FailureMode::Misconfigured,
            Term::TimeToDetect,
            "alerts without a route",
            message,
        )
        .at(first.origin)
        .shows_as("No alert can show it: Alertmanager lists it as active, and nobody is told")
        .recover("Add the route; what fires is sent with the next group interval")
        .remedy(
            "Give the rule the label that a route asks for, add a route, or make a receiver that \
             somebody reads the default",
        )
        .verify(format!("{} # must not print {default}", routes_test(routes, &labels(first)),));
    let hazard =
        dropped[1..].iter().fold(hazard, |hazard, it| hazard.related(it.origin, "ends there too"));
    hazard.related(facts.route.origin, "the default, which tells nobody")
}

/// A receiver that tells somebody, that the alert names in a label, and that no route leads to.
fn meant_for<'a>(facts: &'a Notifications, alert: &AlertRule) -> Option<&'a str> {
    let is_led_to = |name: &str| facts.route.all().any(|it| it.receiver.as_deref() == Some(name));
    let receivers = facts.receivers.iter().filter(|it| !it.integrations.is_empty());
    let mut waiting = receivers.map(|it| it.name.as_str()).filter(|it| !is_led_to(it));
    waiting.find(|name| alert.labels.iter().any(|(_, value)| value == name))
}

fn labels(alert: &AlertRule) -> String {
    let labels: Vec<_> =
        alert.labels.iter().map(|(key, value)| format!("{key}='{value}'")).collect();
    format!("alertname='{}' {}", alert.name, labels.join(" ")).trim_end().to_owned()
}
