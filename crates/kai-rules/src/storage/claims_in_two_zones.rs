//! A pod that no zone suits, because its volumes are in different ones.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term};
use kai_graph::{Facts, Of, Workload};

use crate::command::kubectl;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "claims-in-two-zones",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("claims_in_two_zones.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let demands = demands(workload, ctx);
    for (index, one) in demands.iter().enumerate() {
        let disagrees = |it: &&Demand<'_>| !it.zones.iter().any(|zone| one.zones.contains(zone));
        if let Some(other) = demands[index + 1..].iter().find(disagrees) {
            out.push(hazard(workload, one, other));
            return;
        }
    }
}

/// Something that lets the pod run in some zones only.
struct Demand<'a> {
    what: String,
    zones: Vec<&'a SmolStr>,
    at: OriginId,
}

fn demands<'a>(workload: Of<'a, Workload>, ctx: Context<'a>) -> Vec<Demand<'a>> {
    let component = workload.component;
    let mut demands = Vec::new();
    for claim in ctx.system.claims_of(workload) {
        let Some(name) = claim.claim.and_then(|it| it.volume_name.as_ref()) else { continue };
        let Some(volume) = ctx.system.resolve("PersistentVolume", "", name, component.root) else {
            continue;
        };
        if let Facts::PersistentVolume(facts) = &volume.facts
            && !facts.zones.is_empty()
        {
            let zones = facts.zones.iter().collect();
            demands.push(Demand { what: volume.label(), zones, at: volume.origin });
        }
    }
    let selected = workload.facts.pod.placement.node_selector.iter();
    let zones: Vec<_> =
        selected.filter(|(key, _)| key == "topology.kubernetes.io/zone").map(|it| &it.1).collect();
    if !zones.is_empty() {
        let at = workload.facts.pod.origin;
        demands.push(Demand { what: "its node selector".to_string(), zones, at });
    }
    demands
}

fn hazard(workload: Of<'_, Workload>, one: &Demand<'_>, other: &Demand<'_>) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let quoted = |it: &Demand<'_>| match it.what.contains('/') {
        true => format!("`{}`", it.what),
        false => it.what.clone(),
    };
    let message = format!(
        "Pods of `{label}` fit into no zone: {} is in {} and {} wants {}, so that they stay `Pending`",
        quoted(one),
        words::list(&one.zones),
        quoted(other),
        words::list(&other.zones),
    );
    RULE.worsens(component.id, FailureMode::Misconfigured, Term::Impact, "no zone fits", message)
        .at(other.at)
        .related(one.at, "wants another zone")
        .loses(LossClass::Outage)
        .shows_as("Pods are `Pending` with `volume node affinity conflict`")
        .recover("Restore one of the volumes in the zone of the other, from a snapshot")
        .remedy(
            "Make both volumes in one zone, or let a class with `WaitForFirstConsumer` make them",
        )
        .verify(kubectl(component, "get pods -o wide"))
}
