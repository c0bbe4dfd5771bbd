//! A group of the API that one pod answers.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term, Traced};
use kai_graph::{ApiService, Component, DependencyKind, Facts, Of, Workload};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "aggregated-api-alone",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("aggregated_api_alone.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::ApiService(api) = &component.facts else { return };
    let Some(service) = ctx.system.resolve_ref(&api.service, component) else { return };
    for target in ctx.targets(service.id, DependencyKind::Routes) {
        let Some(workload) = target.workload() else { continue };
        let is_scaled = !ctx.system.autoscalers_of(target).is_empty();
        let alone = workload.replicas.traced().filter(|it| it.value == 1);
        if let Some(alone) = alone.filter(|_| !is_scaled) {
            out.push(hazard(Of { component, facts: api }, workload, alone, ctx));
        }
    }
}

fn hazard(
    api: Of<'_, ApiService>,
    workload: Of<'_, Workload>,
    alone: &Traced<u32>,
    ctx: Context<'_>,
) -> Hazard {
    let target = workload.component;
    let label = target.label();
    let group = &api.facts.group;
    let scaling = match group.ends_with("metrics.k8s.io") {
        true => "no autoscaler sees load, ",
        false => "",
    };
    let message = format!(
        "One pod of `{label}` answers `{group}`; while it is away, {scaling}no namespace can be deleted and \
         clients that list every kind fail",
    );
    RULE.worsens(
        target.id,
        FailureMode::PodLoss,
        Term::Impact,
        "one pod answers a part of the API",
        message,
    )
    .at(alone.origin)
    .related(api.component.origin, format!("`{group}`"))
    .loses(LossClass::Degraded)
    .impact(0.3)
    .shows_as(format!("`kubectl get apiservice {}` shows `False`", api.component.name))
    .recover(format!("`{}`", kubectl(target, format!("rollout restart {}", resource(target)))))
    .remedy("Run two pods on different nodes, with a budget that keeps one of them")
    .fix(
        ctx.set(alone.origin, "replicas", 2)
            .map(|it| Fix::unsafely("Run two pods", it).reveals("drain-unbounded")),
    )
    .verify(kubectl(
        target,
        format!("get {} -o jsonpath='{{.status.readyReplicas}}'", resource(target)),
    ))
}
