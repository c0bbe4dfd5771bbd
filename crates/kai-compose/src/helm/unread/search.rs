//! Which keys of a tree nothing reads.

use kai_core::{Entry, Node, OriginId, Origins};
use smol_str::SmolStr;

use super::near::is_near;
use crate::helm::chart::Chart;
use crate::helm::reads::{Extent, Path, Reads};

/// A value that no template of its chart can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadValue {
    /// Names joined by dots: `web.replicacount`.
    pub path: SmolStr,
    /// Where the key is written.
    pub origin: OriginId,
    /// A name beside it that is read, and differs in case, in dashes or by one character.
    pub near: Option<SmolStr>,
}

/// A value that is found, and where it stands.
pub(super) struct Found<'a> {
    pub(super) value: UnreadValue,
    pub(super) entry: &'a Entry,
    /// The mapping that holds it.
    pub(super) around: &'a Node,
}

pub(super) struct Search<'a> {
    origins: &'a Origins,
    reads: Vec<&'a Reads>,
    pub(super) found: Vec<Found<'a>>,
}

impl<'a> Search<'a> {
    pub(super) fn new(origins: &'a Origins, reads: Vec<&'a Reads>) -> Self {
        Self { origins, reads, found: Vec::new() }
    }

    /// `scope` is the path of the chart's own values in all of them. `all` is the chart as it is
    /// written, `chart` has the charts that take part.
    pub(super) fn chart(&mut self, all: &Chart, chart: &Chart, values: &'a Node, scope: &mut Path) {
        for entry in values.as_map().into_iter().flatten() {
            // The first is handed down to every chart, two are read by Helm, and the last is what SOPS
            // writes into a file that it encrypts.
            if matches!(entry.key.as_str(), "global" | "tags" | "exports" | "sops") {
                continue;
            }
            match chart.keyed().find(|it| *it.0 == entry.key) {
                Some((key, child)) => {
                    scope.push(key.clone());
                    self.chart(child, child, &entry.node, scope);
                    scope.pop();
                }
                None if is_named(all, &entry.key) => {}
                None => self.entry(chart, (entry, values), scope, &mut Vec::new()),
            }
        }
    }

    fn entry(
        &mut self,
        chart: &Chart,
        (entry, around): (&'a Entry, &'a Node),
        scope: &Path,
        path: &mut Path,
    ) {
        path.push(entry.key.clone());
        match self.extent(scope, path) {
            Extent::Below => {
                for inner in entry.node.as_map().into_iter().flatten() {
                    self.entry(chart, (inner, &entry.node), scope, path);
                }
            }
            Extent::Nothing if self.is_plain(entry, around) => {
                let names = scope.iter().chain(path.iter()).map(SmolStr::as_str);
                let path_shown = names.collect::<Vec<_>>().join(".").into();
                let near = near(chart, path);
                let value = UnreadValue { path: path_shown, origin: entry.key_origin, near };
                self.found.push(Found { value, entry, around });
            }
            Extent::Nothing | Extent::Whole => {}
        }
        path.pop();
    }

    /// The charts around a chart read its values, too, under its name.
    fn extent(&self, scope: &[SmolStr], path: &[SmolStr]) -> Extent {
        let extent = |path: &[SmolStr]| self.reads.iter().map(|it| it.extent(path)).max();
        let own = extent(path);
        let full: Path = match scope {
            [] => return own.unwrap_or(Extent::Nothing),
            scope => scope.iter().chain(path).cloned().collect(),
        };
        let around = (0..scope.len()).filter_map(|from| extent(&full[from..]));
        around.chain(own).max().unwrap_or(Extent::Nothing)
    }

    /// False for what was not written in a file, and for what is written once to be repeated: its
    /// aliases are read, and what is merged into a mapping stands outside of it.
    fn is_plain(&self, entry: &Entry, around: &Node) -> bool {
        let span = |id| self.origins.span(id);
        let (Some(start), Some(end)) = (span(entry.key_origin), span(entry.node.origin)) else {
            return false;
        };
        let text = &self.origins.document(start.document).text;
        let range = start.start as usize..end.end.max(start.end) as usize;
        let is_inside = span(around.origin).is_none_or(|it| {
            it.document != start.document || it.start <= start.start && start.end <= it.end
        });
        is_inside
            && start.document == end.document
            && text.get(range).is_some_and(|it| !it.contains('&') && !it.contains('*'))
    }
}

/// The name that was meant: one that the chart reads, or a library in it. What other charts in it
/// read are values of their own.
fn near(chart: &Chart, path: &[SmolStr]) -> Option<SmolStr> {
    let (key, parent) = path.split_last()?;
    let libraries = chart.dependencies.iter().filter(|it| it.metadata.is_library);
    let readers = std::iter::once(chart).chain(libraries);
    let mut names = readers.flat_map(|it| it.reads().names(parent));
    names.find(|it| is_near(key, it)).cloned()
}

/// True for the name of a chart that takes no part.
fn is_named(chart: &Chart, key: &str) -> bool {
    chart.dependencies.iter().any(|it| it.name() == key)
        || chart.metadata.requirements.iter().any(|it| it.name == key || it.key() == key)
}
