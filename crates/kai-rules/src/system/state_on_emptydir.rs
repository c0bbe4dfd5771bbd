//! A datastore, queue or cache whose data goes with its pod.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Engine, EngineRole, Of, Volume, VolumeSource, Workload};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "state-on-emptydir",
    pillar: Pillar::Recovery,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("state_on_emptydir.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    if let Some(scratch) = scratch(workload, ctx) {
        out.push(hazard(workload, &scratch, ctx));
    }
}

/// What holds the state, where that goes with the pod.
pub(super) struct Scratch {
    engine: Engine,
    at: OriginId,
}

/// The emptyDir that holds the engine's data, unless another volume could hold it.
pub(super) fn scratch(workload: Of<'_, Workload>, _ctx: Context<'_>) -> Option<Scratch> {
    let engine = workload.engine?;
    if !workload.is_long_running() || !workload.claim_templates.is_empty() {
        return None;
    }
    let volumes = &workload.pod.volumes;
    if volumes.iter().any(|it| outlives_pod(&it.source)) {
        return None;
    }
    let at = volumes.iter().find(|it| is_data(it, workload.facts))?.origin;
    Some(Scratch { engine, at })
}

fn outlives_pod(source: &VolumeSource) -> bool {
    match source {
        VolumeSource::EmptyDir { .. }
        | VolumeSource::Ephemeral
        | VolumeSource::Configuration { .. }
        | VolumeSource::Secret { .. }
        | VolumeSource::Projected(_) => false,
        VolumeSource::Claim { .. }
        | VolumeSource::HostPath { .. }
        | VolumeSource::Named { .. }
        | VolumeSource::Network(_)
        | VolumeSource::Other(_) => true,
    }
}

/// An emptyDir that is more than a place for sockets, scratch and configuration.
fn is_data(volume: &Volume, workload: &Workload) -> bool {
    const NOT_DATA: [&str; 9] = [
        "/tmp",
        "/run",
        "/var/run",
        "/dev/shm",
        "/etc",
        "/config",
        "/var/log",
        "/var/tmp",
        "/docker-entrypoint",
    ];
    matches!(volume.source, VolumeSource::EmptyDir { .. })
        && workload.pod.containers.iter().flat_map(|it| &it.mounts).any(|mount| {
            mount.volume == volume.name
                && !mount.is_read_only
                && !NOT_DATA.iter().any(|it| mount.path.starts_with(it))
        })
}

fn hazard(workload: Of<'_, Workload>, scratch: &Scratch, ctx: Context<'_>) -> Hazard {
    let component = workload.component;
    let journeys = ctx.journeys_that_need(component.id);
    let label = component.label();
    let pods = match workload.replicas.value() {
        Some(1) => "is one pod and ",
        _ => "",
    };
    let engine = scratch.engine.name;
    let consequence = match (scratch.engine.role, journeys.as_slice()) {
        (EngineRole::Cache, []) => "every restart elsewhere begins with an empty cache".to_string(),
        (EngineRole::Cache, journeys) => {
            format!(
                "when the pod moves, what it held is gone and {} stops until it is back",
                words::list(journeys)
            )
        }
        (EngineRole::Queue, _) => {
            "when the pod moves, messages that nobody has read yet are gone".to_string()
        }
        (EngineRole::Datastore, _) => {
            "an eviction, a drain or a lost node erases the only copy".to_string()
        }
    };
    let message = format!("`{label}` {pods}keeps its {engine} data on emptyDir; {consequence}");
    let (mode, term, loss, impact) = match (scratch.engine.role, journeys.is_empty()) {
        (EngineRole::Datastore | EngineRole::Queue, _) => {
            (FailureMode::DataLoss, Term::Loss, LossClass::Irreversible, 1.0)
        }
        (EngineRole::Cache, false) => (FailureMode::PodLoss, Term::Impact, LossClass::Outage, 1.0),
        (EngineRole::Cache, true) => (FailureMode::PodLoss, Term::Impact, LossClass::Toil, 0.1),
    };
    RULE.worsens(component.id, mode, term, "state on emptyDir", message)
        .at(scratch.at)
        .loses(loss)
        .impact(impact)
        .shows_as(format!(
            "`kube_pod_created{{namespace=\"{}\"}}` moves for a pod of `{label}`, and its {engine} is empty",
            component.namespace,
        ))
        .recover(recovery(workload, scratch))
        .remedy(remedy(scratch))
        .verify(verify(workload))
}

fn recovery(workload: Of<'_, Workload>, scratch: &Scratch) -> String {
    let resource = resource(workload.component);
    let namespace = &workload.component.namespace;
    match scratch.engine.role {
        EngineRole::Cache => format!(
            "Wait for `kubectl -n {namespace} rollout status {resource}`, then let its clients \
             reconnect and fill it again"
        ),
        _ => format!(
            "There is no way back from the pod itself: restore the last dump into `{resource}` in \
             `{namespace}`, if one exists elsewhere"
        ),
    }
}

fn remedy(scratch: &Scratch) -> String {
    match scratch.engine.role {
        EngineRole::Cache => {
            "Run a replica that takes over, or make its clients live without it".to_string()
        }
        _ => "Keep the data on a claim of its own (`volumeClaimTemplates`), and copy it away"
            .to_string(),
    }
}

fn verify(workload: Of<'_, Workload>) -> String {
    kubectl(
        workload.component,
        format!(
            "get {} -o jsonpath='{{.spec.template.spec.volumes[*].emptyDir}}{{.spec.volumeClaimTemplates[*].metadata.name}}'",
            resource(workload.component)
        ),
    )
}
