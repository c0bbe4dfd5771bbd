//! `format` and `formatlist`: the verbs of Go's `fmt` that Terraform knows.

use super::arguments::{Outcome, check_size, is_open, is_sequence, text, to_come};
use super::format_verb::{Verb, pad};
use super::json::encode;
use crate::function::{Function, FunctionError, Parameter, Surroundings};
use crate::value::{Refinement, Type, Value};
use unicode_segmentation::UnicodeSegmentation as _;

pub(super) fn functions() -> Vec<Function> {
    let arguments = || Parameter::any("args").allow_null().allow_unknown();
    vec![
        Function::new("format", Type::String, format)
            .takes(Parameter::new("format", Type::String))
            .takes_many(arguments()),
        Function::new("formatlist", Type::list(Type::String), formatlist)
            .takes(Parameter::new("format", Type::String))
            .takes_many(arguments()),
    ]
}

fn format(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    let template = text(&arguments[0]);
    if let Some(unknown) = arguments[1..].iter().find_map(Value::first_unknown) {
        let refinement = match template.find('%') {
            Some(at) if at > 0 => Refinement::prefix(&template[..at]),
            _ => Refinement::not_null(),
        };
        return Ok(Value::refined(ty.clone(), refinement, unknown.cause.clone()));
    }
    formatted(template, &arguments[1..].iter().collect::<Vec<_>>()).map(Value::string)
}

fn formatlist(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    let (template, arguments) = (text(&arguments[0]), &arguments[1..]);
    let mut length: Option<(usize, usize)> = None;
    for (at, it) in arguments.iter().enumerate() {
        if is_open(it) || (is_sequence(&it.outer_type()) && !it.is_known()) {
            return Ok(to_come(ty, [it]).unwrap_or_else(|| it.clone()));
        }
        let Some(count) = it.elements().map(|it| it.len()) else { continue };
        match length {
            Some((first, expected)) if expected != count => {
                let message = format!(
                    "argument {} has length {count}, which is inconsistent with argument {} of \
                     length {expected}",
                    at + 1,
                    first + 1
                );
                return Err(FunctionError::of(at + 1, message));
            }
            Some(_) => {}
            None => length = Some((at, count)),
        }
    }
    let mut lines = Vec::new();
    for line in 0..length.map_or(1, |(_, count)| count) {
        let inputs: Vec<&Value> = arguments
            .iter()
            .map(|it| it.elements().and_then(|elements| elements.get(line)).unwrap_or(it))
            .collect();
        if let Some(unknown) = inputs.iter().find_map(|it| it.first_unknown()) {
            let cause = unknown.cause.clone();
            lines.push(Value::refined(Type::String, Refinement::not_null(), cause));
            continue;
        }
        let written = formatted(template, &inputs).map_err(|it| match (it.argument, length) {
            (Some(_), _) => it,
            _ => FunctionError::new(format!("error on format iteration {line}: {}", it.message)),
        });
        lines.push(Value::string(written?));
    }
    Ok(Value::list(Type::String, lines))
}

fn formatted(template: &str, arguments: &[&Value]) -> Result<String, FunctionError> {
    let mut out = String::new();
    let (mut at, mut next, mut highest) = (0, 1, 0);
    while let Some(found) = template[at..].find('%') {
        out.push_str(&template[at..at + found]);
        at += found;
        if template[at..].starts_with("%%") {
            out.push('%');
            at += 2;
            continue;
        }
        let verb = Verb::read(template, at, next).map_err(FunctionError::new)?;
        at += verb.raw.len();
        highest = highest.max(verb.argument);
        next = verb.argument + 1;
        let Some(argument) = arguments.get(verb.argument - 1) else {
            return Err(FunctionError::new(format!(
                "not enough arguments for {:?} at {}: need index {} but have {} total",
                verb.raw,
                verb.offset,
                verb.argument,
                arguments.len()
            )));
        };
        out.push_str(&written(&verb, argument)?);
        check_size(out.len())?;
    }
    out.push_str(&template[at..]);
    if highest >= arguments.len() {
        return Ok(out);
    }
    let message = match highest {
        0 => "too many arguments; no verbs in format string".to_owned(),
        _ => format!("too many arguments; only {highest} used by format string"),
    };
    Err(FunctionError::of(highest + 1, message))
}

fn written(verb: &Verb<'_>, value: &Value) -> Result<String, FunctionError> {
    if verb.mode != 'v' && value.is_null() {
        return Err(verb.refuse("null value cannot be formatted"));
    }
    let convert = |ty: &Type| value.convert(ty).map_err(|it| verb.refuse(&it.message));
    match verb.mode {
        'v' => Ok(pad(verb, &plain(verb, value))),
        't' => {
            let is_true = convert(&Type::Bool)?.as_bool() == Some(true);
            Ok(if is_true { "true" } else { "false" }.to_owned())
        }
        's' => Ok(pad(verb, cut(text(&convert(&Type::String)?), verb))),
        'q' => {
            let value = convert(&Type::String)?;
            Ok(pad(verb, &encode(&Value::string(cut(text(&value), verb)))))
        }
        'b' | 'd' | 'o' | 'x' | 'X' => {
            let number = convert(&Type::Number)?;
            let whole = number.as_number().and_then(crate::value::Number::to_big);
            let whole = whole.ok_or_else(|| verb.refuse("an integer is required"))?;
            Ok(verb.integer(&whole))
        }
        'e' | 'E' | 'f' | 'g' | 'G' => {
            let number = convert(&Type::Number)?;
            Ok(number.as_number().map(|it| verb.float(it)).unwrap_or_default())
        }
        _ => Err(FunctionError::new(format!(
            "unsupported format verb {:?} in {:?} at offset {}",
            verb.mode, verb.raw, verb.offset
        ))),
    }
}

/// `%v`: texts and numbers as they are, everything else as JSON.
fn plain(verb: &Verb<'_>, value: &Value) -> String {
    match (value.as_str(), value.as_number()) {
        (Some(text), _) if !verb.is_sharp => text.to_owned(),
        (_, Some(number)) if !verb.is_sharp => number.shortest_general(),
        _ => encode(value),
    }
}

/// The precision of a text is the number of its characters.
fn cut<'t>(text: &'t str, verb: &Verb<'_>) -> &'t str {
    let Some(count) = verb.precision.filter(|it| *it > 0) else { return text };
    match text.grapheme_indices(true).nth(count) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}
