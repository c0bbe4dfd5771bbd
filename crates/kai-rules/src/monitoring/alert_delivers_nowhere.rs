//! Routes that end in a receiver without an integration.

use kai_core::{Environment, FailureMode, Hazard, Level, Pillar, SmolStr, Term};
use kai_graph::{Component, Delivery, Facts, LabelSet, Notifications};

use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "alert-delivers-nowhere",
    pillar: Pillar::Observability,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("alert_delivers_nowhere.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::Notifications(facts) = &component.facts else { return };
    if facts.is_part || is_form(component, facts, ctx) || is_completed_elsewhere(component, ctx) {
        return;
    }
    let critical = (SmolStr::new_static("severity"), SmolStr::new_static("critical"));
    let critical = LabelSet::closed(vec![critical]);
    let Some(end) = dead_end(facts, &critical) else { return };
    out.push(hazard(component, facts, end, ctx));
}

/// True for an example that shows how such a file looks, and leaves to its reader whom to tell.
fn is_form(component: &Component, facts: &Notifications, ctx: Context<'_>) -> bool {
    ctx.system.environment(component) >= Environment::Example
        && facts.receivers.iter().all(|it| it.integrations.is_empty())
}

/// True where an operator may merge other configurations into this one.
fn is_completed_elsewhere(component: &Component, ctx: Context<'_>) -> bool {
    let environment = ctx.system.environment(component);
    ctx.system.components().iter().any(|it| {
        let is_part = matches!(&it.facts, Facts::Notifications(facts) if facts.is_part);
        is_part && ctx.system.environment(it) == environment
    })
}

/// The receiver where these labels certainly end, if it and all others that they reach are empty.
fn dead_end<'a>(facts: &'a Notifications, labels: &LabelSet) -> Option<Delivery<'a>> {
    let found = facts.deliveries(labels);
    let is_dead = |it: &Delivery<'_>| {
        facts.receiver(it.receiver).is_some_and(|receiver| receiver.integrations.is_empty())
    };
    found.iter().all(is_dead).then(|| found.iter().find(|it| it.is_certain).copied()).flatten()
}

fn hazard(
    component: &Component,
    facts: &Notifications,
    end: Delivery<'_>,
    ctx: Context<'_>,
) -> Hazard {
    let label = component.label();
    let name = end.receiver;
    let blinded = blinded(component, facts, ctx);
    let alerts = match blinded {
        0 => "every critical alert".to_string(),
        number => format!(
            "every critical alert ({} read here end like that)",
            words::count(number, "alert rule")
        ),
    };
    let all = facts.receivers.iter().all(|it| it.integrations.is_empty());
    let silences = facts.receivers.iter().filter(|it| all || it.name == name);
    let silences = silences.map(|it| it.name.to_string()).collect();
    let others = if all { ", and no other receiver has one" } else { "" };
    let message = format!(
        "`{label}` sends critical alerts to receiver `{name}`, which has no integration{others}; \
         Alertmanager takes {alerts} and tells nobody, and an outage lasts until users complain"
    );
    let at = facts.receiver(name).map_or(end.origin, |it| it.origin);
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::TimeToDetect,
        "critical alerts tell nobody",
        message,
    )
    .at(at)
    .silences(silences)
    .related(end.origin, "sends critical alerts there")
    .shows_as("No alert can show it: a test alert that reaches nobody does")
    .recover("Give the receiver an integration; alerts that fire are sent at the next interval")
    .remedy(format!(
        "Give receiver `{name}` an integration that wakes somebody, with its key in a Secret"
    ))
    .verify("amtool config routes test --config.file=alertmanager.yaml severity=critical # then send a test alert with `amtool alert add`")
}

/// Alerts of the same environment that end in receivers without an integration.
fn blinded(component: &Component, facts: &Notifications, ctx: Context<'_>) -> usize {
    let environment = ctx.system.environment(component);
    let near =
        ctx.system.components().iter().filter(|it| ctx.system.environment(it) == environment);
    let alerts = near.flat_map(|it| match &it.facts {
        Facts::AlertRules(rules) => rules.alerts.as_slice(),
        _ => &[],
    });
    alerts.filter(|it| dead_end_for(facts, &it.label_set())).count()
}

fn dead_end_for(facts: &Notifications, labels: &LabelSet) -> bool {
    let empty = |name: &str| facts.receiver(name).is_some_and(|it| it.integrations.is_empty());
    facts.deliveries(labels).iter().all(|it| empty(it.receiver))
}
