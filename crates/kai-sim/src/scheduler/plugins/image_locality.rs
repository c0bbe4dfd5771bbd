//! Images that are there already (plugins/imagelocality/image_locality.go, v1.34.1).

use smol_str::{SmolStr, format_smolstr};

use crate::model::Pod;
use crate::scheduler::normalize::BEST;
use crate::scheduler::{Host, Snapshot};

const LEAST: i64 = 23 << 20;
const MOST_OF_A_CONTAINER: i64 = 1000 << 20;

pub(in crate::scheduler) fn scores(
    snapshot: &Snapshot<'_>,
    pod: &Pod,
    hosts: &[&Host<'_>],
) -> Option<Vec<i64>> {
    let names = names(pod);
    let most = MOST_OF_A_CONTAINER * names.len() as i64;
    let score = |host: &&Host<'_>| {
        let sum: i64 = names.iter().map(|it| worth(snapshot, host, it)).sum();
        let sum = sum.min(most).max(LEAST);
        (BEST * (sum - LEAST)).checked_div(most - LEAST).unwrap_or(0)
    };
    Some(hosts.iter().map(score).collect())
}

/// The images of all containers, as nodes name them.
pub(crate) fn names(pod: &Pod) -> Vec<SmolStr> {
    let containers = pod.init_containers.iter().chain(&pod.containers);
    containers.map(|it| full_name(&it.image)).collect()
}

/// The size of an image, less where few nodes have it: pods that follow an image would else all
/// follow it to one node.
#[expect(clippy::cast_precision_loss, reason = "the scheduler multiplies doubles")]
#[expect(clippy::cast_possible_truncation, reason = "at most the size of an image")]
fn worth(snapshot: &Snapshot<'_>, host: &Host<'_>, name: &SmolStr) -> i64 {
    if !host.node.images.iter().any(|it| it.names.contains(name)) {
        return 0;
    }
    let Some(image) = snapshot.images.get(name) else { return 0 };
    let share = image.node_count as f64 / snapshot.hosts.len() as f64;
    (image.size as f64 * share) as i64
}

/// Without a tag or digest, `:latest`.
fn full_name(image: &SmolStr) -> SmolStr {
    if image.rfind(':') <= image.rfind('/') {
        return format_smolstr!("{image}:latest");
    }
    image.clone()
}
