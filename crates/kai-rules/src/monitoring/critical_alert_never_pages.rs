//! Critical alerts that only a chat or a mailbox gets.

use kai_core::{FailureMode, Hazard, Level, Pillar, Term};
use kai_graph::{AlertRule, Component, Delivery, Notifications, Urgency};

use super::near;
use crate::command::routes_test;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "critical-alert-never-pages",
    pillar: Pillar::Observability,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("critical_alert_never_pages.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Some(facts) = near::notifications(component) else { return };
    let near = near::components(component, ctx);
    let critical: Vec<&AlertRule> =
        near::all_alerts(&near).into_iter().filter(|it| it.is_critical()).collect();
    let routes: Vec<&Notifications> =
        near.iter().filter_map(|it| near::notifications(it)).collect();
    // Another configuration may ring for what this one only writes down.
    let may_ring = |alert: &AlertRule| routes.iter().any(|it| urgency(it, alert) < Some(MESSAGE));
    if critical.is_empty() || critical.iter().any(|it| may_ring(it)) {
        return;
    }
    let Some((alert, end)) = critical.iter().find_map(|it| Some((*it, written(facts, it)?))) else {
        return;
    };
    if !near::is_whole(component, ctx) {
        return;
    }
    out.push(hazard(component, facts, &critical, alert, end));
}

const MESSAGE: Urgency = Urgency::Message;

/// The most urgent way in which the alert may be told; later than a message where it tells nobody.
fn urgency(routes: &Notifications, alert: &AlertRule) -> Option<Urgency> {
    let deliveries = routes.deliveries(&alert.label_set());
    let urgencies = deliveries.iter().filter_map(|it| routes.receiver(it.receiver)?.urgency());
    Some(urgencies.min().unwrap_or(MESSAGE))
}

/// Where the alert ends, if it is told at all.
fn written<'a>(routes: &'a Notifications, alert: &AlertRule) -> Option<Delivery<'a>> {
    let is_told =
        |it: &Delivery<'_>| routes.receiver(it.receiver).is_some_and(|it| it.urgency().is_some());
    routes.deliveries(&alert.label_set()).into_iter().find(is_told)
}

fn hazard(
    component: &Component,
    facts: &Notifications,
    critical: &[&AlertRule],
    alert: &AlertRule,
    end: Delivery<'_>,
) -> Hazard {
    let (label, name) = (component.label(), end.receiver);
    let mut kinds: Vec<&str> = facts
        .receiver(name)
        .map(|it| it.integrations.iter().map(|it| it.kind.as_str()).collect())
        .unwrap_or_default();
    kinds.dedup();
    let others = match critical.len() {
        1 => String::new(),
        count => format!(" and {}", words::count(count - 1, "other critical alert")),
    };
    let message = format!(
        "`{label}` sends `{}`{others} to receiver `{name}`, which tells by {}, and no route that was \
         read leads to anything that rings; at night nobody hears of it until somebody looks",
        alert.name,
        kinds.join(" and "),
    );
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::TimeToDetect,
        "critical alerts page nobody",
        message,
    )
    .at(end.origin)
    .related(alert.origin, "is critical")
    .shows_as("No alert can show it: a test alert at night that nobody answers does")
    .recover("Route critical alerts to an integration that rings; what fires is sent again after the repeat interval")
    .remedy(
        "Add a route for critical alerts to a receiver that pages (PagerDuty, Opsgenie, …), and leave \
         the chat to the rest",
    )
    .verify(format!(
        "{} # must name a receiver that pages",
        routes_test(component, "severity=critical")
    ))
}
