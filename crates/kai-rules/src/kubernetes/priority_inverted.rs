//! A dependency that is evicted before what cannot work without it.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term};
use kai_graph::{Component, Controller, DependencyKind, Facts, Of, Strength, Workload};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "priority-inverted",
    pillar: Pillar::Scaling,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("priority_inverted.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let is_switched_off = workload.replicas.value() == Some(&0);
    if is_switched_off
        || workload.pod.priority_class.value().is_none()
        || !workload.is_rescheduled()
    {
        return;
    }
    let Some(own) = priority(workload, ctx) else { return };
    // An agent of every node is important to its node, and goes on while what it reports to is away.
    let journeys = ctx.journeys_that_need(workload.component.id);
    if journeys.is_empty() || workload.controller == Controller::DaemonSet {
        return;
    }
    for (other, at) in needed(workload.component, ctx) {
        if let Some(its) = priority(other, ctx).filter(|it| it.value < own.value) {
            let fix = fix(other, &own, ctx);
            out.push(hazard(workload, other, &own, &its, at).fix(fix));
        }
    }
}

/// How important the scheduler and the kubelet take pods to be.
struct Priority<'a> {
    class: Option<&'a SmolStr>,
    value: i64,
}

/// Unknown where its class is not declared, or where a default class may give it one.
fn priority<'a>(workload: Of<'a, Workload>, ctx: Context<'a>) -> Option<Priority<'a>> {
    let facts: &'a Workload = workload.facts;
    let Some(class) = facts.pod.priority_class.value() else {
        let is_left = facts.pod.priority_class.is_not_declared();
        return is_left.then_some(Priority { class: None, value: 0 });
    };
    let value = match class.as_str() {
        "system-node-critical" => 2_000_001_000,
        "system-cluster-critical" => 2_000_000_000,
        name => {
            let component =
                ctx.system.resolve("PriorityClass", "", name, workload.component.root)?;
            let Facts::PriorityClass(facts) = &component.facts else { return None };
            *facts.value.value()?
        }
    };
    Some(Priority { class: Some(class), value })
}

/// The workloads that it cannot do without and calls, each behind a path with nobody else, and the
/// text that shows it.
fn needed<'a>(component: &Component, ctx: Context<'a>) -> Vec<(Of<'a, Workload>, OriginId)> {
    let arrows = ctx.system.needs(component.id).iter();
    let arrows =
        arrows.filter(|it| it.kind == DependencyKind::Calls && it.strength == Strength::Hard);
    let behind = arrows.filter_map(|arrow| {
        let target = ctx.system.component(arrow.target);
        if let Some(workload) = target.workload() {
            return Some((workload, arrow.origin));
        }
        let mut routes = ctx.targets(target.id, DependencyKind::Routes);
        let only = routes.next().filter(|_| routes.next().is_none())?;
        Some((only.workload()?, arrow.origin))
    });
    behind.filter(|(it, _)| it.is_rescheduled() && it.is_long_running()).collect()
}

fn fix(other: Of<'_, Workload>, own: &Priority<'_>, ctx: Context<'_>) -> Option<Fix> {
    const KEY: &str = "priorityClassName";
    let class = own.class?;
    let edits = match other.pod.priority_class.traced() {
        Some(written) => ctx.set_text(written.origin, KEY, class)?,
        None => ctx.insert(other.facts.pod.origin, KEY, class)?,
    };
    Some(Fix::unsafely("Make it as important as what needs it", edits))
}

fn hazard(
    workload: Of<'_, Workload>,
    other: Of<'_, Workload>,
    own: &Priority<'_>,
    its: &Priority<'_>,
    at: OriginId,
) -> Hazard {
    let component = other.component;
    let (label, user) = (component.label(), workload.component.label());
    let words = |it: &Priority<'_>| match it.class {
        Some(class) => format!("`{class}` ({})", it.value),
        None => "no class (0)".to_string(),
    };
    let message = format!(
        "`{label}` has {} and `{user}`, which cannot work without it, has {}; when nodes are short, \
         `{label}` goes first and `{user}` stops with it",
        words(its),
        words(own),
    );
    RULE.worsens(
        component.id,
        FailureMode::Overload,
        Term::Frequency,
        "less important than what needs it",
        message,
    )
    .at(match other.pod.priority_class.traced() {
        Some(class) => class.origin,
        None => other.facts.pod.origin,
    })
    .related(at, format!("`{user}` calls it"))
    .loses(LossClass::Degraded)
    .shows_as(format!("Events of `{label}`: `Preempted`, or `Evicted` under memory pressure"))
    .recover(format!(
        "By itself when there is room; `{}` shows for what it waits",
        kubectl(component, "get events --field-selector reason=FailedScheduling")
    ))
    .remedy(format!(
        "Give `{}` at least the class of `{}`",
        component.name, workload.component.name
    ))
    .verify(kubectl(
        component,
        format!("get {} -o yaml | grep priorityClassName", resource(component)),
    ))
}
