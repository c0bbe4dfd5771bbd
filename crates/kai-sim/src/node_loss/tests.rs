use super::*;
use crate::admission::with_default_tolerations;
use crate::model::*;
use crate::samples::pod;

const HALF: f64 = 0.55;

#[test]
fn a_zone_is_partly_lost_with_more_than_two_and_more_than_half() {
    let state = |nodes, lost| Zone { nodes, lost }.state(HALF);
    assert_eq!(state(10, 0), ZoneState::Normal);
    assert_eq!(state(3, 2), ZoneState::Normal);
    assert_eq!(state(5, 3), ZoneState::Partial);
    assert_eq!(state(10, 5), ZoneState::Normal);
    assert_eq!(state(1, 1), ZoneState::Full);
    assert_eq!(state(0, 0), ZoneState::Normal);
}

#[track_caller]
fn check_last(zones: &[(usize, usize)], expected: Option<u64>) {
    let zones: Vec<Zone> = zones.iter().map(|&(nodes, lost)| Zone { nodes, lost }).collect();
    let tainted = tainted_after(&Lifecycle::default(), &zones, 0);
    assert_eq!(tainted.last().unwrap().map(|it| it.latest), expected);
}

#[test]
fn nodes_of_a_lost_zone_are_tainted_one_by_one() {
    check_last(&[(10, 1), (10, 0)], Some(55));
    check_last(&[(166, 166), (166, 0), (166, 0)], Some(55 + 1650));
}

#[test]
fn tainting_stops_where_the_network_is_more_likely_lost_than_the_nodes() {
    check_last(&[(40, 24), (40, 0)], None);
    check_last(&[(100, 60), (100, 0)], Some(55 + 59 * 100));
    check_last(&[(10, 10)], None);
    check_last(&[(10, 10), (10, 10)], None);
}

fn owned(kind: ControllerKind) -> Pod {
    let owner = Some(Owner { kind: Some(kind), name: "a".into() });
    with_default_tolerations(pod("p", 1).with(|it| it.owner = owner))
}

#[test]
fn what_becomes_of_a_pod_depends_on_who_made_it() {
    let tainted = Some(Lifecycle::default().noticed_after());
    let deleted = Seconds { earliest: 350, latest: 355 };
    assert_eq!(fate(&owned(ControllerKind::ReplicaSet), tainted), Fate::Replaced(deleted));
    assert_eq!(fate(&owned(ControllerKind::StatefulSet), tainted), Fate::Terminating(deleted));
    assert_eq!(fate(&with_default_tolerations(pod("p", 1)), tainted), Fate::Gone(deleted));
    assert_eq!(fate(&owned(ControllerKind::ReplicaSet), None), Fate::Stays);
}

#[test]
fn a_pod_says_how_long_it_stays() {
    let with = |seconds| {
        let every = Toleration { seconds, ..Toleration::default() };
        stays(&pod("p", 1).with(|it| it.tolerations = vec![every]))
    };
    assert_eq!(with(None), None);
    assert_eq!(with(Some(10)), Some(10));
    assert_eq!(stays(&pod("p", 1)), Some(0));
}
