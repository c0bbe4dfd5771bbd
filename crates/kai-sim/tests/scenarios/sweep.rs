//! The fast engine gives the placements of the scheduler.
//!
//! `KAI_SIM_PLACEMENTS` says how many are compared at least, `KAI_SIM_SEED` where the drawing begins.

use std::sync::Arc;

use kai_core::SmolStr;
use kai_sim::generated::{self, Draw, Shape};
use kai_sim::model::{Cluster, Effect, Node, Pod, Selector, SpreadConstraint, Taint};
use kai_sim::scheduler::{Cycle, Snapshot};
use kai_sim::sweep::{Blow, Gone, Plan, Sweep};
use kai_testing::{number, say};

#[test]
fn a_sweep_places_pods_as_the_scheduler_does() {
    let wanted = number("KAI_SIM_PLACEMENTS", 2000);
    let first = number("KAI_SIM_SEED", 1);
    let mut placements = 0;
    for seed in first.. {
        if placements >= wanted {
            break;
        }
        placements += compare(seed);
    }
    say(&format!("sweep placements: {placements}/{placements}"));
}

/// Draws a cluster and loses single nodes, pairs and a zone of it; how many placements were equal.
fn compare(seed: u64) -> u64 {
    let mut draw = Draw::new(seed ^ 0xFFFF);
    let shape = Shape {
        nodes: 4 + draw.below(24),
        pods: 20 + draw.below(200),
        workloads: 3 + draw.below(20),
        zones: 1 + draw.below(4),
    };
    let cluster = generated::cluster(seed, shape);
    let mut sweep = match seed % 2 {
        0 => Sweep::new(&cluster),
        _ => Sweep::planned(&cluster, Arc::new(Plan::of(&unplaced(&cluster)))),
    };
    let mut count = 0;
    for _ in 0..3 {
        let lost = [draw.below(shape.nodes), draw.below(shape.nodes)];
        let names = lost.map(|it| cluster.nodes[it].name.clone());
        count += check(seed, &cluster, &mut sweep, |it| names.contains(&it.name));
        count += check(seed, &cluster, &mut sweep, |it| it.name == names[0]);
    }
    count += check(seed, &cluster, &mut sweep, |it| it.zone().1 == "z0");
    count
}

#[test]
fn a_plan_with_another_spread_places_as_one_made_anew() {
    let mut respread = 0;
    for seed in 0..150 {
        let mut draw = Draw::new(seed);
        let shape = Shape { nodes: 6, pods: 60, workloads: 12, zones: 3 };
        let mut cluster = unplaced(&generated::cluster(seed, shape));
        let plan = Plan::of(&cluster);
        let pods = spread_otherwise(&mut cluster, draw.below(shape.pods), seed);
        let Some(changed) = plan.respread(&cluster, &pods) else { continue };
        respread += 1;
        let blow = Blow { wanted: (0..cluster.pods.len()).collect(), ..Blow::default() };
        let found = Sweep::planned(&cluster, Arc::new(changed)).after(&blow);
        assert_eq!(found, Sweep::new(&cluster).after(&blow), "seed {seed}");
    }
    assert!(respread > 50, "{respread} plans were made of others");
}

#[test]
fn pods_that_any_node_will_do_for_wait_where_the_scheduler_finds_none() {
    let (mut told, mut waiting) = (0, 0);
    for seed in 0..40 {
        let shape = Shape { nodes: 6, pods: 40, workloads: 12, zones: 3 };
        let cluster = generated::cluster(seed, shape);
        let mut sweep = Sweep::new(&cluster);
        for pod in 0..shape.pods {
            let (nodes, wanted) = ((0..pod % 7).collect(), vec![pod, pod]);
            let blow = Blow { nodes, wanted, nodes_are: Gone::Cordoned, ..Blow::default() };
            let Some(rough) = sweep.roughly_after(&blow) else { continue };
            let found = |placed: &[(usize, Option<usize>)]| {
                placed.iter().map(|it| (it.0, it.1.is_some())).collect::<Vec<_>>()
            };
            let (rough, exact) = (found(&rough.placed), found(&sweep.after(&blow).placed));
            assert_eq!(rough, exact, "pod {pod}, seed {seed}");
            told += 1;
            waiting += usize::from(!rough[0].1);
        }
    }
    assert!(told > 200 && waiting > 20, "{told} were told, of which {waiting} wait");
}

