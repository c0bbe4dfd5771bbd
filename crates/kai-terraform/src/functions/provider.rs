//! The functions of the provider that is part of the tool: `provider::terraform::…`
//! (developer.hashicorp.com/terraform/language/functions/terraform-encode_tfvars).

use kai_core::{OriginId, Origins};

use super::arguments::{Outcome, text, to_come};
use crate::config::static_value;
use crate::function::{Function, FunctionError, Parameter, Surroundings};
use crate::syntax::parse_file;
use crate::value::{Data, Type, Value};

pub(super) fn functions() -> Vec<Function> {
    let any = |name| Parameter::any(name).allow_null().allow_unknown().allow_dynamic();
    vec![
        Function::new("provider::terraform::encode_expr", Type::String, encode_expr)
            .takes(any("value")),
        Function::new("provider::terraform::encode_tfvars", Type::String, encode_variables)
            .takes(any("value")),
        Function::typed("provider::terraform::decode_tfvars", |_| Ok(Type::Dynamic), decode)
            .takes(Parameter::new("src", Type::String)),
    ]
}

fn encode_expr(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    if let Some(value) = to_come(ty, arguments) {
        return Ok(value);
    }
    Ok(Value::string(expression(&arguments[0], 0)))
}

fn encode_variables(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    if let Some(value) = to_come(ty, arguments) {
        return Ok(value);
    }
    let Some(entries) = arguments[0].entries() else {
        let message = "The value to encode must be an object whose attribute names will become the \
                       names of the variables in the resulting file.";
        return Err(FunctionError::of(0, message));
    };
    let mut out = String::new();
    for (name, value) in entries.iter() {
        if !is_name(name) {
            let message = format!("invalid variable name {name:?}: must be a valid identifier");
            return Err(FunctionError::of(0, message));
        }
        out.push_str(&format!("{name} = {}\n", expression(value, 0)));
    }
    Ok(Value::string(out))
}

fn decode(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let origins = Origins::new();
    let refuse = || FunctionError::of(0, "the text is no file of variables");
    let document =
        origins.add_document("<decode_tfvars argument>".into(), text(&arguments[0]).into());
    let (body, problems) = parse_file(&origins, document.ok_or_else(refuse)?);
    if !(problems.is_empty() && body.blocks.is_empty()) {
        return Err(refuse());
    }
    let values = body.attributes.iter().map(|it| {
        let value = static_value(&origins, &it.expr).map_err(|_| refuse())?;
        Ok((it.name.clone(), without_places(&value)))
    });
    Ok(Value::object(values.collect::<Result<_, FunctionError>>()?))
}

/// Places in a text that nobody else knows mean nothing.
fn without_places(value: &Value) -> Value {
    value.with_children(without_places).with_origin(OriginId::NONE)
}

/// A value as the language writes it, objects on lines of their own with their equal signs below each
/// other.
fn expression(value: &Value, depth: usize) -> String {
    match &value.data {
        Data::Null(_) | Data::Unknown(_) => "null".into(),
        Data::Bool(it) => it.to_string(),
        Data::Number(it) => it.to_string(),
        Data::String(it) => quoted(it),
        Data::List(..) | Data::Set(..) | Data::Tuple(_) => {
            let items: Vec<_> = value.children().map(|it| expression(it, depth)).collect();
            format!("[{}]", items.join(", "))
        }
        Data::Map(_, entries) | Data::Object(entries) if entries.is_empty() => "{}".into(),
        Data::Map(_, entries) | Data::Object(entries) => {
            let key = |it: &str| if is_name(it) { it.to_owned() } else { quoted(it) };
            let width = entries.keys().map(|it| key(it).chars().count()).max().unwrap_or_default();
            let indent = "  ".repeat(depth + 1);
            let line = |(name, it): (&smol_str::SmolStr, &Value)| {
                format!("{indent}{:width$} = {}\n", key(name), expression(it, depth + 1))
            };
            let lines: String = entries.iter().map(line).collect();
            format!("{{\n{lines}{}}}", "  ".repeat(depth))
        }
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    let mut characters = text.chars().peekable();
    while let Some(it) = characters.next() {
        match it {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' if characters.peek() == Some(&'{') => out.extend([it, it]),
            it => out.push(it),
        }
    }
    out.push('"');
    out
}

fn is_name(text: &str) -> bool {
    text.starts_with(|it: char| it.is_alphabetic() || it == '_')
        && text.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | '-'))
}
