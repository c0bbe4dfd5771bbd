//! When two values are equal.

use super::{Data, Marks, Type, Value};

/// True when both are the same value of the same type; what is to come equals nothing but what is
/// to come and has the same type.
#[must_use]
pub(crate) fn is_same(one: &Value, other: &Value) -> bool {
    match (&one.data, &other.data) {
        (Data::Null(one), Data::Null(other)) => one == other,
        (Data::Unknown(one), Data::Unknown(other)) => {
            one.ty == other.ty && one.refinement == other.refinement
        }
        (Data::Bool(one), Data::Bool(other)) => one == other,
        (Data::Number(one), Data::Number(other)) => one == other,
        (Data::String(one), Data::String(other)) => one == other,
        (Data::List(one_type, one), Data::List(other_type, other))
        | (Data::Set(one_type, one), Data::Set(other_type, other)) => {
            one_type == other_type && all_same(one, other)
        }
        (Data::Tuple(one), Data::Tuple(other)) => all_same(one, other),
        (Data::Map(one_type, one), Data::Map(other_type, other)) => {
            one_type == other_type
                && one.len() == other.len()
                && one.iter().zip(other.iter()).all(|(a, b)| a.0 == b.0 && is_same(a.1, b.1))
        }
        (Data::Object(one), Data::Object(other)) => {
            one.len() == other.len()
                && one.iter().zip(other.iter()).all(|(a, b)| a.0 == b.0 && is_same(a.1, b.1))
        }
        _ => false,
    }
}

fn all_same(one: &[Value], other: &[Value]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| is_same(a, b))
}

/// The operator `==`: no conversion, null equals null, and unknown where what is to come decides.
#[must_use]
pub fn equals(one: &Value, other: &Value) -> Value {
    let (one, one_marks) = one.unmarked_deep();
    let (other, other_marks) = other.unmarked_deep();
    let value = match compare(&one, &other) {
        Some(is_equal) => Value::bool(is_equal),
        None => {
            let cause = one.first_unknown().or_else(|| other.first_unknown());
            match cause {
                Some(it) => Value::unknown(Type::Bool, it.cause.clone()).refined_not_null(),
                None => Value::bool(false),
            }
        }
    };
    value.marked(one_marks.and(other_marks).and(Marks::NONE))
}

/// None where it is not known.
fn compare(one: &Value, other: &Value) -> Option<bool> {
    // What is not null differs from null, known or not.
    for (null, value) in [(one, other), (other, one)] {
        if null.is_null() && !value.is_null() && value.refinement().is_not_null {
            return Some(false);
        }
    }
    if one.is_null() && other.is_null() {
        return Some(true);
    }
    if one.is_null() && other.is_known() || other.is_null() && one.is_known() {
        return Some(false);
    }
    match (one.as_unknown(), other.as_unknown()) {
        (None, None) => {}
        (Some(unknown), None) | (None, Some(unknown)) => {
            let known = if one.is_known() { one } else { other };
            let is_excluded = !known.is_null() && excludes(unknown, known);
            return is_excluded.then_some(false);
        }
        (Some(_), Some(_)) => {
            let types = (one.ty(), other.ty());
            let is_open = types.0.has_dynamic() || types.1.has_dynamic();
            return (!is_open && types.0 != types.1).then_some(false);
        }
    }
    match (&one.data, &other.data) {
        (Data::List(one_type, a), Data::List(other_type, b)) => {
            if one_type != other_type && !one_type.has_dynamic() && !other_type.has_dynamic() {
                return Some(false);
            }
            all_equal(a.len() == b.len(), a.iter().zip(b.iter()))
        }
        (Data::Set(one_type, a), Data::Set(other_type, b)) => {
            if one_type != other_type && !one_type.has_dynamic() && !other_type.has_dynamic() {
                return Some(false);
            }
            let is_known = one.is_wholly_known() && other.is_wholly_known();
            is_known.then(|| all_equal(a.len() == b.len(), a.iter().zip(b.iter())) == Some(true))
        }
        (Data::Tuple(a), Data::Tuple(b)) => all_equal(a.len() == b.len(), a.iter().zip(b.iter())),
        (Data::Map(one_type, a), Data::Map(other_type, b)) => {
            if one_type != other_type && !one_type.has_dynamic() && !other_type.has_dynamic() {
                return Some(false);
            }
            all_equal(a.keys().eq(b.keys()), a.values().zip(b.values()))
        }
        (Data::Object(a), Data::Object(b)) => {
            all_equal(a.keys().eq(b.keys()), a.values().zip(b.values()))
        }
        _ => Some(is_same(one, other)),
    }
}

/// One difference decides; else one that is not known leaves it open.
fn all_equal<'a>(
    has_same_shape: bool,
    pairs: impl Iterator<Item = (&'a Value, &'a Value)>,
) -> Option<bool> {
    if !has_same_shape {
        return Some(false);
    }
    let mut result = Some(true);
    for (one, other) in pairs {
        match compare(one, other) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => result = None,
        }
    }
    result
}

/// True when what is known of the value to come rules the known one out.
fn excludes(unknown: &super::Unknown, known: &Value) -> bool {
    if unknown.ty != Type::Dynamic && !unknown.ty.has_dynamic() {
        let ty = known.ty();
        if ty != unknown.ty && !ty.has_dynamic() {
            return true;
        }
    }
    let refinement = &unknown.refinement;
    match &known.data {
        Data::String(text) => !text.starts_with(refinement.prefix.as_str()),
        Data::Number(number) => {
            let too_small = refinement.min.as_ref().is_some_and(|min| {
                **number < min.value || (!min.is_inclusive && **number == min.value)
            });
            let too_large = refinement.max.as_ref().is_some_and(|max| {
                **number > max.value || (!max.is_inclusive && **number == max.value)
            });
            too_small || too_large
        }
        Data::List(_, elements) | Data::Set(_, elements) => {
            let is_counted = matches!(known.data, Data::List(..));
            is_counted && elements.len() < refinement.length_min
                || refinement.length_max.is_some_and(|max| is_counted && elements.len() > max)
        }
        Data::Map(_, entries) => {
            entries.len() < refinement.length_min
                || refinement.length_max.is_some_and(|max| entries.len() > max)
        }
        _ => false,
    }
}
