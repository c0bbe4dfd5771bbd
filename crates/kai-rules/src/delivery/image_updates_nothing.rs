//! Image automation that writes nothing, though somebody counts on it.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, SmolStr, Term, Traced};
use kai_graph::{Facts, ImageUpdate, Of};

use super::markers::{Marker, markers, policies, updates, written};
use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "image-updates-nothing",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("image_updates_nothing.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    let updates: Vec<_> = updates(ctx).collect();
    if updates.is_empty() {
        return;
    }
    let all = markers(ctx);
    for marker in all.iter().filter(|it| !it.is_commented_out && !may_be_there(it, ctx)) {
        let mut covering = updates.iter().filter(|it| it.facts.covers(&marker.path)).peekable();
        let Some(first) = covering.peek().copied() else { continue };
        let missing = |it: &Of<'_, ImageUpdate>| {
            ctx.missing(it.component, "ImagePolicy", &marker.namespace, &marker.policy)
        };
        if let Some(scope) = covering.map(missing).collect::<Option<Vec<_>>>() {
            let scope = scope.into_iter().next().unwrap_or_default();
            out.push(unnamed(*first, marker, scope, ctx));
        }
    }
    for update in updates {
        let is_marked = all.iter().any(|it| update.facts.covers(&it.path));
        if let Some(path) = update.facts.path.traced()
            && !is_marked
            && writes_here(update, ctx)
        {
            out.push(unmarked(update, path));
        }
    }
}

/// True where the policy is declared here, in whichever root, or one is whose name or namespace whoever applies it
/// may give.
fn may_be_there(marker: &Marker, ctx: Context<'_>) -> bool {
    policies(ctx).map(|it| it.component).any(|it| {
        let is_templated = it.name.contains(['$', '{']) || it.namespace.contains(['$', '{']);
        let is_near = it.namespace == marker.namespace || it.namespace == "default";
        is_templated || it.name == marker.policy && is_near
    })
}

/// True where the folder that it writes is read here, and so is all that production applies from its source.
fn writes_here(update: Of<'_, ImageUpdate>, ctx: Context<'_>) -> bool {
    let Some(written) = written(update, ctx) else { return false };
    let files = || ctx.origins.documents().filter(|it| it.embedding.is_none());
    let is_read = |folder: &str| files().any(|it| it.path.starts_with(folder));
    let applied = written.applied.iter().filter_map(|it| match &it.facts {
        Facts::Reconciliation(facts) => Some(facts),
        _ => None,
    });
    files().any(|it| update.facts.covers(it.path.as_str()))
        && applied.flat_map(|it| it.folders()).all(is_read)
}

fn unnamed(
    update: Of<'_, ImageUpdate>,
    marker: &Marker,
    scope: String,
    ctx: Context<'_>,
) -> Hazard {
    let by = update.component.label();
    let Marker { namespace, policy, .. } = marker;
    let message = format!(
        "The image on this line is to follow `ImagePolicy/{policy}` in `{namespace}`, and there is none: `{by}` passes the \
         line over without a word, so that this image stays at what it is"
    );
    begin(update, "follows a policy that is not there", message)
        .at(marker.origin(ctx))
        .searched(scope)
        .remedy(format!(
            "Name a policy that is there, or declare `ImagePolicy/{policy}` in `{namespace}`"
        ))
        .verify(format!("kubectl -n {namespace} get imagepolicy {policy}"))
}

fn unmarked(update: Of<'_, ImageUpdate>, path: &Traced<SmolStr>) -> Hazard {
    let by = update.component.label();
    let message = format!(
        "`{by}` writes new tags into `{}`, where no line is marked for it (`# {{\"$imagepolicy\": \"…\"}}`), so that it \
         changes nothing",
        path.value
    );
    let component = update.component;
    begin(update, "writes where nothing is marked", message)
        .at(path.origin)
        .searched(format!("the files below `{}`", path.value))
        .remedy("Mark the lines that it is to write, or give it the folder in which they are")
        .verify(kubectl(
            component,
            format!("get {} -o jsonpath='{{.status.lastPushTime}}'", resource(component)),
        ))
}

fn begin(update: Of<'_, ImageUpdate>, title: &str, message: String) -> Hazard {
    RULE.worsens(update.component.id, FailureMode::ControlLoss, Term::TimeToRecover, title, message)
        .loses(LossClass::Toil)
        .shows_as("A newer image in the registry, and no commit of the automation for it")
        .recover("Write the tag by hand, and mend the marker")
}
