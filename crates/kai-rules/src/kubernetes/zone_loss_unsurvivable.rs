//! Workloads that are gone with a zone, since the nodes of the others have no place for them.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, SmolStr, Term};
use kai_graph::{Component, Of, Workload};

use super::pinned_to_place::place;
use super::volume_waits_for_zone::disk_of;
use crate::{Case, Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "zone-loss-unsurvivable",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("zone_loss_unsurvivable.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let component = workload.component;
    let verdict = |is_meant: fn(&Case) -> bool| ctx.verdict(component.id, is_meant);
    let Some(played) = verdict(|it| matches!(it, Case::ZoneLost(_))) else { return };
    let Case::ZoneLost(zones) = &played.case else { return };
    // A node that is too much to lose is told alone. Pods that may be in one place only, and volumes
    // that cannot leave their zone, are findings of their own.
    let is_told = verdict(|it| *it == Case::NodeLost).is_some()
        || place(&workload.facts.pod).is_some()
        || disk_of(workload, ctx).is_some()
        || played.reason.contains("volume");
    if !is_told && !ctx.journeys_that_need(component.id).is_empty() {
        out.push(hazard(component, zones, &played.reason, ctx));
    }
}

fn hazard(component: &Component, zones: &[SmolStr], reason: &str, ctx: Context<'_>) -> Hazard {
    let message = format!(
        "When zone {} fails, `{}` has no pod left and none finds another node (`{reason}`), however the \
         pods were placed on the nodes that `kai.yaml` declares; until there is room, {}",
        words::any(zones),
        component.label(),
        ctx.stops(component.id),
    );
    RULE.worsens(
        component.id,
        FailureMode::ZoneLoss,
        Term::Impact,
        "does not come back when its zone fails",
        message,
    )
    .at(component.origin)
    .loses(LossClass::Outage)
    .shows_as(format!("Pods of `{}` stay Pending with `FailedScheduling`", component.label()))
    .recover("Add nodes in another zone, or take room from what can wait")
    .remedy(
        "Keep so much room in the other zones that they take its pods, or give it a higher priority \
         than what may go; pods in two zones from the start help as well",
    )
    .verify("kai break 'zone=*'")
}
