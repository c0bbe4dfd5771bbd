//! Images of production that a push to their registry replaces, whatever its tag.

use std::collections::BTreeMap;

use kai_core::environment::of_name;
use kai_core::{
    ComponentId, Environment, FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term,
};
use kai_graph::{Component, Facts, ImageUpdate, Of, Reconciler, Reconciliation, TagPolicy};

use super::markers::{Written, in_production, markers, policies, updates, written};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "any-tag-deploys",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("any_tag_deploys.md"),
    check: Check::System(check),
};

/// Places that are shown beside the policy.
const SHOWN: usize = 3;

fn check(ctx: Context<'_>, out: &mut Observed) {
    let production = ctx
        .system
        .components()
        .iter()
        .filter(|it| ctx.system.environment(it) == Environment::Production);
    for component in production {
        if let Facts::Reconciliation(facts) = &component.facts {
            argo(Of { component, facts: &**facts }, out);
        }
    }
    flux(ctx, out);
}

/// A policy that takes any tag, and what of production it decides about.
struct Decided<'a> {
    policy: Of<'a, TagPolicy>,
    update: Of<'a, ImageUpdate>,
    written: Written<'a>,
    users: Vec<(&'a Component, OriginId)>,
}

fn flux(ctx: Context<'_>, out: &mut Observed) {
    let open: Vec<_> = policies(ctx).filter(|it| it.takes_any().is_some()).collect();
    if open.is_empty() {
        return;
    }
    let all = markers(ctx);
    let mut decided: BTreeMap<ComponentId, Decided<'_>> = BTreeMap::new();
    for (at, user) in in_production(&all, ctx) {
        let marker = &all[at];
        let named = |it: &&Of<'_, TagPolicy>| {
            it.component.namespace == marker.namespace && it.component.name == marker.policy
        };
        let Some(policy) = open.iter().find(named) else { continue };
        let heeds = |it: &Of<'_, ImageUpdate>| {
            let labels = &policy.component.labels;
            it.component.namespace == policy.component.namespace
                && it.facts.selector.as_ref().is_none_or(|it| it.matches(labels))
                && it.facts.covers(&marker.path)
        };
        let Some(update) = updates(ctx).find(heeds) else { continue };
        let Some(written) = written(update, ctx).filter(|it| it.branch == it.followed) else {
            continue;
        };
        let entry = decided.entry(policy.component.id).or_insert_with(|| Decided {
            policy: *policy,
            update,
            written,
            users: Vec::new(),
        });
        entry.users.push((user, marker.origin(ctx)));
    }
    out.hazards.extend(decided.values().filter_map(hazard));
}

fn hazard(decided: &Decided<'_>) -> Option<Hazard> {
    let Decided { policy, update, written, users } = decided;
    let (what, at) = policy.takes_any()?;
    let label = policy.component.label();
    let mut names: Vec<String> = users.iter().map(|it| it.0.label()).collect();
    names.dedup();
    let by = update.component.label();
    let message = format!(
        "`{label}` takes {what} for {}, and `{by}` pushes it to `{}`, which {} applies: whoever may push an image to the \
         registry deploys to production, and nobody has read anything",
        words::list(&names),
        written.branch,
        words::list(&written.applied.iter().map(|it| it.label()).collect::<Vec<_>>()),
    );
    let Component { namespace, name, .. } = policy.component;
    let hazard = begin(policy.component.id, message)
        .at(at)
        .related(update.component.origin, format!("it pushes to `{}`", written.branch))
        .shows_as(format!("A commit of the automation on `{}` that nobody expected", written.branch))
        .recover(format!(
            "`flux suspend image update {}`, then revert its commit; without the first it writes the tag again",
            update.component.name
        ))
        .remedy(format!(
            "Let `{by}` push to a branch of its own (`git.push.branch`) and merge that after a look, or bound what `{label}` \
             takes: `filterTags`, or a range as `~1.4`"
        ))
        .verify(format!("kubectl -n {namespace} get imagepolicy {name} -o jsonpath='{{.spec}}' # a range or a filter that ends"));
    let shown = users.iter().take(SHOWN);
    Some(shown.fold(hazard, |hazard, (user, at)| {
        hazard.related(*at, format!("the image of `{}`", user.label()))
    }))
}

