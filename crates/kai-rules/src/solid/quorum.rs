//! A quorum of an odd size whose members do not share a machine or zone.

use kai_graph::{Component, Controller, Facts, Placement, Solid, WhenUnsatisfiable};

use super::evidence::{Evidence, credit};
use crate::Context;
use crate::command::kubectl;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    credit(ctx.system.components().iter().filter_map(evidence).collect(), "quorum", ctx)
}

fn evidence(component: &Component) -> Option<Evidence<'_>> {
    let Facts::Workload(workload) = &component.facts else { return None };
    let engine = workload.engine?.name;
    let members = workload.replicas.traced().filter(|it| it.value >= 3 && it.value % 2 == 1)?;
    let is_set =
        workload.controller == Controller::StatefulSet && !workload.claim_templates.is_empty();
    let apart = apart_by(&workload.pod.placement).filter(|_| is_set)?;
    Some(Evidence {
        component,
        at: members.origin,
        title: format!(
            "`{}` runs {} members of {engine}, no two on one {apart}",
            component.label(),
            members.value,
        ),
        verify: kubectl(component, "get pods -o wide # no two on one machine"),
    })
}

/// What members must not share.
fn apart_by(placement: &Placement) -> Option<&'static str> {
    let named = |key: &str| match key {
        "topology.kubernetes.io/zone" => Some("zone"),
        "kubernetes.io/hostname" => Some("machine"),
        _ => None,
    };
    let affinity = placement.affinity.iter().filter(|it| it.is_anti && it.is_required);
    let hard = placement
        .spread
        .iter()
        .filter(|it| it.when_unsatisfiable == WhenUnsatisfiable::DoNotSchedule);
    let mut keys = affinity.map(|it| &it.topology_key).chain(hard.map(|it| &it.topology_key));
    keys.find_map(|it| named(it))
}
