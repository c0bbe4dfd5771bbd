//! Routes that end in a receiver without an integration.

use kai_core::{Environment, FailureMode, Hazard, Level, Pillar, SmolStr, Term};
use kai_graph::{AlertRule, Component, Delivery, Facts, LabelSet, Notifications};

use super::near;
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
    let severity = (SmolStr::new_static("severity"), SmolStr::new_static("critical"));
    let place = (SmolStr::new_static("namespace"), component.namespace.clone());
    let Some(end) = dead_end(facts, &LabelSet::closed(vec![severity, place])) else { return };
    let near = near::components(component, ctx);
    let blinded = Blinded::of(facts, &near);
    let chart = near::brings_rules(&near);
    // A default that every alert has a way around blinds nobody.
    if blinded.critical == 0 && blinded.heard > 0 && chart.is_none() {
        return;
    }
    out.push(hazard(component, facts, &end, &blinded, chart));
}

/// The alerts of the environment by where they end.
struct Blinded {
    /// Critical ones that tell nobody.
    critical: usize,
    /// Others that tell nobody.
    others: usize,
    /// Critical ones that may tell somebody.
    heard: usize,
}

impl Blinded {
    fn of(facts: &Notifications, near: &[&Component]) -> Self {
        let given = near::given(near);
        let (mut critical, mut others, mut heard) = (0, 0, 0);
        for alert in near::all_alerts(near) {
            match (tells_nobody(facts, alert, &given), alert.is_critical()) {
                (true, true) => critical += 1,
                (true, false) => others += 1,
                (false, true) => heard += 1,
                (false, false) => {}
            }
        }
        Self { critical, others, heard }
    }
}

fn tells_nobody(facts: &Notifications, alert: &AlertRule, given: &[SmolStr]) -> bool {
    let deliveries = facts.deliveries(&alert.labels_among(given));
    deliveries.iter().all(|it| near::is_empty(facts, it.receiver))
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
    let is_dead = |it: &Delivery<'_>| near::is_empty(facts, it.receiver);
    found.iter().all(is_dead).then(|| found.iter().find(|it| it.is_certain).cloned()).flatten()
}

fn hazard(
    component: &Component,
    facts: &Notifications,
    end: &Delivery<'_>,
    blinded: &Blinded,
    chart: Option<&Component>,
) -> Hazard {
    let label = component.label();
    let name = end.receiver;
    let all = facts.receivers.iter().all(|it| it.integrations.is_empty());
    let silences = facts.receivers.iter().filter(|it| all || it.name == name);
    let silences = silences.map(|it| it.name.to_string()).collect();
    let others = if all { ", and no other receiver has one" } else { "" };
    let which = if blinded.heard == 0 { "" } else { " that none of its routes names" };
    let message = format!(
        "`{label}` sends critical alerts{which} to receiver `{name}`, which has no integration{others}; \
         Alertmanager takes {} and tells nobody{}",
        taken(blinded, chart),
        lasts(blinded),
    );
    let at = facts.receiver(name).filter(|_| all).map_or(end.origin, |it| it.origin);
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
    .remedy(if all {
        format!("Give receiver `{name}` an integration that wakes somebody, with its key in a Secret")
    } else {
        format!(
            "Make a receiver that somebody reads the default, with a route for critical alerts to one \
             that pages, and leave `{name}` to alerts that a route names"
        )
    })
    .verify("amtool alert add --alertmanager.url=http://localhost:9093 RouteTest severity=critical # alertmanager_notifications_total rises, and a telephone rings")
}

/// What follows, where not every alert has another way.
fn lasts(blinded: &Blinded) -> String {
    match (blinded.critical, blinded.heard) {
        (0, 1..) => format!(
            "; the {} read here have routes of their own",
            words::count(blinded.heard, "critical rule")
        ),
        _ => ", and an outage lasts until users complain".to_owned(),
    }
}

/// What it takes and tells nobody of.
fn taken(blinded: &Blinded, chart: Option<&Component>) -> String {
    let others = match blinded.others {
        0 => String::new(),
        others => format!(" and {others} less urgent ones"),
    };
    match (blinded.critical, blinded.heard, chart) {
        (0, 0, _) => "every critical alert".to_string(),
        (_, 1.., Some(chart)) => {
            format!("what the chart's own rules send (`{}` installs them)", chart.label())
        }
        (critical, 0, _) => {
            format!("every critical alert ({} read here{others})", words::count(critical, "rule"))
        }
        (critical, heard, None) => format!(
            "{critical} of {} that were read{others}",
            words::count(critical + heard, "critical rule")
        ),
    }
}
