//! A datastore of a journey that is evicted before pods of less consequence.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Bytes, Container, EngineRole, Of, Workload};

use crate::command::field;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "datastore-overcommitted",
    pillar: Pillar::Scaling,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("datastore_overcommitted.md"),
    check: Check::Workload(check),
};

/// How many times its request is usual: up to here a request may well be what it uses.
const USUAL: u64 = 4;

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let is_store = workload
        .engine
        .is_some_and(|it| matches!(it.role, EngineRole::Datastore | EngineRole::Queue));
    let journeys = ctx.journeys_that_need(workload.component.id);
    if !is_store || !workload.is_rescheduled() || journeys.is_empty() {
        return;
    }
    let Some(container) = workload.facts.pod.containers.first() else { return };
    let (Some(request), Some(limit)) =
        (container.requests.memory.value(), container.limits.memory.value())
    else {
        return;
    };
    if request.0 > 0 && limit.0 > request.0.saturating_mul(USUAL) {
        out.push(hazard(workload, container, *request, *limit, ctx));
    }
}

fn fix(container: &Container, limit: Bytes, ctx: Context<'_>) -> Option<Fix> {
    let request = container.requests.memory.traced()?;
    let edits = ctx.set_text(request.origin, "memory", &limit.to_string())?;
    Some(Fix::unsafely("Ask for what it may use", edits))
}

fn hazard(
    workload: Of<'_, Workload>,
    container: &Container,
    request: Bytes,
    limit: Bytes,
    ctx: Context<'_>,
) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let message = format!(
        "`{label}` asks for {request} of memory and may use {limit}; above its request it lives on \
         what others leave, and when its node runs short, pods above their request are evicted first, so {}",
        ctx.stops(component.id),
    );
    let at = container.requests.memory.traced().map_or(container.origin, |it| it.origin);
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Overload,
            Term::Frequency,
            "evicted before others",
            message,
        )
        .at(at)
        .loses(LossClass::Degraded)
        .shows_as(format!(
            "Pods of `{label}` end with `Evicted`: `The node was low on resource: memory`"
        ))
        .recover("It is started again by itself, elsewhere if its volume allows that")
        .remedy(format!("Ask for what it may use: {limit} as request and as limit"))
        .fix(fix(container, limit, ctx))
        .verify(field(component, ".spec.template.spec.containers[*].resources"));
    match container.limits.memory.traced() {
        Some(limit) => hazard.related(limit.origin, "as much may it use"),
        None => hazard,
    }
}
