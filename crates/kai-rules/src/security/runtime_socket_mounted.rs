//! Containers that hold the socket of the container runtime.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Container, Of, Volume, VolumeSource, Workload};

use crate::command::{is_compose, kubectl, resource};
use crate::exposure::entry_name;
use crate::{Check, Context, Observed, Rule};

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
    out.push(hazard(workload, volume, entry.map(entry_name)));
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

fn hazard(workload: Of<'_, Workload>, volume: &Volume, entry: Option<String>) -> Hazard {
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
    let message = format!(
        "`{label}` mounts `{path}`{reached} and may start any container with any of the machine's \
         folders; read-only makes no difference, because a socket is talked to and not written",
    );
    RULE.worsens(
        component.id,
        FailureMode::Compromise,
        Term::Loss,
        "holds the container runtime",
        message,
    )
    .at(volume.origin)
    .loses(if entry.is_some() { LossClass::Compromise } else { LossClass::Degraded })
    .shows_as("Containers on the machine that nobody deployed")
    .recover("Take the machine out of service, rotate what its containers could read, rebuild it")
    .remedy(
        "Put a proxy before the socket that allows only what is read (docker-socket-proxy with \
         `CONTAINERS=1`)",
    )
    .verify(match is_compose(workload.facts) {
        true => format!("docker compose config {} # no socket among its volumes", component.name),
        false => {
            kubectl(component, format!("get {} -o jsonpath='{{..hostPath}}'", resource(component)))
        }
    })
}
