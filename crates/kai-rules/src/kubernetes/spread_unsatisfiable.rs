//! Pods that the scheduler can never place all at once.

use std::collections::BTreeSet;

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term};
use kai_graph::{AffinityTerm, Machine, Of, Placement, Toleration, Workload};

use crate::command::{scale, settled};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "spread-unsatisfiable",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("spread_unsatisfiable.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let Some(&replicas) = workload.replicas.value().filter(|it| **it > 1) else { return };
    let own = |it: &&AffinityTerm| {
        it.is_required && it.selector.as_ref().is_some_and(|it| it.matches(&workload.pod_labels))
    };
    let terms = &workload.pod.placement.affinity;
    for apart in terms.iter().filter(own).filter(|it| it.is_anti) {
        let together = terms.iter().filter(own).find(|it| {
            // Together in a place that may hold only one of them: both cannot hold.
            !it.is_anti && apart.topology_key == it.topology_key
        });
        if let Some(together) = together {
            out.push(contradiction(workload, replicas, apart, together, ctx));
        } else if let Some(room) = room(workload, &apart.topology_key, ctx)
            && room < replicas
        {
            out.push(shortage(workload, replicas, room, apart, ctx));
        }
    }
}

/// How many places of a topology the cluster has for the workload, where its machines were read
/// and Kai reads every term that chooses among them.
pub(super) fn room(
    workload: Of<'_, Workload>,
    topology: &SmolStr,
    ctx: Context<'_>,
) -> Option<u32> {
    let placement = &workload.pod.placement;
    if placement.node_affinity.is_some() || placement.machine.is_some() {
        return None;
    }
    let machines: Vec<_> =
        ctx.system.machines(workload.component.root).map(|it| it.facts).collect();
    if machines.is_empty() {
        return None;
    }
    let places: BTreeSet<_> = machines
        .into_iter()
        .filter(|it| takes(it, placement))
        .filter_map(|it| it.labels.iter().find(|(key, _)| key == topology))
        .map(|(_, value)| value)
        .collect();
    u32::try_from(places.len()).ok()
}

fn takes(machine: &Machine, placement: &Placement) -> bool {
    let is_chosen = placement.node_selector.iter().all(|it| machine.labels.contains(it));
    let is_open = machine.taints.iter().all(|taint| {
        taint.ends_with(":PreferNoSchedule")
            || placement.tolerations.iter().any(|it| tolerates(it, taint))
    });
    is_chosen && is_open && !machine.is_unschedulable
}

/// `taint` is `key=value:Effect` or `key:Effect`.
fn tolerates(toleration: &Toleration, taint: &str) -> bool {
    let Some((pair, effect)) = taint.rsplit_once(':') else { return false };
    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
    (toleration.effect.is_empty() || toleration.effect == effect)
        && (toleration.key.is_empty() || toleration.key == key)
        && (toleration.operator == "Exists" || toleration.value == value)
}

fn contradiction(
    workload: Of<'_, Workload>,
    replicas: u32,
    apart: &AffinityTerm,
    together: &AffinityTerm,
    ctx: Context<'_>,
) -> Hazard {
    let message = format!(
        "`{}` must have its {replicas} pods in one `{}` and no two of them in the same; one pod \
         runs, and the others stay Pending",
        workload.component.label(),
        apart.topology_key,
    );
    draft(workload, apart.origin, message, 1.0 / f64::from(replicas), ctx)
        .related(together.origin, "required together")
        .remedy("Drop one of the two terms, or make it preferred")
}

fn shortage(
    workload: Of<'_, Workload>,
    replicas: u32,
    room: u32,
    apart: &AffinityTerm,
    ctx: Context<'_>,
) -> Hazard {
    let message = format!(
        "`{}` wants {replicas} pods, each in a `{}` of its own, and {} can take one; {} Pending, \
         and a rollout has nowhere to start",
        workload.component.label(),
        apart.topology_key,
        words::count(room as usize, "place"),
        match replicas - room {
            1 => "1 pod stays".to_string(),
            many => format!("{many} pods stay"),
        },
    );
    draft(workload, apart.origin, message, f64::from(room) / f64::from(replicas), ctx)
        .remedy("Ask for fewer pods, add nodes, or prefer the separation instead of requiring it")
}

fn draft(
    workload: Of<'_, Workload>,
    at: OriginId,
    message: String,
    runs: f64,
    ctx: Context<'_>,
) -> Hazard {
    let component = workload.component;
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Misconfigured,
            Term::Impact,
            "more pods than places for them",
            message,
        )
        .at(at)
        .loses(LossClass::Degraded)
        .impact(1.0 - runs)
        .shows_as(format!(
            "Pods of `{}` are Pending: `didn't match pod anti-affinity rules`",
            component.label(),
        ))
        .recover(format!("Scale down to what fits: {}", scale(component, ctx, "N"),))
        .verify(settled(component));
    match workload.replicas.traced() {
        Some(replicas) => hazard.related(replicas.origin, "as many are asked for"),
        None => hazard,
    }
}
