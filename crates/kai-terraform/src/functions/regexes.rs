//! Functions of regular expressions, which are Go's.

use std::collections::BTreeMap;

use kai_syntax::go_regex;
use regex::{Captures, Regex};
use smol_str::SmolStr;

use super::arguments::{Outcome, check_size, text};
use crate::function::{Function, FunctionError, Parameter, Surroundings};
use crate::value::{Type, Value};

pub(super) fn functions() -> Vec<Function> {
    let string = |name| Parameter::new(name, Type::String);
    vec![
        Function::typed("regex", |it| match_type(&it[0]), regex)
            .takes(string("pattern"))
            .takes(string("string")),
        Function::typed("regexall", |it| match_type(&it[0]).map(Type::list), regexall)
            .takes(string("pattern"))
            .takes(string("string")),
        Function::new("replace", Type::String, replace)
            .takes(string("str"))
            .takes(string("substr"))
            .takes(string("replace")),
    ]
}

fn compile(pattern: &Value) -> Result<Regex, FunctionError> {
    go_regex::compile(text(pattern)).map_err(|it| {
        FunctionError::of(0, format!("invalid regexp pattern: {} in {}", it.fault, it.part))
    })
}

/// A text without groups, a tuple for groups without names, an object for those with names.
fn match_type(pattern: &Value) -> Result<Type, FunctionError> {
    if !pattern.is_known() {
        return Ok(Type::Dynamic);
    }
    let regex = compile(pattern)?;
    let names: Vec<_> = regex.capture_names().skip(1).collect();
    let named = names.iter().flatten().count();
    if names.is_empty() {
        return Ok(Type::String);
    }
    if named == 0 {
        return Ok(Type::tuple(vec![Type::String; names.len()]));
    }
    if named < names.len() {
        let message = "invalid regexp pattern: cannot mix both named and unnamed capture groups";
        return Err(FunctionError::of(0, message));
    }
    Ok(Type::object(names.into_iter().flatten().map(|it| (it.into(), Type::String)).collect()))
}

fn captured(regex: &Regex, captures: &Captures<'_>) -> Value {
    let value = |it: Option<regex::Match<'_>>| {
        it.map_or_else(|| Value::null(Type::String), |it| Value::string(it.as_str()))
    };
    if captures.len() == 1 {
        return value(captures.get(0));
    }
    let is_named = regex.capture_names().flatten().next().is_some();
    if !is_named {
        return Value::tuple(captures.iter().skip(1).map(value).collect::<Vec<_>>());
    }
    let groups = regex.capture_names().zip(captures.iter());
    let attributes: BTreeMap<SmolStr, Value> =
        groups.filter_map(|(name, it)| Some((name?.into(), value(it)))).collect();
    Value::object(attributes)
}

fn regex(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let regex = compile(&arguments[0])?;
    let found = regex.captures(text(&arguments[1])).map(|it| captured(&regex, &it));
    found.ok_or_else(|| FunctionError::new("pattern did not match any part of the given string"))
}

fn regexall(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    let regex = compile(&arguments[0])?;
    let all = regex.captures_iter(text(&arguments[1])).map(|it| captured(&regex, &it));
    Ok(super::arguments::list_like(ty, all.collect()))
}

/// What stands between slashes is a pattern.
fn replace(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let (whole, wanted, new) = (text(&arguments[0]), text(&arguments[1]), text(&arguments[2]));
    let pattern = wanted.strip_prefix('/').and_then(|it| it.strip_suffix('/'));
    let Some(pattern) = pattern else {
        let count = if wanted.is_empty() { whole.len() + 1 } else { whole.matches(wanted).count() };
        check_size(whole.len().saturating_add(count.saturating_mul(new.len())))?;
        return Ok(Value::string(whole.replace(wanted, new)));
    };
    let regex = go_regex::compile(pattern).map_err(|it| FunctionError::new(it.to_string()))?;
    let count = regex.find_iter(whole).count();
    check_size(whole.len().saturating_add(count.saturating_mul(new.len())))?;
    Ok(Value::string(&*regex.replace_all(whole, new)))
}
