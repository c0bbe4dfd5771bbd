//! `values.schema.json`.

use boon::{CompileError, Compiler, SchemaIndex, Schemas};
use kai_core::Node;
use kai_syntax::json;
use serde_json::Value;
use smol_str::SmolStr;

use self::plain::{Judged, judge};
use super::chart::Chart;

mod format;
mod pattern;
mod plain;
#[cfg(test)]
mod tests;
mod words;

/// Checks the values of a chart and of those in it. Gives the charts whose schema takes something
/// from another file or a network, which is not fetched, so that they stay unchecked.
///
/// # Errors
///
/// Every value that a schema refuses, as Helm lists them, or what is wrong with a schema.
pub(crate) fn check(chart: &Chart, values: &Node) -> Result<Vec<SmolStr>, String> {
    let (mut found, mut unchecked) = (String::new(), Vec::new());
    collect(chart, values, &mut found, &mut unchecked)?;
    if found.is_empty() {
        return Ok(unchecked);
    }
    let message = "values don't meet the specifications of the schema(s) in the following chart(s)";
    Err(format!("{message}:\n{found}"))
}

fn collect(
    chart: &Chart,
    values: &Node,
    found: &mut String,
    unchecked: &mut Vec<SmolStr>,
) -> Result<(), String> {
    if let Some(schema) = &chart.schema {
        match errors(schema, values)? {
            Checked::Fits => {}
            Checked::Errors(errors) => {
                found.push_str(&format!("{}:\n{errors}\n", chart.name()));
            }
            Checked::NotFetched => unchecked.push(chart.name().clone()),
        }
    }
    for child in &chart.dependencies {
        if let Some(values) = values.get(child.name()) {
            collect(child, values, found, unchecked)?;
        }
    }
    Ok(())
}

enum Checked {
    Fits,
    /// One line for each value that is refused.
    Errors(String),
    /// The schema needs another file or a network.
    NotFetched,
}

fn errors(schema: &str, values: &Node) -> Result<Checked, String> {
    let schema: Value = serde_json::from_str(schema).map_err(|it| format!("{NAME}: {it}"))?;
    match judge(&schema, values) {
        Judged::Fits => Ok(Checked::Fits),
        Judged::IsSchema => boon_says(schema, values, TRUSTED),
        Judged::Unknown => boon_says(schema, values, NAME),
    }
}

/// What `boon` says of a schema that lies at a place.
fn boon_says(mut schema: Value, values: &Node, place: &str) -> Result<Checked, String> {
    let mut patterns = pattern::Written::new();
    pattern::translate(&mut schema, &mut patterns).map_err(|it| format!("{NAME}: {it}"))?;
    let values = serde_json::from_str(&json::emit(values)).map_err(|it| it.to_string())?;
    let compiled = match compile(schema, place) {
        Ok(compiled) => compiled,
        Err(error) if is_elsewhere(&error) => return Ok(Checked::NotFetched),
        Err(error) => return Err(format!("{NAME}: {}", refusal(&error, &patterns))),
    };
    let Err(error) = compiled.schemas.validate(&values, compiled.index) else {
        return Ok(Checked::Fits);
    };
    match words::lines(&error, &patterns) {
        lines if lines.is_empty() => Ok(Checked::Fits),
        lines => Ok(Checked::Errors(lines.join("\n"))),
    }
}

/// Why a schema is none. `boon` gives a schema that is refused a place on this machine, which nobody asked for.
fn refusal(error: &CompileError, patterns: &pattern::Written) -> String {
    match error {
        CompileError::ValidationError { src, .. } => {
            format!("it is no schema:\n{}", words::lines(src, patterns).join("\n"))
        }
        error => error.to_string(),
    }
}

/// True where Helm would look into a file or a network. It knows no other places.
fn is_elsewhere(error: &CompileError) -> bool {
    let (CompileError::LoadUrlError { url, .. } | CompileError::UnsupportedUrlScheme { url }) =
        error
    else {
        return false;
    };
    ["file:", "http:", "https:", "urn:"].iter().any(|it| url.starts_with(it))
}

const NAME: &str = "values.schema.json";

/// `boon` does not hold against the schemas of schemas what lies at their own host.
const TRUSTED: &str = "https://json-schema.org/values.schema.json";

struct Compiled {
    schemas: Schemas,
    index: SchemaIndex,
}

fn compile(schema: Value, place: &str) -> Result<Compiled, Box<CompileError>> {
    let (mut compiler, mut schemas) = (Compiler::new(), Schemas::new());
    format::register(&mut compiler);
    compiler.add_resource(place, schema)?;
    let index = compiler.compile(place, &mut schemas)?;
    Ok(Compiled { schemas, index })
}
