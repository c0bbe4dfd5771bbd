//! A datastore, queue or cache whose data goes with its pod.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Engine, EngineRole, Of, Volume, VolumeSource, Workload};

use crate::command::{is_compose, kubectl, resource, settled};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "state-dies-with-pod",
    pillar: Pillar::Recovery,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("state_dies_with_pod.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    if let Some(scratch) = scratch(workload) {
        out.push(hazard(workload, &scratch, ctx));
    }
}

/// What holds the state, where that goes with the pod.
pub(super) struct Scratch {
    engine: Engine,
    at: OriginId,
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    EmptyDir,
    /// No volume at all: the state goes with each restart of the container.
    Container,
}

/// What holds the engine's data, unless a volume that outlives the pod could.
pub(super) fn scratch(workload: Of<'_, Workload>) -> Option<Scratch> {
    let engine = workload.engine?;
    let pod = &workload.facts.pod;
    let has_claims = !workload.claim_templates.is_empty();
    if !workload.is_long_running() || !pod.is_fully_read || has_claims {
        return None;
    }
    let mut kept = pod.volumes.iter().filter(|it| outlives_pod(&it.source));
    if kept.any(|it| is_written(it, workload.facts, may_be_data)) {
        return None;
    }
    let is_scratch = |it: &&Volume| matches!(it.source, VolumeSource::EmptyDir { .. });
    let mut scratch = pod.volumes.iter().filter(is_scratch);
    if let Some(volume) = scratch.find(|it| holds_data(it, workload.facts)) {
        return Some(Scratch { engine, at: volume.origin, place: Place::EmptyDir });
    }
    let at = in_container(workload, engine)?;
    Some(Scratch { engine, at, place: Place::Container })
}

/// The image of an engine that has nowhere else to write. One that is told what to run may be a
/// client, and a cache without a volume is what a cache is.
fn in_container(workload: Of<'_, Workload>, engine: Engine) -> Option<OriginId> {
    const WRITES: [&str; 9] = [
        "cassandra",
        "clickhouse",
        "elasticsearch",
        "kafka",
        "mariadb",
        "mongodb",
        "mysql",
        "postgresql",
        "rabbitmq",
    ];
    let container = workload.facts.pod.containers.first()?;
    let is_server = WRITES.contains(&engine.name) && container.command.is_empty();
    let is_replaced = workload.is_rescheduled() || is_compose(workload.facts);
    let is_lost = engine.role != EngineRole::Cache && is_replaced;
    (is_server && is_lost).then(|| container.image.traced().map(|it| it.origin))?
}

fn outlives_pod(source: &VolumeSource) -> bool {
    match source {
        VolumeSource::EmptyDir { .. }
        | VolumeSource::Ephemeral
        | VolumeSource::Configuration { .. }
        | VolumeSource::Secret { .. }
        | VolumeSource::SecretProvider { .. }
        | VolumeSource::Projected(_) => false,
        VolumeSource::Claim { .. }
        | VolumeSource::HostPath { .. }
        | VolumeSource::Named { .. }
        | VolumeSource::Network(_)
        | VolumeSource::Other(_) => true,
    }
}

/// A scratch volume where engines keep what they know.
fn holds_data(volume: &Volume, workload: &Workload) -> bool {
    const DATA: [&str; 10] = [
        "data",
        "/var/lib/",
        "bitnami",
        "/db",
        "storage",
        "redis",
        "valkey",
        "mnesia",
        "raft",
        "consul",
    ];
    let is_data = |path: &str| DATA.iter().any(|it| path.contains(it));
    is_written(volume, workload, |it| is_data(it) && may_be_data(it))
}

/// A place that is not plainly for sockets, scratch or configuration.
fn may_be_data(path: &str) -> bool {
    const OTHER: [&str; 8] = [
        "/tmp",
        "/run",
        "/var/run",
        "/dev/shm",
        "/etc",
        "/config",
        "/var/log",
        "/docker-entrypoint",
    ];
    !OTHER.iter().any(|it| path.starts_with(it)) && !path.ends_with("/conf")
}

fn is_written(volume: &Volume, workload: &Workload, is_such: impl Fn(&str) -> bool) -> bool {
    let mut mounts = workload.pod.containers.iter().flat_map(|it| &it.mounts);
    mounts.any(|it| it.volume == volume.name && !it.is_read_only && is_such(&it.path))
}

