//! `values.schema.json`.

use boon::{Compiler, Schemas};
use kai_core::Node;
use kai_syntax::json;

use super::chart::Chart;

/// Checks the values of a chart and of those in it.
///
/// # Errors
///
/// Every value that a schema refuses, as Helm lists them.
pub(crate) fn check(chart: &Chart, values: &Node) -> Result<(), String> {
    let mut found = String::new();
    collect(chart, values, &mut found)?;
    if found.is_empty() {
        return Ok(());
    }
    let message = "values don't meet the specifications of the schema(s) in the following chart(s)";
    Err(format!("{message}:\n{found}"))
}

fn collect(chart: &Chart, values: &Node, found: &mut String) -> Result<(), String> {
    if let Some(schema) = &chart.schema
        && let Some(errors) = errors(schema, values)?
    {
        found.push_str(&format!("{}:\n{errors}\n", chart.name()));
    }
    for child in &chart.dependencies {
        if let Some(values) = values.get(child.name()) {
            collect(child, values, found)?;
        }
    }
    Ok(())
}

/// One line for each value that is refused. A schema that needs another file or a network is
/// taken for one that allows everything.
fn errors(schema: &str, values: &Node) -> Result<Option<String>, String> {
    const NAME: &str = "values.schema.json";
    let schema = serde_json::from_str(schema).map_err(|it| format!("{NAME}: {it}"))?;
    let values = serde_json::from_str(&json::emit(values)).map_err(|it| it.to_string())?;
    let (mut compiler, mut schemas) = (Compiler::new(), Schemas::new());
    if compiler.add_resource(NAME, schema).is_err() {
        return Ok(None);
    }
    let Ok(index) = compiler.compile(NAME, &mut schemas) else { return Ok(None) };
    let Err(error) = schemas.validate(&values, index) else { return Ok(None) };
    let mut lines = Vec::new();
    list(&error, &mut lines);
    Ok(Some(lines.join("\n")))
}

fn list(error: &boon::ValidationError<'_, '_>, lines: &mut Vec<String>) {
    if error.causes.is_empty() {
        lines.push(format!("- at '{}': {}", error.instance_location, error.kind));
    }
    error.causes.iter().for_each(|it| list(it, lines));
}
