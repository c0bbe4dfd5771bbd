//! Calls of functions.

use kai_core::OriginId;

use super::suggestion::suggestion;
use super::{Evaluator, type_text};
use crate::diagnostic::{Diagnostic, Outcome};
use crate::function::Function;
use crate::functions::{function, names};
use crate::syntax::{Call, Expr, Kind};
use crate::value::{Piece, Type, Value};

impl Evaluator<'_> {
    pub(super) fn call(&mut self, expr: &Expr, call: &Call) -> Outcome<Value> {
        let name = call.name.as_str();
        match name.strip_prefix("core::").unwrap_or(name) {
            "try" => return self.call_try(expr, call),
            "can" => return self.call_can(expr, call),
            "type" if self.scope.is_console() => return self.call_type(call),
            _ => {}
        }
        if self.scope.has_function(name) {
            let (arguments, open) = self.arguments(call)?;
            let value = match open {
                Some(cause) => Value::unknown(Type::Dynamic, cause),
                None => self.scope.call(name, &arguments, call.name_span)?,
            };
            return Ok(self.passed(value, expr.origin));
        }
        let Some(function) = function(name) else { return Err(unknown_function(call)) };
        if name == "templatestring" {
            check_template(call)?;
        }
        let (arguments, open) = self.arguments(call)?;
        let count = arguments.len();
        if let Some(cause) = open {
            return Ok(Value::unknown(Type::Dynamic, cause).with_origin(expr.origin));
        }
        check_count(call, function, count)?;
        let result = function.call(self.scope.surroundings(), &arguments);
        let value = result.map_err(|error| match error.argument {
            Some(index) => {
                let place = call.arguments.get(index).or(call.arguments.last());
                let parameter = function.parameter(index).map_or("", |it| it.name);
                let detail =
                    format!("Invalid value for \"{parameter}\" parameter: {}.", error.message);
                let span = place.map_or(expr.span, |it| it.span);
                Diagnostic::new(span, "Invalid function argument", detail)
            }
            None => failed(call, &error.message),
        })?;
        let value = picked(value, name, &arguments);
        let value = match put_together(name, &arguments) {
            Some(pieces) => value.formed(pieces),
            None => value,
        };
        if value.origin == OriginId::NONE {
            let parts: Vec<_> = arguments.iter().collect();
            return Ok(self.computed(value, expr.origin, &parts));
        }
        Ok(self.passed(value, expr.origin))
    }

    /// The values of the arguments; a cause where it is not known how many there are.
    fn arguments(&mut self, call: &Call) -> Outcome<(Vec<Value>, Option<crate::value::Cause>)> {
        const SUMMARY: &str = "Invalid expanding argument value";
        let mut values = Vec::with_capacity(call.arguments.len());
        let last = call.arguments.len().saturating_sub(1);
        for (index, argument) in call.arguments.iter().enumerate() {
            let value = self.evaluate(argument)?;
            if !call.is_expanded || index < last {
                values.push(value);
                continue;
            }
            let fail = |detail| Err(Diagnostic::new(argument.span, SUMMARY, detail));
            if value.is_null() {
                return fail("The expanding argument (indicated by ...) must not be null.");
            }
            if let Some(unknown) = value.as_unknown() {
                return Ok((values, Some(unknown.cause.clone())));
            }
            let Some(elements) = value.elements() else {
                return fail(
                    "The expanding argument (indicated by ...) must be of a tuple, list, or set type.",
                );
            };
            values.extend(elements.iter().map(|it| it.clone().marked(value.marks)));
        }
        Ok((values, None))
    }

    /// The first argument that can be evaluated.
    fn call_try(&mut self, expr: &Expr, call: &Call) -> Outcome<Value> {
        if call.arguments.is_empty() {
            return Err(failed(call, "at least one argument is required"));
        }
        for argument in &call.arguments {
            let depth = (self.bound.len(), self.each.len());
            let result = self.evaluate(argument);
            self.bound.truncate(depth.0);
            self.each.truncate(depth.1);
            let Ok(value) = result else { continue };
            return Ok(match value.first_unknown() {
                Some(unknown) => Value::unknown(Type::Dynamic, unknown.cause.clone()),
                None => self.passed(value, expr.origin),
            });
        }
        Err(failed(call, "no expression succeeded"))
    }

    fn call_can(&mut self, expr: &Expr, call: &Call) -> Outcome<Value> {
        let argument = one_expression(call)?;
        let depth = (self.bound.len(), self.each.len());
        let result = self.evaluate(argument);
        self.bound.truncate(depth.0);
        self.each.truncate(depth.1);
        let Ok(value) = result else { return Ok(Value::bool(false).with_origin(expr.origin)) };
        Ok(match value.first_unknown() {
            Some(unknown) => Value::unknown(Type::Bool, unknown.cause.clone()),
            None => Value::bool(true).with_origin(expr.origin),
        })
    }

    fn call_type(&mut self, call: &Call) -> Outcome<Value> {
        let value = self.evaluate(one_expression(call)?)?;
        Ok(Value::string(type_text(&value.ty())))
    }
}

