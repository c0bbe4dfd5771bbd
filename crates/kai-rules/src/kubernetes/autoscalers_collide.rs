//! Pods that two autoscalers count as theirs.

use kai_core::{FailureMode, Hazard, Level, OriginId, Pillar, Term};
use kai_graph::{Autoscaler, Component, Of, Workload};

use crate::command::{kubectl, resource, scale};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "autoscalers-collide",
    pillar: Pillar::Scaling,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("autoscalers_collide.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let autoscalers = ctx.system.autoscalers_of(workload.component);
    let Some((first, others)) = autoscalers.split_first() else { return };
    let is_other = |it: &&Of<'_, Autoscaler>| {
        it.component.label() != first.component.label() && are_together(workload, [first, it], ctx)
    };
    if let Some(second) = others.iter().find(is_other) {
        let target = second.facts.target.origin;
        out.push(hazard(workload, *first, *second, "targets it as well", target, ctx));
        return;
    }
    if let Some((second, at)) = stranger(workload, ctx) {
        out.push(hazard(
            workload,
            *first,
            second,
            "targets pods that this selector matches",
            at,
            ctx,
        ));
    }
}

/// True where both surely meet the workload: they are applied with it, or nothing else of its name is there that one of
/// them may mean.
fn are_together(
    workload: Of<'_, Workload>,
    autoscalers: [&Of<'_, Autoscaler>; 2],
    ctx: Context<'_>,
) -> bool {
    let component = workload.component;
    let environment = ctx.system.environment(component);
    let is_near = |it: &Component| ctx.system.environment(it) == environment;
    autoscalers.iter().all(|it| it.component.root == component.root)
        || !ctx.system.twins(component).any(is_near)
}

/// The autoscaler of another workload whose pods the selector of this one matches too, and the
/// selector.
fn stranger<'a>(
    workload: Of<'a, Workload>,
    ctx: Context<'a>,
) -> Option<(Of<'a, Autoscaler>, OriginId)> {
    let component = workload.component;
    let selector = workload.facts.selector.as_ref().filter(|it| !it.is_empty())?;
    let matched = ctx.system.pods_of(selector, &component.namespace, component.root);
    let others = matched
        .into_iter()
        .filter(|it| it.component.id != component.id && it.component.label() != component.label());
    let mut scaled =
        others.filter_map(|it| ctx.system.autoscalers_of(it.component).first().copied());
    scaled.next().map(|it| (it, selector.origin))
}

fn hazard(
    workload: Of<'_, Workload>,
    first: Of<'_, Autoscaler>,
    second: Of<'_, Autoscaler>,
    note: &'static str,
    at: OriginId,
    ctx: Context<'_>,
) -> Hazard {
    let component = workload.component;
    let (one, other) = (first.component.label(), second.component.label());
    let message = format!(
        "`{one}` scales `{}`, and `{other}` {note}; the controller refuses pods that two \
         autoscalers count, so neither scales under any load",
        component.label(),
    );
    let hpa = resource(first.component);
    RULE.worsens(component.id, FailureMode::Overload, Term::Impact, "two autoscalers", message)
        .at(at)
        .related(first.component.origin, "the one")
        .related(second.component.origin, "the other")
        .impact(0.5)
        .shows_as(format!("Condition `ScalingActive` of `{hpa}` is false: `AmbiguousSelector`"))
        .recover(format!("Delete one of the two, then {}", scale(component, ctx, "N"),))
        .remedy("Put all metrics into one autoscaler, and give each workload labels of its own")
        .verify(kubectl(first.component, format!("describe {hpa} # ScalingActive must be True")))
}
