//! An autoscaler that divides by a request that is not there.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, SmolStr, Term};
use kai_graph::{Autoscaler, Component, Container, Metric, MetricKind, Of, Workload};

use crate::command::kubectl;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "hpa-without-requests",
    pillar: Pillar::Scaling,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("hpa_without_requests.md"),
    check: Check::Autoscaler(check),
};

fn check(autoscaler: Of<'_, Autoscaler>, ctx: Context<'_>, out: &mut Observed) {
    let target = ctx.system.resolve_ref(&autoscaler.target, autoscaler.component);
    if let Some(workload) = target.and_then(Component::workload) {
        let component = workload.component;
        // A LimitRange of the namespace may fill requests in when the pod is admitted.
        let ranges = ctx.system.limit_ranges(&component.namespace, component.root);
        if !workload.pod.is_fully_read || !ranges.is_empty() {
            return;
        }
        for metric in &autoscaler.metrics {
            let MetricKind::Resource { name, container, is_utilization: true } = &metric.kind
            else {
                continue;
            };
            let without: Vec<_> = workload
                .pod
                .running_containers()
                .filter(|it| container.as_ref().is_none_or(|name| it.name == *name))
                .filter(|it| lacks_request(it, name))
                .collect();
            if !without.is_empty() {
                out.push(hazard(autoscaler, workload, metric, name, &without));
            }
        }
    }
}

fn lacks_request(container: &Container, resource: &str) -> bool {
    match resource {
        "cpu" => container.requests.cpu.is_not_declared() && container.limits.cpu.is_not_declared(),
        "memory" => {
            container.requests.memory.is_not_declared() && container.limits.memory.is_not_declared()
        }
        _ => false,
    }
}

fn hazard(
    autoscaler: Of<'_, Autoscaler>,
    workload: Of<'_, Workload>,
    metric: &Metric,
    resource: &SmolStr,
    without: &[&Container],
) -> Hazard {
    let names: Vec<_> = without.iter().map(|it| it.name.as_str()).collect();
    let label = workload.component.label();
    let (verb, noun) = if names.len() == 1 { ("asks", "container") } else { ("ask", "containers") };
    let message = format!(
        "`{}` scales `{label}` by a share of its {resource} request, and {noun} {} {verb} for \
         none; there is no share of nothing, so it stays at its floor under any load",
        autoscaler.component.name,
        words::list(&names),
    );
    let hazard = RULE
        .worsens(
            workload.component.id,
            FailureMode::Overload,
            Term::Impact,
            "autoscaler that cannot count",
            message,
        )
        .at(metric.origin)
        .loses(LossClass::Outage)
        .impact(0.5)
        .searched(format!("no LimitRange of `{}` fills it in", workload.component.namespace))
        .shows_as(format!(
            "Condition `ScalingActive` of hpa `{}` is false: `missing request for {resource}`",
            autoscaler.component.name,
        ))
        .recover(format!(
            "Scale by hand: `{}`",
            kubectl(
                workload.component,
                format!("scale {} --replicas=N", crate::command::resource(workload.component))
            ),
        ))
        .remedy(format!("Give {noun} {} a {resource} request", words::list(&names)))
        .verify(kubectl(
            autoscaler.component,
            format!("describe hpa {} # ScalingActive must be True", autoscaler.component.name),
        ));
    without.iter().fold(hazard, |hazard, it| hazard.related(it.origin, "asks for nothing"))
}
