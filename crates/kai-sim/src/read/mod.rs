//! Effective Kubernetes objects → the cluster that they describe.
//!
//! Dumps and templates of pods alike: what the API server would default is filled only where the
//! scheduler depends on it and the API cannot say otherwise. What cannot be read is named in
//! [`Reading::unread`] with the reason, and left out; nothing here fails.
//!
//! Start with [`cluster`]; [`pod_of_template`] makes the pod that a controller would make.

mod budget;
mod container;
mod controller;
mod declared;
mod node;
mod pod;
mod pod_affinity;
mod selector;
mod spread;
mod storage;
mod value;

use kai_core::Node as Written;
use rayon::prelude::*;
use smol_str::SmolStr;

use crate::model::{Cluster, Key, Service};
pub use declared::{Autoscaler, Declared, Priority, Update, Workload};
pub use pod::pod_of_template;
use value::{labels, text};

/// A cluster, and what of the objects is not in it.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    pub cluster: Cluster,
    pub declared: Declared,
    /// One sentence for each value that could not be read, with the object that has it.
    pub unread: Vec<String>,
}

/// Objects that are read by one thread at a time.
const SHARE: usize = 512;

/// Reads objects in any order; those of kinds that decide nothing here are passed over. Objects of a
/// large dump that nobody else holds are given back while others are still to be read, so that they
/// and the cluster are never there together.
#[must_use]
pub fn cluster(objects: Vec<Written>) -> Reading {
    let of_nodes: Vec<Written> =
        objects.iter().filter(|it| Reader::new(it).is_about_nodes()).cloned().collect();
    let shares: Vec<Reading> = objects.into_par_iter().chunks(SHARE).map(|it| share(&it)).collect();
    let mut reading = Reading::default();
    shares.into_iter().for_each(|it| reading.add(it));
    for object in &of_nodes {
        Reader::new(object).add_to_nodes(&mut reading.cluster);
    }
    reading
}

fn share(objects: &[Written]) -> Reading {
    let mut reading = Reading::default();
    for object in objects {
        let mut reader = Reader::new(object);
        reader.add(&mut reading.cluster);
        reader.declare(&mut reading.declared);
        reading.unread.append(&mut reader.unread);
    }
    reading
}

impl Reading {
    /// Adds what others say of the same cluster; of two of one name the later counts where names are
    /// keys.
    pub fn add(&mut self, other: Self) {
        let (cluster, declared) = (other.cluster, other.declared);
        self.cluster.nodes.extend(cluster.nodes);
        self.cluster.pods.extend(cluster.pods);
        self.cluster.namespaces.extend(cluster.namespaces);
        self.cluster.services.extend(cluster.services);
        self.cluster.controllers.extend(cluster.controllers);
        self.cluster.budgets.extend(cluster.budgets);
        self.cluster.claims.extend(cluster.claims);
        self.cluster.volumes.extend(cluster.volumes);
        self.cluster.classes.extend(cluster.classes);
        self.declared.workloads.extend(declared.workloads);
        self.declared.autoscalers.extend(declared.autoscalers);
        self.declared.quotas.extend(declared.quotas);
        self.declared.limit_ranges.extend(declared.limit_ranges);
        self.declared.priorities.extend(declared.priorities);
        self.unread.extend(other.unread);
    }
}

/// One object that is being read.
struct Reader<'a> {
    object: &'a Written,
    /// Where a template is read, which says no namespace of its own.
    namespace: Option<SmolStr>,
    unread: Vec<String>,
}

impl<'a> Reader<'a> {
    fn new(object: &'a Written) -> Self {
        Self { object, namespace: None, unread: Vec::new() }
    }

