//! Pods, and the templates that controllers make them of.

use std::sync::Arc;

use kai_core::Node as Written;
use smol_str::SmolStr;

use super::Reader;
use super::node::{effect, has_condition};
use super::storage::pod_volume;
use super::value::{items, labels, text, text_if_any};
use crate::model::{
    ControllerKind, Key, NodeSelectorTerm, Owner, Phase, Pod, PodTemplate, Timestamp, Toleration,
    Weighted,
};

/// The pod that a controller would make of its template, under a name that the caller gives.
#[must_use]
pub fn pod_of_template(template: &Written, key: Key, owner: Owner) -> (Pod, Vec<String>) {
    let mut reader = Reader::new(template);
    reader.namespace = Some(key.namespace.clone());
    let mut pod = reader.pod();
    pod.namespace = key.namespace;
    pod.name = key.name;
    pod.owner = Some(owner);
    (pod, reader.unread)
}

impl Reader<'_> {
    pub(super) fn pod(&mut self) -> Pod {
        let empty = Written::map(kai_core::Map::new(), self.object.origin);
        let spec = self.object.get("spec").unwrap_or(&empty);
        let status = self.object.get("status");
        let mut pod = self.metadata();
        pod.node = text_if_any(spec.get("nodeName"));
        pod.priority = spec.get("priority").and_then(Written::as_int).unwrap_or(0);
        pod.never_preempts = spec.str_at(&["preemptionPolicy"]) == Some("Never");
        let gates = items(spec.get("schedulingGates")).iter();
        pod.scheduling_gates = gates.map(|it| text(it.get("name"))).collect();
        pod.containers = self.containers(spec, "containers", status);
        pod.init_containers = self.containers(spec, "initContainers", status);
        pod.requests = self.resources(spec.at(&["resources", "requests"]));
        pod.overhead = self.resources(spec.get("overhead"));
        pod.node_selector = labels(spec.get("nodeSelector"));
        let nodes = spec.at(&["affinity", "nodeAffinity"]);
        pod.node_affinity = self.node_selector(nodes.and_then(|it| it.get(REQUIRED)));
        pod.preferred_nodes = self.preferred_nodes(nodes.and_then(|it| it.get(PREFERRED)));
        pod.tolerations = items(spec.get("tolerations")).iter().map(toleration).collect();
        pod.affinity = self.affinity(spec.at(&["affinity", "podAffinity"]), &pod);
        pod.anti_affinity = self.affinity(spec.at(&["affinity", "podAntiAffinity"]), &pod);
        pod.spread = self.spread(spec);
        pod.volumes = items(spec.get("volumes")).iter().map(pod_volume).collect();
        pod
    }

    fn metadata(&self) -> Pod {
        let Key { namespace, name } = self.key();
        let started = self.at(&["status", "startTime"]).and_then(Written::as_str);
        let mirror = self.at(&["metadata", "annotations", "kubernetes.io/config.mirror"]);
        let template = PodTemplate {
            labels: labels(self.at(&["metadata", "labels"])),
            owner: self.owner(),
            is_mirror: mirror.is_some(),
            ..PodTemplate::default()
        };
        Pod {
            namespace,
            name,
            phase: phase(self.object.str_at(&["status", "phase"])),
            is_ready: has_condition(self.object, "Ready"),
            is_terminating: self.is_terminating(),
            started: started.and_then(Timestamp::parse),
            template: Arc::new(template),
            ..Pod::default()
        }
    }

    /// The reference that says it is the controller.
    pub(super) fn owner(&self) -> Option<Owner> {
        let references = items(self.at(&["metadata", "ownerReferences"]));
        let is_controller =
            |it: &&Written| it.get("controller").and_then(Written::as_bool) == Some(true);
        let reference = references.iter().find(is_controller)?;
        let value = |key: &str| reference.str_at(&[key]).unwrap_or_default();
        Some(Owner {
            kind: ControllerKind::parse(value("apiVersion"), value("kind")),
            name: SmolStr::new(value("name")),
        })
    }

    /// Terms without weight or conditions count for nothing.
    fn preferred_nodes(&mut self, value: Option<&Written>) -> Vec<Weighted<NodeSelectorTerm>> {
        let mut preferred = Vec::new();
        for written in items(value) {
            let weight = written.get("weight").and_then(Written::as_int).unwrap_or(0);
            let Some(preference) = written.get("preference") else { continue };
            let term = self.node_term(preference).filter(|it| weight != 0 && !it.is_empty());
            preferred.extend(term.map(|term| Weighted { weight, term }));
        }
        preferred
    }
}

pub(super) const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
pub(super) const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

fn phase(text: Option<&str>) -> Phase {
    match text {
        Some("Running") => Phase::Running,
        Some("Succeeded") => Phase::Succeeded,
        Some("Failed") => Phase::Failed,
        _ => Phase::Pending,
    }
}

fn toleration(written: &Written) -> Toleration {
    let exists = written.str_at(&["operator"]) == Some("Exists");
    Toleration {
        key: text(written.get("key")),
        value: (!exists).then(|| text(written.get("value"))),
        effect: effect(written),
        seconds: written.get("tolerationSeconds").and_then(Written::as_int),
    }
}
