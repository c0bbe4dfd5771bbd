//! Sprig's types, conversions and defaults.

use std::num::{IntErrorKind, ParseIntError};

use kai_syntax::go_template::bytes;

use super::{Function, Kind, Outcome, function};
use crate::helm::run::Run;
use crate::helm::value::{Data, Text, TextBuilder, Value};

pub(super) const ALL: &[Function] = &[
    function("all", &[], Some(Kind::Any), |_, it| Ok(Value::bool(it.iter().all(Value::is_true)))),
    function("any", &[], Some(Kind::Any), |_, it| Ok(Value::bool(it.iter().any(Value::is_true)))),
    function("atoi", &[Kind::Text], None, |_, it| {
        Ok(Value::int(it[0].as_str().map_or(0, go_integer)))
    }),
    function("coalesce", &[], Some(Kind::Any), coalesce),
    function("default", &[Kind::Any], Some(Kind::Any), default),
    function("empty", &[Kind::Any], None, |_, it| Ok(Value::bool(!it[0].is_true()))),
    function("float64", &[Kind::Any], None, |_, it| {
        Ok(Value::float(to_float(&it[0])).with_origin(it[0].origin))
    }),
    function("int", &[Kind::Any], None, |_, it| {
        Ok(Value::int(to_int(&it[0])).with_origin(it[0].origin))
    }),
    function("int64", &[Kind::Any], None, |_, it| {
        Ok(Value::int64(to_int(&it[0])).with_origin(it[0].origin))
    }),
    function("kindIs", &[Kind::Text, Kind::Any], None, |_, it| {
        Ok(Value::bool(it[0].as_str() == Some(it[1].kind_name())))
    }),
    function("kindOf", &[Kind::Any], None, |_, it| Ok(Value::text(it[0].kind_name()))),
    function("ternary", &[Kind::Any, Kind::Any, Kind::Bool], None, ternary),
    function("toDecimal", &[Kind::Any], None, to_decimal),
    function("toString", &[Kind::Any], None, |_, it| Ok(to_text(&it[0]).into())),
    function("toStrings", &[Kind::Any], None, |_, it| {
        Ok(Value::strings(to_texts(&it[0]).into_iter().map(Value::from).collect::<Vec<_>>()))
    }),
    function("typeIs", &[Kind::Text, Kind::Any], None, |_, it| {
        Ok(Value::bool(it[0].as_str() == Some(type_of(&it[1]))))
    }),
    function("typeIsLike", &[Kind::Text, Kind::Any], None, |_, it| {
        let (wanted, found) = (it[0].as_str().unwrap_or_default(), type_of(&it[1]));
        Ok(Value::bool(wanted == found || found.strip_prefix('*') == Some(wanted)))
    }),
    function("typeOf", &[Kind::Any], None, |_, it| Ok(Value::text(type_of(&it[0])))),
];

/// The number that Go has in hand beside an error, which nobody looks at: the nearest one where it is too large.
pub(super) fn go_integer(text: &str) -> i64 {
    text.parse().unwrap_or_else(|error: ParseIntError| match error.kind() {
        IntErrorKind::PosOverflow => i64::MAX,
        IntErrorKind::NegOverflow => i64::MIN,
        _ => 0,
    })
}

/// `%T`, for which a nil interface has no type.
fn type_of(value: &Value) -> &'static str {
    if value.is_nil() { "<nil>" } else { value.type_name() }
}

/// A value as text: what `%v` prints, with the sources of its parts.
pub(super) fn to_text(value: &Value) -> Text {
    match &value.data {
        Data::Text(text) => text.clone(),
        Data::Bytes(it) => Text::new(bytes::to_text(it.to_vec()), value.origin),
        _ => {
            let mut out = TextBuilder::default();
            value.print_inner(&mut out);
            out.finish()
        }
    }
}

/// A list as texts, without its nils; anything else as one text.
pub(super) fn to_texts(value: &Value) -> Vec<Text> {
    match &value.data {
        Data::List(items, _) => items.iter().filter(|it| !it.is_nil()).map(to_text).collect(),
        Data::Missing | Data::Nil => Vec::new(),
        _ => vec![to_text(value)],
    }
}

/// A number as Sprig's `int64` makes it of anything; 0 where it is none.
#[expect(clippy::cast_possible_truncation, reason = "as the conversion does on amd64")]
pub(super) fn to_int(value: &Value) -> i64 {
    match &value.data {
        Data::Int(number, _) => *number,
        Data::Unsigned(number) => i64::try_from(*number).unwrap_or(i64::MAX),
        // Out of range, amd64 gives the smallest number.
        Data::Float(number)
            if number.abs() < 9.3e18 && number.trunc().abs() < 9_223_372_036_854_775_808.0 =>
        {
            *number as i64
        }
        Data::Float(_) => i64::MIN,
        Data::Bool(value) => i64::from(*value),
        Data::Text(text) => text_to_int(text.as_str()),
        _ => 0,
    }
}

/// As `cast.ToInt64` reads a text: zeros after a point are dropped, and a leading zero is octal.
fn text_to_int(text: &str) -> i64 {
    let whole = match text.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|it| it == b'0') => whole,
        _ => text,
    };
    kai_syntax::go_template::parse_int(whole).unwrap_or(0)
}

/// A number as Sprig's `float64` makes it of anything; 0 where it is none.
#[expect(clippy::cast_precision_loss, reason = "as the conversion does")]
pub(super) fn to_float(value: &Value) -> f64 {
    match &value.data {
        Data::Int(number, _) => *number as f64,
        Data::Unsigned(number) => *number as f64,
        Data::Float(number) => *number,
        Data::Bool(value) => f64::from(u8::from(*value)),
        Data::Text(text) => kai_syntax::go_template::parse_float(text.as_str()).unwrap_or(0.0),
        _ => 0.0,
    }
}

fn to_decimal(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let text = to_text(&arguments[0]);
    Ok(Value::int64(i64::from_str_radix(text.as_str(), 8).unwrap_or(0)))
}

pub(super) fn default(_: &mut Run<'_>, mut arguments: Vec<Value>) -> Outcome {
    let given = arguments.get(1).filter(|it| it.is_true()).cloned();
    Ok(given.unwrap_or_else(|| arguments.swap_remove(0)))
}

fn coalesce(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    Ok(arguments.into_iter().find(Value::is_true).unwrap_or(Value::NIL))
}

fn ternary(_: &mut Run<'_>, mut arguments: Vec<Value>) -> Outcome {
    let chosen = usize::from(!arguments[2].is_true());
    Ok(arguments.swap_remove(chosen))
}
