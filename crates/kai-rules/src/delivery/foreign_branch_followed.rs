//! Manifests of somebody else, from a branch that their owner moves.

use std::collections::BTreeSet;

use kai_core::{Environment, FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Facts, Reconciler, Reconciliation, Upstream};

use super::revisions::moves;
use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "foreign-branch-followed",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("foreign_branch_followed.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    let orders = || {
        let all = ctx.system.components().iter();
        all.filter_map(|component| match &component.facts {
            Facts::Reconciliation(facts) => Some((component, &**facts)),
            _ => None,
        })
    };
    let own: BTreeSet<String> = orders().flat_map(|it| owners_here(it.0, it.1, ctx)).collect();
    if own.is_empty() {
        return;
    }
    for (component, order) in orders() {
        let is_applied = ctx.system.environment(component) == Environment::Production
            && order.is_automatic.value() == Some(&true)
            && order.is_suspended.value() != Some(&true);
        let sources = order.sources.iter().filter(|it| is_applied && it.chart.is_none());
        let foreign = sources.filter_map(|it| Some((it, foreign(it, component, ctx)?)));
        let found = foreign.filter(|it| !own.iter().any(|own| is_akin(own, &it.1.owner)));
        out.hazards.extend(found.take(1).map(|it| hazard(component, it.0, &it.1, ctx)));
    }
}

/// Owners of repositories whose folders are read here.
fn owners_here(component: &Component, order: &Reconciliation, ctx: Context<'_>) -> Vec<String> {
    let is_read = |source: &&Upstream| {
        let folder = source.path.trim_start_matches("./").trim_matches('/');
        let mut roots = ctx.system.roots().iter();
        !folder.is_empty() && roots.any(|it| it.path.starts_with(folder))
    };
    let read = order.sources.iter().filter(is_read);
    read.filter_map(|it| owner(&repository(it, component, ctx)?.repository)).collect()
}

/// What says where the text comes from: the source itself, or the repository that it names.
fn repository<'a>(source: &'a Upstream, of: &Component, ctx: Context<'a>) -> Option<&'a Upstream> {
    let Some(reference) = &source.object else { return Some(source) };
    match &ctx.system.resolve_ref(reference, of)?.facts {
        Facts::Reconciliation(it) => it.sources.first(),
        _ => None,
    }
}

/// A repository of another owner that is followed by a branch.
struct Foreign<'a> {
    owner: String,
    repository: &'a str,
    branch: &'a str,
    at: OriginId,
}

fn foreign<'a>(
    source: &'a Upstream,
    component: &'a Component,
    ctx: Context<'a>,
) -> Option<Foreign<'a>> {
    // A repository of Flux applies nothing; who takes from it does.
    let is_order = !component.native_kind.ends_with("Repository");
    let upstream =
        repository(source, component, ctx).filter(|_| is_order && !source.path.is_empty())?;
    let owner = owner(&upstream.repository)?;
    let branch = upstream.revision.value().map_or("", |it| it.as_str());
    moves(upstream).then(|| Foreign {
        owner,
        repository: &upstream.repository,
        branch: if branch.is_empty() { "the default branch" } else { branch },
        at: upstream.revision.traced().map_or(upstream.origin, |it| it.origin),
    })
}

/// Where everybody has repositories. What lies on another host is mostly one's own, whoever the owner is there.
const PUBLIC: [&str; 4] = ["bitbucket.org", "codeberg.org", "github.com", "gitlab.com"];

/// `github.com/somebody` of an address, whatever its protocol; none where it names no owner, or is of a host that is
/// not for everybody.
fn owner(url: &str) -> Option<String> {
    let url = url.split_once("://").map_or(url, |it| it.1);
    let url = url.rsplit_once('@').map_or(url, |it| it.1);
    let is_port = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    let parts: Vec<&str> = url.split(['/', ':']).filter(|it| !is_port(it)).collect();
    let is_templated = url.contains(['{', '$']);
    match parts[..] {
        [host, owner, _, ..] if PUBLIC.contains(&host) && !is_templated => {
            Some(format!("{host}/{owner}").to_ascii_lowercase())
        }
        _ => None,
    }
}

/// Organisations of one house mostly begin alike: `shop` and `shop-private`.
fn is_akin(one: &str, other: &str) -> bool {
    let house = |it: &str| it.split(['-', '_']).next().unwrap_or_default().to_owned();
    house(one) == house(other)
}

fn hazard(
    component: &Component,
    source: &Upstream,
    foreign: &Foreign<'_>,
    ctx: Context<'_>,
) -> Hazard {
    let label = component.label();
    let Foreign { owner, repository, branch, at } = foreign;
    let is_flux =
        matches!(&component.facts, Facts::Reconciliation(it) if it.controller == Reconciler::Flux);
    let field = if is_flux { "ref.tag` or `ref.commit" } else { "targetRevision" };
    let message = format!(
        "`{label}` applies `{}` of `{repository}` from {}, which belongs to `{owner}`: whatever is pushed there runs in \
         production within minutes, without a change here, and going back has no commit to go back to",
        source.path,
        if *branch == "the default branch" { (*branch).to_owned() } else { format!("`{branch}`") },
    );
    RULE.worsens(
        component.id,
        FailureMode::Rollout,
        Term::Frequency,
        "a branch of somebody else",
        message,
    )
    .at(ctx.shown(*at, component))
    .loses(LossClass::Degraded)
    .shows_as(format!("`{label}` reports a new revision, and nobody committed anything"))
    .recover("Write the commit that ran before, which the history of the order names")
    .remedy(format!("Name a tag or a commit (`{field}`), and let a bot propose the next one"))
    .verify(kubectl(component, format!("get {} -o yaml | grep -i revision", resource(component))))
}
