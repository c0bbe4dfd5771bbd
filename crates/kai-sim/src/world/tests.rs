use super::*;
use crate::model::*;
use crate::samples::{node, on, pod, ready_on};

fn key(name: &str) -> Key {
    Key::new("default", name)
}

#[test]
fn a_lost_node_takes_its_pods_out_of_service() {
    let cluster = Cluster {
        nodes: vec![node("a", "z1", 1000), node("b", "z2", 1000)],
        pods: vec![ready_on(pod("p", 100), "a"), ready_on(pod("q", 100), "b")],
        ..Cluster::default()
    };
    let mut world = World::new(cluster);
    world.apply(Event::NodeLost { node: "a".into() });
    let ready = |name: &str| world.pod(&key(name)).unwrap().is_ready;
    assert_eq!((ready("p"), ready("q")), (false, true));
    world.apply(Event::NodeRemoved { node: "a".into() });
    assert_eq!(world.cluster().pods.len(), 1);
    assert_eq!(world.events().len(), 2);
}

#[test]
fn a_pod_that_waits_goes_where_there_is_room_and_else_says_why_not() {
    let cluster = Cluster {
        nodes: vec![node("a", "z1", 1000)],
        pods: vec![pod("p", 600), pod("q", 600)],
        ..Cluster::default()
    };
    let mut world = World::new(cluster);
    assert_eq!(world.schedule(&key("p")), Ok(()));
    let refusal = world.schedule(&key("q")).unwrap_err();
    assert_eq!(refusal, "0/1 nodes are available: 1 Insufficient cpu.");
}

#[test]
#[should_panic(expected = "`a` has room for 1200 of cpu")]
fn binding_more_than_there_is_room_for_is_a_bug() {
    let cluster = Cluster {
        nodes: vec![node("a", "z1", 1000)],
        pods: vec![on(pod("p", 600), "a"), pod("q", 600)],
        ..Cluster::default()
    };
    World::new(cluster).apply(Event::Bound { pod: key("q"), node: "a".into() });
}
