//! How long it takes to lose nodes, on paper.
//!
//! `cargo bench -p kai-sim`. The cluster has 500 nodes and 10,000 pods of 400 workloads, drawn from a
//! fixed seed. `on_all_cores` is what a sweep does; the others are one thread. Where the machine is
//! busy, `cargo xtask instructions` counts what one thread executes and compares it with what was
//! recorded; it runs this program with `--once PART`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use divan::{Bencher, black_box};
use kai_sim::generated::{self, Shape};
use kai_sim::model::{Cluster, Controller, Pod};
use kai_sim::scheduler::{Cycle, Snapshot};
use kai_sim::sweep::{Blow, Spare, Sweep, pairs};

fn main() {
    match std::env::args().skip_while(|it| it != "--once").nth(1) {
        Some(part) => once(&part),
        None => divan::main(),
    }
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
    let blows = each_node_lost(&sweep);
    bencher.bench_local(|| blows.iter().map(|it| sweep.after(it).placed.len()).sum::<usize>());
}

#[divan::bench(sample_count = 10)]
fn each_node_on_all_cores(bencher: Bencher<'_, '_>) {
    let sweep = Sweep::new(&CLUSTER);
    let blows = each_node_lost(&sweep);
    bencher.bench(|| sweep.after_each(&blows));
}

#[divan::bench(sample_count = 10)]
fn each_zone(bencher: Bencher<'_, '_>) {
    let mut sweep = Sweep::new(&CLUSTER);
    let blows = each_zone_lost(&sweep);
    bencher.bench_local(|| blows.iter().map(|it| sweep.after(it).placed.len()).sum::<usize>());
}

#[divan::bench(sample_count = 10)]
fn each_zone_on_all_cores(bencher: Bencher<'_, '_>) {
    let sweep = Sweep::new(&CLUSTER);
    let blows = each_zone_lost(&sweep);
    bencher.bench(|| sweep.after_each(&blows));
}

/// What all 124,750 pairs of nodes stop that neither of the two stops alone.
#[divan::bench(sample_count = 10)]
fn each_pair_at_once(bencher: Bencher<'_, '_>) {
    let sweep = Sweep::new(&CLUSTER);
    bencher.bench(|| pairs(&spares(&sweep)).len());
}

/// Twice, five times and ten times the pods, for every workload.
#[divan::bench(sample_count = 3)]
fn each_load(bencher: Bencher<'_, '_>) {
    let sweep = Sweep::new(&CLUSTER);
    let blows = each_load_wanted();
    bencher.bench(|| sweep.after_each(&blows));
}

/// Every workload, with all its pods.
#[divan::bench(sample_count = 10)]
fn each_workload_on_all_cores(bencher: Bencher<'_, '_>) {
    let sweep = Sweep::new(&CLUSTER);
    let blows = each_workload_lost();
    bencher.bench(|| sweep.after_each(&blows));
}

/// All of it, from the cluster on: nodes, pairs of them, zones, workloads and loads.
#[divan::bench(sample_count = 5)]
fn standard_on_all_cores(bencher: Bencher<'_, '_>) {
    bencher.bench(|| {
        let sweep = Sweep::new(&CLUSTER);
        let mut blows = each_node_lost(&sweep);
        blows.extend(each_zone_lost(&sweep));
        blows.extend(each_workload_lost());
        blows.extend(each_load_wanted());
        (sweep.after_each(&blows).len(), pairs(&spares(&sweep)).len())
    });
}

/// One part, once, on one thread; only what is `counted` is.
fn once(part: &str) {
    // What is spread over cores stays on this thread, where it is counted.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread();
    pool.build_global().expect("nothing has asked for threads before");
    let cluster = &*CLUSTER;
    if part == "compile" {
        black_box(counted(|| Sweep::new(cluster)));
        return;
    }
    let mut sweep = Sweep::new(cluster);
    let blows = match part {
        "each_node" => each_node_lost(&sweep),
        "each_zone" => each_zone_lost(&sweep),
        "each_workload" => each_workload_lost(),
        "each_load" => each_load_wanted().into(),
        "each_pair_at_once" => {
            black_box(counted(|| pairs(&spares(&sweep))));
            return;
        }
        _ => panic!("there is no part `{part}`"),
    };
    black_box(counted(|| blows.iter().map(|it| sweep.after(it).placed.len()).sum::<usize>()));
}

/// The instructions of this function, and of what it calls, are counted by its name.
#[inline(never)]
fn counted<T>(work: impl FnOnce() -> T) -> T {
    black_box(work())
}

fn each_workload_lost() -> Vec<Blow> {
    let pods_of = |workload: &Controller| {
        let is_of = |pod: &Pod| {
            pod.namespace == workload.key.namespace
                && pod.owner.as_ref().is_some_and(|it| it.name == workload.key.name)
        };
        let pods = CLUSTER.pods.iter().enumerate().filter(|(_, it)| is_of(it));
        pods.map(|(at, _)| at).collect()
    };
    let workloads = CLUSTER.controllers.iter();
    workloads.map(|it| Blow { pods: pods_of(it), ..Blow::default() }).collect()
}

fn each_load_wanted() -> [Blow; 3] {
    [2, 5, 10].map(|factor| Blow { wanted: more(factor), ..Blow::default() })
}

fn each_node_lost(sweep: &Sweep<'_>) -> Vec<Blow> {
    (0..CLUSTER.nodes.len()).map(|it| lost(sweep, vec![it])).collect()
}

fn each_zone_lost(sweep: &Sweep<'_>) -> Vec<Blow> {
    let of_zone = |zone: &str| {
        let nodes = CLUSTER.nodes.iter().enumerate().filter(|(_, it)| it.zone().1 == zone);
        lost(sweep, nodes.map(|(at, _)| at).collect())
    };
    ["z0", "z1", "z2"].map(of_zone).into()
}

fn lost(sweep: &Sweep<'_>, nodes: Vec<usize>) -> Blow {
    let wanted = sweep.made_again(&nodes);
    Blow { nodes, wanted, ..Blow::default() }
}

/// Every workload needs one of its pods.
fn spares(sweep: &Sweep<'_>) -> Vec<Spare> {
    let mut workloads: BTreeMap<_, BTreeMap<usize, usize>> = BTreeMap::new();
    for (at, pod) in CLUSTER.pods.iter().enumerate() {
        let (Some(owner), Some(node)) = (&pod.owner, sweep.node_of(at)) else { continue };
        let on = workloads.entry((&pod.namespace, &owner.name)).or_default();
        *on.entry(node).or_default() += 1;
    }
    let spare = |on: BTreeMap<usize, usize>| {
        let may_lose = on.values().sum::<usize>() - 1;
        Spare { on: on.into_iter().collect(), may_lose }
    };
    workloads.into_values().map(spare).collect()
}

fn more(factor: usize) -> Vec<usize> {
    let pods = (0..CLUSTER.pods.len()).filter(|&it| CLUSTER.pods[it].node.is_some());
    pods.flat_map(|it| std::iter::repeat_n(it, factor - 1)).collect()
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
