use super::*;
use crate::model::*;
use crate::samples::{deployment, node, pod, pods_of, ready_on};
use crate::world::World;

fn budget(limit: Limit) -> DisruptionBudget {
    DisruptionBudget {
        key: Key::new("default", "web"),
        selector: Some(Selector::of_labels(&pod("x", 0).labels)),
        limit: Some(limit),
        unhealthy: UnhealthyPolicy::default(),
        status: BudgetStatus::default(),
    }
}

fn min(count: i64) -> Limit {
    Limit::MinAvailable(IntOrPercent::Int(count))
}

/// A Deployment of so many pods, one a node, under a budget.
fn cluster(replicas: usize, limit: Limit) -> Cluster {
    let names: Vec<String> = (0..replicas).map(|it| format!("n{it}")).collect();
    Cluster {
        nodes: names.iter().map(|it| node(it, "z1", 1000)).collect(),
        pods: pods_of("web", &names, 100),
        controllers: deployment("web", replicas as i64),
        budgets: vec![budget(limit)],
        ..Cluster::default()
    }
}

#[track_caller]
fn check_allowed(replicas: usize, limit: Limit, expected: i64) {
    let mut cluster = cluster(replicas, limit);
    update(&mut cluster);
    assert_eq!(cluster.budgets[0].status.disruptions_allowed, expected);
}

#[test]
fn shares_round_up_for_both_kinds_of_limit() {
    let percent = IntOrPercent::Percent;
    check_allowed(3, Limit::MaxUnavailable(percent(1)), 1);
    check_allowed(3, Limit::MinAvailable(percent(50)), 1);
    check_allowed(1, Limit::MinAvailable(percent(50)), 0);
    check_allowed(3, Limit::MaxUnavailable(IntOrPercent::Int(0)), 0);
    check_allowed(3, min(2), 1);
    check_allowed(0, min(0), 0);
}

#[test]
fn a_budget_over_pods_without_scale_lets_none_go() {
    let mut cluster = cluster(3, Limit::MaxUnavailable(IntOrPercent::Int(1)));
    cluster.controllers.clear();
    update(&mut cluster);
    assert_eq!(cluster.budgets[0].status.disruptions_allowed, 0);
}

#[track_caller]
fn check_eviction(change: impl Fn(&mut Cluster), expected: &Eviction) {
    let mut cluster = cluster(2, min(1));
    change(&mut cluster);
    let world = World::new(cluster);
    let first = &world.cluster().pods[0];
    assert_eq!(eviction(world.cluster(), first), *expected);
}

#[test]
fn the_api_server_answers_in_its_order() {
    let key = Key::new("default", "web");
    let paid = Eviction::Allowed { budget: Some(key.clone()) };
    let free = Eviction::Allowed { budget: None };
    let later = Eviction::TooManyRequests { budget: key.clone() };
    check_eviction(|_| {}, &paid);
    check_eviction(|it| it.pods[0].phase = Phase::Pending, &free);
    check_eviction(|it| it.budgets.clear(), &free);
    check_eviction(|it| it.budgets[0].limit = Some(min(2)), &later);
    check_eviction(
        |it| it.budgets.push(it.budgets[0].clone()),
        &Eviction::SeveralBudgets { budgets: vec![key.clone(), key.clone()] },
    );
}

#[test]
fn pods_that_are_not_ready_go_where_enough_others_are_or_the_budget_says_so() {
    let free = Eviction::Allowed { budget: None };
    let later = Eviction::TooManyRequests { budget: Key::new("default", "web") };
    check_eviction(|it| it.pods[0].is_ready = false, &free);
    let none_ready = |it: &mut Cluster| it.pods.iter_mut().for_each(|pod| pod.is_ready = false);
    check_eviction(none_ready, &later);
    let always = |it: &mut Cluster| {
        none_ready(it);
        it.budgets[0].unhealthy = UnhealthyPolicy::AlwaysAllow;
    };
    check_eviction(always, &free);
}

#[test]
fn an_empty_selector_guards_every_pod_of_its_namespace() {
    let mut cluster = cluster(1, min(1));
    cluster.budgets[0].selector = Some(Selector::default());
    assert!(cluster.budgets[0].guards(&cluster.pods[0]));
    cluster.budgets[0].selector = None;
    assert!(!cluster.budgets[0].guards(&cluster.pods[0]));
}