/// Spreads the pods of the owner of a pod over one kind of place, and adds one more; all of them.
fn spread_otherwise(cluster: &mut Cluster, like: usize, seed: u64) -> Vec<usize> {
    let one = cluster.pods[like].clone();
    let is_kin = |it: &Pod| it.namespace == one.namespace && it.owner == one.owner;
    let kin = (0..cluster.pods.len()).filter(|&it| is_kin(&cluster.pods[it]));
    let mut pods: Vec<usize> = kin.collect();
    pods.push(cluster.pods.len());
    cluster.pods.push(Pod { name: "one-more".into(), ..one.clone() });
    let constraint = SpreadConstraint {
        max_skew: 1,
        topology_key: if seed.is_multiple_of(2) { Node::HOSTNAME } else { Node::ZONE }.into(),
        is_required: !seed.is_multiple_of(3),
        selector: Some(Selector::of_labels(&one.labels)),
        match_label_keys: Vec::new(),
        min_domains: None,
        honours_affinity: true,
        honours_taints: true,
    };
    pods.iter().for_each(|&it| cluster.pods[it].spread = vec![constraint.clone()]);
    pods
}

/// The same pods on no node, of which the same plan is made.
fn unplaced(cluster: &Cluster) -> Cluster {
    let mut unplaced = cluster.clone();
    unplaced.pods.iter_mut().for_each(|it| it.node = None);
    unplaced
}

fn check(
    seed: u64,
    cluster: &Cluster,
    sweep: &mut Sweep<'_>,
    is_lost: impl Fn(&Node) -> bool,
) -> u64 {
    let placements = sweep.without(&is_lost);
    let order: Vec<_> =
        Snapshot::new(cluster).hosts.iter().map(|it| it.node.name.clone()).collect();
    let mut left = cluster.clone();
    let lost: Vec<_> = cluster.nodes.iter().filter(|it| is_lost(it)).map(|it| &it.name).collect();
    left.nodes.retain(|it| !is_lost(it));
    left.pods.retain(|it| it.node.as_ref().is_none_or(|node| !lost.contains(&node)));
    for placement in &placements {
        let pod = Pod { node: None, ..placement.pod.clone() };
        let node = place(&left, &pod, &order);
        assert_eq!(
            placement.node,
            node.as_ref(),
            "{} after {lost:?}; replay: KAI_SIM_SEED={seed} KAI_SIM_PLACEMENTS=1 \
             cargo test -p kai-sim --test scenarios a_sweep",
            pod.key()
        );
        left.pods.push(Pod { node, ..pod });
    }
    placements.len() as u64 + check_silent(seed, cluster, sweep, &lost)
}

/// The same while the objects of the lost nodes are still there, with the taint that they get.
fn check_silent(seed: u64, cluster: &Cluster, sweep: &mut Sweep<'_>, lost: &[&SmolStr]) -> u64 {
    let is_lost = |it: &Node| lost.contains(&&it.name);
    let nodes: Vec<usize> =
        (0..cluster.nodes.len()).filter(|&it| is_lost(&cluster.nodes[it])).collect();
    let wanted = sweep.made_again(&nodes);
    let blow = Blow { nodes, wanted, nodes_are: Gone::Unreachable, ..Blow::default() };
    let aftermath = sweep.after(&blow);
    let mut left = cluster.clone();
    for node in left.nodes.iter_mut().filter(|it| is_lost(it)) {
        for effect in [Effect::NoSchedule, Effect::NoExecute] {
            let key = "node.kubernetes.io/unreachable".into();
            node.taints.push(Taint { key, value: SmolStr::default(), effect });
        }
    }
    left.pods.retain(|it| it.node.as_ref().is_none_or(|node| !lost.contains(&node)));
    let order: Vec<_> =
        Snapshot::new(cluster).hosts.iter().map(|it| it.node.name.clone()).collect();
    // What tolerates every taint may be scheduled on a silent node, which the sweep does not do.
    let tolerates_all = |pod: &Pod| pod.tolerations.iter().any(|it| it.key.is_empty());
    for &(pod, node) in &aftermath.placed {
        let pod = Pod { node: None, ..cluster.pods[pod].clone() };
        assert!(!tolerates_all(&pod), "no generated pod tolerates every taint");
        let expected = place(&left, &pod, &order);
        let found = node.map(|it| &cluster.nodes[it].name);
        assert_eq!(found, expected.as_ref(), "{} with {lost:?} silent, seed {seed}", pod.key());
        left.pods.push(Pod { node: expected, ..pod });
    }
    aftermath.placed.len() as u64
}

/// The first of the best nodes, in the order of the whole cluster.
fn place(cluster: &Cluster, pod: &Pod, order: &[SmolStr]) -> Option<SmolStr> {
    let snapshot = Snapshot::new(cluster);
    let cycle = Cycle::new(&snapshot, pod).ok()?;
    let best = Cycle::best(&cycle.scores(&cycle.verdicts()));
    let names = best.iter().map(|&it| snapshot.hosts[it].node.name.clone());
    names.min_by_key(|name| order.iter().position(|it| it == name))
}