/// Annotations of Argo CD Image Updater on an application that is synced by itself
/// (argocd-image-updater.readthedocs.io, "Configuring images for update").
fn argo(order: Of<'_, Reconciliation>, out: &mut Observed) {
    let is_synced =
        order.controller == Reconciler::ArgoCd && order.is_automatic.value() == Some(&true);
    // The name of an application says more than the folder that it stands in.
    let is_elsewhere =
        of_name(&order.component.name).is_some_and(|it| it != Environment::Production);
    let is_open = is_synced && !is_elsewhere;
    let Some(list) = annotation(order.component, "image-list").filter(|_| is_open) else {
        return;
    };
    let open: Vec<(&str, &str)> =
        list.split(',').filter_map(|it| open_image(order.component, it.trim())).collect();
    let (Some((_, what)), false) = (open.first(), is_proposed(order.component)) else { return };
    let names: Vec<&str> = open.iter().map(|it| it.0).collect();
    let label = order.component.label();
    let message = format!(
        "Argo CD Image Updater brings {what} of {} into `{label}` of production, which is synced by itself: whoever may push \
         an image to the registry deploys to production, and nobody has read anything",
        words::list(&names),
    );
    out.push(
        begin(order.component.id, message)
            .at(order.component.origin)
            .shows_as("A sync of the application without a commit of a person")
            .recover("Take the annotation away or narrow it, then roll back; else it brings the tag again")
            .remedy(
                "Write back to a branch of its own (`write-back-method: git`, `git-branch: main:images`) and merge that after \
                 a look, or bound the tags: `allow-tags`, or a range in `image-list` as `shop=registry/shop:~1.4`",
            )
            .verify(format!(
                "kubectl -n {} get application {} -o jsonpath='{{.metadata.annotations}}'",
                order.component.namespace, order.component.name
            )),
    );
}

fn annotation<'a>(component: &'a Component, key: &str) -> Option<&'a str> {
    const PREFIX: &str = "argocd-image-updater.argoproj.io/";
    let is_it = |it: &str| it.strip_prefix(PREFIX) == Some(key);
    let found = component.annotations.iter().find(|it| is_it(&it.0))?;
    (!found.1.contains("{{")).then_some(found.1.as_str())
}

/// An image without bounds, and what is taken for it: `alias=registry/name:range`.
fn open_image<'a>(component: &Component, item: &'a str) -> Option<(&'a str, &'static str)> {
    let (alias, image) = item.split_once('=').unwrap_or(("", item));
    let of = |key: &str| {
        let own = annotation(component, &format!("{alias}.{key}"));
        own.or_else(|| annotation(component, key))
    };
    let (name, range) = match image.rsplit_once(':') {
        Some((name, range)) if !range.contains('/') => (name, Some(range)),
        _ => (image, None),
    };
    let is_bound = of("allow-tags").is_some() || of("tag-match").is_some();
    let what = match of("update-strategy").unwrap_or("semver") {
        "semver" if range.is_none_or(|it| matches!(it, "*" | "x")) => "any higher version",
        "latest" | "newest-build" => "whatever tag was built last",
        "name" | "alphabetical" => "any tag that comes later in the alphabet",
        _ => return None,
    };
    (!is_bound && !name.is_empty()).then_some((name, what))
}

/// True where it writes to another branch than the one that it reads.
fn is_proposed(component: &Component) -> bool {
    let is_git = annotation(component, "write-back-method").is_some_and(|it| it.starts_with("git"));
    is_git
        && annotation(component, "git-branch").is_none_or(|it| it.contains(':'))
        && component.annotations.iter().any(|it| it.0.ends_with("/git-branch"))
}

fn begin(id: ComponentId, message: String) -> Hazard {
    RULE.worsens(id, FailureMode::Rollout, Term::Frequency, "any tag is deployed", message)
        .loses(LossClass::Degraded)
}
