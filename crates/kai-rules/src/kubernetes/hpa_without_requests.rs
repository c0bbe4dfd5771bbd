//! An autoscaler that divides by a request that is not there.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term};
use kai_graph::{Autoscaler, Component, Container, Metric, MetricKind, Nearness, Of, Workload};

use crate::command::{kubectl, scale};
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
    let Some(workload) = target.and_then(Component::workload) else { return };
    let component = workload.component;
    // What only has its name elsewhere is another one.
    let root = autoscaler.component.root;
    if ctx.system.nearness(component.root, root) == Nearness::Apart {
        return;
    }
    // A LimitRange of the namespace may fill requests in when the pod is admitted.
    let ranges = ctx.system.limit_ranges(&component.namespace, component.root);
    if !workload.pod.is_fully_read || !ranges.is_empty() {
        return;
    }
    let metrics = &autoscaler.facts.metrics;
    let lacks: Vec<_> = metrics.iter().filter_map(|it| lack(it, workload.facts)).collect();
    if let Some(first) = lacks.first() {
        out.push(hazard(autoscaler, workload, first, lacks.len() == metrics.len(), ctx));
    }
}

/// A metric that is a share of a request that is not made.
struct Lack<'a> {
    at: OriginId,
    resource: &'a SmolStr,
    containers: Vec<&'a Container>,
}

fn lack<'a>(metric: &'a Metric, workload: &'a Workload) -> Option<Lack<'a>> {
    let MetricKind::Resource { name, container, is_utilization: true } = &metric.kind else {
        return None;
    };
    let containers: Vec<_> = workload
        .pod
        .running_containers()
        .filter(|it| container.as_ref().is_none_or(|name| it.name == *name))
        .filter(|it| asks_for_none(it, name))
        .collect();
    (!containers.is_empty()).then_some(Lack { at: metric.origin, resource: name, containers })
}

fn asks_for_none(container: &Container, resource: &str) -> bool {
    let (requests, limits) = (&container.requests, &container.limits);
    match resource {
        "cpu" => requests.cpu.is_not_declared() && limits.cpu.is_not_declared(),
        "memory" => requests.memory.is_not_declared() && limits.memory.is_not_declared(),
        _ => false,
    }
}

fn hazard(
    autoscaler: Of<'_, Autoscaler>,
    workload: Of<'_, Workload>,
    lack: &Lack<'_>,
    is_blind: bool,
    ctx: Context<'_>,
) -> Hazard {
    let Lack { at, resource, containers } = lack;
    let (component, name) = (workload.component, &autoscaler.component.name);
    let names: Vec<_> = containers.iter().map(|it| it.name.as_str()).collect();
    let (verb, noun) = if names.len() == 1 { ("asks", "container") } else { ("ask", "containers") };
    let (consequence, loss) = if is_blind {
        ("so it stays at its floor under any load", LossClass::Outage)
    } else {
        ("so by its other metrics it adds pods and never takes any away", LossClass::Toil)
    };
    let message = format!(
        "`{name}` scales `{}` by a share of its {resource} request, and {noun} {} {verb} for none; \
         there is no share of nothing, {consequence}",
        component.label(),
        words::list(&names),
    );
    let title = "autoscaler that cannot count";
    let hazard = RULE
        .worsens(component.id, FailureMode::Overload, Term::Impact, title, message)
        .at(*at)
        .loses(loss)
        .impact(0.5)
        .searched(format!("no LimitRange of `{}` fills it in", component.namespace))
        .shows_as(format!(
            "Condition `ScalingActive` of hpa `{name}` is false: `missing request for {resource}`"
        ))
        .recover(format!("Scale by hand: {}", scale(component, ctx, "N")))
        .remedy(format!("Give {noun} {} a {resource} request", words::list(&names)))
        .verify(kubectl(
            autoscaler.component,
            format!("describe hpa {name} # ScalingActive must be True"),
        ));
    containers.iter().fold(hazard, |hazard, it| hazard.related(it.origin, "asks for nothing"))
}
