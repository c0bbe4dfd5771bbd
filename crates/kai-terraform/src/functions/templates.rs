//! Templates that stand in files or texts.

use kai_core::OriginId;

use super::arguments::{Outcome, text};
use super::files::{encrypted, file};
use crate::function::{Function, FunctionError, Parameter, Surroundings};
use crate::value::{Type, Unknown, Value};

pub(super) fn functions() -> Vec<Function> {
    let dynamic = |_: &[Value]| Ok(Type::Dynamic);
    vec![
        Function::typed("templatefile", dynamic, templatefile)
            .takes(Parameter::new("path", Type::String).allow_marked())
            .takes(Parameter::any("vars").allow_marked().allow_unknown())
            .may_be_null(),
        Function::typed("templatestring", dynamic, templatestring)
            .takes(Parameter::new("template", Type::String))
            .takes(Parameter::any("vars").allow_marked().allow_unknown())
            .may_be_null(),
    ]
}

fn templatefile(around: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let path = text(&arguments[0]);
    if let Some(value) = encrypted(around, path) {
        return Ok(value);
    }
    if let Some(unknown) = arguments[1].first_unknown() {
        let template = file(around, path).ok();
        return Ok(to_come(around, path, template.as_deref(), &arguments[1], unknown));
    }
    let template = file(around, path)?;
    check_variables(&arguments[1])?;
    render(around, path, &template, &arguments[1]).map(|it| it.marked(arguments[0].marks))
}

fn templatestring(around: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    const PATH: &str = "<templatestring argument>";
    let template = text(&arguments[0]);
    if let Some(unknown) = arguments[1].first_unknown() {
        return Ok(to_come(around, PATH, Some(template), &arguments[1], unknown));
    }
    check_variables(&arguments[1])?;
    render(around, PATH, template, &arguments[1])
}

/// A text to come, put together as far as the template tells.
fn to_come(
    around: &dyn Surroundings,
    path: &str,
    template: Option<&str>,
    variables: &Value,
    unknown: &Unknown,
) -> Value {
    let is_named = variables.entries().is_some();
    let template = template.filter(|_| is_named && check_variables(variables).is_ok());
    let rendered = template.and_then(|it| around.render(path, it, variables).ok());
    let pieces = rendered.map(|it| it.pieces()).unwrap_or_default();
    let marks = variables.marks_deep();
    let value = Value::unknown(Type::Dynamic, unknown.cause.clone()).formed(pieces);
    value.marked(marks).with_origin(OriginId::NONE)
}

fn render(around: &dyn Surroundings, path: &str, template: &str, variables: &Value) -> Outcome {
    let rendered = around.render(path, template, variables);
    Ok(rendered
        .map_err(|message| {
            let is_missing = message.starts_with("vars map does not contain key");
            FunctionError { argument: is_missing.then_some(1), message }
        })?
        .marked(variables.marks))
}

fn check_variables(variables: &Value) -> Result<(), FunctionError> {
    let Some(entries) = variables.entries() else {
        return Err(FunctionError::of(1, "invalid vars value: must be a map"));
    };
    let is_name = |it: &str| {
        it.starts_with(|it: char| it.is_alphabetic() || it == '_')
            && it.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | '-'))
    };
    match entries.keys().find(|it| !is_name(it)) {
        None => Ok(()),
        Some(name) => {
            let message = format!(
                "invalid template variable name {name:?}: must start with a letter, followed by \
                 zero or more letters, digits, and underscores"
            );
            Err(FunctionError::of(1, message))
        }
    }
}