    fn add(&mut self, cluster: &mut Cluster) {
        match self.kind() {
            ("v1", "Node") => cluster.nodes.push(self.node()),
            ("v1", "Pod") => cluster.pods.push(self.pod()),
            ("v1", "Namespace") => {
                let namespace = labels(self.at(&["metadata", "labels"]));
                cluster.namespaces.insert(self.name(), namespace);
            }
            ("v1", "Service") => cluster.services.push(self.service()),
            ("v1", "PersistentVolumeClaim") => {
                let claim = self.claim();
                cluster.claims.insert(claim.key.clone(), claim);
            }
            ("v1", "PersistentVolume") => {
                let volume = self.volume();
                cluster.volumes.insert(volume.name.clone(), volume);
            }
            ("storage.k8s.io/v1", "StorageClass") => {
                let class = self.class();
                cluster.classes.insert(class.name.clone(), class);
            }
            ("policy/v1", "PodDisruptionBudget") => cluster.budgets.push(self.budget()),
            (group_version, kind) => {
                cluster.controllers.extend(self.controller(group_version, kind));
            }
        }
    }

    /// What other objects say of nodes, once all nodes and volumes are there.
    fn add_to_nodes(&self, cluster: &mut Cluster) {
        match self.kind() {
            ("storage.k8s.io/v1", "CSINode") => self.volume_limits(cluster),
            ("storage.k8s.io/v1", "VolumeAttachment") => self.attachment(cluster),
            _ => {}
        }
    }

    /// True for what [`Self::add_to_nodes`] reads.
    fn is_about_nodes(&self) -> bool {
        matches!(
            self.kind(),
            ("storage.k8s.io/v1", "CSINode") | ("storage.k8s.io/v1", "VolumeAttachment")
        )
    }

    /// Group and version, and kind.
    fn kind(&self) -> (&'a str, &'a str) {
        let value = |key: &str| self.object.str_at(&[key]).unwrap_or_default();
        (value("apiVersion"), value("kind"))
    }

    fn at(&self, path: &[&str]) -> Option<&'a Written> {
        self.object.at(path)
    }

    fn name(&self) -> SmolStr {
        text(self.at(&["metadata", "name"]))
    }

    /// `default` where no namespace is written, as for an object that is applied without one.
    fn key(&self) -> Key {
        let written = self.at(&["metadata", "namespace"]).and_then(Written::as_str);
        let namespace = self.namespace.clone().or_else(|| written.map(SmolStr::new));
        Key::new(namespace.unwrap_or_else(|| "default".into()), self.name())
    }

    fn is_terminating(&self) -> bool {
        self.at(&["metadata", "deletionTimestamp"]).is_some_and(|it| !it.is_null())
    }

    /// Says that a value is left out, and why.
    fn leave_out(&mut self, what: &str, why: &str) {
        let (_, kind) = self.kind();
        let sentence = format!("{kind} `{}`: {what} {why}", self.key());
        self.unread.push(sentence);
    }

    fn service(&self) -> Service {
        let selector = self.at(&["spec", "selector"]).filter(|it| it.as_map().is_some());
        Service { key: self.key(), selector: selector.map(|it| labels(Some(it))) }
    }

    fn attachment(&self, cluster: &mut Cluster) {
        let node = text(self.at(&["spec", "nodeName"]));
        let driver = text(self.at(&["spec", "attacher"]));
        let volume = text(self.at(&["spec", "source", "persistentVolumeName"]));
        let node = cluster.nodes.iter_mut().find(|it| it.name == node);
        let csi = cluster.volumes.get(&volume).and_then(|it| it.csi.as_ref());
        if let Some((node, (_, handle))) = node.zip(csi) {
            node.attached.push((driver, handle.clone()));
        }
    }

    fn volume_limits(&self, cluster: &mut Cluster) {
        let name = self.name();
        let Some(node) = cluster.nodes.iter_mut().find(|it| it.name == name) else { return };
        for driver in self.object.at(&["spec", "drivers"]).map_or(&[][..], Written::items) {
            let count = driver.at(&["allocatable", "count"]).and_then(Written::as_int);
            if let Some(count) = count {
                node.volume_limits.insert(text(driver.get("name")), count);
            }
        }
    }
}

#[cfg(test)]
mod tests;
