//! Two autoscalers that pull at one measurement: one by more pods, one by larger ones.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term};
use kai_graph::{Autoscaler, Component, Facts, MetricKind, Of, VerticalAutoscaler, Workload};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "sizers-collide",
    pillar: Pillar::Scaling,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("sizers_collide.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::VerticalAutoscaler(sizer) = &component.facts else { return };
    let changes = sizer.mode.value().is_some_and(|it| it != "Off");
    let target = ctx.system.resolve_ref(&sizer.target, component);
    let Some(workload) = target.and_then(Component::workload).filter(|_| changes) else { return };
    let scalers = ctx.system.autoscalers_of(workload.component);
    let shared = scalers.into_iter().find_map(|it| Some((it, shared(sizer, it.facts)?)));
    if let Some((scaler, (name, at))) = shared {
        let mode = sizer.mode.traced().map(|it| it.origin);
        let edits = mode.and_then(|it| ctx.set_text(it, "updatePolicy.updateMode", "Off"));
        let fix = edits.map(|it| Fix::unsafely("Let the vertical one recommend only", it));
        out.push(hazard(component, workload, scaler, name, at).fix(fix));
    }
}

/// The resource that both go by.
fn shared<'a>(
    sizer: &VerticalAutoscaler,
    scaler: &'a Autoscaler,
) -> Option<(&'a SmolStr, OriginId)> {
    scaler.metrics.iter().find_map(|it| match &it.kind {
        MetricKind::Resource { name, is_utilization: true, .. } => {
            let is_sized = sizer.resources.is_empty() || sizer.resources.contains(name);
            is_sized.then_some((name, it.origin))
        }
        _ => None,
    })
}

fn hazard(
    component: &Component,
    workload: Of<'_, Workload>,
    scaler: Of<'_, Autoscaler>,
    name: &SmolStr,
    at: OriginId,
) -> Hazard {
    let (label, sizer) = (workload.component.label(), component.label());
    let message = format!(
        "`{}` counts pods of `{label}` by their share of requested {name}, and `{sizer}` changes what they request; \
         each moves what the other goes by, so pods are restarted and counts swing without any change of load",
        scaler.component.label(),
    );
    RULE.worsens(
        workload.component.id,
        FailureMode::Overload,
        Term::Frequency,
        "two autoscalers at one measurement",
        message,
    )
    .at(at)
    .related(component.origin, "changes what a pod requests")
    .loses(LossClass::Degraded)
    .impact(0.3)
    .shows_as(format!(
        "`kube_deployment_spec_replicas` of `{}` swings while its traffic does not",
        workload.component.name,
    ))
    .recover(format!("Set `updateMode: Off` in `{sizer}`; pods keep the requests that they have"))
    .remedy(format!(
        "Let `{sizer}` recommend only (`updateMode: Off`) or control another resource than {name}, or scale pods by a \
         measurement of load",
    ))
    .verify(kubectl(
        component,
        format!(
            "get {} -o jsonpath='{{.spec.updatePolicy}}{{.spec.resourcePolicy}}' # Off, or not {name}",
            resource(component),
        ),
    ))
}
