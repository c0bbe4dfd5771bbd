//! A journey that an autoscaler may leave without any pod.

use kai_core::{FailureMode, Fix, Known, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Autoscaler, Component, Metric, MetricKind, Of};

use crate::command::{kubectl, resource, scale};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "scales-to-zero",
    pillar: Pillar::Scaling,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("scales_to_zero.md"),
    check: Check::Autoscaler(check),
};

fn check(autoscaler: Of<'_, Autoscaler>, ctx: Context<'_>, out: &mut Observed) {
    let target = ctx.system.resolve_ref(&autoscaler.target, autoscaler.component);
    let Some(workload) = target.and_then(Component::workload) else { return };
    let Some((floor, key)) = zero(autoscaler).filter(|_| !is_held(autoscaler)) else { return };
    let component = workload.component;
    let journeys = ctx.journeys_that_need(component.id);
    if journeys.is_empty() {
        return;
    }
    let (label, scaler) = (component.label(), autoscaler.component.label());
    let message = format!(
        "`{scaler}` may take every pod of `{label}` away; whoever comes then gets errors until it has \
         noticed and a pod has started, and {}",
        ctx.stops(component.id),
    );
    let fix = key
        .and_then(|it| ctx.set(floor, it, 1))
        .map(|edits| Fix::unsafely("Keep one pod", edits).reveals("lone-replica"));
    out.push(
        RULE.worsens(
            component.id,
            FailureMode::Overload,
            Term::Impact,
            "may be scaled to no pod",
            message,
        )
        .at(floor)
        .loses(LossClass::Outage)
        .shows_as(format!(
            "`kube_deployment_status_replicas_available` of `{}` is 0 when it is quiet",
            component.name
        ))
        .recover(scale(component, ctx, "1"))
        .remedy("Keep one pod or two; scale to zero only what a queue holds work for")
        .fix(fix)
        .verify(kubectl(
            autoscaler.component,
            format!("get {} # MINPODS", resource(autoscaler.component)),
        )),
    );
}

/// Where it is told that no pod may stay, and the key that would keep one: while it idles KEDA supports no
/// other number (keda.sh, "idleReplicaCount").
fn zero(autoscaler: Of<'_, Autoscaler>) -> Option<(OriginId, Option<&'static str>)> {
    let is_zero = |it: &Known<u32>| Some(it.traced().filter(|it| it.value == 0)?.origin);
    let key = match autoscaler.component.native_kind.as_str() {
        "ScaledObject" => "minReplicaCount",
        _ => "minReplicas",
    };
    let of_floor = is_zero(&autoscaler.replicas_min).map(|it| (it, Some(key)));
    of_floor.or_else(|| Some((is_zero(&autoscaler.replicas_idle)?, None)))
}

/// True where something else sees what comes and tells KEDA of it: the interceptor of its HTTP add-on holds
/// requests until a pod is there.
fn is_held(autoscaler: Of<'_, Autoscaler>) -> bool {
    let is_pushed =
        |it: &Metric| matches!(&it.kind, MetricKind::Other(name) if name == "external-push");
    autoscaler.metrics.iter().any(is_pushed)
}
