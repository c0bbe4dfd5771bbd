//! Pods that need a port of their node, and a rollout that adds one first.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term};
use kai_graph::{Controller, Of, Strategy, Workload};

use super::pinned_to_place::place;
use super::spread_unsatisfiable::room;
use crate::command::{field, kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "host-port-blocks-rollout",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("host_port_blocks_rollout.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let is_rolling = workload.rollout.strategy.value() == Some(&Strategy::RollingUpdate);
    let replicas = fewest(workload, ctx);
    if workload.controller != Controller::Deployment || !is_rolling || replicas == 0 {
        return;
    }
    let rollout = &workload.facts.rollout;
    let (Some(surge), Some(unavailable)) =
        (rollout.max_surge.value(), rollout.max_unavailable.traced())
    else {
        return;
    };
    let adds_first =
        unavailable.value.of_rounded_down(replicas) == 0 && surge.of_rounded_up(replicas) > 0;
    let port = host_port(workload.facts).filter(|_| adds_first);
    if let (Some((port, at)), Some(nodes)) = (port, nodes(workload, ctx))
        && nodes <= replicas
    {
        out.push(hazard(workload, nodes, port, at, unavailable.origin, ctx));
    }
}

/// Its pods at the least: what an autoscaler is to keep, where one decides.
fn fewest(workload: Of<'_, Workload>, ctx: Context<'_>) -> u32 {
    let scalers = ctx.system.autoscalers_of(workload.component);
    let scaled = scalers.first().and_then(|it| it.facts.replicas_min.value());
    workload.replicas.value().or(scaled).copied().unwrap_or_default()
}

/// How many nodes can run its pods, where that is known: it is bound to one, or the machines of the
/// cluster were read.
fn nodes(workload: Of<'_, Workload>, ctx: Context<'_>) -> Option<u32> {
    if place(&workload.facts.pod).is_some_and(|it| !it.is_zone) {
        return Some(1);
    }
    room(workload, &SmolStr::new_static("kubernetes.io/hostname"), ctx)
}

/// The first port of the node that a pod takes; on the node's network each declared one is such.
fn host_port(workload: &Workload) -> Option<(u16, OriginId)> {
    let is_on_host = workload.pod.host_network.value() == Some(&true);
    workload.pod.running_containers().flat_map(|it| &it.ports).find_map(|port| {
        let own = port.number.value().copied().filter(|_| is_on_host);
        Some((port.host_port.map(|it| it.value).or(own)?, port.origin))
    })
}

fn hazard(
    workload: Of<'_, Workload>,
    nodes: u32,
    port: u16,
    at: OriginId,
    unavailable: OriginId,
    ctx: Context<'_>,
) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let message = format!(
        "Each pod of `{label}` takes port {port} of its node, and a rollout adds one before it takes \
         one away; {} can run it and none has the port free, so the new pod stays Pending and no \
         release gets through",
        words::count(nodes as usize, "node"),
    );
    let fix = ctx
        .set(unavailable, "strategy.rollingUpdate.maxUnavailable", 1)
        .map(|edits| Fix::unsafely("Take one pod away first", edits));
    RULE.worsens(
        component.id,
        FailureMode::Rollout,
        Term::TimeToRecover,
        "a rollout needs one more node",
        message,
    )
    .at(at)
    .loses(LossClass::Toil)
    .shows_as(format!(
        "A pod of `{label}` is Pending: `didn't have free ports for the requested pod ports`"
    ))
    .recover(format!(
        "Delete one of the old pods: `{}`",
        kubectl(component, format!("rollout status {}", resource(component)))
    ))
    .remedy(
        "Make it a DaemonSet, let a Service lead to it, or let a rollout take one pod away first",
    )
    .fix(fix)
    .verify(field(component, ".spec.strategy"))
}
