//! Recorded clusters, and what the real scheduler decided in them.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::sync::LazyLock;

use flate2::read::GzDecoder;
use kai_core::{Node as Written, OriginId, Origins};
use kai_sim::model::{Cluster, Pod};
use kai_sim::read;
use kai_syntax::json::{self, JsonOptions};

/// One cluster, pods that come to it one by one, and what was decided about each.
pub(crate) struct Recording {
    pub(crate) name: String,
    pub(crate) cluster: Cluster,
    pub(crate) incoming: Vec<Pod>,
    pub(crate) expected: Vec<Written>,
}

/// Every recording, read once; nothing where the data is not there.
pub(crate) fn recordings() -> Option<&'static [Recording]> {
    static RECORDINGS: LazyLock<Option<Vec<Recording>>> = LazyLock::new(read_all);
    RECORDINGS.as_deref()
}

fn read_all() -> Option<Vec<Recording>> {
    let path = kai_testing::recorded("KAI_SCHEDULER_DATA", "conformance/scheduler")?;
    let path: PathBuf = if path.is_dir() { path.join("dev.jsonl.gz") } else { path };
    let lines = BufReader::new(GzDecoder::new(File::open(path).unwrap())).lines();
    Some(lines.map(|it| recording(it.unwrap())).collect())
}

fn recording(line: String) -> Recording {
    let origins = Origins::new();
    let id = origins.add_document("recording.json".into(), line).unwrap();
    let parsed = json::parse(&origins, id, &JsonOptions::default());
    let recorded = &parsed.documents[0].node;
    let objects: Vec<Written> = LISTS.iter().flat_map(|it| list(recorded, it)).collect();
    let reading = read::cluster(objects);
    let incoming = list(recorded, &("incoming", "v1", "Pod"));
    let reading_of_incoming = read::cluster(incoming);
    assert!(reading.unread.is_empty(), "{:?}", reading.unread);
    Recording {
        name: recorded.str_at(&["name"]).unwrap().to_owned(),
        cluster: reading.cluster,
        incoming: reading_of_incoming.cluster.pods,
        expected: recorded.get("expect").unwrap().items().to_vec(),
    }
}

const LISTS: [(&str, &str, &str); 9] = [
    ("namespaces", "v1", "Namespace"),
    ("nodes", "v1", "Node"),
    ("pods", "v1", "Pod"),
    ("services", "v1", "Service"),
    ("replicaSets", "apps/v1", "ReplicaSet"),
    ("pvcs", "v1", "PersistentVolumeClaim"),
    ("pvs", "v1", "PersistentVolume"),
    ("storageClasses", "storage.k8s.io/v1", "StorageClass"),
    ("pdbs", "policy/v1", "PodDisruptionBudget"),
];

/// The objects of a list, which the recording writes without their kind.
fn list(recorded: &Written, (name, group_version, kind): &(&str, &str, &str)) -> Vec<Written> {
    let mut objects = recorded.get(name).map_or(&[][..], Written::items).to_vec();
    for object in &mut objects {
        let origin: OriginId = object.origin;
        let map = object.map_mut().unwrap();
        map.set("apiVersion", origin, Written::string(*group_version, origin));
        map.set("kind", origin, Written::string(*kind, origin));
    }
    objects
}