/// An element of a list to come refers to its place in that list.
fn picked(value: Value, function: &str, arguments: &[Value]) -> Value {
    match arguments {
        [list, index] if function == "element" && index.is_known() => {
            value.part_of(list, &crate::plan::suffix(Some(index)))
        }
        _ => value,
    }
}

/// What a text to come is put together from, where a function puts it together as a template would.
fn put_together(function: &str, arguments: &[Value]) -> Option<Vec<Piece>> {
    let (first, rest) = arguments.split_first()?;
    let first = first.as_str()?;
    let mut pieces = Vec::new();
    match (function, rest) {
        ("format", _) => {
            let texts: Vec<&str> = first.split("%s").collect();
            if texts.len() != rest.len() + 1 || texts.iter().any(|it| it.contains('%')) {
                return None;
            }
            for (text, value) in texts.iter().zip(rest.iter().map(Some).chain([None])) {
                pieces.push(Piece::Text((*text).into()));
                pieces.extend(value.map(written).unwrap_or(Some(Vec::new()))?);
            }
        }
        // What is to come of a set may stand anywhere in its order.
        ("join", [list]) if !matches!(list.outer_type(), Type::Set(_)) => {
            for (index, value) in list.elements()?.iter().enumerate() {
                let between = (index > 0).then(|| Piece::Text(first.into()));
                pieces.extend(between);
                pieces.extend(written(value)?);
            }
        }
        _ => return None,
    }
    pieces.retain(|it| !matches!(it, Piece::Text(text) if text.is_empty()));
    Some(pieces)
}

/// What a value is as a text; none for one that `format` would write as JSON, or not at all.
fn written(value: &Value) -> Option<Vec<Piece>> {
    (value.ty().is_primitive() || value.as_unknown().is_some())
        .then(|| value.pieces())
        .filter(|it| !it.is_empty())
}

/// A template that is a value must be named, so that nobody writes it in place.
fn check_template(call: &Call) -> Outcome<()> {
    let is_reference =
        |it: &Expr| matches!(it.kind, Kind::Traversal(..) | Kind::Relative(..) | Kind::Index(..));
    match call.arguments.first() {
        Some(template) if !is_reference(template) => {
            let detail = "Invalid value for \"template\" parameter: invalid template expression: must be a direct reference to a single string from elsewhere, containing valid Terraform template syntax.";
            Err(Diagnostic::new(template.span, "Invalid function argument", detail))
        }
        _ => Ok(()),
    }
}

fn one_expression(call: &Call) -> Outcome<&Expr> {
    match call.arguments.as_slice() {
        [argument] => Ok(argument),
        [] => {
            let detail = format!(
                "Function \"{}\" expects 1 argument(s). Missing value for \"expression\".",
                call.name
            );
            Err(Diagnostic::new(call.close, "Not enough function arguments", detail))
        }
        [_, second, ..] => {
            let detail = format!("Function \"{}\" expects only 1 argument(s).", call.name);
            Err(Diagnostic::new(second.span, "Too many function arguments", detail))
        }
    }
}

fn check_count(call: &Call, function: &Function, count: usize) -> Outcome<()> {
    let wanted = function.parameters.len();
    if let Some(missing) = function.parameters.get(count) {
        let qualifier = if function.variadic.is_some() { "at least " } else { "" };
        let detail = format!(
            "Function \"{}\" expects {qualifier}{wanted} argument(s). Missing value for \"{}\".",
            call.name, missing.name
        );
        return Err(Diagnostic::new(call.close, "Not enough function arguments", detail));
    }
    if count > wanted && function.variadic.is_none() {
        let place = call.arguments.get(wanted).or(call.arguments.last());
        let detail = format!("Function \"{}\" expects only {wanted} argument(s).", call.name);
        let span = place.map_or(call.name_span, |it| it.span);
        return Err(Diagnostic::new(span, "Too many function arguments", detail));
    }
    Ok(())
}

fn failed(call: &Call, why: &str) -> Box<Diagnostic> {
    let detail = format!("Call to function \"{}\" failed: {why}.", call.name);
    Diagnostic::new(call.name_span, "Error in function call", detail)
}

fn unknown_function(call: &Call) -> Box<Diagnostic> {
    let name = call.name.as_str();
    if let Some((space, _)) = name.split_once("::") {
        let detail = if space == "provider" {
            format!("There is no function named \"{name}\" that is read here.")
        } else {
            format!(
                "The function namespace \"{space}\" is not valid. Provider function calls must use the \"provider::\" namespace prefix."
            )
        };
        return Diagnostic::new(call.name_span, "Unknown provider function", detail);
    }
    let known = names().chain(["try", "can"]);
    let hint =
        suggestion(name, known).map_or_else(String::new, |it| format!(" Did you mean \"{it}\"?"));
    let detail = format!("There is no function named \"{name}\".{hint}");
    Diagnostic::new(call.name_span, "Call to unknown function", detail)
}
