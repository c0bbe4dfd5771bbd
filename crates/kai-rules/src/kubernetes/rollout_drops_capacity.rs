//! A rollout that takes a journey's pods away before there are new ones.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term, all};
use kai_graph::{Controller, Of, Strategy, VolumeSource, Workload};

use crate::command::{kubectl, resource, undo};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "rollout-drops-capacity",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("rollout_drops_capacity.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    if workload.controller != Controller::Deployment {
        return;
    }
    let journeys = ctx.journeys_that_need(workload.component.id);
    if journeys.is_empty() || holds_claim(&workload) {
        return;
    }
    // The weakness of a lone pod is that it is alone, whatever a rollout does.
    let replicas = ctx.system.replicas_of(workload).value().copied().unwrap_or_default();
    if replicas < 2 {
        return;
    }
    if let Some(gap) = gap(&workload, replicas) {
        out.push(hazard(workload, replicas, &gap, &journeys, ctx));
    }
}

/// A pod that must let go of its volume first is replaced in no other way.
fn holds_claim(workload: &Workload) -> bool {
    workload.pod.volumes.iter().any(|it| matches!(it.source, VolumeSource::Claim { .. }))
}

/// What a rollout takes away, and where that is written.
struct Gap {
    lost: u32,
    at: OriginId,
    is_recreated: bool,
}

/// At least half of the pods: with less, the rest carries on as it does when a node is lost.
fn gap(workload: &Workload, replicas: u32) -> Option<Gap> {
    let strategy = workload.rollout.strategy.traced()?;
    match strategy.value {
        Strategy::Recreate => Some(Gap { lost: replicas, at: strategy.origin, is_recreated: true }),
        Strategy::RollingUpdate => {
            let unavailable = workload.rollout.max_unavailable.traced()?;
            let lost = unavailable.value.of_rounded_down(replicas).min(replicas);
            let is_half = lost * 2 >= replicas && lost > 0;
            // Of two pods, one may go at a time: that is how small services are rolled out.
            let is_usual = replicas == 2 && lost == 1;
            (is_half && !is_usual).then_some(Gap {
                lost,
                at: unavailable.origin,
                is_recreated: false,
            })
        }
        Strategy::OnDelete | Strategy::Progressive => None,
    }
}

fn hazard(
    workload: Of<'_, Workload>,
    replicas: u32,
    gap: &Gap,
    journeys: &[&str],
    ctx: Context<'_>,
) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let is_all = gap.lost >= replicas;
    let pods = if is_all {
        format!("{} pods", all(replicas as usize))
    } else {
        format!("{} of {replicas} pods", gap.lost)
    };
    let until = if is_all {
        ctx.stops(component.id)
    } else {
        format!("the rest carries {}", words::list(journeys))
    };
    let message = format!(
        "Every rollout of `{label}` takes {pods} away before new ones are ready; until then {until}"
    );
    let loss = if is_all { LossClass::Outage } else { LossClass::Degraded };
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Rollout,
            Term::Impact,
            "rollout without enough pods",
            message,
        )
        .at(gap.at)
        .loses(loss)
        .impact(f64::from(gap.lost) / f64::from(replicas))
        .shows_as(format!(
            "`kube_deployment_status_replicas_available` of `{}` falls by {} with every release",
            component.name, gap.lost,
        ))
        .recover(format!(
            "Wait for the new pods, or {}, which has the same gap",
            undo(component, ctx)
        ))
        .remedy(if gap.is_recreated {
            "Use `RollingUpdate`, unless two versions at once do harm"
        } else {
            "Say `maxUnavailable: 0` and let `maxSurge` add pods first"
        })
        .fix(if gap.is_recreated { None } else { surge_first(&workload, gap, replicas, ctx) })
        .verify(kubectl(
            component,
            format!("get {} -o jsonpath='{{.spec.strategy}}'", resource(component)),
        ));
    match workload.replicas.traced() {
        Some(count) => {
            hazard.related(count.origin, format!("{} run", words::count(replicas as usize, "pod")))
        }
        None => hazard,
    }
}

/// Only where pods may be added first; zero for both is refused by the API.
fn surge_first(workload: &Workload, gap: &Gap, replicas: u32, ctx: Context<'_>) -> Option<Fix> {
    let surge = workload.rollout.max_surge.value()?;
    if surge.of_rounded_up(replicas) == 0 {
        return None;
    }
    let edits = ctx.set(gap.at, "strategy.rollingUpdate.maxUnavailable", 0)?;
    Some(Fix::unsafely("Add pods before taking any away", edits))
}
