//! Marks of a template where only YAML can be: `a: {{ b }}` in a file of values, or in what a template
//! wrote. Helm reads a mapping whose key is a mapping, and refuses it. A review goes on with a value
//! that nobody knows, because another tool may fill it in.

use kai_core::{Node, OriginId, Origins, Reason, Value};

use super::chart::Chart;

/// Refuses such marks in the values of a chart, of those in it, and in what is given.
///
/// # Errors
///
/// Helm's words.
pub(super) fn check(origins: &Origins, chart: &Chart, given: &Node) -> Result<(), String> {
    if let Some((words, at)) = hole(given) {
        let file = origins.span(at).map(|it| origins.document(it.document).path.clone());
        let file = file.unwrap_or_default();
        return Err(format!("failed to parse {file}: {words}"));
    }
    check_chart(chart)
}

fn check_chart(chart: &Chart) -> Result<(), String> {
    if let Some((words, _)) = hole(&chart.values) {
        return Err(format!("cannot load values.yaml: {words}"));
    }
    chart.dependencies.iter().try_for_each(check_chart)
}

/// The first mark, in Helm's words, and where it is.
pub(super) fn hole(node: &Node) -> Option<(String, OriginId)> {
    match &node.value {
        Value::Map(map) => map.iter().find_map(|it| hole(&it.node)),
        Value::Seq(items) => items.iter().find_map(hole),
        Value::Unknown(it) if it.reason == Reason::Templated => {
            let inner = it.text.strip_prefix("{{")?.trim_end_matches('}').trim();
            let key = format!("map[interface {{}}]interface {{}}{{{inner:?}:interface {{}}(nil)}}");
            let words = "error converting YAML to JSON: yaml: invalid map key: ";
            Some((format!("{words}{key}"), node.origin))
        }
        _ => None,
    }
}
