use kai_core::Known;
use kai_graph::{Facts, MetricKind};

use super::{facts, object};

#[test]
fn a_budget_of_the_first_version_with_an_empty_selector_selects_nothing() {
    let selects = |version: &str, spec: &str| {
        let text = object(version, "PodDisruptionBudget", spec);
        let Facts::DisruptionBudget(budget) = facts(&text) else { panic!() };
        budget.selector.is_some()
    };
    assert!(selects("policy/v1", "spec: {selector: {}, minAvailable: 1}"));
    assert!(!selects("policy/v1beta1", "spec: {selector: {}, minAvailable: 1}"));
    assert!(!selects("policy/v1", "spec: {minAvailable: 1}"));
}

#[test]
fn a_budget_with_a_hole_is_not_fully_read() {
    let text = object("policy/v1", "PodDisruptionBudget", "spec: {minAvailable: \"${MIN}\"}");
    let Facts::DisruptionBudget(budget) = facts(&text) else { panic!() };
    assert!(budget.min_available.is_none() && !budget.is_fully_read);
}

/// Bounds and metrics of an autoscaler.
#[track_caller]
fn check(text: &str, expected: &str) {
    let Facts::Autoscaler(it) = facts(text) else { panic!("no autoscaler") };
    let number = |it: &Known<u32>| it.value().map_or("?".into(), ToString::to_string);
    let metrics: Vec<_> = it
        .metrics
        .iter()
        .map(|it| match &it.kind {
            MetricKind::Resource { name, is_utilization: true, .. } => format!("{name} share"),
            MetricKind::Resource { name, .. } => format!("{name} amount"),
            MetricKind::Other(name) => name.to_string(),
        })
        .collect();
    let (min, max) = (number(&it.replicas_min), number(&it.replicas_max));
    let target = format!("{}/{}", it.target.kind, it.target.name);
    assert_eq!(format!("{target} {min} to {max} by {}", metrics.join(", ")), expected);
}

#[test]
fn an_autoscaler_without_metrics_looks_at_processor_time() {
    let target = "scaleTargetRef: {kind: Deployment, name: web}, maxReplicas: 5";
    let horizontal = |version: &str, more: &str| {
        object(version, "HorizontalPodAutoscaler", &format!("spec: {{{target}{more}}}"))
    };
    let default = "Deployment/web 1 to 5 by cpu share";
    check(&horizontal("autoscaling/v2", ""), default);
    check(&horizontal("autoscaling/v1", ", targetCPUUtilizationPercentage: 70"), default);
    let metrics = ", minReplicas: 2, metrics: [{type: Resource, resource: {name: memory, target: \
                   {type: AverageValue, averageValue: 1Gi}}}, {type: External, external: {}}]";
    check(
        &horizontal("autoscaling/v2", metrics),
        "Deployment/web 2 to 5 by memory amount, External",
    );
}

#[test]
fn keda_scales_to_nothing_unless_told_otherwise() {
    let spec = "spec: {scaleTargetRef: {name: worker}, triggers: [{type: kafka}, {type: cpu}]}";
    check(
        &object("keda.sh/v1alpha1", "ScaledObject", spec),
        "Deployment/worker 0 to 100 by kafka, cpu share",
    );
}

#[test]
fn a_webhook_refuses_when_it_does_not_answer_unless_told_otherwise() {
    let fails_closed = |version: &str, hook: &str| {
        let text =
            object(version, "ValidatingWebhookConfiguration", &format!("webhooks: [{hook}]"));
        let Facts::Webhook(webhook) = facts(&text) else { panic!() };
        *webhook.hooks[0].fails_closed.value().unwrap()
    };
    assert!(fails_closed("admissionregistration.k8s.io/v1", "{name: a}"));
    assert!(!fails_closed("admissionregistration.k8s.io/v1", "{name: a, failurePolicy: Ignore}"));
    assert!(!fails_closed("admissionregistration.k8s.io/v1beta1", "{name: a}"));
}

#[test]
fn a_default_limit_is_the_default_request() {
    let spec = "spec: {limits: [{type: Pod}, {type: Container, default: {cpu: 500m, memory: 1Gi}, \
                defaultRequest: {memory: 512Mi}}]}";
    let Facts::LimitRange(range) = facts(&object("v1", "LimitRange", spec)) else { panic!() };
    assert_eq!(range.cpu_request.value().unwrap().to_string(), "500m");
    assert_eq!(range.memory_request.value().unwrap().to_string(), "512Mi");
}
