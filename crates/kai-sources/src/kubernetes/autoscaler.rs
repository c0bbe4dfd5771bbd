//! What changes the number of pods with load.

use kai_core::{Known, SmolStr};
use kai_graph::{
    Autoscaler, ComponentKind, Facts, Metric, MetricKind, ObjectRef, VerticalAutoscaler,
};

use crate::fields::Fields;
use crate::kubernetes::object::Object;

pub(super) fn horizontal(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let mut metrics: Vec<Metric> = spec.list("metrics").map(metric).collect();
    // The first version of the API has one metric. No metric at all means 80 % of the processor
    // time that is requested, in every version.
    if metrics.is_empty() && !spec.has("metrics") {
        let key = "targetCPUUtilizationPercentage";
        let origin = spec.node(key).map_or_else(|| spec.default_origin(), |it| it.origin);
        let (name, container) = (SmolStr::new_static("cpu"), None);
        metrics.push(Metric {
            kind: MetricKind::Resource { name, container, is_utilization: true },
            origin,
        });
    }
    done(Autoscaler {
        target: target(spec.at("scaleTargetRef"), ""),
        replicas_min: spec.or("minReplicas", 1),
        replicas_idle: Known::default(),
        replicas_max: spec.get("maxReplicas"),
        metrics,
    })
}

fn metric(metric: Fields<'_>) -> Metric {
    let kind = match metric.text("type").as_str() {
        "Resource" => resource(metric.at("resource"), None),
        "ContainerResource" => {
            let source = metric.at("containerResource");
            resource(source, Some(source.text("container")))
        }
        other => MetricKind::Other(other.into()),
    };
    Metric { kind, origin: metric.origin }
}

/// Of `autoscaling/v2`, and of its first beta.
fn resource(source: Fields<'_>, container: Option<SmolStr>) -> MetricKind {
    let target = source.at("target");
    let is_utilization = target.text("type") == "Utilization"
        || target.has("averageUtilization")
        || source.has("targetAverageUtilization");
    MetricKind::Resource { name: source.text("name"), container, is_utilization }
}

pub(super) fn vertical(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let policies = spec.at("resourcePolicy");
    // One policy that names no resources leaves both to it.
    let controlled: Vec<_> =
        policies.list("containerPolicies").map(|it| it.texts("controlledResources")).collect();
    let is_open = controlled.is_empty() || controlled.iter().any(Vec::is_empty);
    let facts = VerticalAutoscaler {
        target: target(spec.at("targetRef"), ""),
        mode: spec.at("updatePolicy").or("updateMode", SmolStr::new_static("Auto")),
        resources: if is_open { Vec::new() } else { controlled.concat() },
    };
    (ComponentKind::Control, Facts::VerticalAutoscaler(Box::new(facts)))
}

pub(super) fn keda(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let metrics: Vec<Metric> = spec.list("triggers").map(trigger).collect();
    let floor = spec.or("minReplicaCount", 0);
    // The processor time and memory of no pod tell nobody to start one (keda.sh, scaler "CPU").
    let is_resource = |it: &Metric| matches!(it.kind, MetricKind::Resource { .. });
    let stays = !metrics.is_empty() && metrics.iter().all(is_resource);
    let is_zero = floor.value() == Some(&0);
    done(Autoscaler {
        target: target(spec.at("scaleTargetRef"), "Deployment"),
        replicas_min: if stays && is_zero { spec.default(1) } else { floor },
        replicas_idle: if stays { Known::default() } else { spec.get("idleReplicaCount") },
        replicas_max: spec.or("maxReplicaCount", 100),
        metrics,
    })
}

fn trigger(trigger: Fields<'_>) -> Metric {
    let name = trigger.text("type");
    let kind = match name.as_str() {
        "cpu" | "memory" => {
            let kind = trigger.opt("metricType").or_else(|| trigger.at("metadata").opt("type"));
            let is_utilization = kind.is_none_or(|it: SmolStr| it == "Utilization");
            MetricKind::Resource { name, container: None, is_utilization }
        }
        _ => MetricKind::Other(name),
    };
    Metric { kind, origin: trigger.origin }
}

fn target(target: Fields<'_>, default_kind: &'static str) -> ObjectRef {
    let kind = target.opt("kind").unwrap_or(SmolStr::new_static(default_kind));
    let (name, origin) = target.name("name").unwrap_or((SmolStr::default(), target.origin));
    ObjectRef { kind, namespace: SmolStr::default(), name, origin }
}

fn done(autoscaler: Autoscaler) -> (ComponentKind, Facts) {
    (ComponentKind::Control, Facts::Autoscaler(Box::new(autoscaler)))
}
