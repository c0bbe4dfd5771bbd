//! Stages that take every commit at the same moment.

use std::collections::BTreeSet;

use kai_core::{Environment, FailureMode, Hazard, Level, LossClass, Pillar, SmolStr, Term, Traced};
use kai_graph::{Facts, MadeApplication, Of, Reconciler, Reconciliation, Upstream};

use super::waves;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "stages-move-together",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("stages_move_together.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    let staged = staged(ctx);
    for order in orders(Environment::Production, ctx) {
        for source in &order.sources {
            let Some(branch) = branch(source) else { continue };
            let taken = (source.repository.as_str(), source.path.as_str(), branch.value.as_str());
            if staged.contains(&taken) || has_stage_in(order.facts) {
                out.push(hazard(order, source, &branch, ctx));
            }
        }
    }
}

/// What is applied to an environment by itself.
fn orders(of: Environment, ctx: Context<'_>) -> impl Iterator<Item = Of<'_, Reconciliation>> {
    ctx.system.components().iter().filter_map(move |component| {
        let Facts::Reconciliation(facts) = &component.facts else { return None };
        (is_automatic(facts) && ctx.system.environment(component) == of)
            .then_some(Of { component, facts: &**facts })
    })
}

/// A folder of a repository at a revision.
type Taken<'a> = (&'a str, &'a str, &'a str);

/// What earlier stages take.
fn staged(ctx: Context<'_>) -> BTreeSet<Taken<'_>> {
    let sources = orders(Environment::Staging, ctx).flat_map(|it| &it.facts.sources);
    let taken = sources.filter_map(|it| {
        let revision = it.revision.value()?;
        Some((it.repository.as_str(), it.path.as_str(), revision.as_str()))
    });
    taken.collect()
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
    let made = order.facts.made.iter().filter(|it| it.environment() == Some(Environment::Staging));
    let mut staged: Vec<&str> = made.map(|it| it.cluster.as_str()).collect();
    staged.sort_unstable();
    staged.dedup();
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
    .fix(waves::fix(order, &staged, ctx))
    .verify(
        "kubectl get applications -A -o custom-columns=NAME:.metadata.name,REVISION:.status.sync.revision # in both \
         clusters, just after a commit: production is one behind",
    )
}