fn hazard(workload: Of<'_, Workload>, scratch: &Scratch, ctx: Context<'_>) -> Hazard {
    let component = workload.component;
    let journeys = ctx.journeys_that_need(component.id);
    let is_alone = workload.replicas.value() == Some(&1);
    let label = component.label();
    let engine = scratch.engine.name;
    let pods = if is_alone { "is one pod and " } else { "" };
    if is_compose(workload.facts) {
        return in_compose(workload, scratch, &journeys);
    }
    let (place, title) = match (scratch.place, is_alone) {
        (Place::EmptyDir, true) => ("on emptyDir", "one pod, state on emptyDir"),
        (Place::EmptyDir, false) => ("on emptyDir", "state on emptyDir"),
        (Place::Container, _) => ("in the container itself", "state without a volume"),
    };
    let consequence = consequence(scratch.engine.role, is_alone, &ctx.stops(component.id));
    let message = format!("`{label}` {pods}keeps its {engine} data {place}; {consequence}");
    let is_outage = is_alone && !journeys.is_empty();
    let (mode, term, loss, impact) = worsened(scratch.engine.role, is_outage);
    RULE.worsens(component.id, mode, term, title, message)
        .at(scratch.at)
        .loses(loss)
        .impact(impact)
        .shows_as(format!(
            "A pod of `{label}` younger than its data should be, and an empty {engine} in it",
        ))
        .recover(recovery(workload, scratch))
        .remedy(remedy(scratch))
        .verify(verify(workload))
}

/// The same on a Compose host, where `down` takes containers away and nothing moves them.
fn in_compose(workload: Of<'_, Workload>, scratch: &Scratch, journeys: &[&str]) -> Hazard {
    let component = workload.component;
    let (label, name) = (component.label(), &component.name);
    let engine = scratch.engine.name;
    let place = match scratch.place {
        Place::EmptyDir => "on a volume that goes with its container",
        Place::Container => "in no volume that has a name",
    };
    let (left, shown) = match is_seeded(workload.facts) {
        true => (
            "it holds what its first start writes, and all that was written since is gone",
            "holds nothing newer than its first start",
        ),
        false => ("it is empty", "is empty"),
    };
    let message =
        format!("`{label}` keeps its {engine} data {place}; after `docker compose down` {left}");
    let (mode, term, loss, impact) = worsened(scratch.engine.role, !journeys.is_empty());
    let at = match scratch.place {
        Place::EmptyDir => scratch.at,
        // The image may stand in a file of variables; what is missing is missing here.
        Place::Container => component.origin,
    };
    RULE.worsens(component.id, mode, term, "state without a named volume", message)
        .at(at)
        .loses(loss)
        .impact(impact)
        .shows_as(format!(
            "`docker compose ps {name}` shows a young container, and its {engine} {shown}"
        ))
        .recover("`docker volume ls --filter dangling=true` may list it; else the last dump")
        .remedy("Keep the data on a volume that is declared under `volumes`, and copy it away")
        .verify(format!("docker compose config --format json | jq '.services[\"{name}\"].volumes'"))
}

/// True where scripts fill it when it starts with nothing, as official images of databases do it.
fn is_seeded(workload: &Workload) -> bool {
    let mut mounts = workload.pod.containers.iter().flat_map(|it| &it.mounts);
    mounts.any(|it| it.path.starts_with("/docker-entrypoint-initdb.d"))
}

/// What is worse for it, and how much of it is lost.
fn worsened(role: EngineRole, is_outage: bool) -> (FailureMode, Term, LossClass, f64) {
    match role {
        EngineRole::Datastore | EngineRole::Queue => {
            (FailureMode::DataLoss, Term::Loss, LossClass::Irreversible, 1.0)
        }
        EngineRole::Cache if is_outage => {
            (FailureMode::PodLoss, Term::Impact, LossClass::Outage, 1.0)
        }
        EngineRole::Cache => (FailureMode::PodLoss, Term::Impact, LossClass::Toil, 0.1),
    }
}

fn consequence(role: EngineRole, is_alone: bool, stops: &str) -> String {
    match role {
        EngineRole::Cache if is_alone && !stops.is_empty() => {
            format!("when the pod moves, what it held is gone and {stops}")
        }
        EngineRole::Cache => "every restart elsewhere begins with an empty cache".to_string(),
        EngineRole::Queue => {
            "when the pod moves, messages that nobody has read yet are gone".to_string()
        }
        EngineRole::Datastore => {
            "an eviction, a drain or a lost node erases the only copy".to_string()
        }
    }
}

fn recovery(workload: Of<'_, Workload>, scratch: &Scratch) -> String {
    let component = workload.component;
    match scratch.engine.role {
        EngineRole::Cache => format!("`{}`; its clients fill it again", settled(component)),
        _ => format!(
            "`{}`, then restore the last dump, if one was kept elsewhere",
            settled(component)
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
            "get {} -o jsonpath='{{..volumes}}{{..volumeClaimTemplates}}'",
            resource(workload.component)
        ),
    )
}
