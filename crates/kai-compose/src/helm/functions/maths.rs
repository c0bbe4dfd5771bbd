//! Sprig's arithmetic: whole numbers in 64 bits that wrap, decimals as exact as the text of a
//! float.

use super::convert::{to_float, to_int};
use super::{Function, Kind, Outcome, function};
use crate::helm::run::Run;
use crate::helm::value::{Data, ListType, Value};

pub(super) const ALL: &[Function] = &[
    function("add", &[], Some(Kind::Any), |run, it| {
        made(run, &it, Value::int64(it.iter().map(to_int).fold(0, i64::wrapping_add)))
    }),
    function("add1", &[Kind::Any], None, |run, it| {
        made(run, &it, Value::int64(to_int(&it[0]).wrapping_add(1)))
    }),
    function("add1f", &[Kind::Any], None, |run, it| {
        made(run, &it, Value::float(decimals(&[Value::int(1), it[0].clone()], |a, b| a + b)))
    }),
    function("addf", &[], Some(Kind::Any), |run, mut it| {
        it.insert(0, Value::int(0));
        made(run, &it, Value::float(decimals(&it, |a, b| a + b)))
    }),
    function("biggest", &[Kind::Any], Some(Kind::Any), max),
    function("ceil", &[Kind::Any], None, |run, it| {
        made(run, &it, Value::float(to_float(&it[0]).ceil()))
    }),
    function("div", &[Kind::Any, Kind::Any], None, |run, it| {
        divided(run, &it, i64::wrapping_div, "integer divide by zero")
    }),
    function("divf", &[Kind::Any], Some(Kind::Any), |run, it| {
        if it[1..].iter().any(|it| to_float(it) == 0.0) {
            return Err("decimal division by 0".into());
        }
        let quotient = it.iter().map(to_float).reduce(|a, b| a / b).unwrap_or(0.0);
        // Sprig's decimals have sixteen places after the point.
        let rounded = format!("{quotient:.16}").parse().unwrap_or(quotient);
        made(run, &it, Value::float(rounded))
    }),
    function("floor", &[Kind::Any], None, |run, it| {
        made(run, &it, Value::float(to_float(&it[0]).floor()))
    }),
    function("max", &[Kind::Any], Some(Kind::Any), max),
    function("maxf", &[Kind::Any], Some(Kind::Any), |run, it| {
        made(run, &it, Value::float(it.iter().map(to_float).fold(f64::NEG_INFINITY, f64::max)))
    }),
    function("min", &[Kind::Any], Some(Kind::Any), |run, it| {
        made(run, &it, Value::int64(it.iter().map(to_int).min().unwrap_or(0)))
    }),
    function("minf", &[Kind::Any], Some(Kind::Any), |run, it| {
        made(run, &it, Value::float(it.iter().map(to_float).fold(f64::INFINITY, f64::min)))
    }),
    function("mod", &[Kind::Any, Kind::Any], None, |run, it| {
        divided(run, &it, i64::wrapping_rem, "integer divide by zero")
    }),
    function("mul", &[Kind::Any], Some(Kind::Any), |run, it| {
        made(run, &it, Value::int64(it.iter().map(to_int).fold(1, i64::wrapping_mul)))
    }),
    function("mulf", &[Kind::Any], Some(Kind::Any), |run, it| {
        made(run, &it, Value::float(decimals(&it, |a, b| a * b)))
    }),
    function("round", &[Kind::Any, Kind::Int], Some(Kind::Float), round),
    function("seq", &[], Some(Kind::Int), seq),
    function("sub", &[Kind::Any, Kind::Any], None, |run, it| {
        made(run, &it, Value::int64(to_int(&it[0]).wrapping_sub(to_int(&it[1]))))
    }),
    function("subf", &[Kind::Any], Some(Kind::Any), |run, it| {
        made(run, &it, Value::float(decimals(&it, |a, b| a - b)))
    }),
    function("until", &[Kind::Int], None, |_, it| {
        let count = to_int(&it[0]);
        steps(0, count, if count < 0 { -1 } else { 1 })
    }),
    function("untilStep", &[Kind::Int, Kind::Int, Kind::Int], None, |_, it| {
        steps(to_int(&it[0]), to_int(&it[1]), to_int(&it[2]))
    }),
];

/// Lists longer than this are a mistake, and would fill the memory.
const LONGEST: usize = 1_000_000;

/// A number that is made of others.
fn made(run: &Run<'_>, of: &[Value], number: Value) -> Outcome {
    Ok(number.with_origin(run.computed(of)))
}

fn max(run: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    made(run, &arguments, Value::int64(arguments.iter().map(to_int).max().unwrap_or(0)))
}

fn divided(run: &Run<'_>, values: &[Value], by: fn(i64, i64) -> i64, zero: &str) -> Outcome {
    let (left, right) = (to_int(&values[0]), to_int(&values[1]));
    if right == 0 {
        return Err(format!("runtime error: {zero}"));
    }
    made(run, values, Value::int64(by(left, right)))
}

/// Sprig computes with decimals of arbitrary precision and gives the nearest float. The floats of
/// charts are short, so computing in doubles and rounding to fifteen digits gives the same.
fn decimals(values: &[Value], combine: fn(f64, f64) -> f64) -> f64 {
    let result = values.iter().map(to_float).reduce(combine).unwrap_or(0.0);
    let rounded: f64 = format!("{result:.14e}").parse().unwrap_or(result);
    if result.is_finite() { rounded } else { result }
}

fn round(run: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let value = to_float(&arguments[0]);
    let half = arguments.get(2).map_or(0.5, to_float);
    let places = i32::try_from(to_int(&arguments[1])).unwrap_or(0);
    let power = 10f64.powi(places);
    let digit = power * value;
    let fraction = digit.fract();
    let up = if fraction.abs() >= half { fraction.signum() } else { 0.0 };
    made(run, &arguments, Value::float((digit.trunc() + up) / power))
}

fn steps(start: i64, stop: i64, step: i64) -> Outcome {
    let mut numbers = Vec::new();
    let goes_on = |at: i64| if step > 0 { at < stop } else { step < 0 && at > stop };
    let mut at = start;
    while goes_on(at) {
        if numbers.len() >= LONGEST {
            return Err(format!("gives more than {LONGEST} numbers"));
        }
        numbers.push(Value::int(at));
        at = at.saturating_add(step);
    }
    Ok(Value::plain(Data::List(numbers.into(), ListType::Ints)))
}

/// `seq` of the shell: up to three of start, step and end.
fn seq(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let numbers: Vec<_> = arguments.iter().map(to_int).collect();
    let toward = |from: i64, to: i64| if to < from { -1 } else { 1 };
    let (start, step, end) = match numbers.as_slice() {
        [end] => (1, toward(1, *end), *end),
        [start, end] => (*start, toward(*start, *end), *end),
        [start, step, end] if toward(*start, *end) == step.signum() || start == end => {
            (*start, *step, *end)
        }
        _ => return Ok(Value::text("")),
    };
    if step == 0 {
        return Ok(Value::text(""));
    }
    let numbers = steps(start, end.saturating_add(step.signum()), step)?;
    let texts: Vec<_> = numbers
        .as_list()
        .into_iter()
        .flat_map(|it| it.iter())
        .map(Value::to_plain_string)
        .collect();
    Ok(Value::text(texts.join(" ")))
}
