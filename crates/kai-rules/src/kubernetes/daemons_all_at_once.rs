//! A node agent that a release stops on every node at once.

use kai_core::{FailureMode, Fix, Level, Pillar, Term};
use kai_graph::{Controller, IntOrPercent, Of, Workload};

use crate::command::{field, undo};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "daemons-all-at-once",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("daemons_all_at_once.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    if workload.controller != Controller::DaemonSet || only_reports(&workload) {
        return;
    }
    let Some(limit) = workload.rollout.max_unavailable.traced() else { return };
    let IntOrPercent::Percent(percent) = limit.value else { return };
    if percent < 50 {
        return;
    }
    let component = workload.component;
    let label = component.label();
    let nodes = if percent >= 100 { "every node".into() } else { format!("{percent} % of nodes") };
    let message = format!(
        "A release of `{label}` stops its pod on {nodes} at once; a bad one is everywhere before \
         anybody has seen it on one node"
    );
    let fix = ctx
        .set(limit.origin, "maxUnavailable", 1)
        .map(|edits| Fix::unsafely("One node at a time", edits));
    out.push(
        RULE.worsens(
            component.id,
            FailureMode::Rollout,
            Term::Impact,
            "released on all nodes at once",
            message,
        )
        .at(limit.origin)
        .impact(f64::from(percent.min(100)) / 100.0)
        .shows_as(format!(
            "`kube_daemonset_status_number_unavailable` of `{}` jumps with a release",
            component.name
        ))
        .recover(format!("{}, which takes as many pods away", undo(component, ctx)))
        .remedy("Let a few nodes go first: `maxUnavailable: 1`, or 10 % of a large cluster")
        .fix(fix)
        .verify(field(component, ".spec.updateStrategy")),
    );
}

/// What only watches a node serves nobody: while it restarts, some samples are missing.
fn only_reports(workload: &Workload) -> bool {
    const REPORTERS: [&str; 8] = [
        "alloy",
        "promtail",
        "fluent-bit",
        "fluentd",
        "vector",
        "filebeat",
        "cadvisor",
        "node-problem-detector",
    ];
    let mut images = workload.pod.containers.iter().filter_map(|it| it.image.value());
    images.any(|it| REPORTERS.contains(&it.name()) || it.name().ends_with("exporter"))
}
