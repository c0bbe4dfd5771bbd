//! `values.schema.json`.

use boon::{CompileError, Compiler, SchemaIndex, Schemas};
use kai_core::Node;
use kai_syntax::json;
use serde_json::Value;
use smol_str::SmolStr;

use super::chart::Chart;

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
    let parse = || serde_json::from_str(schema).map_err(|it| format!("{NAME}: {it}"));
    let schema: Value = parse()?;
    let values = serde_json::from_str(&json::emit(values)).map_err(|it| it.to_string())?;
    if is_plain(&schema) && compile(TRUSTED, schema).is_ok_and(|it| it.fits(&values)) {
        return Ok(Checked::Fits);
    }
    let compiled = match compile(NAME, parse()?) {
        Ok(compiled) => compiled,
        Err(error) if is_elsewhere(&error) => return Ok(Checked::NotFetched),
        Err(error) => return Err(format!("{NAME}: {error}")),
    };
    let Err(error) = compiled.schemas.validate(&values, compiled.index) else {
        return Ok(Checked::Fits);
    };
    let mut lines = Vec::new();
    list(&error, &mut lines);
    Ok(Checked::Errors(lines.join("\n")))
}

fn is_elsewhere(error: &CompileError) -> bool {
    matches!(error, CompileError::LoadUrlError { .. } | CompileError::UnsupportedUrlScheme { .. })
}

const NAME: &str = "values.schema.json";

/// A name below which `boon` takes a schema as it is: to check one first, it compiles the schemas of
/// schemas, which takes longer than everything else that a small chart needs.
const TRUSTED: &str = "https://json-schema.org/values.schema.json";

struct Compiled {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Compiled {
    fn fits(&self, values: &Value) -> bool {
        self.schemas.validate(values, self.index).is_ok()
    }
}

fn compile(name: &str, schema: Value) -> Result<Compiled, Box<CompileError>> {
    let (mut compiler, mut schemas) = (Compiler::new(), Schemas::new());
    compiler.add_resource(name, schema)?;
    let index = compiler.compile(name, &mut schemas)?;
    Ok(Compiled { schemas, index })
}

/// True for a schema that surely is one in all drafts but the fourth: known words alone, and what
/// each of them may hold. Patterns are left to who can read them.
fn is_plain(schema: &Value) -> bool {
    const DRAFTS: [&str; 4] =
        ["schema", "draft-07/schema", "draft/2019-09/schema", "draft/2020-12/schema"];
    let is_known = |it: &Value| {
        let address = it.as_str().and_then(|it| it.split_once("://json-schema.org/"));
        address.is_some_and(|(_, it)| DRAFTS.contains(&it.strip_suffix('#').unwrap_or(it)))
    };
    schema.get("$schema").is_none_or(is_known) && is_plain_part(schema, true)
}

fn is_plain_part(schema: &Value, is_root: bool) -> bool {
    let is_schema = |it: &Value| is_plain_part(it, false);
    let Value::Object(words) = schema else { return schema.is_boolean() };
    words.iter().all(|(word, value)| match word.as_str() {
        "$schema" => is_root,
        "$ref" => value.as_str().is_some_and(|it| it.starts_with("#/")),
        "title" | "description" | "$comment" | "format" => value.is_string(),
        "type" => is_type(value) || is_list(value, is_type),
        "enum" => is_list(value, |_| true),
        "required" => {
            value.as_array().is_some_and(Vec::is_empty) || is_list(value, Value::is_string)
        }
        "default" | "const" => true,
        "examples" => value.is_array(),
        "properties" | "definitions" | "$defs" => {
            value.as_object().is_some_and(|it| it.values().all(is_schema))
        }
        "items" | "additionalProperties" | "not" | "if" | "then" | "else" => is_schema(value),
        "allOf" | "anyOf" | "oneOf" => is_list(value, is_schema),
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => value.is_number(),
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
            value.is_u64()
        }
        "uniqueItems" | "readOnly" | "writeOnly" | "deprecated" => value.is_boolean(),
        _ => false,
    })
}

fn is_type(value: &Value) -> bool {
    const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];
    value.as_str().is_some_and(|it| TYPES.contains(&it))
}

/// True for a list that holds something, nothing twice, and only what fits.
fn is_list(value: &Value, fits: impl Fn(&Value) -> bool) -> bool {
    value.as_array().is_some_and(|items| {
        let is_new = |(at, it): (usize, &Value)| !items[..at].contains(it);
        !items.is_empty() && items.iter().all(fits) && items.iter().enumerate().all(is_new)
    })
}

fn list(error: &boon::ValidationError<'_, '_>, lines: &mut Vec<String>) {
    if error.causes.is_empty() {
        lines.push(format!("- at '{}': {}", error.instance_location, error.kind));
    }
    error.causes.iter().for_each(|it| list(it, lines));
}
