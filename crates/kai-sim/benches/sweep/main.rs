//! How long it takes to lose nodes, on paper.
//!
//! `cargo bench -p kai-sim`. The cluster has 500 nodes and 10,000 pods of 400 workloads, drawn from a
//! fixed seed. `placements` in the names are pods that are scheduled again.

use std::sync::LazyLock;

use divan::{Bencher, black_box};
use kai_sim::generated::{self, Shape};
use kai_sim::model::Cluster;
use kai_sim::scheduler::{Cycle, Snapshot};
use kai_sim::sweep::Sweep;

fn main() {
    divan::main();
}

const SHAPE: Shape = Shape { nodes: 500, pods: 10_000, workloads: 400, zones: 3 };

static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| generated::cluster(1, SHAPE));

#[divan::bench(sample_count = 10)]
fn compile(bencher: Bencher<'_, '_>) {
    let cluster = &*CLUSTER;
    bencher.bench(|| Sweep::new(black_box(cluster)));
}

#[divan::bench(sample_count = 10)]
fn each_node(bencher: Bencher<'_, '_>) {
    let mut sweep = Sweep::new(&CLUSTER);
    bencher.bench_local(|| {
        let nodes = CLUSTER.nodes.iter();
        nodes.map(|lost| sweep.without(|it| std::ptr::eq(it, lost)).len()).sum::<usize>()
    });
}

#[divan::bench(sample_count = 10)]
fn each_zone(bencher: Bencher<'_, '_>) {
    let mut sweep = Sweep::new(&CLUSTER);
    bencher.bench_local(|| {
        let lose = |zone: &str| sweep.without(|it| it.zone().1 == zone).len();
        ["z0", "z1", "z2"].map(lose)
    });
}

/// One pod, placed by the scheduler that is written for clarity.
#[divan::bench(sample_count = 10)]
fn one_pod_by_reference(bencher: Bencher<'_, '_>) {
    let snapshot = Snapshot::new(&CLUSTER);
    let mut pod = CLUSTER.pods[0].clone();
    pod.node = None;
    bencher.bench(|| {
        let cycle = Cycle::new(&snapshot, &pod).expect("some node may take it");
        Cycle::best(&cycle.scores(&cycle.verdicts()))
    });
}
