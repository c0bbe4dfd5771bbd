//! Versions that crash after they were ready, and have replaced every pod by then.

use std::collections::BTreeMap;

use kai_core::{Environment, FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Controller, Facts, Of, Workload};

use crate::command::{field, undo};
use crate::{Case, Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "crash-takes-every-pod",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("crash_takes_every_pod.md"),
    check: Check::System(check),
};

/// A workload that loses so many pods, and keeps so many where new ones have to prove themselves.
struct Loss<'a> {
    workload: Of<'a, Workload>,
    at: OriginId,
    min_ready: OriginId,
    wanted: i64,
    kept: i64,
}

fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut losses: BTreeMap<Environment, Vec<Loss<'_>>> = BTreeMap::new();
    for loss in ctx.system.workloads().filter_map(|it| loss(it, ctx)) {
        let environment = ctx.system.environment(loss.workload.component);
        losses.entry(environment).or_default().push(loss);
    }
    out.hazards.extend(losses.values().filter_map(|it| hazard(it, ctx)));
}

fn loss<'a>(workload: Of<'a, Workload>, ctx: Context<'a>) -> Option<Loss<'a>> {
    let component = workload.component;
    let is_meant = |it: &Case| matches!(it, Case::CrashTakesAll { .. });
    let Case::CrashTakesAll { wanted, kept } = ctx.verdict(component.id, is_meant)?.case else {
        return None;
    };
    let min_ready = workload.rollout.min_ready.traced().filter(|it| it.value == 0)?;
    // Without a probe every pod is ready at once, which is a finding of its own.
    let is_probed = workload.pod.running_containers().any(|it| it.readiness.is_some());
    let is_meant = workload.controller == Controller::Deployment && is_probed;
    let is_needed = !ctx.journeys_that_need(component.id).is_empty();
    (is_meant && is_needed && !is_judged(component, ctx)).then(|| Loss {
        workload,
        at: ctx.shown(min_ready.origin, component),
        min_ready: min_ready.origin,
        wanted,
        kept,
    })
}

/// True where a canary measures before it replaces pods.
fn is_judged(component: &Component, ctx: Context<'_>) -> bool {
    ctx.system.components().iter().any(|it| {
        matches!(&it.facts, Facts::Canary(canary) if canary.target.name == component.name)
            && it.namespace == component.namespace
    })
}

fn fix(losses: &[Loss<'_>], ctx: Context<'_>) -> Option<Fix> {
    let edits = losses.iter().map(|it| ctx.set(it.min_ready, "minReadySeconds", 30));
    let edits: Option<Vec<_>> = edits.collect();
    Some(Fix::unsafely("Let new pods prove themselves for half a minute", edits?.concat()))
}

fn hazard(losses: &[Loss<'_>], ctx: Context<'_>) -> Option<Hazard> {
    let (first, others) = losses.split_first()?;
    let Loss { workload, at, wanted, kept, .. } = first;
    let component = workload.component;
    let also: Vec<_> = others.iter().map(|it| it.workload.component.label()).collect();
    let also = match also.len() {
        0 => String::new(),
        1 => format!("; {} is released in the same way", words::list(&also)),
        _ => format!("; {} are released in the same way", words::list(&also)),
    };
    let message = format!(
        "A version of `{}` that becomes ready and crashes soon after has replaced all {wanted} pods by \
         then: a new pod counts as available the moment it is ready, and the next old one goes. Where \
         pods have to stay ready for longer than such a crash takes, {kept} of {wanted} stay; without \
         that, {}{also}",
        component.label(),
        ctx.stops(component.id),
    );
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Rollout,
            Term::Impact,
            "a version that crashes late replaces every pod",
            message,
        )
        .at(*at)
        // Few bad versions pass their probe, and every Deployment begins like this: a matter of planning.
        .loses(LossClass::Toil)
        .shows_as(format!(
            "A rollout of `{}` is complete, and its pods restart or leave their Service again and again",
            component.label()
        ))
        .recover(format!("`{}`", undo(component, ctx)))
        .remedy(
            "Say `minReadySeconds: 30`, or as long as a bad version takes to show itself: the rollout \
             then stops at its first new pods",
        )
        .fix(fix(losses, ctx))
        .verify(field(component, ".spec.minReadySeconds"));
    Some(others.iter().fold(hazard, |hazard, it| {
        hazard.related(it.at, format!("`{}` as well", it.workload.component.label()))
    }))
}
