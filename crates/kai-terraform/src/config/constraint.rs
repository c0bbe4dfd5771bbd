//! Type constraints: `list(object({ a = string, b = optional(number, 1) }))`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kai_core::{Origins, Span};
use smol_str::SmolStr;

use super::static_value;
use crate::diagnostic::{Diagnostic, Outcome};
use crate::syntax::{Call, Expr, Key, Kind};
use crate::value::{Data, ObjectType, Type, Value};

/// What optional attributes are when a value leaves them out.
#[derive(Debug, Clone, Default)]
pub struct Defaults {
    values: BTreeMap<SmolStr, Value>,
    /// By attribute or index; the empty name stands for each element of a collection.
    children: BTreeMap<SmolStr, Self>,
}

const SUMMARY: &str = "Invalid type specification";

/// The type that an expression names.
///
/// # Errors
/// It names none.
pub fn constraint(origins: &Origins, expr: &Expr) -> Outcome<(Type, Defaults)> {
    let mut defaults = Defaults::default();
    let ty = read(origins, expr, &mut defaults)?;
    Ok((ty, defaults))
}

fn read(origins: &Origins, expr: &Expr, defaults: &mut Defaults) -> Outcome<Type> {
    let fail = |span: Span, detail: String| Err(Diagnostic::new(span, SUMMARY, detail));
    if let Some(name) = expr.keyword() {
        return match name {
            "bool" => Ok(Type::Bool),
            "string" => Ok(Type::String),
            "number" => Ok(Type::Number),
            "any" => Ok(Type::Dynamic),
            // Written before types had arguments.
            "list" => Ok(Type::list(Type::Dynamic)),
            "map" => Ok(Type::map(Type::Dynamic)),
            "set" => fail(
                expr.span,
                format!("The {name} type constructor requires one argument specifying the element type."),
            ),
            "object" => fail(expr.span, "The object type constructor requires one argument specifying the attribute types and values as a map.".into()),
            "tuple" => fail(expr.span, "The tuple type constructor requires one argument specifying the element types as a list.".into()),
            other => fail(expr.span, format!("The keyword \"{other}\" is not a valid type specification.")),
        };
    }
    if expr.literal_text().is_some() {
        let detail = "Terraform 0.11 and earlier required type constraints to be given in quotes, but that form is now deprecated and will be removed in a future version of Terraform. Remove the quotes.";
        return Err(Diagnostic::new(expr.span, "Invalid quoted type constraints", detail));
    }
    let Kind::Call(call) = &expr.kind else {
        return fail(expr.span, "A type specification is either a primitive type keyword (bool, number, string) or a complex type constructor call, like list(string).".into());
    };
    let name = call.name.as_str();
    if name == "optional" {
        let detail = "Keyword \"optional\" is valid only as a modifier for object type attributes.";
        return fail(call.name_span, detail.into());
    }
    let wrong = || {
        let what = match name {
            "object" => "the attribute types and values as a map",
            "tuple" => "the element types as a list",
            _ => "the element type",
        };
        Diagnostic::new(
            expr.span,
            SUMMARY,
            format!("The {name} type constructor requires one argument specifying {what}."),
        )
    };
    let is_known = matches!(name, "list" | "set" | "map" | "object" | "tuple");
    if !is_known {
        let detail = format!("Keyword \"{name}\" is not a valid type constructor.");
        return fail(call.name_span, detail);
    }
    let [argument] = call.arguments.as_slice() else { return Err(wrong()) };
    match (name, &argument.kind) {
        ("list" | "set" | "map", _) => {
            let mut inner = Defaults::default();
            let element = read(origins, argument, &mut inner)?;
            defaults.add_child("", inner);
            Ok(match name {
                "list" => Type::list(element),
                "set" => Type::set(element),
                _ => Type::map(element),
            })
        }
        ("tuple", Kind::Tuple(elements)) => {
            let mut types = Vec::new();
            for (index, element) in elements.iter().enumerate() {
                let mut inner = Defaults::default();
                types.push(read(origins, element, &mut inner)?);
                defaults.add_child(&index.to_string(), inner);
            }
            Ok(Type::tuple(types))
        }
        ("object", Kind::Object(items)) => {
            let mut attributes = BTreeMap::new();
            let mut optional = BTreeSet::new();
            for item in items {
                let (name, span) = match &item.key {
                    Key::Word(name, span) => (name.clone(), *span),
                    Key::Expr(key) => match key.literal_text() {
                        Some(text) => (text, key.span),
                        None => {
                            return fail(
                                key.span,
                                "Object constructor map keys must be attribute names.".into(),
                            );
                        }
                    },
                };
                let mut inner = Defaults::default();
                let ty = match &item.value.kind {
                    Kind::Call(call) if call.name == "optional" => {
                        optional.insert(name.clone());
                        read_optional(origins, &item.value, call, &name, defaults, &mut inner)?
                    }
                    _ => read(origins, &item.value, &mut inner)?,
                };
                defaults.add_child(&name, inner);
                if attributes.insert(name, ty).is_some() {
                    return fail(span, "Object constructor map keys must be unique.".into());
                }
            }
            Ok(Type::Object(Arc::new(ObjectType { attributes, optional })))
        }
        _ => Err(wrong()),
    }
}

