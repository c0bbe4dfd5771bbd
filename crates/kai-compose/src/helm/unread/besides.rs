//! What reads values beside the templates of one chart.

use kai_core::{Node, Value};
use kai_syntax::go_template;
use smol_str::SmolStr;

use crate::helm::chart::Chart;
use crate::helm::functions::Functions;
use crate::helm::reads::{Path, Reads};

/// Templates may call what any other chart of the release defines, so that reads are told together.
pub(in crate::helm) fn all_reads(chart: &Chart) -> Vec<&Reads> {
    let inner = chart.dependencies.iter().flat_map(all_reads);
    std::iter::once(chart.reads()).chain(inner).collect()
}

/// Conditions and imports are read by Helm.
pub(super) fn conditions(chart: &Chart, reads: &mut Reads) {
    let path = |text: &str| text.split('.').map(SmolStr::from).collect::<Path>();
    for requirement in &chart.metadata.requirements {
        for condition in requirement.condition.split(',') {
            reads.add_path(path(condition.trim()));
        }
        reads.is_open |= !requirement.imports.is_empty();
    }
    chart.dependencies.iter().for_each(|it| conditions(it, reads));
}

/// True where something that is not there may read values: a chart may define what others call, and
/// so may a file behind a link that was not followed.
pub(super) fn is_called_by_others(chart: &Chart, reads: &[&Reads]) -> bool {
    Reads::calls_others(reads) || misses(chart) && Reads::calls_any(reads)
}

fn misses(chart: &Chart) -> bool {
    !chart.missing.is_empty() || chart.dependencies.iter().any(misses)
}

/// Texts of the values may be templates themselves.
pub(super) fn templates_in(node: &Node, reads: &mut Reads) {
    match &node.value {
        Value::Map(map) => map.iter().for_each(|it| templates_in(&it.node, reads)),
        Value::Seq(items) => items.iter().for_each(|it| templates_in(it, reads)),
        Value::Scalar(scalar) => {
            add_text(reads, &scalar.text);
            add_name(reads, &scalar.text);
        }
        Value::Unknown(_) => reads.is_open = true,
    }
}

/// The same for the own values of a chart and of all charts in it.
pub(super) fn templates_in_defaults(chart: &Chart, reads: &mut Reads) {
    templates_in(&chart.values, reads);
    chart.dependencies.iter().for_each(|it| templates_in_defaults(it, reads));
}

/// A text may be put between braces that a template holds: `.Values.a`, or `Values.a` behind a dot.
fn add_name(reads: &mut Reads, text: &str) {
    if text.contains("Values.") && !text.contains("{{") {
        let dot = if text.starts_with("Values.") { "." } else { "" };
        add_text(reads, &format!("{{{{ {dot}{text} }}}}"));
    }
}

/// Adds what a text reads if it is run as a template.
pub(in crate::helm) fn add_text(reads: &mut Reads, text: &str) {
    let may_read = ["Values", "include", "template"].iter().any(|it| text.contains(it));
    if !may_read || !text.contains("{{") {
        return;
    }
    let functions = Functions::all();
    match go_template::parse("text", text, &|it| functions.get(it).is_some()) {
        Ok(template) => reads.add(&template),
        Err(_) => reads.is_open |= text.contains("Values"),
    }
}
