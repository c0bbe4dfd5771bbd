//! A liveness probe that gives up as early as the readiness probe of the same endpoint.

use kai_core::{FailureMode, Fix, Hazard, Known, Level, LossClass, Pillar, Term};
use kai_graph::{
    Component, Container, Controller, Of, Probe, ProbeHandler, Volume, VolumeSource, Workload,
};

use crate::command::{by_hand, kubectl, resource, scale};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "liveness-before-readiness",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("liveness_before_readiness.md"),
    check: Check::Workload(check),
};

/// Images whose program answers and does nothing else: a way in is tried with them.
const ONLY_ANSWERS: &[&str] =
    &["echo-server", "echoserver", "hello-app", "http-echo", "testhttpd", "whoami"];

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    // Only load kills in this way, and load comes through a path.
    if ctx.system.paths_to(workload).is_empty() || !is_used(workload, ctx) {
        return;
    }
    for container in workload.pod.running_containers() {
        let (Some(liveness), Some(readiness)) = (&container.liveness, &container.readiness) else {
            continue;
        };
        // What only says that it was reached is as fast under load as without.
        if container.image.value().is_some_and(|it| ONLY_ANSWERS.contains(&it.name())) {
            continue;
        }
        // A port that accepts says only that the process is there, which is what liveness is for.
        let is_port = matches!(liveness.handler, ProbeHandler::Tcp { .. });
        if is_port || !liveness.handler.asks_the_same(&readiness.handler) {
            continue;
        }
        let (Some(alive), Some(ready)) = (liveness.patience(), readiness.patience()) else {
            continue;
        };
        if alive <= ready {
            let seconds = Patience { alive, ready };
            out.push(hazard(workload, container, liveness, readiness, &seconds, ctx));
        }
    }
}

/// Where journeys are known, they say who carries load.
fn is_used(workload: Of<'_, Workload>, ctx: Context<'_>) -> bool {
    ctx.system.journeys().is_empty()
        || ctx.system.journeys_through(workload.component.id).next().is_some()
}

/// Seconds of failure that a probe puts up with.
struct Patience {
    alive: u32,
    ready: u32,
}

fn hazard(
    workload: Of<'_, Workload>,
    container: &Container,
    liveness: &Probe,
    readiness: &Probe,
    patience: &Patience,
    ctx: Context<'_>,
) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let message = format!(
        "`{}` of `{label}` is restarted after {} s of failed checks and taken out of traffic after \
         {} s of the same check; a pod that is merely slow is killed rather than spared",
        container.name, patience.alive, patience.ready,
    );
    RULE.worsens(
        component.id,
        FailureMode::Overload,
        Term::TimeToRecover,
        "restarted as soon as it is slow",
        message,
    )
    .at(liveness.origin)
    .related(readiness.origin, "readiness asks the same")
    // Most charts are written like this, and it hurts only what is slow for so long.
    .loses(LossClass::Toil)
    .impact(0.5)
    .shows_as(format!(
        "`kube_pod_container_status_restarts_total{{container=\"{}\"}}` grows under load",
        container.name,
    ))
    .recover(match keeps_files(workload) {
        // Pods that each have files of their own do not share the load.
        true => format!(
            "{}; take load off meanwhile",
            by_hand(component, ctx, patient(component, container), "give liveness more failures"),
        ),
        false => format!("{}; take load off if they still restart", scale(component, ctx, "N")),
    })
    .remedy(format!(
        "Let liveness wait {} s or more, or ask it what only a restart can mend",
        patience.ready.saturating_mul(3),
    ))
    .fix(wait_longer(liveness, patience, ctx))
    .verify(kubectl(
        component,
        format!(
            "get {} -o jsonpath='{{.spec.template.spec.containers[?(@.name==\"{}\")].livenessProbe}}'",
            resource(component),
            container.name
        ),
    ))
}

/// True where a pod writes to a volume that no other pod sees.
fn keeps_files(workload: Of<'_, Workload>) -> bool {
    let is_own = |it: &Volume| {
        matches!(
            it.source,
            VolumeSource::EmptyDir { is_memory: false } | VolumeSource::Claim { .. }
        )
    };
    !workload.claim_templates.is_empty()
        || workload.controller == Controller::StatefulSet
            && workload.facts.pod.volumes.iter().any(is_own)
}

/// Lets a container fail more often before it is restarted.
fn patient(component: &Component, container: &Container) -> String {
    let patch = format!(
        "{{\"spec\":{{\"template\":{{\"spec\":{{\"containers\":[{{\"name\":\"{}\",\"livenessProbe\":\
         {{\"failureThreshold\":30}}}}]}}}}}}}}",
        container.name,
    );
    kubectl(component, format!("patch {} -p '{patch}'", resource(component)))
}

/// As many failures as three times the patience of readiness takes.
fn wait_longer(liveness: &Probe, patience: &Patience, ctx: Context<'_>) -> Option<Fix> {
    let Known::Value(threshold) = &liveness.failure_threshold else { return None };
    let period = *liveness.period.value()?;
    let wanted = patience.ready.saturating_mul(3).div_ceil(period.max(1));
    let edits = ctx.set(threshold.origin, "failureThreshold", wanted)?;
    Some(Fix::unsafely("Let liveness wait longer", edits))
}
