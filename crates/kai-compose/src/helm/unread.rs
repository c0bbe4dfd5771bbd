//! Values that no template reads.

use kai_core::{Entry, Node, OriginId, Origins, Value};
use kai_syntax::go_template;
use smol_str::SmolStr;

use super::chart::Chart;
use super::functions::Functions;
use super::reads::{Extent, Path, Reads};

/// A value that is set for a release and that no template of its chart can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadValue {
    /// Names joined by dots: `web.replicacount`.
    pub path: SmolStr,
    /// Where the key is written.
    pub origin: OriginId,
    /// A name beside it that is read, and differs in case, in dashes or by one character.
    pub near: Option<SmolStr>,
}

/// What is given to a chart and is read by none of its templates, taken branches or not. Nothing
/// where values may be read in a way that is not understood.
///
/// `all` is the chart as it is written, `chart` has the charts that take part.
pub(super) fn unread(
    origins: &Origins,
    all: &Chart,
    chart: &Chart,
    given: &Node,
) -> Vec<UnreadValue> {
    if given.as_map().is_none_or(kai_core::Map::is_empty) {
        return Vec::new();
    }
    let mut besides = Reads::default();
    conditions(all, &mut besides);
    templates_in(given, &mut besides);
    templates_in(&chart.values, &mut besides);
    let mut reads = all_reads(chart);
    reads.push(&besides);
    if reads.iter().any(|it| it.is_open) {
        return Vec::new();
    }
    let mut search = Search { origins, reads, found: Vec::new() };
    search.chart(all, chart, given, &mut Vec::new());
    search.found
}

/// Templates may call what any other chart of the release defines, so that reads are told together.
pub(super) fn all_reads(chart: &Chart) -> Vec<&Reads> {
    let inner = chart.dependencies.iter().flat_map(all_reads);
    std::iter::once(chart.reads()).chain(inner).collect()
}

/// Conditions and imports are read by Helm.
fn conditions(chart: &Chart, reads: &mut Reads) {
    let path = |text: &str| text.split('.').map(SmolStr::from).collect::<Path>();
    for requirement in &chart.metadata.requirements {
        for condition in requirement.condition.split(',') {
            reads.add_path(path(condition.trim()));
        }
        reads.is_open |= !requirement.imports.is_empty();
    }
    // A chart that is not there may define what others call.
    reads.is_open |= !chart.missing.is_empty();
    chart.dependencies.iter().for_each(|it| conditions(it, reads));
}

/// Texts of the values may be templates themselves.
fn templates_in(node: &Node, reads: &mut Reads) {
    match &node.value {
        Value::Map(map) => map.iter().for_each(|it| templates_in(&it.node, reads)),
        Value::Seq(items) => items.iter().for_each(|it| templates_in(it, reads)),
        Value::Scalar(scalar) => add_text(reads, &scalar.text),
        Value::Unknown(_) => reads.is_open = true,
    }
}

/// Adds what a text reads if it is run as a template.
pub(super) fn add_text(reads: &mut Reads, text: &str) {
    if !text.contains("{{") || !text.contains("Values") {
        return;
    }
    let functions = Functions::all();
    match go_template::parse("text", text, &|it| functions.get(it).is_some()) {
        Ok(template) => reads.add(&template),
        Err(_) => reads.is_open = true,
    }
}

struct Search<'a> {
    origins: &'a Origins,
    reads: Vec<&'a Reads>,
    found: Vec<UnreadValue>,
}

impl Search<'_> {
    /// `scope` is the path of the chart's own values in all of them.
    fn chart(&mut self, all: &Chart, chart: &Chart, given: &Node, scope: &mut Path) {
        for entry in given.as_map().into_iter().flatten() {
            // The first is handed down to every chart, two are read by Helm, and the last is what SOPS
            // writes into a file that it encrypts.
            if matches!(entry.key.as_str(), "global" | "tags" | "exports" | "sops") {
                continue;
            }
            match chart.dependencies.iter().find(|it| it.name() == &entry.key) {
                Some(child) => {
                    scope.push(entry.key.clone());
                    self.chart(child, child, &entry.node, scope);
                    scope.pop();
                }
                None if is_named(all, &entry.key) => {}
                None => self.entry(entry, scope, &mut Vec::new()),
            }
        }
    }

    fn entry(&mut self, entry: &Entry, scope: &Path, path: &mut Path) {
        path.push(entry.key.clone());
        match self.extent(scope, path) {
            Extent::Below => {
                for inner in entry.node.as_map().into_iter().flatten() {
                    self.entry(inner, scope, path);
                }
            }
            Extent::Nothing if self.is_plain(entry) => {
                let names = scope.iter().chain(path.iter()).map(SmolStr::as_str);
                self.found.push(UnreadValue {
                    path: names.collect::<Vec<_>>().join(".").into(),
                    origin: entry.key_origin,
                    near: self.near(path),
                });
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
    /// aliases are read.
    fn is_plain(&self, entry: &Entry) -> bool {
        let start = self.origins.span(entry.key_origin);
        let end = self.origins.span(entry.node.origin);
        let (Some(start), Some(end)) = (start, end) else { return false };
        let text = &self.origins.document(start.document).text;
        let range = start.start as usize..end.end.max(start.end) as usize;
        start.document == end.document
            && text.get(range).is_some_and(|it| !it.contains('&') && !it.contains('*'))
    }

    fn near(&self, path: &[SmolStr]) -> Option<SmolStr> {
        let (key, parent) = path.split_last()?;
        let mut names = self.reads.iter().flat_map(|it| it.names(parent));
        names.find(|it| is_near(key, it)).cloned()
    }
}

/// True for the name of a chart that takes no part.
fn is_named(chart: &Chart, key: &str) -> bool {
    chart.dependencies.iter().any(|it| it.name() == key)
        || chart.metadata.requirements.iter().any(|it| it.name == key || it.key() == key)
}

/// The shortest name of which one character may differ.
const SHORTEST: usize = 5;

fn is_near(key: &str, other: &str) -> bool {
    key != other
        && (letters(key).eq(letters(other)) || key.len() >= SHORTEST && differs_by_one(key, other))
}

/// The letters of a name, whatever its case, dashes and underscores.
fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|it| !matches!(it, '-' | '_')).flat_map(char::to_lowercase)
}

fn differs_by_one(left: &str, right: &str) -> bool {
    let same = left.chars().zip(right.chars()).take_while(|(a, b)| a == b);
    let length: usize = same.map(|(it, _)| it.len_utf8()).sum();
    let (left, right) = (&left[length..], &right[length..]);
    let (left_rest, right_rest) = (without_first(left), without_first(right));
    left_rest == right_rest && left.is_empty() == right.is_empty()
        || left_rest == right
        || left == right_rest
}

fn without_first(text: &str) -> &str {
    let mut characters = text.chars();
    characters.next();
    characters.as_str()
}
