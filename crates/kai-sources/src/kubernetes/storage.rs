//! Claims, volumes and their classes.

use kai_core::{Known, SmolStr};
use kai_graph::{ComponentKind, DiskCluster, Facts, PersistentVolume, StorageClass};

use crate::fields::{Fields, is_templated};
use crate::kubernetes::object::Object;
use crate::kubernetes::workload;

pub(super) fn claim(object: &Object<'_>) -> (ComponentKind, Facts) {
    (ComponentKind::Volume, Facts::Claim(Box::new(workload::claim(object.spec))))
}

pub(super) fn persistent_volume(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let claim = spec.find("claimRef").map(|it| (it.text("namespace"), it.text("name")));
    let volume = PersistentVolume {
        // One that somebody writes is kept; one that is provisioned gets its class's policy.
        reclaim_policy: spec.or("persistentVolumeReclaimPolicy", SmolStr::new_static("Retain")),
        storage_class: spec.get("storageClassName"),
        claim,
        source: spec
            .entries()
            .map(|(key, _)| key)
            .find(|it| !is_setting(it))
            .cloned()
            .unwrap_or_default(),
    };
    (ComponentKind::Volume, Facts::PersistentVolume(Box::new(volume)))
}

/// Fields beside the one that says where the bytes are.
fn is_setting(key: &str) -> bool {
    matches!(
        key,
        "accessModes"
            | "capacity"
            | "claimRef"
            | "mountOptions"
            | "nodeAffinity"
            | "persistentVolumeReclaimPolicy"
            | "storageClassName"
            | "volumeAttributesClassName"
            | "volumeMode"
    )
}

/// Disks of Google and Azure may be in two or three zones; what is not known may be anything.
fn may_span_zones(class: Fields<'_>) -> bool {
    const WORDS: [&str; 3] = ["regional", "high-availability", "_zrs"];
    let Some(parameters) = class.node("parameters") else { return false };
    let Some(values) = parameters.as_map() else { return true };
    let may = |text: &str| {
        let text = text.to_ascii_lowercase();
        is_templated(&text) || WORDS.iter().any(|it| text.contains(it))
    };
    values.iter().any(|it| it.node.text().is_none_or(may))
}

pub(super) fn class(object: &Object<'_>) -> (ComponentKind, Facts) {
    let fields = object.fields;
    let is_marked = |key| object.annotation(key).is_some_and(|(value, _)| value == "true");
    let class = StorageClass {
        provisioner: fields.get("provisioner"),
        reclaim_policy: fields.or("reclaimPolicy", SmolStr::new_static("Delete")),
        binding_mode: fields.or("volumeBindingMode", SmolStr::new_static("Immediate")),
        can_grow: fields.or("allowVolumeExpansion", false),
        may_span_zones: may_span_zones(fields),
        is_default: is_marked("storageclass.kubernetes.io/is-default-class")
            || is_marked("storageclass.beta.kubernetes.io/is-default-class"),
    };
    (ComponentKind::Control, Facts::StorageClass(Box::new(class)))
}

/// A Node, the only failure domain that has an object of its own.
pub(super) fn ceph(object: &Object<'_>) -> (ComponentKind, Facts) {
    (ComponentKind::Control, Facts::DiskCluster(Box::new(disks(object.spec))))
}

/// What Rook may erase, by the `spec` of a CephCluster (its `cleanupPolicy`).
pub(super) fn disks(spec: Fields<'_>) -> DiskCluster {
    let policy = spec.at("cleanupPolicy");
    let confirmation = policy.opt_traced::<SmolStr>("confirmation");
    DiskCluster {
        erases_foreign_disks: policy.or("wipeDevicesFromOtherClusters", false),
        erases_when_deleted: confirmation.map_or_else(Known::default, |it| {
            Known::new(it.value == "yes-really-destroy-data", it.origin)
        }),
    }
}

pub(super) fn machine(object: &Object<'_>) -> (ComponentKind, Facts) {
    let labels = object.metadata.at("labels");
    let machine = kai_graph::Machine {
        zone: labels
            .get("topology.kubernetes.io/zone")
            .or(|| labels.get("failure-domain.beta.kubernetes.io/zone")),
        labels: object.metadata.labels("labels"),
        taints: object.spec.list("taints").map(taint).collect(),
        is_unschedulable: object.spec.is("unschedulable"),
    };
    (ComponentKind::FailureDomain, Facts::Machine(Box::new(machine)))
}

fn taint(taint: crate::fields::Fields<'_>) -> SmolStr {
    let (key, value, effect) = (taint.text("key"), taint.text("value"), taint.text("effect"));
    smol_str::format_smolstr!("{key}={value}:{effect}")
}
