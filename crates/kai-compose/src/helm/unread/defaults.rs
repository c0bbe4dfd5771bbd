//! What a chart's own `values.yaml` says and none of its templates reads.

use kai_core::{Node, OriginId, Origins, Value};
use smol_str::SmolStr;

use super::besides::{
    all_reads, conditions, is_called_by_others, templates_in, templates_in_defaults,
};
use super::search::{Found, Search, UnreadValue};
use crate::helm::chart::Chart;
use crate::helm::reads::{Path, Reads};

/// A key of a chart's own `values.yaml` that no template of the chart, and of those in it, can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadDefault {
    /// A near name is one that is not set beside it.
    pub value: UnreadValue,
    /// What the key holds.
    pub node: OriginId,
    /// True for what asks for something: neither nothing, nor switched off, nor one of a kind.
    pub is_set: bool,
    /// True where the mapping around it would be left without a key if all that is unread went, and
    /// where the chart's schema may require it.
    pub must_stay: bool,
    /// True where the chart says where it comes from (`home`, `sources`), and so may be a copy.
    pub is_published: bool,
    /// True where the charts around this one, or what is given to this release, may read it.
    pub is_read: bool,
}

/// The keys of its own values, and of the charts in it that lie in the tree as they were written,
/// that nothing reads. A library's are read by those that use it.
///
/// `given` is what this release is given, which may hold templates.
pub(in crate::helm) fn defaults(
    origins: &Origins,
    all: &Chart,
    given: &Node,
) -> Vec<UnreadDefault> {
    let mut texts = Reads::default();
    templates_in(given, &mut texts);
    let mut around = Around { origins, all, texts: &texts, found: Vec::new() };
    around.chart(all, &[Path::new()]);
    around.found
}

/// The same told from a chart alone, whatever is around it: nothing is called read.
pub(crate) fn defaults_alone(origins: &Origins, chart: &Chart) -> Vec<UnreadDefault> {
    let besides = besides(chart);
    let mut reads = all_reads(chart);
    reads.push(&besides);
    let is_empty = chart.templates.is_empty() && chart.dependencies.is_empty();
    if is_empty
        || chart.metadata.is_library
        || reads.iter().any(|it| it.is_open)
        || is_called_by_others(chart, &reads)
    {
        return Vec::new();
    }
    let mut search = Search::new(origins, reads);
    search.chart(chart, chart, &chart.values, &mut Path::new());
    let is_published = is_published(chart);
    // Charts around this one ask its switch, in a `condition` that stands elsewhere.
    let own = |it: &Found<'_>| it.value.path != "enabled" && is_own(origins, it.value.origin);
    let found: Vec<_> = search.found.into_iter().filter(own).collect();
    let told = found.iter().map(|it| {
        let mut value = it.value.clone();
        value.near = value.near.filter(|near| it.around.get(near).is_none());
        let gone = found.iter().filter(|other| std::ptr::eq(it.around, other.around)).count();
        UnreadDefault {
            value,
            node: it.entry.node.origin,
            is_set: is_set(&it.entry.key, &it.entry.node),
            must_stay: gone == it.around.as_map().map_or(0, kai_core::Map::len)
                || may_be_required(chart, &it.entry.key),
            is_published,
            is_read: false,
        }
    });
    told.collect()
}

/// What reads the values beside templates.
fn besides(chart: &Chart) -> Reads {
    let mut besides = Reads::default();
    conditions(chart, &mut besides);
    templates_in_defaults(chart, &mut besides);
    besides
}

/// A release, in which a chart may be read from around it.
struct Around<'a> {
    origins: &'a Origins,
    all: &'a Chart,
    /// What the templates read that are given to the release.
    texts: &'a Reads,
    found: Vec<UnreadDefault>,
}

