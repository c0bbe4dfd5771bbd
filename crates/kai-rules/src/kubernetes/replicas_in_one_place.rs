//! Several pods that are all in one place, wherever the scheduler has a choice.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Controller, Of, Workload};

use super::pinned_to_place::place;
use super::volume_waits_for_zone::disk_of;
use crate::{Check, Context, Observed, Rule, Share, words};

pub(super) static RULE: Rule = Rule {
    id: "replicas-in-one-place",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("replicas_in_one_place.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let component = workload.component;
    let Some((share, is_zone)) = ctx.goes_with(component.id) else { return };
    // What needs a majority, what may be in one place only, and what its volume keeps there are
    // findings of their own.
    let is_told = share.needed > 1
        || place(&workload.facts.pod).is_some()
        || (is_zone && disk_of(workload, ctx).is_some());
    if !is_told && share.wanted > 1 && !ctx.journeys_that_need(component.id).is_empty() {
        out.push(hazard(workload, share, is_zone, ctx));
    }
}

fn hazard(workload: Of<'_, Workload>, share: &Share, is_zone: bool, ctx: Context<'_>) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let (mode, kind, at, key) = if is_zone {
        (FailureMode::ZoneLoss, "zone", "in", "topology.kubernetes.io/zone")
    } else {
        (FailureMode::NodeLoss, "node", "on", "kubernetes.io/hostname")
    };
    let pods = words::every(share.wanted, "pods");
    let message = format!(
        "{pods} of `{label}` are {at} one {kind} ({}) in every placement on the nodes that \
         `kai.yaml` declares, and are lost with it together; until others are ready elsewhere, {}",
        words::any(&share.places),
        ctx.stops(component.id),
    );
    RULE.worsens(
        component.id,
        mode,
        Term::Impact,
        format!("{} {at} one {kind}", pods.to_lowercase()),
        message,
    )
    .at(component.origin)
    .loses(LossClass::Outage)
    .shows_as(format!("All endpoints of `{label}` are gone at one time"))
    .recover(match workload.controller {
        // kubernetes.io/docs/tasks/run-application/force-delete-stateful-set-pod
        Controller::StatefulSet => format!(
            "Say that the {kind} is dead (delete its nodes, or taint them `node.kubernetes.io/out-of-service`): until then \
             no pod of a StatefulSet is made again"
        ),
        _ => format!(
            "By itself, when the control plane has given the {kind} up and the pods are ready elsewhere"
        ),
    })
    .remedy(format!(
        "Spread them (`topologySpreadConstraints` by `{key}`), and take away what holds them together: \
         an affinity, labels that one {kind} has, others that are full"
    ))
    .verify(format!("kai break '{kind}=*'"))
}
