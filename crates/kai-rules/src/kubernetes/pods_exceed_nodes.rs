//! Workloads whose pods have no room on the declared nodes, even with nothing beside them.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Component, Of, Workload};

use crate::command::{kubectl, resource};
use crate::{Case, Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "pods-exceed-nodes",
    pillar: Pillar::Scaling,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("pods_exceed_nodes.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let component = workload.component;
    let is_alone = |it: &Case| matches!(it, Case::Alone { .. });
    let Some(played) = ctx.verdict(component.id, is_alone) else { return };
    // Which labels the nodes have is seldom all declared.
    let placement = &workload.facts.pod.placement;
    let chooses = !placement.node_selector.is_empty() || placement.node_affinity.is_some();
    if let Case::Alone { wanted, room } = played.case
        && !chooses
    {
        out.push(hazard(workload, wanted, room, &played.reason, ctx));
    }
}

fn hazard(
    workload: Of<'_, Workload>,
    wanted: usize,
    room: usize,
    reason: &str,
    ctx: Context<'_>,
) -> Hazard {
    let component: &Component = workload.component;
    let label = component.label();
    let (title, follows) = match room {
        0 => ("no declared node takes a pod", ctx.stops(component.id)),
        _ => ("more pods than the declared nodes take", format!("it has {room} from the start")),
    };
    let message = format!(
        "Of {} of `{label}`, with nothing but node agents beside them, {room} {} room on the nodes that \
         `kai.yaml` declares (`{reason}`), and {follows}",
        words::count(wanted, "pod"),
        if room == 1 { "finds" } else { "find" },
    );
    RULE.worsens(component.id, FailureMode::Misconfigured, Term::Impact, title, message)
        .at(workload.replicas.traced().map_or(component.origin, |it| it.origin))
        .loses(if room == 0 { LossClass::Outage } else { LossClass::Degraded })
        .shows_as(format!("Pods of `{label}` are Pending from their first minute"))
        .recover("Add nodes, or ask for less")
        .remedy(
            "Ask for no more than a node has, or for fewer pods that keep apart; where the nodes are \
             larger or more than `kai.yaml` says, correct it",
        )
        .verify(kubectl(component, format!("get {} -o wide", resource(component))))
}
