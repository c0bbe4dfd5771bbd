//! Journeys whose workloads all say what they need, so that the scheduler can keep room for them.

use kai_graph::{Journey, Of, Solid, Strength, Workload};

use super::evidence::{Evidence, credit};
use crate::command::kubectl;
use crate::{Context, words};

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let evidence = ctx.system.journeys().iter().filter_map(|it| evidence(it, ctx)).collect();
    credit(evidence, "journey", ctx)
}

fn evidence<'a>(journey: &Journey, ctx: Context<'a>) -> Option<Evidence<'a>> {
    let hard = journey.needs.iter().filter(|it| it.strength == Strength::Hard);
    let workloads: Vec<_> =
        hard.filter_map(|it| ctx.system.component(it.component).workload()).collect();
    if workloads.len() < 2 || !workloads.iter().all(|it| asks(*it)) {
        return None;
    }
    let first = workloads[0];
    let at = first.facts.pod.containers.first()?.requests.memory.traced()?.origin;
    Some(Evidence {
        component: first.component,
        at,
        title: format!(
            "{} behind `{}` ask for CPU and memory",
            words::every(workloads.len(), "workloads"),
            journey.name,
        ),
        verify: kubectl(
            first.component,
            "get pods -o custom-columns=NAME:.metadata.name,REQUESTS:.spec.containers[*].resources.requests",
        ),
    })
}

fn asks(workload: Of<'_, Workload>) -> bool {
    let mut containers = workload.facts.pod.running_containers().peekable();
    containers.peek().is_some()
        && containers
            .all(|it| it.requests.cpu.value().is_some() && it.requests.memory.value().is_some())
}
