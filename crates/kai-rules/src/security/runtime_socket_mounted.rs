//! Containers that hold the socket of the container runtime.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Container, Of, Volume, VolumeSource, Workload};

use crate::command::{is_compose, kubectl, resource};
use crate::exposure::entry_name;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "runtime-socket-mounted",
    pillar: Pillar::Security,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("runtime_socket_mounted.md"),
    check: Check::Workload(check),
};

/// The sockets themselves, and the folders that hold nothing else of interest.
const SOCKETS: &[&str] = &[
    "/run",
    "/run/containerd",
    "/run/containerd/containerd.sock",
    "/run/crio/crio.sock",
    "/run/docker.sock",
    "/run/k3s/containerd/containerd.sock",
    "/run/podman/podman.sock",
    "/var/run",
    "/var/run/containerd/containerd.sock",
    "/var/run/crio/crio.sock",
    "/var/run/docker.sock",
    "/var/run/podman/podman.sock",
];

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let Some(volume) = workload.facts.pod.volumes.iter().find(|it| is_socket(it)) else { return };
    let entry = ctx.entries_to(workload.component.id).into_iter().next();
    if (is_filter(workload) || has_machine(workload)) && entry.is_none() {
        return;
    }
    out.push(hazard(workload, volume, entry.map(entry_name), &others(workload, ctx)));
}

/// True where a workload holds the socket.
pub(super) fn holds(workload: Of<'_, Workload>) -> bool {
    workload.facts.pod.volumes.iter().any(is_socket)
}

fn is_socket(volume: &Volume) -> bool {
    let VolumeSource::HostPath { path } = &volume.source else { return false };
    SOCKETS.contains(&path.trim_end_matches('/'))
}

/// What is privileged among the machine's own processes needs no socket to own it.
fn has_machine(workload: Of<'_, Workload>) -> bool {
    let pod = &workload.facts.pod;
    let is_privileged = |it: &Container| it.security.is_privileged.value() == Some(&true);
    pod.host_pid.value() == Some(&true) && pod.containers.iter().any(is_privileged)
}

/// What stands between the socket and others lets through only what it is told to.
fn is_filter(workload: Of<'_, Workload>) -> bool {
    let images = workload.facts.pod.containers.iter().filter_map(|it| it.image.value());
    images.into_iter().any(|it| it.name().contains("socket-proxy"))
}

/// Those beside it that are left alone because they have the machine in any case.
fn others<'a>(workload: Of<'_, Workload>, ctx: Context<'a>) -> Vec<(&'a str, OriginId)> {
    let own = workload.component.root;
    let files = &ctx.system.root(own).files;
    // A file that is laid over others begins a Compose project of its own.
    let is_beside = |it: &Of<'_, Workload>| {
        let root = ctx.system.root(it.component.root);
        root.id == own || root.files.iter().any(|it| files.contains(it))
    };
    let beside = ctx.system.workloads().filter(|it| has_machine(*it) && is_beside(it));
    let holding = beside.filter_map(|it| {
        let volume = it.facts.pod.volumes.iter().find(|it| is_socket(it))?;
        Some((it.component.name.as_str(), volume.origin))
    });
    let mut holding: Vec<_> = holding.collect();
    holding.dedup_by_key(|it| it.0);
    holding
}

/// The whole of the machine's disk, which a proxy before the socket does not take away.
fn disk(workload: &Workload) -> Option<OriginId> {
    let is_disk =
        |it: &&Volume| matches!(&it.source, VolumeSource::HostPath { path } if path == "/");
    workload.pod.volumes.iter().find(is_disk).map(|it| it.origin)
}

fn hazard(
    workload: Of<'_, Workload>,
    volume: &Volume,
    entry: Option<String>,
    others: &[(&str, OriginId)],
) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let path = match &volume.source {
        VolumeSource::HostPath { path } => path.as_str(),
        _ => "the socket",
    };
    let reached = match &entry {
        Some(entry) => format!(", answers `{entry}`,"),
        None => String::new(),
    };
    let too = match others {
        [] => String::new(),
        others => {
            let names: Vec<_> = others.iter().map(|it| it.0).collect();
            let hold = if names.len() == 1 { "holds" } else { "hold" };
            format!("; {} {hold} it too, privileged", words::list(&names))
        }
    };
    let disk = disk(workload.facts);
    let message = format!(
        "`{label}` mounts `{path}`{reached} and may start any container with any of the machine's \
         folders; read-only makes no difference, because a socket is talked to and not written{too}",
    );
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Compromise,
            Term::Loss,
            "holds the container runtime",
            message,
        )
        .at(volume.origin)
        .loses(if entry.is_some() { LossClass::Compromise } else { LossClass::Degraded })
        .shows_as("Containers on the machine that nobody deployed")
        .recover(
            "Take the machine out of service, rotate what its containers could read, rebuild it",
        )
        .remedy(format!(
            "Put a proxy before the socket that allows only what is read (docker-socket-proxy with \
         `CONTAINERS=1`, and `INFO=1` for what asks for the machine), and name its address wherever the socket is \
         asked (`endpoint`, `DOCKER_HOST`){}",
            if disk.is_some() { "; of `/`, mount the folders that are read" } else { "" },
        ))
        .verify(match is_compose(workload.facts) {
            true => {
                format!("docker compose config {} # no socket among its volumes, and it still runs", component.name)
            }
            false => kubectl(
                component,
                format!("get {} -o jsonpath='{{..hostPath}}'", resource(component)),
            ),
        });
    let disk = disk.map(|it| ("`/` of the machine is mounted as well".to_owned(), it));
    let others = others.iter().map(|it| (format!("`{}` holds it too", it.0), it.1));
    others.chain(disk).fold(hazard, |hazard, (note, at)| hazard.related(at, note))
}
