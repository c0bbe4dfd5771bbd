use super::*;
use crate::model::IntOrPercent::{Int, Percent};

fn deployment(replicas: i64) -> DeploymentRollout {
    DeploymentRollout {
        replicas,
        fenceposts: Fenceposts::resolve(Percent(25), Percent(25), replicas),
        behaviour: Behaviour::Healthy,
        quota: None,
        room: None,
    }
}

#[track_caller]
fn check(rollout: &Rollout, end: End, available_min: i64, pods_max: i64) {
    let ours = (rollout.end, rollout.available_min, rollout.pods_max);
    assert_eq!(ours, (end, available_min, pods_max));
}

#[test]
fn surge_rounds_up_and_unavailable_rounds_down() {
    let posts = |surge, unavailable, replicas| {
        let it = Fenceposts::resolve(surge, unavailable, replicas);
        (it.surge, it.unavailable)
    };
    assert_eq!(posts(Percent(25), Percent(25), 1), (1, 0));
    assert_eq!(posts(Percent(25), Percent(25), 10), (3, 2));
    assert_eq!(posts(Int(0), Int(0), 5), (0, 1));
    assert_eq!(posts(Int(0), Percent(10), 5), (0, 1));
}

#[test]
fn a_healthy_version_comes_within_its_fenceposts() {
    check(&deployment(1).play(), End::Finished, 1, 2);
    check(&deployment(4).play(), End::Finished, 3, 5);
    check(&deployment(10).play(), End::Finished, 8, 13);
    check(&deployment(0).play(), End::Finished, 0, 0);
}

#[test]
fn a_version_that_is_never_ready_takes_away_only_what_may_be_missing() {
    let broken = DeploymentRollout { behaviour: Behaviour::NeverReady, ..deployment(10) };
    check(&broken.play(), End::Wedged(Wedge::NotReady), 8, 13);
    let lone = DeploymentRollout { behaviour: Behaviour::NeverReady, ..deployment(1) };
    check(&lone.play(), End::Wedged(Wedge::NotReady), 1, 2);
}

#[test]
fn a_version_that_fails_after_its_probes_takes_everything() {
    let broken = DeploymentRollout { behaviour: Behaviour::CrashAfterReady, ..deployment(4) };
    let rollout = broken.play();
    assert_eq!(rollout.end, End::Wedged(Wedge::NotReady));
    assert_eq!(rollout.available_min, 0);
}

#[test]
fn a_surge_without_room_sticks_where_nothing_may_be_missing() {
    let fenceposts = Fenceposts { surge: 1, unavailable: 0 };
    let tight = DeploymentRollout { fenceposts, room: Some(0), ..deployment(3) };
    check(&tight.play(), End::Wedged(Wedge::Capacity), 3, 4);
    let refused = DeploymentRollout { fenceposts, quota: Some(0), ..deployment(3) };
    check(&refused.play(), End::Wedged(Wedge::Quota), 3, 3);
    let slow = DeploymentRollout { room: Some(0), ..deployment(4) };
    check(&slow.play(), End::Finished, 3, 5);
}

#[test]
fn a_broken_version_stops_a_stateful_set_at_its_last_pod() {
    let set = |partition, behaviour| StatefulSetRollout { replicas: 3, partition, behaviour };
    check(&set(0, Behaviour::Healthy).play(), End::Finished, 2, 3);
    check(&set(0, Behaviour::NeverReady).play(), End::Wedged(Wedge::NotReady), 2, 3);
    check(&set(3, Behaviour::NeverReady).play(), End::Finished, 3, 3);
}

#[test]
fn a_daemon_set_goes_node_by_node() {
    let set = |unavailable, surge, behaviour| {
        DaemonSetRollout { nodes: 10, unavailable, surge, behaviour }.play()
    };
    check(&set(Int(1), Int(0), Behaviour::Healthy), End::Finished, 9, 10);
    check(&set(Percent(15), Int(0), Behaviour::NeverReady), End::Wedged(Wedge::NotReady), 8, 10);
    check(&set(Int(0), Percent(15), Behaviour::NeverReady), End::Wedged(Wedge::NotReady), 10, 12);
}

/// Every small rollout keeps its promises, whatever its numbers are.
#[test]
fn no_rollout_leaves_its_fenceposts() {
    for replicas in 0..8 {
        for surge in 0..4 {
            for unavailable in 0..4 {
                let fenceposts = Fenceposts::resolve(Int(surge), Int(unavailable), replicas);
                let rollout = DeploymentRollout { fenceposts, ..deployment(replicas) }.play();
                assert_eq!(rollout.end, End::Finished, "{replicas} {fenceposts:?}");
                assert!(rollout.pods_max <= replicas + fenceposts.surge);
                assert!(rollout.available_min >= (replicas - fenceposts.unavailable).max(0));
            }
        }
    }
}
