use std::time::Duration;

use super::*;

const TARGET: Utilisation = Utilisation { target: 50, tolerance: Utilisation::TOLERANCE };

fn pods(usages: &[i64]) -> Vec<PodUsage> {
    let pod = |&usage| PodUsage { request: 100, usage: Some(usage), is_ready: true };
    usages.iter().map(pod).collect()
}

fn silent() -> PodUsage {
    PodUsage { request: 100, usage: None, is_ready: true }
}

fn starting() -> PodUsage {
    PodUsage { request: 100, usage: Some(90), is_ready: false }
}

#[track_caller]
fn check(pods: &[PodUsage], expected: Option<i64>) {
    assert_eq!(TARGET.wanted(pods), expected);
}

#[test]
fn use_of_all_requests_together_is_held_at_the_target() {
    check(&pods(&[100, 100]), Some(4));
    check(&pods(&[50, 50]), Some(2));
    check(&pods(&[90, 30]), Some(3));
    check(&pods(&[10, 10, 10]), Some(1));
}

#[test]
fn nothing_happens_within_a_tenth_of_the_target() {
    check(&pods(&[55, 55]), Some(2));
    check(&pods(&[45, 45]), Some(2));
    check(&pods(&[56, 57]), Some(3));
}

#[test]
fn what_is_not_known_counts_against_the_change() {
    // Up: a pod without metric counts as idle, and turns the change around.
    check(&[pods(&[80]), vec![silent()]].concat(), Some(2));
    check(&[pods(&[200]), vec![silent()]].concat(), Some(4));
    // Down: it counts as fully used.
    check(&[pods(&[10, 10]), vec![silent()]].concat(), Some(3));
    // A pod that starts counts as idle on the way up, and not at all on the way down.
    check(&[pods(&[80]), vec![starting()]].concat(), Some(2));
    check(&[pods(&[10, 10]), vec![starting()]].concat(), Some(1));
}

#[test]
fn without_requests_or_metrics_there_is_no_answer() {
    check(&[], None);
    check(&[PodUsage { request: 0, ..silent() }], None);
}

#[track_caller]
fn check_next(current: i64, recommended: &[(u64, i64)], changes: &[(u64, i64)], expected: i64) {
    let seconds = Duration::from_secs;
    let recommended: Vec<_> = recommended.iter().map(|&(age, it)| (seconds(age), it)).collect();
    let change = |&(age, count): &(u64, i64)| Change { age: seconds(age), count };
    let changes: Vec<_> = changes.iter().map(change).collect();
    assert_eq!(Behaviour::default().next(current, &recommended, &changes), expected);
}

#[test]
fn up_at_once_but_at_most_double_or_four_more() {
    check_next(1, &[(0, 100)], &[], 5);
    check_next(10, &[(0, 100)], &[], 20);
    check_next(10, &[(0, 12)], &[], 12);
    check_next(20, &[(0, 100)], &[(5, 10)], 20);
}

#[test]
fn down_only_to_the_most_of_the_last_five_minutes() {
    check_next(10, &[(0, 2), (200, 6)], &[], 6);
    check_next(10, &[(0, 2), (400, 6)], &[], 2);
    check_next(10, &[(0, 2), (100, 12)], &[], 10);
}

#[test]
fn a_tenfold_load_takes_four_looks_from_three_pods() {
    let behaviour = Behaviour::default();
    assert_eq!(climb(&behaviour, 3, 30, 100), [7, 14, 28, 30]);
    assert_eq!(climb(&behaviour, 3, 30, 10), [7, 10]);
    assert_eq!(climb(&behaviour, 3, 2, 10), [] as [i64; 0]);
}

#[test]
fn a_direction_that_is_disabled_stays_where_it_is() {
    let mut behaviour = Behaviour::default();
    behaviour.up.choice = PolicyChoice::Disabled;
    assert_eq!(climb(&behaviour, 3, 30, 100), [] as [i64; 0]);
}
