use super::*;
use crate::model::*;
use crate::samples::pod;

fn with(requests: &[(&str, i64)], limits: &[(&str, i64)]) -> Pod {
    let container = Container {
        requests: requests.iter().copied().collect(),
        limits: limits.iter().copied().collect(),
        ..Container::default()
    };
    pod("p", 0).with(|it| it.containers = vec![container])
}

#[test]
fn quality_follows_from_requests_and_limits() {
    let both = [(CPU, 100), (MEMORY, 1000)];
    assert_eq!(quality(&with(&both, &both)), Quality::Guaranteed);
    assert_eq!(quality(&with(&both, &[])), Quality::Burstable);
    assert_eq!(quality(&with(&both[..1], &both[..1])), Quality::Burstable);
    assert_eq!(quality(&with(&[], &[])), Quality::BestEffort);
}

#[test]
fn the_kernel_ends_what_asks_for_little_first() {
    let score = |memory: i64| {
        let pod = with(&[(MEMORY, memory)], &[]);
        oom_score_adjustment(&pod, &pod.containers[0], 1000)
    };
    assert_eq!(score(100), 900);
    assert_eq!(score(1), 999);
    assert_eq!(score(1000), 3);
    let both = [(CPU, 100), (MEMORY, 1000)];
    let guaranteed = with(&both, &both);
    assert_eq!(oom_score_adjustment(&guaranteed, &guaranteed.containers[0], 1000), -997);
}

#[test]
fn a_node_evicts_who_uses_more_than_it_asked_for_however_important() {
    let modest = with(&[(MEMORY, 500)], &[]);
    let greedy = with(&[(MEMORY, 100)], &[]).with(|it| it.priority = 1000);
    let greedier = with(&[(MEMORY, 50)], &[]).with(|it| it.priority = 1000);
    let usage = |pod, memory| Usage { pod, memory };
    let mut pods = [usage(&modest, 400), usage(&greedy, 200), usage(&greedier, 200)];
    eviction_order(&mut pods);
    let memory: Vec<i64> = pods.iter().map(|it| requests(it.pod).get(MEMORY)).collect();
    assert_eq!(memory, [50, 100, 500]);
}
