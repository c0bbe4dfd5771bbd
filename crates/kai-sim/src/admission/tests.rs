use super::*;
use crate::model::*;
use crate::samples::{node, pod, ready_on};

fn quota(hard: &[(&str, i64)]) -> Quota {
    let hard = hard.iter().copied().collect();
    Quota { key: Key::new("default", "q"), hard, scopes: Vec::new() }
}

fn cluster() -> Cluster {
    let finished = Pod { phase: Phase::Succeeded, ..pod("done", 5000) };
    Cluster {
        nodes: vec![node("a", "z1", 4000)],
        pods: vec![ready_on(pod("p", 500), "a"), finished],
        ..Cluster::default()
    }
}

#[test]
fn a_quota_refuses_what_is_more_than_is_left() {
    let next = pod("q", 600);
    assert_eq!(admit(&cluster(), &[quota(&[("requests.cpu", 1100), ("pods", 2)])], &next), []);
    let refused = admit(&cluster(), &[quota(&[("cpu", 1000)])], &next);
    let excess = Excess::Exceeded {
        quota: Key::new("default", "q"),
        resource: "cpu".into(),
        asked: 600,
        used: 500,
        hard: 1000,
    };
    assert_eq!(refused, [excess]);
}

#[test]
fn a_quota_of_limits_refuses_a_container_without_one() {
    let refused = admit(&cluster(), &[quota(&[("limits.memory", 1 << 30)])], &pod("q", 1));
    assert!(
        matches!(&refused[..], [Excess::Unsaid { resource, .. }] if resource == "limits.memory")
    );
}

#[test]
fn a_quota_of_one_scope_counts_no_other_pods() {
    let scoped = Quota { scopes: vec![QuotaScope::BestEffort], ..quota(&[("pods", 0)]) };
    assert_eq!(admit(&cluster(), &[scoped], &pod("q", 100)), []);
}

#[test]
fn other_namespaces_are_not_asked() {
    let other = Quota { key: Key::new("shop", "q"), ..quota(&[("pods", 0)]) };
    assert_eq!(admit(&cluster(), &[other], &pod("q", 100)), []);
}

#[test]
fn a_limit_range_fills_what_is_not_said_and_holds_to_its_bounds() {
    let range = LimitRange {
        namespace: "default".into(),
        of_containers: Limits {
            max: [(CPU, 1000)].into_iter().collect(),
            default_request: [(MEMORY, 128)].into_iter().collect(),
            default: [(MEMORY, 256)].into_iter().collect(),
            ..Limits::default()
        },
        ..LimitRange::default()
    };
    let filled = range.filled(pod("q", 100));
    let container = &filled.containers[0];
    assert_eq!((container.requests.get(CPU), container.requests.get(MEMORY)), (100, 128));
    assert_eq!((container.limits.get(CPU), container.limits.get(MEMORY)), (1000, 256));
    assert_eq!(range.refusals(&filled), []);

    let mut large = filled;
    large.containers[0].limits.set(CPU, 2000);
    let refusal = Refusal::AboveMax { resource: CPU.into(), amount: 2000, max: 1000 };
    assert_eq!(range.refusals(&large), [refusal]);
}

#[test]
fn pods_stay_five_minutes_on_a_lost_node_unless_they_say_otherwise() {
    let silent = with_default_tolerations(pod("q", 1));
    let seconds: Vec<_> = silent.tolerations.iter().map(|it| it.seconds).collect();
    assert_eq!(seconds, [Some(300), Some(300)]);
    let everything = pod("q", 1).with(|it| it.tolerations = vec![Toleration::default()]);
    assert_eq!(with_default_tolerations(everything).tolerations.len(), 1);
}
