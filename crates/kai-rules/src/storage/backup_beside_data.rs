//! A copy that goes with what it is a copy of.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Container, Facts, NetworkPath, Of, Pod, VolumeSource, Workload};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "backup-beside-data",
    pillar: Pillar::Recovery,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("backup_beside_data.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let found = match &component.facts {
        Facts::Datastore(store) => store.settings.iter().find_map(|(path, value)| {
            let is_endpoint = path.contains("backup") && path.to_lowercase().contains("endpoint");
            let value = value.traced().filter(|_| is_endpoint)?;
            in_cluster(&value.value, component, ctx).map(|it| (it, value.origin))
        }),
        Facts::Backup(backup) => backup
            .destination
            .traced()
            .and_then(|it| in_cluster(&it.value, component, ctx).map(|place| (place, it.origin))),
        Facts::Workload(workload) => in_pod(workload),
        _ => None,
    };
    if let Some((place, at)) = found {
        out.push(hazard(component, &place, at));
    }
}

/// Where the copies are, and what takes both away.
enum Place {
    /// A Service of the same cluster, by its address.
    Service(String),
    /// A scratch volume of the pod that makes them.
    Scratch { path: String, tool: String },
}

/// An address that only this cluster knows, unless it stands for one outside.
fn in_cluster(url: &str, from: &Component, ctx: Context<'_>) -> Option<Place> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.split(['/', ':', '?']).next()?;
    let labels: Vec<&str> = host.split('.').collect();
    let (name, namespace, is_by_name) = match labels[..] {
        [name] => (name, from.namespace.as_str(), false),
        [name, namespace] => (name, namespace, false),
        [name, namespace, "svc", ..] => (name, namespace, true),
        _ => return None,
    };
    let service = ctx.system.resolve("Service", namespace, name, from.root);
    let is_inside = match service {
        Some(component) => match &component.facts {
            Facts::NetworkPath(path) => serves_own_disks(component, path, ctx),
            _ => true,
        },
        // Rook makes the Service of a store on the disks of the cluster. What is behind another one nobody says.
        None => is_by_name && name.starts_with("rook-ceph-rgw-"),
    };
    is_inside.then(|| Place::Service(host.to_string()))
}

/// True where the Service leads to pods and none of them is seen to keep its files on a server elsewhere.
fn serves_own_disks(component: &Component, path: &NetworkPath, ctx: Context<'_>) -> bool {
    path.selector.as_ref().is_some_and(|selector| {
        let pods = ctx.system.pods_of(selector, &component.namespace, component.root);
        !pods.iter().any(|it| keeps_files_elsewhere(*it, ctx))
    })
}

fn keeps_files_elsewhere(workload: Of<'_, Workload>, ctx: Context<'_>) -> bool {
    let is_nfs = |name: &str| name.to_lowercase().contains("nfs");
    let root = workload.component.root;
    let in_pod = workload
        .facts
        .pod
        .volumes
        .iter()
        .any(|it| matches!(&it.source, VolumeSource::Network(kind) if is_nfs(kind)));
    in_pod
        || ctx.system.claims_of(workload).iter().filter_map(|it| it.claim).any(|claim| {
            let class = claim.storage_class.value().is_some_and(|it| is_nfs(it));
            let provisioner = ctx
                .system
                .storage_class_of(claim, root)
                .is_some_and(|it| it.facts.provisioner.value().is_some_and(|it| is_nfs(it)));
            let volume = claim
                .volume_name
                .as_ref()
                .and_then(|it| ctx.system.resolve("PersistentVolume", "", it, root));
            let is_on_server = volume.is_some_and(
                |it| matches!(&it.facts, Facts::PersistentVolume(it) if is_nfs(&it.source)),
            );
            class || provisioner || is_on_server
        })
}

/// A tool whose shell line writes into a folder on a scratch volume, and that sends nothing away.
fn in_pod(workload: &Workload) -> Option<(Place, OriginId)> {
    let (tool, at) = workload.backup_tool.as_ref()?;
    let pod = &workload.pod;
    if workload.is_long_running() || !pod.is_fully_read || pod.all_containers().count() > 1 {
        return None;
    }
    let container = pod.containers.first()?;
    let text = line(container);
    if sends_away(&text) {
        return None;
    }
    let path = written(&text, pod, container)?;
    Some((Place::Scratch { path, tool: tool.to_string() }, *at))
}

fn line(container: &Container) -> String {
    let words = container.command.iter().chain(&container.args).map(|it| it.value.as_str());
    words.collect::<Vec<_>>().join(" ")
}

/// Anything that could carry a file elsewhere; a script of one's own might.
fn sends_away(text: &str) -> bool {
    const CARRIERS: [&str; 16] = [
        "aws", "az ", "azcopy", "b2", "borg", "curl", "ftp", "gcloud", "gsutil", "http", "mc ",
        "rclone", "restic", "rsync", "s3", "scp",
    ];
    CARRIERS.iter().any(|it| text.contains(it)) || text.contains(".sh") || text.contains(".py")
}

/// The folder of a redirection or of `-f`, where it lies on a scratch volume.
fn written(text: &str, pod: &Pod, container: &Container) -> Option<String> {
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let target = match word {
            ">" | "-f" | "-o" | "--file" | "--out" => words.peek().copied(),
            _ => word
                .strip_prefix('>')
                .or_else(|| word.strip_prefix("--file="))
                .or_else(|| word.strip_prefix("--out="))
                .or_else(|| word.strip_prefix("--archive=")),
        };
        let target = target.map(|it| it.trim_matches(['"', '\'', ';']));
        let mounted = |path: &str| {
            container.mounts.iter().find(|it| {
                path.strip_prefix(it.path.trim_end_matches('/'))
                    .is_some_and(|rest| rest.starts_with('/'))
            })
        };
        if let Some(mount) = target.and_then(mounted)
            && pod
                .volume(&mount.volume)
                .is_some_and(|it| matches!(it.source, VolumeSource::EmptyDir { .. }))
        {
            return Some(mount.path.to_string());
        }
    }
    None
}

fn hazard(component: &Component, place: &Place, at: OriginId) -> Hazard {
    let label = component.label();
    let message = match place {
        Place::Service(host) => format!(
            "Copies that `{label}` names go to `{host}`, a Service of the same cluster: whatever takes the cluster \
             takes the data and their only declared copy"
        ),
        Place::Scratch { path, tool } => format!(
            "`{label}` writes what {tool} gives to `{path}`, a volume that goes with its pod: the copy is \
             gone when the run ends"
        ),
    };
    let remedy = match place {
        Place::Service(_) => {
            "Send copies, or a second set of them, to object storage outside of the cluster and of its account"
        }
        Place::Scratch { .. } => {
            "Send the copy to object storage in the same run, and fail if that fails"
        }
    };
    RULE.worsens(component.id, FailureMode::DataLoss, Term::Loss, "copies beside the data", message)
        .at(at)
        .loses(LossClass::Irreversible)
        .shows_as("A rebuilt cluster finds no copy to restore")
        .recover("From a copy that somebody made by hand; else none")
        .remedy(remedy)
        .verify(format!(
            "{} # then list the copies from outside of the cluster",
            kubectl(component, format!("get {} -o yaml", resource(component))),
        ))
}
