//! Values that templates print and that nobody sets.

use kai_core::{Node, Span};
use kai_syntax::go_template::{Pipeline, Term};
use smol_str::SmolStr;

use super::chart::Chart;
use super::reads::{Path, path_of};
use super::unread::all_reads;

/// A value that a template prints as it is, and that neither values nor defaults name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsentValue {
    /// Names joined by dots: `image.tag`.
    pub path: SmolStr,
    /// The action that prints it.
    pub span: Span,
    /// A name beside it that is set, and differs in case alone.
    pub near: Option<SmolStr>,
}

/// One that a run met, before it is known whether somebody declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Met {
    pub(super) path: Path,
    pub(super) span: Span,
}

/// A value that a chart requires and that nobody gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needed {
    /// The chart's words.
    pub message: SmolStr,
    /// Where it is required.
    pub at: Option<Span>,
}

/// Functions that write of nothing what they write of an empty text.
const PASSING: &[&str] = &["b64enc", "lower", "quote", "squote", "toString", "trim", "upper"];

/// The path of a pipeline that prints a value and makes nothing else of it.
pub(super) fn printed(pipeline: &Pipeline) -> Option<Path> {
    let (first, rest) = pipeline.commands.split_first()?;
    let [operand] = first.operands.as_slice() else { return None };
    let is_own = match &operand.term {
        Term::Field(names) => names[0] == "Values",
        Term::Variable(name, names) => name == "$" && names.first()? == "Values",
        _ => false,
    };
    let passes = rest.iter().all(|command| {
        matches!(command.operands.as_slice(), [operand] if matches!(&operand.term,
            Term::Function(name) if PASSING.contains(&name.as_str())))
    });
    path_of(operand).filter(|it| is_own && passes && !it.is_empty() && it[0] != "global")
}

/// Those that no values and no chart name, not even as null, and of which no template asks
/// whether they are there.
pub(super) fn absent(met: Vec<Met>, chart: &Chart, given: &Node) -> Vec<AbsentValue> {
    if met.is_empty() {
        return Vec::new();
    }
    let reads = all_reads(chart);
    let mut found: Vec<AbsentValue> = Vec::new();
    for it in met {
        let path = it.path.join(".").into();
        let near = near(chart, Some(given), &it.path);
        let value = AbsentValue { path, span: it.span, near };
        let is_known = reads.iter().any(|reads| reads.is_tested(&it.path))
            || is_declared(chart, Some(given), &it.path);
        if !is_known && !found.contains(&value) {
            found.push(value);
        }
    }
    found
}

/// What is set beside a path under its name in another case, for whichever chart it is.
fn near(chart: &Chart, given: Option<&Node>, path: &[SmolStr]) -> Option<SmolStr> {
    let (key, around) = path.split_last()?;
    let beside = |node: &Node| {
        let map = around.iter().try_fold(node, |node, key| node.get(key))?.as_map()?;
        let mut keys = map.iter().map(|it| &it.key);
        keys.find(|it| it.eq_ignore_ascii_case(key)).cloned()
    };
    let inside = |it: &Chart| near(it, given.and_then(|node| node.get(it.name())), path);
    beside(&chart.values)
        .or_else(|| given.and_then(beside))
        .or_else(|| chart.dependencies.iter().find_map(inside))
}

/// A template does not tell whose values it gets, so that any chart may be meant.
fn is_declared(chart: &Chart, given: Option<&Node>, path: &[SmolStr]) -> bool {
    let holds = |node: &Node| path.iter().try_fold(node, |node, key| node.get(key)).is_some();
    let inside = |it: &Chart| is_declared(it, given.and_then(|node| node.get(it.name())), path);
    holds(&chart.values) || given.is_some_and(holds) || chart.dependencies.iter().any(inside)
}
