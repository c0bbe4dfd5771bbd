//! When Argo CD brings applications in line with what is written, and when not.

use globset::{GlobBuilder, GlobMatcher};
use kai_core::{Known, OriginId, SmolStr};

use crate::{Dialect, Periods, duration};

/// Hours in which Argo CD syncs nothing, or the only ones in which it does.
#[derive(Debug, Clone)]
pub struct SyncWindow {
    pub kind: WindowKind,
    /// When it begins, as cron writes it.
    pub schedule: SmolStr,
    pub duration: SmolStr,
    /// The time zone of the schedule.
    pub zone: SmolStr,
    /// Patterns of names of applications.
    pub applications: Vec<SmolStr>,
    /// Patterns of the namespaces that they deliver to.
    pub namespaces: Vec<SmolStr>,
    /// Patterns of names or addresses of the clusters that they deliver to.
    pub clusters: Vec<SmolStr>,
    /// True where all lists that are written must match; else one of them is enough.
    pub needs_all: bool,
    /// True where people may sync all the same.
    pub lets_people: bool,
    pub origin: OriginId,
}

/// What a window does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WindowKind {
    Allows,
    Denies,
    /// A word that Argo CD does not know.
    Other(SmolStr),
}

/// What windows are held against: an application of Argo CD, and where it delivers to.
#[derive(Debug, Clone)]
pub struct Delivered {
    pub project: Known<SmolStr>,
    pub application: Known<SmolStr>,
    pub namespace: Known<SmolStr>,
    /// The name of the cluster, and its address; one of them is written.
    pub clusters: [Known<SmolStr>; 2],
}

impl SyncWindow {
    /// When it is open; nothing where Argo CD or Kai cannot read that.
    #[must_use]
    pub fn periods(&self) -> Option<Periods> {
        // Argo CD takes five fields and nothing else (`specParser` of the same file).
        let is_plain = !self.schedule.contains(['@', '=']);
        let lasts = duration(&self.duration).filter(|_| is_plain)?;
        Periods::of(&self.schedule, Dialect::Crontab, lasts, &self.zone)
    }

    /// True where it names anything; what names nothing holds for nothing.
    #[must_use]
    pub fn names_anything(&self) -> bool {
        !(self.applications.is_empty() && self.namespaces.is_empty() && self.clusters.is_empty())
    }

    /// Whether it holds for an application of its project; nothing where that is filled in later
    /// (argo-cd, `pkg/apis/application/v1alpha1/types.go`).
    #[must_use]
    pub fn holds_for(&self, delivered: &Delivered) -> Option<bool> {
        let clusters = delivered.clusters.iter().filter(|it| !it.is_not_declared());
        let lists = [
            (&self.applications, vec![&delivered.application]),
            (&self.namespaces, vec![&delivered.namespace]),
            (&self.clusters, clusters.collect()),
        ];
        let written = lists.into_iter().filter(|it| !it.0.is_empty());
        let matched: Vec<Option<bool>> = written
            .map(|(patterns, names)| {
                let pairs =
                    patterns.iter().flat_map(|it| names.iter().map(move |name| (it, *name)));
                any(pairs.map(|(pattern, name)| matches(pattern, name)))
            })
            .collect();
        match self.needs_all && !matched.is_empty() {
            true => any(matched.into_iter().map(|it| it.map(|it| !it))).map(|it| !it),
            false => any(matched.into_iter()),
        }
    }
}

/// True if one is, false if none is; nothing where that hangs on one that is not known.
fn any(all: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut found = Some(false);
    for it in all {
        match it {
            Some(true) => return Some(true),
            Some(false) => {}
            None => found = None,
        }
    }
    found
}

fn matches(pattern: &str, name: &Known<SmolStr>) -> Option<bool> {
    if pattern == "*" {
        return Some(true);
    }
    let name = match name.value() {
        Some(it) if it.contains("{{") => return None,
        Some(it) => it.as_str(),
        None if name.is_not_declared() => "",
        None => return None,
    };
    Some(glob(pattern).is_some_and(|it| it.is_match(name)))
}

/// A pattern of `gobwas/glob` without separators; one that cannot be read matches nothing.
fn glob(pattern: &str) -> Option<GlobMatcher> {
    let mut builder = GlobBuilder::new(pattern);
    builder.literal_separator(false).backslash_escape(true).empty_alternates(true);
    Some(builder.build().ok()?.compile_matcher())
}