fn read_optional(
    origins: &Origins,
    expr: &Expr,
    call: &Call,
    name: &SmolStr,
    defaults: &mut Defaults,
    inner: &mut Defaults,
) -> Outcome<Type> {
    let (ty, default) = match call.arguments.as_slice() {
        [ty] => (ty, None),
        [ty, default] => (ty, Some(default)),
        _ => {
            let detail = "Optional attribute modifier expects at most two arguments: the attribute type and its default value.";
            return Err(Diagnostic::new(expr.span, SUMMARY, detail));
        }
    };
    let ty = read(origins, ty, inner)?;
    if let Some(default) = default {
        let value = static_value(origins, default)?;
        let value = value.convert(&ty).map_err(|error| {
            let detail = format!(
                "This default value is not compatible with the attribute's type constraint: {}.",
                error.message
            );
            Diagnostic::new(default.span, "Invalid default value for optional attribute", detail)
        })?;
        defaults.values.insert(name.clone(), value);
    }
    Ok(ty)
}

impl Defaults {
    fn add_child(&mut self, name: &str, child: Self) {
        if !child.values.is_empty() || !child.children.is_empty() {
            self.children.insert(name.into(), child);
        }
    }

    fn is_empty(&self) -> bool {
        self.values.is_empty() && self.children.is_empty()
    }

    /// The value with what it leaves out filled in.
    #[must_use]
    pub fn apply(&self, value: &Value) -> Value {
        if self.is_empty() || value.is_null() || !value.is_known() {
            return value.clone();
        }
        let each = self.children.get("");
        let data = match &value.data {
            Data::List(..) | Data::Set(..) | Data::Tuple(_) => {
                let elements = value.children().enumerate().map(|(index, it)| {
                    let child = each.or_else(|| self.children.get(index.to_string().as_str()));
                    child.map_or_else(|| it.clone(), |child| child.apply(it))
                });
                // Elements may differ in type now; the conversion that follows makes them equal.
                Data::Tuple(elements.collect())
            }
            Data::Map(_, entries) | Data::Object(entries) => {
                let mut entries: BTreeMap<SmolStr, Value> = (**entries).clone();
                for (name, default) in &self.values {
                    let is_missing = entries.get(name).is_none_or(Value::is_null);
                    if is_missing {
                        entries.insert(name.clone(), default.clone());
                    }
                }
                for (name, it) in &mut entries {
                    if let Some(child) = each.or_else(|| self.children.get(name)) {
                        *it = child.apply(it);
                    }
                }
                Data::Object(Arc::new(entries))
            }
            _ => return value.clone(),
        };
        Value { data, ..value.clone() }
    }
}
