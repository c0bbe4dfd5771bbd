use super::*;
use crate::model::*;
use crate::samples::{node, on, pod};

/// Explains a pod that fits nowhere, as the scheduler does.
#[track_caller]
fn check(nodes: Vec<Node>, pods: Vec<Pod>, pod: &Pod, expected: &str) {
    let cluster = Cluster { nodes, pods, ..Cluster::default() };
    let snapshot = Snapshot::new(&cluster);
    let cycle = Cycle::new(&snapshot, pod).expect("no node rejects it before looking");
    assert_eq!(explanation(&cycle.verdicts()), expected);
}

#[test]
fn reasons_are_counted_over_nodes() {
    let nodes = vec![node("a", "z1", 1000), node("b", "z2", 500), node("c", "z3", 1000)];
    let full = vec![on(pod("p", 800), "a")];
    check(nodes, full, &pod("q", 2000), "0/3 nodes are available: 3 Insufficient cpu.");
}

#[test]
fn a_dead_zone_that_is_still_there_wedges_the_others() {
    let unreachable = Taint {
        key: "node.kubernetes.io/unreachable".into(),
        value: "".into(),
        effect: Effect::NoSchedule,
    };
    let mut dead = node("c", "z3", 1000);
    dead.taints.push(unreachable);
    let constraint = SpreadConstraint {
        max_skew: 1,
        topology_key: Node::ZONE.into(),
        is_required: true,
        selector: Some(Selector::of_labels(&pod("p", 0).labels)),
        match_label_keys: Vec::new(),
        min_domains: None,
        honours_affinity: true,
        honours_taints: false,
    };
    let spread = |name: &str, honours_taints: bool| {
        let constraint = SpreadConstraint { honours_taints, ..constraint.clone() };
        pod(name, 10).with(|it| it.spread = vec![constraint])
    };
    let nodes = vec![node("a", "z1", 1000), node("b", "z2", 1000), dead];
    let pods = vec![on(pod("p", 10), "a"), on(pod("q", 10), "b")];
    check(
        nodes.clone(),
        pods.clone(),
        &spread("r", false),
        "0/3 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }, \
         2 node(s) didn't match pod topology spread constraints.",
    );
    let cluster = Cluster { nodes, pods, ..Cluster::default() };
    let snapshot = Snapshot::new(&cluster);
    let honest = spread("r", true);
    let verdicts = Cycle::new(&snapshot, &honest).unwrap().verdicts();
    assert_eq!(verdicts.iter().filter(|it| it.fits()).count(), 2);
}

#[test]
fn the_less_important_pod_goes_and_its_budget_is_counted() {
    let important = pod("q", 800).with(|it| it.priority = 10);
    let budget = DisruptionBudget {
        key: Key::new("default", "b"),
        selector: Some(Selector::of_labels(&important.labels)),
        limit: None,
        unhealthy: UnhealthyPolicy::default(),
        status: BudgetStatus::default(),
    };
    let cluster = Cluster {
        nodes: vec![node("a", "z1", 1000)],
        pods: vec![on(pod("p", 500), "a"), on(pod("r", 100).with(|it| it.priority = 5), "a")],
        budgets: vec![budget],
        ..Cluster::default()
    };
    let snapshot = Snapshot::new(&cluster);
    let cycle = Cycle::new(&snapshot, &important).unwrap();
    let candidates = cycle.candidates(&cycle.verdicts());
    assert_eq!(candidates.len(), 1);
    let names: Vec<_> = candidates[0].victims.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["p"]);
    assert_eq!(candidates[0].violation_count, 1);
}

#[test]
fn a_volume_limit_keeps_the_next_volume_out() {
    let mut small = node("a", "z1", 1000);
    small.volume_limits.insert("ebs".into(), 1);
    let with_claim = |name: &str| {
        let volumes = vec![PodVolume::Claim(name.into())];
        pod(name, 10).with(|it| it.volumes = volumes)
    };
    let volume = |name: &str| PersistentVolume {
        name: name.into(),
        csi: Some(("ebs".into(), name.into())),
        ..PersistentVolume::default()
    };
    let claim = |name: &str| Claim {
        key: Key::new("default", name),
        volume: name.into(),
        is_bound: true,
        ..Claim::default()
    };
    let cluster = Cluster {
        nodes: vec![small],
        pods: vec![on(with_claim("p"), "a")],
        claims: ["p", "q"].map(|it| (Key::new("default", it), claim(it))).into(),
        volumes: ["p", "q"].map(|it| (it.into(), volume(it))).into(),
        ..Cluster::default()
    };
    let snapshot = Snapshot::new(&cluster);
    let next = with_claim("q");
    let verdicts = Cycle::new(&snapshot, &next).unwrap().verdicts();
    assert_eq!(
        explanation(&verdicts),
        "0/1 nodes are available: 1 node(s) exceed max volume count."
    );
}

#[test]
fn no_nodes_give_no_answer_and_no_panic() {
    let nothing = pod("p", 10);
    check(Vec::new(), Vec::new(), &nothing, "no nodes available to schedule pods");
}

#[test]
fn gated_pods_wait_and_important_ones_come_first() {
    let gated = pod("p", 1).with(|it| it.scheduling_gates = vec!["quota".into()]);
    assert!(is_gated(&gated));
    let (low, high) = (pod("low", 1), pod("high", 1).with(|it| it.priority = 5));
    let mut queue = [(0, &low), (1, &high), (2, &low)];
    order(&mut queue);
    assert_eq!(queue.map(|(arrival, _)| arrival), [1, 0, 2]);
}