impl Around<'_> {
    /// `scopes` are the paths of the chart's values: one for each name that it is given.
    fn chart(&mut self, chart: &Chart, scopes: &[Path]) {
        let alone = chart.unread_defaults(self.origins);
        let is_alone = std::ptr::eq(chart, self.all) && self.texts.is_empty();
        let unread = if is_alone || alone.is_empty() { None } else { self.unread(chart, scopes) };
        let is_read = |it: &UnreadDefault| {
            !is_alone && unread.as_ref().is_none_or(|unread| !unread.contains(&it.value.origin))
        };
        let told = alone.iter().map(|it| UnreadDefault { is_read: is_read(it), ..it.clone() });
        self.found.extend(told);
        for child in chart.dependencies.iter().filter(|it| !is_vendored(chart, it)) {
            let keys = chart.keyed().filter(|it| std::ptr::eq(it.1, child)).map(|it| it.0);
            let below = |key: &SmolStr| {
                scopes
                    .iter()
                    .map(|it| it.iter().chain([key]).cloned().collect())
                    .collect::<Vec<_>>()
            };
            let scopes: Vec<Path> = keys.flat_map(below).collect();
            self.chart(child, &scopes);
        }
    }

    /// What nothing in the whole release reads; none where that cannot be told.
    fn unread(&self, chart: &Chart, scopes: &[Path]) -> Option<Vec<OriginId>> {
        let besides = besides(self.all);
        let mut reads = all_reads(self.all);
        reads.extend([&besides, self.texts]);
        if reads.iter().any(|it| it.is_open) || is_called_by_others(self.all, &reads) {
            return None;
        }
        let of_scope = |scope: &Path| {
            let mut search = Search::new(self.origins, reads.clone());
            search.chart(chart, chart, &chart.values, &mut scope.clone());
            search.found.iter().map(|it| it.value.origin).collect::<Vec<_>>()
        };
        let both = |mut left: Vec<OriginId>, right: Vec<OriginId>| {
            left.retain(|it| right.contains(it));
            left
        };
        scopes.iter().map(of_scope).reduce(both)
    }
}

/// True for a chart that others publish and that was only put into `charts`.
fn is_vendored(around: &Chart, child: &Chart) -> bool {
    let mut named = around.metadata.requirements.iter().filter(|it| &it.name == child.name());
    named.any(|it| !it.repository.is_empty() && !it.repository.starts_with("file:"))
}

/// True where a chart says where else it lies.
fn is_published(chart: &Chart) -> bool {
    let says = |key: &str| chart.metadata.node.get(key).is_some_and(|it| !is_nothing(it));
    says("home") || says("sources")
}

/// False for what stands in an archive.
fn is_own(origins: &Origins, key: OriginId) -> bool {
    let Some(span) = origins.span(key) else { return false };
    let path = &origins.document(span.document).path;
    !path.components().any(|it| it.as_str().ends_with(".tgz") || it.as_str().ends_with(".tar.gz"))
}

/// True where the chart's schema requires keys, and names this one anywhere.
fn may_be_required(chart: &Chart, key: &str) -> bool {
    let schema = chart.schema.as_deref().unwrap_or_default();
    schema.contains("\"required\"") && schema.contains(&format!("\"{key}\""))
}

/// Switches that turn off what stands beside them.
const SWITCHES: [&str; 3] = ["enabled", "enable", "create"];

fn is_set(key: &str, node: &Node) -> bool {
    let is_off = SWITCHES.iter().any(|it| node.get(it).and_then(Node::as_bool) == Some(false));
    let is_single = key.to_ascii_lowercase().starts_with("replica") && node.text() == Some("1");
    !(is_off || is_single || is_nothing(node))
}

fn is_nothing(node: &Node) -> bool {
    match &node.value {
        Value::Map(map) => map.iter().all(|it| is_nothing(&it.node)),
        Value::Seq(items) => items.iter().all(is_nothing),
        Value::Scalar(_) => {
            node.is_null() || node.as_bool() == Some(false) || node.text().is_none_or(str::is_empty)
        }
        Value::Unknown(_) => false,
    }
}
