//! The specification of a pod.

use kai_core::{Node, SmolStr};
use kai_graph::{Pod, Volume, VolumeSource};

use crate::fields::Fields;
use crate::kubernetes::{container, placement};

pub(super) fn lower(spec: Fields<'_>) -> Pod {
    let holes = spec.reader().holes();
    let security = spec.at("securityContext");
    let read = |it: Fields<'_>| container::lower(it, security);
    let mut pod = Pod {
        containers: spec.list("containers").map(read).collect(),
        init_containers: spec.list("initContainers").map(read).collect(),
        volumes: spec.list("volumes").map(volume).collect(),
        service_account: spec
            .get("serviceAccountName")
            .or(|| spec.or("serviceAccount", SmolStr::new_static("default"))),
        automount_token: spec.get("automountServiceAccountToken"),
        placement: placement::lower(spec),
        termination_grace: spec.or("terminationGracePeriodSeconds", 30),
        host_network: spec.or("hostNetwork", false),
        host_pid: spec.or("hostPID", false),
        host_ipc: spec.or("hostIPC", false),
        dns_policy: spec.or("dnsPolicy", SmolStr::new_static("ClusterFirst")),
        priority_class: spec.get("priorityClassName"),
        image_pull_secrets: spec
            .list("imagePullSecrets")
            .filter_map(|it| it.name("name"))
            .collect(),
        run_as_non_root: security.get("runAsNonRoot"),
        run_as_user: security.get("runAsUser"),
        shares_processes: spec.or("shareProcessNamespace", false),
        restart_policy: spec.or("restartPolicy", SmolStr::new_static("Always")),
        is_fully_read: true,
        origin: spec.origin,
    };
    // A container without an image is a part of one: a patch that stands where manifests do.
    let containers = spec.node("containers").map(Node::items).unwrap_or_default();
    // Istio fills in a container whose image is `auto` when the pod is admitted ("Customizing injection").
    let is_written = |it: &Node| it.get("image").is_some_and(|it| it.as_str() != Some("auto"));
    let is_whole = !containers.is_empty() && containers.iter().all(is_written);
    pod.is_fully_read = is_whole && spec.reader().holes() == holes;
    pod
}

fn volume(volume: Fields<'_>) -> Volume {
    Volume { name: volume.text("name"), source: source(volume), origin: volume.origin }
}

/// A volume without a source is an emptyDir (`SetDefaults_Volume` of the API server).
fn source(volume: Fields<'_>) -> VolumeSource {
    let found = volume.entries().find(|(key, _)| *key != "name");
    let Some((kind, _)) = found else { return VolumeSource::EmptyDir { is_memory: false } };
    let source = volume.at(kind);
    match kind.as_str() {
        "emptyDir" => VolumeSource::EmptyDir { is_memory: source.text("medium") == "Memory" },
        "persistentVolumeClaim" => VolumeSource::Claim { name: source.text("claimName") },
        "ephemeral" => VolumeSource::Ephemeral,
        "configMap" => configuration(source),
        "secret" => secret(source, "secretName"),
        "hostPath" => VolumeSource::HostPath { path: source.text("path") },
        "projected" => VolumeSource::Projected(source.list("sources").map(projection).collect()),
        "downwardAPI" | "image" => VolumeSource::Other(kind.clone()),
        "csi" if source.text("driver") == "secrets-store.csi.k8s.io" => {
            VolumeSource::SecretProvider {
                name: source.at("volumeAttributes").text("secretProviderClass"),
            }
        }
        _ => VolumeSource::Network(kind.clone()),
    }
}

fn projection(source: Fields<'_>) -> VolumeSource {
    match source.entries().next() {
        Some((kind, _)) if kind == "configMap" => configuration(source.at(kind)),
        Some((kind, _)) if kind == "secret" => secret(source.at(kind), "name"),
        Some((kind, _)) => VolumeSource::Other(kind.clone()),
        None => VolumeSource::Other(SmolStr::default()),
    }
}

fn configuration(source: Fields<'_>) -> VolumeSource {
    VolumeSource::Configuration {
        name: source.text("name"),
        is_optional: source.is("optional"),
        keys: keys(source),
    }
}

fn secret(source: Fields<'_>, name: &str) -> VolumeSource {
    VolumeSource::Secret {
        name: source.text(name),
        is_optional: source.is("optional"),
        keys: keys(source),
    }
}

/// The keys that are mounted; none for all of them.
fn keys(source: Fields<'_>) -> Vec<SmolStr> {
    source.list("items").map(|it| it.text("key")).collect()
}
