//! Stores that decide by majority, of which one node or one zone takes the majority.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::Component;

use super::pinned_to_place::place;
use crate::{Check, Context, Observed, Rule, Share, words};

pub(super) static RULE: Rule = Rule {
    id: "majority-in-one-place",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("majority_in_one_place.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Some((share, is_zone)) = ctx.goes_with(component.id) else { return };
    let is_pinned = component.workload().is_some_and(|it| place(&it.facts.pod).is_some());
    if share.needed > 1 && !is_pinned {
        out.push(hazard(component, share, is_zone, ctx));
    }
}

fn hazard(component: &Component, share: &Share, is_zone: bool, ctx: Context<'_>) -> Hazard {
    let Share { places, wanted, needed, left } = share;
    let label = component.label();
    let (mode, kind, apart, key) = if is_zone {
        (FailureMode::ZoneLoss, "zone", "in one zone", "topology.kubernetes.io/zone")
    } else {
        (FailureMode::NodeLoss, "node", "on one node", "kubernetes.io/hostname")
    };
    let stops = ctx.stops(component.id);
    let follows = if stops.is_empty() { String::new() } else { format!(", and {stops}") };
    let message = format!(
        "There is always a {kind} ({}) with which the majority of `{label}` goes: {left} of {wanted} \
         members {} left where {needed} must agree, however they were placed on the nodes that \
         `kai.yaml` declares. The others refuse to work until members of it are back{follows}",
        words::any(places),
        if *left == 1 { "is" } else { "are" },
    );
    RULE.worsens(
        component.id,
        mode,
        Term::Impact,
        format!("one {kind} takes {} of {wanted} members", wanted - left),
        message,
    )
    .at(component.origin)
    .loses(LossClass::Outage)
    .shows_as(format!("The members of `{label}` that are left report that they have no leader"))
    .recover(format!(
        "Bring the {kind} back; if it is lost for good, make a new cluster of a member that is left, as \
         the store's manual says, or of a backup"
    ))
    .remedy(format!(
        "Let no more than {} be {apart}: have {kind}s enough, and put a hard \
         `topologySpreadConstraints` by `{key}` over the members",
        words::count(wanted - needed, "member"),
    ))
    .verify(format!("kai break '{kind}=*'"))
}
