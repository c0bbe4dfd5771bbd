//! Critical alerts that nobody is told of from Friday to Monday.

use std::collections::BTreeSet;

use kai_core::{FailureMode, Hazard, Level, Pillar, SmolStr, Term, Traced};
use kai_graph::{AlertRule, Component, Delivery, Notifications};

use super::near;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "weekend-unwatched",
    pillar: Pillar::Observability,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("weekend_unwatched.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Some(facts) = near::notifications(component) else { return };
    let near = near::components(component, ctx);
    if near::has_other_routes(component, &near) {
        return;
    }
    let given = near::given(&near);
    let alerts = near::all_alerts(&near).into_iter().filter(|it| it.is_critical());
    let silent: Vec<_> = alerts.filter_map(|it| Some((it, silent(facts, it, &given)?))).collect();
    if !silent.is_empty() {
        out.push(hazard(component, &silent));
    }
}

/// What keeps the alert from everybody at weekends, if everything that tells anybody of it rests then.
fn silent<'a>(
    facts: &'a Notifications,
    alert: &AlertRule,
    given: &[SmolStr],
) -> Option<(Delivery<'a>, &'a Traced<SmolStr>)> {
    let mut found = facts.deliveries(&alert.labels_among(given));
    found.retain(|it| !near::is_empty(facts, it.receiver));
    let first = found.first()?.clone();
    let interval = first.silent_weekend?;
    found.iter().all(|it| it.silent_weekend.is_some()).then_some((first, interval))
}

type Silent<'a> = (&'a AlertRule, (Delivery<'a>, &'a Traced<SmolStr>));

fn hazard(component: &Component, silent: &[Silent<'_>]) -> Hazard {
    let (first, (delivery, interval)) = &silent[0];
    // Every environment has the alert again.
    let names: BTreeSet<_> = silent.iter().map(|it| it.0.name.as_str()).collect();
    let names: Vec<_> = names.into_iter().collect();
    let message = format!(
        "`{}` tells of {}, critical by their own labels, only in time interval `{}`, which has no Saturday \
         and no Sunday; what breaks on Saturday is heard of on Monday",
        component.label(),
        words::list(&names),
        interval.value,
    );
    let message = match names.len() {
        1 => message.replace("critical by their own labels", "critical by its own label"),
        _ => message,
    };
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Misconfigured,
            Term::TimeToDetect,
            "critical alerts rest at weekends",
            message,
        )
        .at(interval.origin)
        .related(delivery.origin, "rests with it")
        .related(first.origin, "is critical and goes there")
        .shows_as("No alert can show it: a test alert on a Saturday that nobody gets does")
        .recover("It is sent when the interval begins again, if it still fires")
        .remedy(
            "Take the interval off the routes of critical alerts, or lead these to whoever is on call at \
             weekends first; leave it on the rest",
        )
        .verify(format!(
            "amtool config show --alertmanager.url=http://localhost:9093 | grep -nE 'receiver:|time_intervals|{}' # not below {} any more",
            interval.value,
            delivery.receiver,
        ));
    let mut seen = vec![delivery.origin];
    silent[1..].iter().fold(hazard, |hazard, (alert, (delivery, _))| {
        let hazard = if seen.contains(&delivery.origin) {
            hazard
        } else {
            seen.push(delivery.origin);
            hazard.related(delivery.origin, "rests with it")
        };
        hazard.related(alert.origin, "is critical and goes there")
    })
}
