//! Attributes and elements of values.

use kai_core::Span;

use crate::diagnostic::{Diagnostic, Outcome};
use crate::value::{Cause, Data, Type, Value};

/// `value.name`
///
/// # Errors
/// The value has no such attribute.
pub fn attribute_of(value: &Value, name: &str, span: Span) -> Outcome<Value> {
    if value.is_null() {
        return Err(Diagnostic::new(
            span,
            "Attempt to get attribute from null value",
            "This value is null, so it does not have any attributes.",
        ));
    }
    let missing = || {
        let detail = format!("This object does not have an attribute named \"{name}\".");
        Diagnostic::new(span, "Unsupported attribute", detail)
    };
    let found = match &value.data {
        Data::Object(attributes) => attributes.get(name).cloned().ok_or_else(missing)?,
        Data::Map(_, entries) => entries.get(name).cloned().ok_or_else(|| {
            let detail = format!("This map does not have an element with the key \"{name}\".");
            Diagnostic::new(span, "Missing map element", detail)
        })?,
        Data::Unknown(unknown) if unknown.parts.is_some() => {
            value.part(name).ok_or_else(missing)?
        }
        Data::Unknown(unknown) => {
            let ty = match &unknown.ty {
                Type::Object(object) => object.attributes.get(name).cloned().ok_or_else(missing)?,
                Type::Map(element) => (**element).clone(),
                Type::Dynamic => Type::Dynamic,
                other => return Err(no_attributes(other, name, span)),
            };
            Value::unknown(ty, unknown.cause.clone()).part_of(value, &format!(".{name}"))
        }
        _ => return Err(no_attributes(&value.outer_type(), name, span)),
    };
    Ok(found.marked(value.marks))
}

fn no_attributes(ty: &Type, name: &str, span: Span) -> Box<Diagnostic> {
    let detail = match ty {
        Type::List(element) | Type::Set(element) if matches!(**element, Type::Object(_)) => {
            let kind = ty.kind();
            format!(
                "Can't access attributes on a {kind} of objects. Did you mean to access attribute \"{name}\" for a specific element of the {kind}, or across all elements of the {kind}?"
            )
        }
        it if it.is_primitive() => {
            format!("Can't access attributes on a primitive-typed value ({}).", it.friendly())
        }
        _ => "This value does not have any attributes.".into(),
    };
    Diagnostic::new(span, "Unsupported attribute", detail)
}

const SUMMARY: &str = "Invalid index";
const NO_ELEMENT: &str = "The given key does not identify an element in this collection value";

/// `value[key]`
///
/// # Errors
/// The value has no such element.
pub fn element_of(value: &Value, key: &Value, span: Span) -> Outcome<Value> {
    let fail = |detail: &str| Err(Diagnostic::new(span, SUMMARY, detail));
    if value.is_null() {
        return Err(Diagnostic::new(
            span,
            "Attempt to index null value",
            "This value is null, so it does not have any indices.",
        ));
    }
    if key.is_null() {
        return fail("Can't use a null value as an indexing key.");
    }
    let want = match &value.outer_type() {
        Type::List(_) | Type::Tuple(_) => Type::Number,
        Type::Map(_) | Type::Object(_) => Type::String,
        Type::Dynamic => Type::Dynamic,
        Type::Set(_) => {
            return fail(
                "Elements of a set are identified only by their value and don't have any separate index or key to select with, so it's only possible to perform operations across all elements of the set.",
            );
        }
        _ => return fail("This value does not have any indices."),
    };
    let converted = key.convert(&want);
    let converted =
        converted.or_else(|error| fail_with(span, &format!("{NO_ELEMENT}: {}.", error.message)))?;
    let marks = value.marks.and(key.marks);
    let cause = value.as_unknown().or_else(|| converted.as_unknown()).map(|it| &it.cause);
    let found = match (&value.data, cause) {
        (_, Some(cause)) => {
            let found = element_to_come(&value.ty(), &converted, cause, span)?;
            if key.is_known() { found.part_of(value, &step_to(key)) } else { found }
        }
        (Data::List(_, elements) | Data::Tuple(elements), None) => {
            let index = position(&converted, elements.len(), span)?;
            elements[index].clone()
        }
        (Data::Map(_, entries) | Data::Object(entries), None) => {
            match entries.get(converted.as_str().unwrap_or_default()) {
                Some(found) => found.clone(),
                None => return Err(no_entry(value, key, span)),
            }
        }
        _ => return fail("This value does not have any indices."),
    };
    Ok(found.marked(marks))
}

/// `[0]`, `["a"]`
fn step_to(key: &Value) -> String {
    crate::plan::suffix(Some(key))
}

fn fail_with(span: Span, detail: &str) -> Outcome<Value> {
    Err(Diagnostic::new(span, SUMMARY, detail))
}

fn no_entry(value: &Value, key: &Value, span: Span) -> Box<Diagnostic> {
    let is_object = matches!(value.data, Data::Object(_));
    let hint = if is_object && key.as_number().is_some() {
        " An object only supports looking up attributes by name, not by numeric index."
    } else {
        ""
    };
    Diagnostic::new(span, SUMMARY, format!("{NO_ELEMENT}.{hint}"))
}

fn position(key: &Value, length: usize, span: Span) -> Outcome<usize> {
    let fail = |why: &str| Err(Diagnostic::new(span, SUMMARY, format!("{NO_ELEMENT}: {why}.")));
    let Some(number) = key.as_number() else { return fail("number required") };
    if length == 0 {
        return fail("the collection has no elements");
    }
    if number.is_negative() {
        return fail("a negative number is not a valid index for a sequence");
    }
    if !number.is_integer() {
        return fail(
            "indexing a sequence requires a whole number, but the given index has a fractional part",
        );
    }
    let index = number.to_i64().and_then(|it| usize::try_from(it).ok());
    match index.filter(|it| *it < length) {
        Some(index) => Ok(index),
        None => fail("the given index is greater than or equal to the length of the collection"),
    }
}

/// An element where the value or the key is to come.
fn element_to_come(ty: &Type, key: &Value, cause: &Cause, span: Span) -> Outcome<Value> {
    let ty = match ty {
        Type::List(element) | Type::Map(element) => (**element).clone(),
        Type::Tuple(elements) if key.is_known() => {
            elements[position(key, elements.len(), span)?].clone()
        }
        Type::Object(object) => match key.as_str() {
            Some(name) => match object.attributes.get(name) {
                Some(ty) => ty.clone(),
                None => return fail_with(span, &format!("{NO_ELEMENT}.")),
            },
            None => Type::Dynamic,
        },
        _ => Type::Dynamic,
    };
    Ok(Value::unknown(ty, cause.clone()))
}
