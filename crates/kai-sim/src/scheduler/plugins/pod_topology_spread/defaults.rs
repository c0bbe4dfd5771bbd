//! Constraints of pods that have none themselves (common.go, and plugins/helper/spread.go).

use std::borrow::Cow;

use super::constraint::Constraint;
use crate::model::{
    Cluster, Controller, ControllerKind, Labels, Node, Pod, Requirement, Selector, Service,
    SpreadConstraint,
};

/// Hosts and zones are preferred to be used alike by pods of one service or controller.
pub(crate) fn defaults(cluster: &Cluster, pod: &Pod) -> Vec<Constraint<'static>> {
    let services = cluster.services.iter().filter(|it| it.key.namespace == pod.namespace);
    defaults_among(services, cluster.controller_of(pod), pod)
}

/// The same with the services of the pod's namespace, and its controller.
pub(crate) fn defaults_among<'c>(
    services: impl Iterator<Item = &'c Service>,
    controller: Option<&Controller>,
    pod: &Pod,
) -> Vec<Constraint<'static>> {
    let selector = selector(services, controller, pod);
    if selector.is_empty() {
        return Vec::new();
    }
    let constraint = |key: &'static str, max_skew: i64| Constraint {
        written: Cow::Owned(SpreadConstraint {
            max_skew,
            topology_key: key.into(),
            is_required: false,
            selector: None,
            match_label_keys: Vec::new(),
            min_domains: None,
            honours_affinity: true,
            honours_taints: false,
        }),
        selector: Some(selector.clone()),
    };
    vec![constraint(Node::HOSTNAME, 3), constraint(Node::ZONE, 5)]
}

/// What all services that select the pod, and its controller, select together.
fn selector<'c>(
    services: impl Iterator<Item = &'c Service>,
    controller: Option<&Controller>,
    pod: &Pod,
) -> Selector {
    let mut labels = Labels::new();
    for service in services {
        let selector = service.selector.iter();
        let is_met =
            |it: &&Labels| it.iter().all(|(key, value)| pod.labels.get(key) == Some(value));
        labels.extend(selector.filter(is_met).flatten().map(|(k, v)| (k.clone(), v.clone())));
    }
    let of_services = labels.iter().map(|(key, value)| Requirement::equals(key, value));
    let of_controller = of_controller(controller).iter().cloned();
    Selector { requirements: of_services.chain(of_controller).collect() }
}

fn of_controller(controller: Option<&Controller>) -> &[Requirement] {
    let spreads = |kind: ControllerKind| {
        matches!(
            kind,
            ControllerKind::ReplicationController
                | ControllerKind::ReplicaSet
                | ControllerKind::StatefulSet
        )
    };
    let controller = controller.filter(|it| spreads(it.kind));
    let selector = controller.and_then(|it| it.selector.as_ref());
    selector.map_or(&[], |it| &it.requirements)
}
