//! A liveness probe that kills a program before it is expected to be there.

use kai_core::{FailureMode, Fix, Hazard, Known, Level, Pillar, Term};
use kai_graph::{Container, Of, Probe, Workload};

use crate::command::{field, kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "liveness-kills-start",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("liveness_kills_start.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    for container in &workload.facts.pod.containers {
        // A startup probe keeps liveness quiet until it has passed.
        let (Some(liveness), Some(readiness), None) =
            (&container.liveness, &container.readiness, &container.startup)
        else {
            continue;
        };
        // Only where both ask for one thing does the delay of one say when the other can pass.
        if !liveness.handler.asks_the_same(&readiness.handler) {
            continue;
        }
        let expected = readiness.initial_delay.value().copied();
        let (Some(killed), Some(expected)) = (killed_after(liveness), expected) else { continue };
        if killed < expected {
            out.push(hazard(workload, container, liveness, readiness, killed, expected, ctx));
        }
    }
}

/// Seconds from the start until the last failure that is put up with.
fn killed_after(probe: &Probe) -> Option<u32> {
    let known = |it: &Known<u32>| it.value().copied();
    let others = known(&probe.failure_threshold)?.saturating_sub(1);
    Some(known(&probe.initial_delay)?.saturating_add(others.saturating_mul(known(&probe.period)?)))
}

fn hazard(
    workload: Of<'_, Workload>,
    container: &Container,
    liveness: &Probe,
    readiness: &Probe,
    killed: u32,
    expected: u32,
    ctx: Context<'_>,
) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let message = format!(
        "`{}` of `{label}` is killed when it does not answer {killed} s after its start, and the same \
         question is not asked for readiness before {expected} s; a start that takes as long as \
         expected never ends",
        container.name,
    );
    RULE.worsens(
        component.id,
        FailureMode::Rollout,
        Term::TimeToRecover,
        "killed while it starts",
        message,
    )
    .at(liveness.origin)
    .related(readiness.origin, "expects it later")
    .shows_as(format!(
        "`{}` of `{label}` is in `CrashLoopBackOff` with `Liveness probe failed` events",
        container.name,
    ))
    .recover(format!(
        "`{}`: raise `initialDelaySeconds` of liveness",
        kubectl(component, format!("edit {}", resource(component)))
    ))
    .remedy("Give a startup probe the time that a start may take, and let liveness ask after it")
    .fix(wait(liveness, expected, ctx))
    .verify(field(
        component,
        &format!(".spec.template.spec.containers[?(@.name==\"{}\")].livenessProbe", container.name),
    ))
}

/// Liveness begins when readiness is expected.
fn wait(liveness: &Probe, expected: u32, ctx: Context<'_>) -> Option<Fix> {
    let delay = liveness.initial_delay.traced()?;
    let edits = ctx.set(delay.origin, "initialDelaySeconds", expected)?;
    Some(Fix::unsafely("Let liveness begin when readiness is expected", edits))
}
