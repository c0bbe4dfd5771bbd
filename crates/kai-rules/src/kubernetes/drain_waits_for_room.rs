//! Drains of nodes that never end, because a budget waits for a pod that waits for room.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Component, Of, Workload};

use crate::{Case, Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "drain-waits-for-room",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("drain_waits_for_room.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let component = workload.component;
    let Some(played) = ctx.verdict(component.id, |it| *it == Case::DrainStuck) else { return };
    let budgets = ctx.system.guards(workload);
    let at = budgets.first().map_or(component.origin, |it| it.component.origin);
    out.push(hazard(component, &played.reason).at(at));
}

fn hazard(component: &Component, reason: &str) -> Hazard {
    let label = component.label();
    let message = format!(
        "A pod of `{label}` that a drain evicts finds no other of the nodes that `kai.yaml` declares \
         (`{reason}`), however the pods were placed; its disruption budget then lets no further one \
         go, and the drain waits for ever"
    );
    RULE.worsens(
        component.id,
        FailureMode::NodeDrain,
        Term::TimeToRecover,
        "an upgrade of the nodes sticks for want of room",
        message,
    )
    .at(component.origin)
    .loses(LossClass::Toil)
    .shows_as("`kubectl drain` repeats \"Cannot evict pod\", and a pod is Pending beside it")
    .recover("Add a node before the drain goes on")
    .remedy("Upgrade with a node more than before (a surge of the node group), or keep the room of one node free")
    .verify("kai drain-check")
}
