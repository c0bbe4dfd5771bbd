//! Workloads that are gone with a node, since the others have no place for them.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Component, Of, Workload};

use super::pinned_to_place::place;
use crate::{Case, Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "node-loss-unsurvivable",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("node_loss_unsurvivable.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let component = workload.component;
    let Some(played) = ctx.verdict(component.id, |it| *it == Case::NodeLost) else { return };
    // Pods that may be on one node only are a finding of their own, and where a volume can go is not declared.
    let is_told = place(&workload.facts.pod).is_some() || played.reason.contains("volume");
    if !is_told && !ctx.journeys_that_need(component.id).is_empty() {
        out.push(hazard(component, &played.reason, ctx));
    }
}

fn hazard(component: &Component, reason: &str, ctx: Context<'_>) -> Hazard {
    let label = component.label();
    let message = format!(
        "There is a node with which `{label}` is gone, and no other takes its pods (`{reason}`), however \
         they were placed on the nodes that `kai.yaml` declares; until there is room, {}",
        ctx.stops(component.id),
    );
    RULE.worsens(
        component.id,
        FailureMode::NodeLoss,
        Term::Impact,
        "does not come back when its node fails",
        message,
    )
    .at(component.origin)
    .loses(LossClass::Outage)
    .shows_as(format!("Pods of `{label}` stay Pending with `FailedScheduling`"))
    .recover("Add a node, or take room from what can wait")
    .remedy(
        "Keep the room of one node free, or give it a higher priority than what may go; pods on two \
         nodes from the start help as well",
    )
    .verify("kai break 'node=*'")
}
