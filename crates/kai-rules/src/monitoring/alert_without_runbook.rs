//! Critical alerts that do not say what to do.

use kai_core::{FailureMode, Level, LossClass, Pillar, Term};
use kai_graph::{AlertRule, Component};

use super::near;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "alert-without-runbook",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("alert_without_runbook.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    if !near::alerts(component).iter().any(is_bare) {
        return;
    }
    let near = near::components(component, ctx);
    // Who links no page from any alert keeps them elsewhere, or has decided to have none.
    let has_runbook = |it: &&Component| near::alerts(it).iter().any(|it| it.runbook.is_some());
    if !near.iter().any(has_runbook) {
        return;
    }
    // One finding for all rules of an environment, at the first of them.
    let first = near.iter().find(|it| near::alerts(it).iter().any(is_bare));
    if first.is_none_or(|it| it.id != component.id) {
        return;
    }
    let mut critical: Vec<&AlertRule> =
        near::all_alerts(&near).into_iter().filter(|it| it.is_critical()).collect();
    critical.sort_by(|one, other| one.name.cmp(&other.name));
    critical.dedup_by(|one, other| one.name == other.name);
    let bare: Vec<&AlertRule> = critical.iter().copied().filter(|it| is_bare(it)).collect();
    let names: Vec<_> = bare.iter().map(|it| it.name.as_str()).collect();
    let share = match (bare.len(), critical.len()) {
        (1, 1) => "The one critical alert that was read".to_string(),
        (bare, all) if bare == all => format!("None of {all} critical alerts that were read"),
        (bare, all) => format!("{bare} of {all} critical alerts that were read"),
    };
    let verb = match share.starts_with("None") {
        true => "links a page that says what to do",
        false if bare.len() == 1 => "links no page that says what to do",
        false => "link no page that says what to do",
    };
    let message = format!(
        "{share} {verb} ({}); whoever is woken by one begins by asking what it means",
        words::list(&names),
    );
    let Some(lead) = near::alerts(component).iter().find(|it| is_bare(it)) else { return };
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Misconfigured,
            Term::TimeToRecover,
            "alerts without a page",
            message,
        )
        .at(lead.origin)
        .loses(LossClass::Toil)
        .shows_as("The notification holds no link")
        .recover("Ask who wrote the rule")
        .remedy("Give each critical alert a `runbook_url` in its annotations: what it means, how to tell, what to do first")
        .verify("grep -c runbook_url rules.yaml # as many as critical alerts");
    let others = bare.iter().filter(|it| it.origin != lead.origin).take(5);
    out.push(others.fold(hazard, |hazard, it| hazard.related(it.origin, "links none either")));
}

fn is_bare(alert: &AlertRule) -> bool {
    alert.is_critical() && alert.runbook.is_none()
}