/// Drains the first node of the cluster.
fn drained(cluster: Cluster) -> Drain {
    drain(&mut World::new(cluster), "n0", DrainOptions::default())
}

#[test]
fn a_drain_ends_where_another_node_has_room() {
    let drain = drained(cluster(2, min(1)));
    assert_eq!(drain.outcome, Outcome::Finished);
    assert_eq!(drain.pending, []);
}

#[test]
fn a_budget_that_allows_none_blocks_for_ever() {
    let drain = drained(cluster(2, min(2)));
    let budget = Key::new("default", "web");
    let pod = Key::new("default", "web-0");
    assert_eq!(drain.outcome, Outcome::Stuck(vec![(pod, Obstacle::BudgetAllowsNone { budget })]));
}

#[test]
fn two_budgets_fail_and_are_named() {
    let mut cluster = cluster(2, min(1));
    let mut second = cluster.budgets[0].clone();
    second.key.name = "all".into();
    cluster.budgets.push(second);
    let Outcome::Stuck(stuck) = drained(cluster).outcome else { panic!("it is stuck") };
    let budgets = vec![Key::new("default", "web"), Key::new("default", "all")];
    assert_eq!(stuck[0].1, Obstacle::SeveralBudgets { budgets });
}

#[test]
fn as_many_replicas_as_nodes_that_must_be_apart_leave_one_pending() {
    let mut cluster = cluster(2, min(1));
    let apart = AffinityTerm {
        selector: Some(Selector::of_labels(&pod("x", 0).labels)),
        namespaces: vec!["default".into()],
        namespace_selector: None,
        topology_key: Node::HOSTNAME.into(),
    };
    for pod in &mut cluster.pods {
        pod.anti_affinity.required.push(apart.clone());
    }
    let drains = drain_each(&cluster, DrainOptions::default());
    assert_eq!(drains[0].outcome, Outcome::Finished);
    assert_eq!(drains[0].pending.len(), 1);
    // Its node takes the pod back before the next drain, which ends in the same way.
    assert_eq!(drains[1].outcome, Outcome::Finished);
}

#[test]
fn a_replacement_without_room_keeps_the_next_pod() {
    let names = ["n0".to_owned(), "n0".to_owned(), "n1".to_owned()];
    let mut cluster = cluster(2, min(2));
    cluster.pods = pods_of("web", &names, 400);
    cluster.controllers = deployment("web", 3);
    cluster.pods.push(ready_on(pod("big", 500).with(|it| it.labels.clear()), "n1"));
    let Outcome::Stuck(stuck) = drained(cluster).outcome else { panic!("it is stuck") };
    let Obstacle::ReplacementPending { reason, .. } = &stuck[0].1 else { panic!("{stuck:?}") };
    assert_eq!(
        reason,
        "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) were unschedulable."
    );
}

#[test]
fn nothing_is_evicted_where_one_pod_is_refused() {
    let mut cluster = cluster(2, min(1));
    cluster.pods.push(ready_on(pod("lone", 1), "n0"));
    let mut world = World::new(cluster);
    let drain = drain(&mut world, "n0", DrainOptions::default());
    let lone = Key::new("default", "lone");
    assert_eq!(drain.outcome, Outcome::Refused(vec![Refusal::NotReplicated(lone)]));
    assert_eq!(world.events().len(), 1);
}

#[test]
fn guards_are_those_that_each_budget_says() {
    let mut cluster = cluster(5, min(1));
    cluster.pods[1].labels.insert("track".into(), "canary".into());
    cluster.pods[2].namespace = "other".into();
    cluster.pods[3].labels.clear();
    cluster.pods[4].owner = None;
    let all = DisruptionBudget { selector: Some(Selector::default()), ..budget(min(1)) };
    let none = DisruptionBudget { selector: None, ..budget(min(1)) };
    let elsewhere = DisruptionBudget { key: Key::new("other", "web"), ..all.clone() };
    cluster.budgets.extend([all, none, elsewhere]);
    let guards = Guards::of(&cluster);
    for (at, budget) in cluster.budgets.iter().enumerate() {
        let pods = (0..cluster.pods.len()).filter(|&it| budget.guards(&cluster.pods[it]));
        let pods: Vec<usize> = pods.collect();
        assert_eq!(guards.pods(at), pods);
        assert!(pods.iter().all(|&it| guards.of_pod(it).contains(&at)));
    }
    assert_eq!(guards.of_pod(2), [3]);
}
