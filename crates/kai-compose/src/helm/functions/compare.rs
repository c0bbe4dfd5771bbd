//! Comparison, as strict as Go's: an integer never equals a float.

use std::cmp::Ordering;

use super::{Function, Kind, Outcome, function};
use crate::helm::run::Run;
use crate::helm::value::{Data, Value};

pub(super) const ALL: &[Function] = &[
    function("eq", &[Kind::Any], Some(Kind::Any), |_, it| equal_any(&it).map(Value::bool)),
    function("ge", &[Kind::Any, Kind::Any], None, |_, it| {
        Ok(Value::bool(!is_less(&it[0], &it[1])?))
    }),
    function("gt", &[Kind::Any, Kind::Any], None, |_, it| {
        Ok(Value::bool(!is_at_most(&it[0], &it[1])?))
    }),
    function("le", &[Kind::Any, Kind::Any], None, |_, it| {
        Ok(Value::bool(is_at_most(&it[0], &it[1])?))
    }),
    function("lt", &[Kind::Any, Kind::Any], None, |_, it| {
        Ok(Value::bool(is_less(&it[0], &it[1])?))
    }),
    function("ne", &[Kind::Any, Kind::Any], None, not_equal),
];

fn incompatible(left: &Value, right: &Value) -> String {
    let (left, right) = (left.type_name(), right.type_name());
    format!("incompatible types for comparison: {left} and {right}")
}

/// Types that compare with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Basic {
    Bool,
    Int,
    Float,
    Text,
    Other,
}

fn basic(value: &Value) -> Basic {
    match value.data {
        Data::Bool(_) => Basic::Bool,
        Data::Int(..) | Data::Unsigned(_) => Basic::Int,
        Data::Float(_) => Basic::Float,
        Data::Text(_) => Basic::Text,
        _ => Basic::Other,
    }
}

fn not_equal(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    Ok(Value::bool(!equal_any(&arguments)?))
}

/// Whether the first value equals any other.
fn equal_any(values: &[Value]) -> Result<bool, String> {
    let (first, others) = values.split_first().ok_or("missing argument for comparison")?;
    if others.is_empty() {
        return Err("missing argument for comparison".into());
    }
    for other in others {
        if equal(first, other)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn equal(left: &Value, right: &Value) -> Result<bool, String> {
    if basic(left) != basic(right) {
        return match left.is_nil() || right.is_nil() {
            true => Ok(false),
            false => Err(incompatible(left, right)),
        };
    }
    match (&left.data, &right.data) {
        (Data::Bool(left), Data::Bool(right)) => Ok(left == right),
        #[expect(clippy::float_cmp, reason = "Go compares the numbers as they are")]
        (Data::Float(left), Data::Float(right)) => Ok(left == right),
        (Data::Text(left), Data::Text(right)) => Ok(left.as_str() == right.as_str()),
        _ => match (whole(left), whole(right)) {
            (Some(left), Some(right)) => Ok(left == right),
            _ => equal_others(left, right),
        },
    }
}

fn equal_others(left: &Value, right: &Value) -> Result<bool, String> {
    if left.is_nil() || right.is_nil() {
        return Ok(left.is_nil() == right.is_nil());
    }
    for value in [left, right] {
        if matches!(value.data, Data::Map(_) | Data::List(..) | Data::Bytes(_)) {
            let (text, type_name) = (value.to_plain_string(), value.type_name());
            return Err(format!("non-comparable type {text}: {type_name}"));
        }
    }
    Ok(left.is_nil() == right.is_nil())
}

fn whole(value: &Value) -> Option<i128> {
    match value.data {
        Data::Int(value, _) => Some(value.into()),
        Data::Unsigned(value) => Some(value.into()),
        _ => None,
    }
}

fn is_less(left: &Value, right: &Value) -> Result<bool, String> {
    Ok(order(left, right)? == Some(Ordering::Less))
}

fn is_at_most(left: &Value, right: &Value) -> Result<bool, String> {
    Ok(matches!(order(left, right)?, Some(Ordering::Less | Ordering::Equal)))
}

/// None where a number is not a number.
fn order(left: &Value, right: &Value) -> Result<Option<Ordering>, String> {
    let has_no_order = |it: &Value| matches!(basic(it), Basic::Bool | Basic::Other);
    if basic(left) != basic(right) {
        let is_basic = basic(left) != Basic::Other && basic(right) != Basic::Other;
        return Err(match is_basic {
            true => incompatible(left, right),
            false => "invalid type for comparison".into(),
        });
    }
    if has_no_order(left) {
        return Err("invalid type for comparison".into());
    }
    Ok(match (&left.data, &right.data) {
        (Data::Float(left), Data::Float(right)) => left.partial_cmp(right),
        (Data::Text(left), Data::Text(right)) => Some(left.as_str().cmp(right.as_str())),
        _ => Some(whole(left).cmp(&whole(right))),
    })
}
