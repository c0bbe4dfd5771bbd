//! Comments that tell the image automation of Flux which field it writes: `# {"$imagepolicy": "team:shop:tag"}`.

use std::collections::BTreeMap;

use kai_core::{DocumentId, Environment, Known, OriginId, Span};
use kai_graph::{Component, Facts, ImageUpdate, Of, RevisionKind, TagPolicy};

use crate::Context;

/// One comment, and the policy that it names.
pub(super) struct Marker {
    pub(super) namespace: String,
    pub(super) policy: String,
    /// The file, as roots call it.
    pub(super) path: String,
    document: DocumentId,
    /// Bytes of its line.
    start: usize,
    end: usize,
    /// Where the comment begins.
    hash: usize,
    /// True where no value stands before it on its line.
    pub(super) is_commented_out: bool,
}

impl Marker {
    /// The comment.
    pub(super) fn origin(&self, ctx: Context<'_>) -> OriginId {
        let offset = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        let (start, end) = (offset(self.hash), offset(self.end));
        ctx.origins.mark(Span { document: self.document, start, end })
    }

    fn is_at(&self, span: Span) -> bool {
        span.document == self.document && (self.start..=self.end).contains(&(span.start as usize))
    }
}

/// Every such comment, by file and line; none where nothing here heeds them.
pub(super) fn markers(ctx: Context<'_>) -> Vec<Marker> {
    let is_of_images =
        |it: &Component| matches!(it.facts, Facts::TagPolicy(_) | Facts::ImageUpdate(_));
    if !ctx.system.components().iter().any(is_of_images) {
        return Vec::new();
    }
    let files = ctx.origins.documents().filter(|it| it.embedding.is_none());
    let mut all: Vec<Marker> = files
        .flat_map(|document| {
            let text = document.text.as_str();
            let found = text.match_indices("\"$imagepolicy\"");
            found.filter_map(move |(at, word)| {
                let start = text[..at].rfind('\n').map_or(0, |it| it + 1);
                let end = text[at..].find('\n').map_or(text.len(), |it| at + it);
                let hash = start + text[start..at].rfind('#')?;
                let value = text[at + word.len()..end].trim_start().strip_prefix(':')?;
                let value = value.trim_start().strip_prefix('"')?.split_once('"')?.0;
                let mut parts = value.split(':');
                Some(Marker {
                    namespace: parts.next()?.to_owned(),
                    policy: parts.next()?.to_owned(),
                    path: document.path.to_string(),
                    document: document.id,
                    start,
                    end,
                    hash,
                    is_commented_out: matches!(
                        text[start..at].trim_start().as_bytes().first(),
                        Some(b'#')
                    ),
                })
            })
        })
        .collect();
    all.sort_by(|one, other| (&one.path, one.start).cmp(&(&other.path, other.start)));
    all.dedup_by(|one, other| (&one.path, one.start) == (&other.path, other.start));
    all
}

/// What of production each marker concerns, where that is known: a workload whose image stands on its line, or
/// the release whose values do. By the place of the marker in the list.
pub(super) fn in_production<'a>(
    markers: &[Marker],
    ctx: Context<'a>,
) -> BTreeMap<usize, &'a Component> {
    let mut users = BTreeMap::new();
    let is_production = |it: &Component| ctx.system.environment(it) == Environment::Production;
    for workload in ctx.system.workloads().filter(|it| is_production(it.component)) {
        let images = workload.facts.pod.containers.iter().filter_map(|it| it.image.traced());
        for origin in images.flat_map(|it| ctx.origins.chain(it.origin)) {
            let Some(span) = ctx.origins.span(origin) else { continue };
            let span = ctx.origins.outermost(span);
            let here = markers.iter().position(|it| it.is_at(span));
            here.map(|it| users.entry(it).or_insert(workload.component));
        }
    }
    let releases = ctx.system.components().iter();
    for release in releases.filter(|it| it.native_kind == "HelmRelease" && is_production(it)) {
        let Some(span) = ctx.origins.span(release.origin) else { continue };
        let text = &ctx.origins.document(span.document).text;
        let written =
            |it: &(usize, &Marker)| it.1.document == span.document && !it.1.is_commented_out;
        for (at, marker) in markers.iter().enumerate().filter(written) {
            let name = span.start as usize;
            let between = text.get(name.min(marker.hash)..name.max(marker.hash));
            if between.is_some_and(|it| !it.contains("\n---")) {
                users.entry(at).or_insert(release);
            }
        }
    }
    users
}

/// Policies that say which tag is the newest.
pub(super) fn policies(ctx: Context<'_>) -> impl Iterator<Item = Of<'_, TagPolicy>> {
    ctx.system.components().iter().filter_map(|component| match &component.facts {
        Facts::TagPolicy(facts) => Some(Of { component, facts: &**facts }),
        _ => None,
    })
}

/// What writes tags and is not suspended.
pub(crate) fn updates(ctx: Context<'_>) -> impl Iterator<Item = Of<'_, ImageUpdate>> {
    let all = ctx.system.components().iter().filter_map(|component| match &component.facts {
        Facts::ImageUpdate(facts) => Some(Of { component, facts: &**facts }),
        _ => None,
    });
    all.filter(|it| it.is_suspended.value() == Some(&false))
}

/// Where what an automation writes goes, and what of production is applied from its source.
pub(crate) struct Written<'a> {
    /// The branch that it pushes to.
    pub(crate) branch: &'a str,
    /// The branch that production follows.
    pub(crate) followed: &'a str,
    pub(crate) applied: Vec<&'a Component>,
}

/// Nothing where a part of it is not known, or nothing of production follows the source by a branch.
pub(crate) fn written<'a>(update: Of<'a, ImageUpdate>, ctx: Context<'a>) -> Option<Written<'a>> {
    let wanted = &update.facts.source;
    let mut sources = ctx.system.components().iter().filter(|it| {
        it.native_kind == "GitRepository"
            && it.name == wanted.name
            && it.namespace == wanted.namespace
    });
    let source = sources.next()?;
    let followed = match &source.facts {
        Facts::Reconciliation(it) => it.sources.first()?,
        _ => return None,
    };
    let is_branch = followed.revision_kind == Some(RevisionKind::Branch);
    let followed = followed.revision.value().filter(|_| is_branch)?;
    let followed = followed.strip_prefix("refs/heads/").unwrap_or(followed);
    let said = [&update.facts.push, &update.facts.checkout];
    let branch = match said.into_iter().find(|it| !it.is_not_declared()) {
        Some(Known::Value(it)) => it.value.as_str(),
        Some(Known::Unknown(_)) => return None,
        None => followed,
    };
    let is_applied = |it: &&Component| match &it.facts {
        Facts::Reconciliation(facts) => {
            it.native_kind == "Kustomization"
                && ctx.system.environment(it) == Environment::Production
                && facts.sources.iter().any(|it| it.repository == wanted.name)
        }
        _ => false,
    };
    let applied: Vec<_> = ctx.system.components().iter().filter(is_applied).collect();
    let is_plain = !branch.contains(['$', '{']) && !update.facts.has_refspec;
    let is_known = is_plain && sources.next().is_none() && !applied.is_empty();
    is_known.then_some(Written { branch, followed, applied })
}
