//! Autoscalers that may make more pods than the declared nodes take.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Component, Of, Workload};

use crate::{Case, Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "autoscaler-beyond-nodes",
    pillar: Pillar::Scaling,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("autoscaler_beyond_nodes.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let component = workload.component;
    let Some(played) = ctx.verdict(component.id, |it| matches!(it, Case::Grown { .. })) else {
        return;
    };
    let Case::Grown { max, room } = played.case else { return };
    let autoscalers = ctx.system.autoscalers_of(component);
    let at = autoscalers.first().and_then(|it| it.replicas_max.traced()).map(|it| it.origin);
    let at = at.unwrap_or(component.origin);
    out.push(hazard(component, (max, room), &played.reason).at(at));
}

fn hazard(component: &Component, (max, room): (i64, i64), reason: &str) -> Hazard {
    let label = component.label();
    let message = format!(
        "The autoscaler of `{label}` may make {max} pods, and the nodes that `kai.yaml` declares have \
         room for {room} at most, with all else as it is (`{reason}`); from there on more load makes \
         pods that wait"
    );
    RULE.worsens(
        component.id,
        FailureMode::Overload,
        Term::Impact,
        format!("grows to {room} pods of {max}, then the nodes are full"),
        message,
    )
    .at(component.origin)
    .loses(LossClass::Degraded)
    .shows_as(format!("Pods of `{label}` stay Pending with `FailedScheduling` under load"))
    .recover("Add nodes, or shed load until it falls")
    .remedy("Have nodes added when pods wait, or declare what the nodes carry: a lower maximum, smaller requests")
    .verify("kai break load=10x")
}
