//! Stages that take every commit at the same moment.

use kai_core::{Environment, FailureMode, Hazard, Level, LossClass, Pillar, SmolStr, Term, Traced};
use kai_graph::{Facts, MadeApplication, Of, Reconciler, Reconciliation, Upstream};

use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "stages-move-together",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("stages_move_together.md"),
    check: Check::Reconciliation(check),
};

fn check(order: Of<'_, Reconciliation>, ctx: Context<'_>, out: &mut Observed) {
    if ctx.system.environment(order.component) != Environment::Production || !is_automatic(&order) {
        return;
    }
    for source in &order.sources {
        let Some(branch) = branch(source) else { continue };
        if has_stage_on(source, &branch.value, ctx) || has_stage_in(order.facts) {
            out.push(hazard(order, source, &branch, ctx));
        }
    }
}

/// True for what Argo CD applies without being asked.
fn is_automatic(order: &Reconciliation) -> bool {
    order.controller == Reconciler::ArgoCd && order.is_automatic.value() == Some(&true)
}

/// The name that moves with every commit, where the source is one folder of a repository: one that a set fills in may
/// be another for each stage.
fn branch(source: &Upstream) -> Option<Traced<SmolStr>> {
    let revision = source.revision.traced()?;
    let is_moving = matches!(revision.value.as_str(), "HEAD" | "main" | "master" | "trunk");
    let is_folder = !source.path.is_empty() && !source.path.contains("{{");
    (source.chart.is_none() && is_folder && !source.repository.contains("{{") && is_moving)
        .then(|| revision.clone())
}

/// True where an earlier stage takes the same folder from the same branch.
fn has_stage_on(source: &Upstream, branch: &str, ctx: Context<'_>) -> bool {
    let staging = ctx
        .system
        .components()
        .iter()
        .filter(|it| ctx.system.environment(it) == Environment::Staging);
    let orders = staging.filter_map(|it| match &it.facts {
        Facts::Reconciliation(facts) if is_automatic(facts) => Some(facts),
        _ => None,
    });
    orders.flat_map(|it| &it.sources).any(|it| {
        it.repository == source.repository
            && it.path == source.path
            && it.revision.value().is_some_and(|it| it == branch)
    })
}

/// True where a set makes the same of it for production and for an earlier stage, and syncs both at once. Each may have
/// a revision or a file of values of its own.
fn has_stage_in(order: &Reconciliation) -> bool {
    let of = |wanted: Environment| {
        let all = order.made.iter().filter(|it| it.is_automatic);
        all.filter(move |it| it.environment() == Some(wanted))
    };
    let has_twin = |it: &MadeApplication| {
        of(Environment::Staging).any(|other| other.pins == it.pins && other.paths == it.paths)
    };
    order.rolls.value() != Some(&true) && of(Environment::Production).any(has_twin)
}

fn hazard(
    order: Of<'_, Reconciliation>,
    source: &Upstream,
    branch: &Traced<SmolStr>,
    ctx: Context<'_>,
) -> Hazard {
    let label = order.component.label();
    let message = format!(
        "`{label}` of production applies `{}` from `{}` by itself, as staging does: a commit to that folder reaches \
         both within the same minutes, so no stage has run it before production does",
        source.path, branch.value,
    );
    RULE.worsens(
        order.component.id,
        FailureMode::Rollout,
        Term::Frequency,
        "every commit reaches all stages at once",
        message,
    )
    .at(ctx.shown(branch.origin, order.component))
    .loses(LossClass::Degraded)
    .shows_as("Staging and production report the same new revision within minutes")
    .recover("Revert the commit: both follow; a rollback by hand is undone while it applies by itself")
    .remedy(
        "Let production follow a branch or tag of its own, moved once staging is well (`targetRevision` by environment)",
    )
    .verify(
        "kubectl get applications -A -o custom-columns=NAME:.metadata.name,REVISION:.status.sync.revision # in both \
         clusters, just after a commit: production is one behind",
    )
}
