//! A workload that forgets its releases at once.

use kai_core::{FailureMode, Fix, Level, Pillar, Term};
use kai_graph::{Controller, Of, Workload};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "rollback-impossible",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("rollback_impossible.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    // Of an Argo Rollout the stable version is kept, whatever the limit says.
    if workload.controller == Controller::Rollout {
        return;
    }
    let Some(limit) = workload.rollout.revision_history_limit.traced() else { return };
    if limit.value > 0 {
        return;
    }
    let component = workload.component;
    let (label, resource) = (component.label(), resource(component));
    let message = format!(
        "`{label}` keeps no earlier release, so `kubectl rollout undo` has nothing to go back to; \
         a bad release lasts until the next one is built"
    );
    let fix = ctx
        .set(limit.origin, "revisionHistoryLimit", 3)
        .map(|edits| Fix::safely("Keep three releases", edits));
    out.push(
        RULE.worsens(
            component.id,
            FailureMode::Rollout,
            Term::TimeToRecover,
            "no release to go back to",
            message,
        )
        .at(limit.origin)
        .shows_as(format!(
            "`{}` lists one revision",
            kubectl(component, format!("rollout history {resource}"))
        ))
        .recover(format!(
            "Apply the last good manifest again from git; `{}` fails",
            kubectl(component, format!("rollout undo {resource}"))
        ))
        .remedy("Keep a few: `revisionHistoryLimit: 3`; each is an empty ReplicaSet or a revision")
        .fix(fix)
        .verify(kubectl(component, format!("rollout history {resource} # more than one revision"))),
    );
}
