//! Workloads that may do on their machine what its administrator may.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Container, Of, VolumeSource, Workload};

use super::runtime_socket_mounted;
use crate::command::{is_compose, kubectl, resource};
use crate::exposure::entry_name;
use crate::purpose::works_on_machines;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "machine-in-reach",
    pillar: Pillar::Security,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("machine_in_reach.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let ways = ways(workload.facts);
    if ways.is_empty() {
        return;
    }
    let entry = ctx.entries_to(workload.component.id).into_iter().next();
    // What works on machines must reach them, as long as no stranger talks to it.
    if works_on_machines(workload) && entry.is_none() {
        return;
    }
    // The folders are told with the socket, which is the shorter way.
    if runtime_socket_mounted::holds(workload) && ways.iter().all(|it| it.is_folder) {
        return;
    }
    out.push(hazard(workload, &ways, entry.map(entry_name)));
}

/// One way from the container to the machine.
struct Way {
    what: String,
    at: OriginId,
    is_folder: bool,
}

/// Capabilities each of which is enough (capabilities(7)).
const ENOUGH: &[&str] = &["ALL", "DAC_READ_SEARCH", "SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO"];

/// Folders of the machine that hold its programs, accounts, keys or the pods of others.
const ITS_OWN: &[&str] = &[
    "/",
    "/etc",
    "/etc/kubernetes",
    "/etc/kubernetes/pki",
    "/proc",
    "/root",
    "/var",
    "/var/lib",
    "/var/lib/docker",
    "/var/lib/etcd",
    "/var/lib/kubelet",
];

fn ways(workload: &Workload) -> Vec<Way> {
    let containers = || workload.pod.all_containers();
    let mut ways: Vec<Way> = containers().filter_map(privileged).collect();
    if let Some(it) = workload.pod.host_pid.traced().filter(|it| it.value) {
        ways.push(Way {
            what: "sees every process of the machine".to_string(),
            at: it.origin,
            is_folder: false,
        });
    }
    ways.extend(containers().flat_map(capabilities));
    ways.extend(folders(workload));
    ways
}

fn privileged(container: &Container) -> Option<Way> {
    let traced = container.security.is_privileged.traced().filter(|it| it.value)?;
    Some(Way {
        what: format!("runs `{}` privileged", container.name),
        at: traced.origin,
        is_folder: false,
    })
}

fn capabilities(container: &Container) -> impl Iterator<Item = Way> {
    let added = container.security.capabilities_added.iter();
    added.filter_map(|(name, at)| {
        let name = name.to_ascii_uppercase();
        let name = name.trim_start_matches("CAP_");
        let what = format!("gives `{}` the capability {name}", container.name);
        ENOUGH.contains(&name).then_some(Way { what, at: *at, is_folder: false })
    })
}

fn folders(workload: &Workload) -> impl Iterator<Item = Way> {
    workload.pod.volumes.iter().filter_map(|volume| {
        let VolumeSource::HostPath { path } = &volume.source else { return None };
        let trimmed = match path.trim_end_matches('/') {
            "" => "/",
            trimmed => trimmed,
        };
        let what = format!("mounts `{trimmed}` of the machine");
        ITS_OWN.contains(&trimmed).then_some(Way { what, at: volume.origin, is_folder: true })
    })
}

fn hazard(workload: Of<'_, Workload>, ways: &[Way], entry: Option<String>) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let mut said: Vec<&str> = ways.iter().map(|it| it.what.as_str()).collect();
    said.dedup();
    let reached = match &entry {
        Some(entry) => format!("answers `{entry}` and "),
        None => String::new(),
    };
    let owned = match is_compose(workload.facts) {
        true => "the host and every container on it",
        false => "the node, and with it every pod and account on it",
    };
    let message = format!(
        "`{label}` {reached}{}; whoever gets into its process has {owned}",
        words::clauses(&said),
    );
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Compromise,
            Term::Loss,
            "its container is no wall",
            message,
        )
        .at(ways[0].at)
        .loses(if entry.is_some() { LossClass::Compromise } else { LossClass::Degraded })
        .shows_as("Processes, mounts or kernel modules on the machine that no container started")
        .recover("Cordon the machine, rotate what its pods could read, rebuild it from the image")
        .remedy("Give it the one device, folder or capability that it needs")
        .verify(match is_compose(workload.facts) {
            true => format!("docker compose config {}", component.name),
            false => kubectl(
                component,
                format!("get {} -o jsonpath='{{..securityContext}}'", resource(component)),
            ),
        });
    ways[1..].iter().fold(hazard, |hazard, it| hazard.related(it.at, it.what.clone()))
}
