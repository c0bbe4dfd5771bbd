//! Pods that together ask for more than all declared nodes have.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Bytes, Component, Millicores, Of, Workload};

use crate::command::{kubectl, resource};
use crate::{Case, Check, Context, Excess, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nodes-overcommitted",
    pillar: Pillar::Scaling,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("nodes_overcommitted.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let component = workload.component;
    let is_meant = |it: &Case| matches!(it, Case::Overcommitted(_));
    if let Some(Case::Overcommitted(excess)) =
        ctx.verdict(component.id, is_meant).map(|it| &it.case)
    {
        let at = workload.replicas.traced().map_or(component.origin, |it| it.origin);
        out.push(hazard(component, excess).at(ctx.shown(at, component)));
    }
}

/// What all pods do, in words: `ask for 14 cores, and all nodes together have 12 cores`.
pub(super) fn sums(excess: &Excess) -> String {
    let amount = |it: i64| {
        let it = it.unsigned_abs();
        match excess.resource {
            "cpu" if it.is_multiple_of(1000) => format!("{} cores", it / 1000),
            "cpu" => format!("{} of a core", Millicores(it)),
            "memory" => format!("{} of memory", Bytes(it)),
            _ => it.to_string(),
        }
    };
    let (asked, there) = (amount(excess.asked), amount(excess.there));
    match excess.resource {
        "pods" => format!("are {asked}, and all nodes together take {there}"),
        _ => format!("ask for {asked}, and all nodes together have {there}"),
    }
}

fn hazard(component: &Component, excess: &Excess) -> Hazard {
    let label = component.label();
    let message = format!(
        "All pods that are to run on the nodes that `kai.yaml` declares {}: some wait, whichever are \
         placed first, and chance and priority decide which; those of `{label}` ask for most",
        sums(excess),
    );
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::Impact,
        "all pods ask for more than all nodes have",
        message,
    )
    .loses(LossClass::Degraded)
    .shows_as("Pods are Pending with `FailedScheduling` while every node is full")
    .recover("Add nodes, or scale down what can wait")
    .remedy(
        "Add nodes, or ask for what is used; where the nodes are larger or more than `kai.yaml` says, \
         correct it",
    )
    .verify(kubectl(component, format!("get {} -o wide", resource(component))))
}
