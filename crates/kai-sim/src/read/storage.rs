//! Volumes, claims and classes.

use kai_core::Node as Written;
use smol_str::SmolStr;

use super::Reader;
use super::value::{flag, items, labels, text, text_if_any, texts};
use crate::model::{
    Binding, Claim, Disk, Key, Operator, PersistentVolume, PodVolume, Requirement, StorageClass,
};

impl Reader<'_> {
    pub(super) fn claim(&mut self) -> Claim {
        let object = self.object;
        let annotation = |key: &str| object.at(&["metadata", "annotations", key]);
        let class = annotation("volume.beta.kubernetes.io/storage-class");
        let access_modes = texts(self.at(&["spec", "accessModes"]));
        Claim {
            key: self.key(),
            class: text(class.or_else(|| self.at(&["spec", "storageClassName"]))),
            volume: text(self.at(&["spec", "volumeName"])),
            is_bound: annotation("pv.kubernetes.io/bind-completed").is_some(),
            is_lost: self.object.str_at(&["status", "phase"]) == Some("Lost"),
            is_terminating: self.is_terminating(),
            is_for_one_pod: access_modes.iter().any(|it| it == "ReadWriteOncePod"),
            request: self.storage(&["spec", "resources", "requests", "storage"]),
            is_block: self.is_block(),
            selected_node: text_if_any(annotation("volume.kubernetes.io/selected-node")),
            selector: self.selector(self.at(&["spec", "selector"])),
            access_modes,
        }
    }

    pub(super) fn volume(&mut self) -> PersistentVolume {
        let claim = self.at(&["spec", "claimRef"]);
        let csi = self.at(&["spec", "csi"]);
        PersistentVolume {
            name: self.name(),
            labels: labels(self.at(&["metadata", "labels"])),
            class: text(self.at(&["spec", "storageClassName"])),
            capacity: self.storage(&["spec", "capacity", "storage"]),
            node_affinity: self.node_selector(self.at(&["spec", "nodeAffinity", "required"])),
            claim: claim.map(|it| Key::new(text(it.get("namespace")), text(it.get("name")))),
            is_available: self.object.str_at(&["status", "phase"]) == Some("Available"),
            is_terminating: self.is_terminating(),
            is_block: self.is_block(),
            access_modes: texts(self.at(&["spec", "accessModes"])),
            csi: csi.map(|it| (text(it.get("driver")), text(it.get("volumeHandle")))),
        }
    }

    pub(super) fn class(&mut self) -> StorageClass {
        let topologies = items(self.at(&["allowedTopologies"])).iter();
        StorageClass {
            name: self.name(),
            provisioner: text(self.at(&["provisioner"])),
            binding: match self.object.str_at(&["volumeBindingMode"]) {
                Some("WaitForFirstConsumer") => Some(Binding::WaitForFirstConsumer),
                // The API server writes this where nothing is written.
                Some("Immediate") | None => Some(Binding::Immediate),
                Some(_) => None,
            },
            topologies: topologies.map(topology).collect(),
        }
    }

    fn storage(&mut self, path: &[&str]) -> i64 {
        let Some(written) = self.at(path) else { return 0 };
        let amount = self.amount("storage", written);
        if amount.is_none() {
            self.leave_out("the amount of storage", "is no quantity that a volume could have");
        }
        amount.unwrap_or(0)
    }

    fn is_block(&self) -> bool {
        self.object.str_at(&["spec", "volumeMode"]) == Some("Block")
    }
}

/// Labels of which a node must have one of the values each.
fn topology(written: &Written) -> Vec<Requirement> {
    let values = items(written.get("matchLabelExpressions")).iter();
    let one_of = |it: &Written| Requirement {
        key: text(it.get("key")),
        operator: Operator::In,
        values: texts(it.get("values")),
    };
    values.map(one_of).collect()
}

pub(super) fn pod_volume(written: &Written) -> PodVolume {
    if let Some(claim) = written.str_at(&["persistentVolumeClaim", "claimName"]) {
        return PodVolume::Claim(SmolStr::new(claim));
    }
    if written.get("ephemeral").is_some() {
        return PodVolume::Ephemeral(text(written.get("name")));
    }
    if written.get("emptyDir").is_some() {
        return PodVolume::EmptyDir;
    }
    disk(written).map_or(PodVolume::Other, PodVolume::Disk)
}

fn disk(written: &Written) -> Option<Disk> {
    if let Some(disk) = written.get("gcePersistentDisk") {
        let (name, is_read_only) = (text(disk.get("pdName")), flag(disk.get("readOnly")));
        return Some(Disk::GcePersistentDisk { name, is_read_only });
    }
    if let Some(disk) = written.get("awsElasticBlockStore") {
        return Some(Disk::AwsElasticBlockStore { id: text(disk.get("volumeID")) });
    }
    if let Some(disk) = written.get("iscsi") {
        let (iqn, is_read_only) = (text(disk.get("iqn")), flag(disk.get("readOnly")));
        return Some(Disk::Iscsi { iqn, is_read_only });
    }
    let disk = written.get("rbd")?;
    Some(Disk::Rbd {
        monitors: texts(disk.get("monitors")),
        // The API server's default.
        pool: text_if_any(disk.get("pool")).unwrap_or_else(|| "rbd".into()),
        image: text(disk.get("image")),
        is_read_only: flag(disk.get("readOnly")),
    })
}
