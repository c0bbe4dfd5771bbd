//! Small clusters for tests.

use std::sync::Arc;

use smol_str::format_smolstr;

use crate::model::*;

pub(crate) fn node(name: &str, zone: &str, cpu: i64) -> Node {
    let labels = [(Node::HOSTNAME, name), (Node::ZONE, zone)];
    Node {
        name: name.into(),
        labels: labels.into_iter().map(|(k, v)| (k.into(), v.into())).collect(),
        allocatable: [(CPU, cpu), (MEMORY, 8 << 30), (PODS, 110)].into_iter().collect(),
        is_ready: true,
        ..Node::default()
    }
}

/// A pod of `app: web` that asks for processor only.
pub(crate) fn pod(name: &str, cpu: i64) -> Pod {
    let requests = [(CPU, cpu)].into_iter().collect();
    let container = Container { requests, ..Container::default() };
    let labels = [("app".into(), "web".into())].into();
    let (name, namespace) = (name.into(), "default".into());
    let template = PodTemplate { labels, containers: vec![container], ..PodTemplate::default() };
    Pod { namespace, name, template: Arc::new(template), ..Pod::default() }
}

impl Pod {
    /// The same but for what is changed of its template.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut PodTemplate)) -> Self {
        change(&mut self);
        self
    }
}

pub(crate) fn on(mut pod: Pod, node: &str) -> Pod {
    pod.node = Some(node.into());
    pod
}

pub(crate) fn ready_on(pod: Pod, node: &str) -> Pod {
    Pod { is_ready: true, phase: Phase::Running, ..on(pod, node) }
}

/// Ready pods of a Deployment's ReplicaSet, one for each node that is named.
pub(crate) fn pods_of(deployment: &str, nodes: &[String], cpu: i64) -> Vec<Pod> {
    let owner = Owner { kind: Some(ControllerKind::ReplicaSet), name: deployment.into() };
    let one = |(at, name): (usize, &String)| {
        let pod = pod(&format!("{deployment}-{at}"), cpu).with(|it| it.owner = Some(owner.clone()));
        ready_on(pod, name)
    };
    nodes.iter().enumerate().map(one).collect()
}

/// A Deployment and its one ReplicaSet of the same name.
pub(crate) fn deployment(name: &str, replicas: i64) -> Vec<Controller> {
    let controller = |kind, owner| Controller {
        kind,
        key: Key::new("default", name),
        selector: None,
        replicas: Some(replicas),
        owner,
    };
    let above = Owner { kind: Some(ControllerKind::Deployment), name: format_smolstr!("{name}") };
    vec![
        controller(ControllerKind::Deployment, None),
        controller(ControllerKind::ReplicaSet, Some(above)),
    ]
}
