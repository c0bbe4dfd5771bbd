//! A journey that an autoscaler may leave without any pod.

use kai_core::{FailureMode, Fix, Level, LossClass, Pillar, Term};
use kai_graph::{Autoscaler, Component, Of};

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
    let Some(floor) = autoscaler.replicas_min.traced().filter(|it| it.value == 0) else { return };
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
    let key = if autoscaler.component.native_kind == "ScaledObject" {
        "minReplicaCount"
    } else {
        "minReplicas"
    };
    let fix = ctx
        .set(floor.origin, key, 1)
        .map(|edits| Fix::unsafely("Keep one pod", edits).reveals("lone-replica"));
    out.push(
        RULE.worsens(
            component.id,
            FailureMode::Overload,
            Term::Impact,
            "may be scaled to no pod",
            message,
        )
        .at(floor.origin)
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
