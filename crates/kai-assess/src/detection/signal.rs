//! Which metrics show which failure of which kind of component.

use kai_core::FailureMode;
use kai_graph::{AlertRule, Component, MatchOperator, Watch};

use FailureMode::{DependencyLoss, Misconfigured, NodeLoss, Overload, PodLoss, ZoneLoss};

/// The start of a metric's name, the kind of object that it counts (`*` for all that run pods), the
/// label that holds the object's name, and the failures that it shows.
type Signal = (&'static str, &'static str, &'static str, &'static [FailureMode]);

/// Pods that are away and stay away. A rollout loses requests for seconds, which no count of pods
/// shows.
const AWAY: &[FailureMode] = &[PodLoss, NodeLoss, ZoneLoss, Misconfigured];

/// Metrics of kube-state-metrics, whose documentation says what each counts.
const SIGNALS: &[Signal] = &[
    ("kube_cronjob_status_", "CronJob", "cronjob", &[Misconfigured, PodLoss]),
    ("kube_daemonset_status_", "DaemonSet", "daemonset", AWAY),
    ("kube_deployment_status_replicas", "Deployment", "deployment", AWAY),
    ("kube_job_failed", "Job", "job_name", &[Misconfigured, PodLoss]),
    ("kube_job_status_failed", "Job", "job_name", &[Misconfigured, PodLoss]),
    ("kube_pod_container_status_restarts_total", "*", "pod", &[Misconfigured, Overload]),
    ("kube_pod_container_status_waiting_reason", "*", "pod", &[Misconfigured, Overload]),
    ("kube_pod_status_phase", "*", "pod", &[Misconfigured, NodeLoss]),
    ("kube_statefulset_status_replicas", "StatefulSet", "statefulset", AWAY),
];

/// Labels under which scrapes and applications name what they look at.
const NAMES: &[&str] = &["app", "container", "deployment", "job", "name", "service", "statefulset"];

/// True for failures whose signs are known, of what runs pods.
pub(crate) fn is_known(component: &Component, mode: FailureMode) -> bool {
    component.workload().is_some()
        && (AWAY.contains(&mode) || matches!(mode, Overload | DependencyLoss))
}

/// True where the alert would show the failure.
pub(super) fn shows(alert: &AlertRule, component: &Component, mode: FailureMode) -> bool {
    let watches = alert.watches.value().map(Vec::as_slice).unwrap_or_default();
    watches.iter().any(|it| by_metric(it, component, mode) || names(it, component))
}

fn by_metric(watch: &Watch, component: &Component, mode: FailureMode) -> bool {
    let signal = SIGNALS.iter().find(|(metric, kind, _, modes)| {
        watch.metric.starts_with(metric)
            && (*kind == "*" || *kind == component.native_kind)
            && modes.contains(&mode)
    });
    let Some((_, _, label, _)) = signal else { return false };
    // The pod's name begins with that of its controller; the rest is made up by it.
    let name =
        if *label == "pod" { format!("{}-0", component.name) } else { component.name.to_string() };
    watch.matchers.iter().all(|it| match it.label.as_str() {
        // Who writes no namespace may give one when applying.
        "namespace" if component.namespace == "default" => true,
        "namespace" => it.matches(&component.namespace) != Some(false),
        written if written == *label => it.matches(&name) != Some(false),
        _ => true,
    })
}

/// True where a matcher names the component itself, whatever the metric is.
fn names(watch: &Watch, component: &Component) -> bool {
    let is_name = |value: &str| {
        let rest = value.strip_prefix(component.name.as_str());
        rest.is_some_and(|it| it.is_empty() || it.starts_with("-probe"))
    };
    watch.matchers.iter().any(|it| {
        NAMES.contains(&it.label.as_str())
            && match it.operator {
                MatchOperator::Equal => is_name(&it.value),
                MatchOperator::Regex => {
                    !it.value.starts_with('.') && it.matches(&component.name) == Some(true)
                }
                MatchOperator::NotEqual | MatchOperator::NotRegex => false,
            }
    })
}
