//! Clusters that nobody has.

use super::{Blow, Sweep};
use crate::model::{
    AffinityTerm, Claim, Cluster, Key, MEMORY, Node, Pod, PodVolume, Requirement, Selector,
};
use crate::samples::{node, on, pod};

#[track_caller]
fn check(cluster: &Cluster, wanted: Vec<usize>, expected: &str) {
    let blow = Blow { wanted, reasons_max: 8, ..Blow::default() };
    let aftermath = Sweep::new(cluster).after(&blow);
    let placed = aftermath.placed.iter().filter(|(_, node)| node.is_some()).count();
    let reasons: Vec<String> = aftermath.reasons.into_iter().map(|(_, reason)| reason).collect();
    assert_eq!(format!("{placed} placed; {}", reasons.join("; ")), expected);
}

#[test]
fn without_nodes_every_pod_waits() {
    let cluster = Cluster { pods: vec![pod("a", 100)], ..Cluster::default() };
    check(&cluster, vec![0], "0 placed; no nodes available to schedule pods");
}

#[test]
fn a_node_that_has_nothing_takes_no_pod() {
    let empty = Node { name: "n".into(), ..Node::default() };
    let cluster = Cluster { nodes: vec![empty], pods: vec![pod("a", 100)], ..Cluster::default() };
    let reason = "0/1 nodes are available: 1 Insufficient cpu, 1 Too many pods.";
    check(&cluster, vec![0], &format!("0 placed; {reason}"));
}

#[test]
fn amounts_that_nobody_has_overflow_nothing() {
    let mut large = node("n", "a", i64::MAX);
    large.allocatable.set(MEMORY, i64::MAX);
    let absurd = |name: &str| pod(name, i64::MAX);
    let pods = vec![
        pod("a", 100),
        absurd("b"),
        pod("c", i64::MIN),
        on(absurd("d"), "m"),
        on(absurd("e"), "m"),
    ];
    let cluster = Cluster { nodes: vec![large, node("m", "a", 1000)], pods, ..Cluster::default() };
    let reason = "0/2 nodes are available: 2 Insufficient cpu.";
    check(&cluster, vec![0, 1, 2], &format!("2 placed; {reason}"));
}

#[test]
fn a_pod_that_wants_another_beside_it_is_placed_after_that_one() {
    let mut shop = pod("shop", 100);
    shop.affinity.required = vec![AffinityTerm {
        selector: Some(Selector {
            requirements: [Requirement::equals(&"app".into(), &"cache".into())].into(),
        }),
        namespaces: vec![shop.namespace.clone()],
        namespace_selector: None,
        topology_key: Node::HOSTNAME.into(),
    }];
    let mut cache = pod("cache", 100);
    cache.labels = [("app".into(), "cache".into())].into();
    let nodes = vec![node("n", "a", 1000), node("m", "a", 1000)];
    let cluster = Cluster { nodes, pods: vec![shop, cache], ..Cluster::default() };
    check(&cluster, vec![0, 1], "2 placed; ");
    let reason = "0/2 nodes are available: 2 node(s) didn't match pod affinity rules.";
    check(&cluster, vec![0], &format!("0 placed; {reason}"));
}

#[test]
fn fifty_thousand_pods_of_one_kind_fill_what_there_is() {
    let nodes = (0..3).map(|it| node(&format!("n{it}"), "a", 1_000_000)).collect();
    let cluster = Cluster { nodes, pods: vec![Pod::default()], ..Cluster::default() };
    let reason = "0/3 nodes are available: 3 Too many pods.";
    check(&cluster, vec![0; 50_000], &format!("330 placed; {reason}"));
}

#[test]
fn where_a_volume_is_for_one_pod_or_room_may_run_out_it_matters_where_each_goes() {
    let claim = |is_for_one_pod| {
        let key = Key::new("default", "data");
        let claim = Claim { key: key.clone(), is_bound: true, is_for_one_pod, ..Claim::default() };
        [(key, claim)].into()
    };
    let is_told = |is_for_one_pod, wanted: Vec<usize>| {
        let with_claim =
            pod("a", 300).with(|it| it.volumes = vec![PodVolume::Claim("data".into())]);
        let cluster = Cluster {
            nodes: vec![node("n", "a", 1000), node("m", "a", 1000)],
            pods: vec![with_claim, pod("b", 300)],
            claims: claim(is_for_one_pod),
            ..Cluster::default()
        };
        let blow = Blow { wanted, ..Blow::default() };
        Sweep::new(&cluster).roughly_after(&blow).is_some()
    };
    assert!(is_told(false, vec![0, 1, 1]));
    assert!(!is_told(true, vec![0, 1, 1]));
    assert!(is_told(true, vec![1, 1]));
    assert!(!is_told(false, vec![0, 1, 1, 1]));
}
