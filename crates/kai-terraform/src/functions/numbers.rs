//! Functions of numbers.

use super::arguments::{Outcome, number, text, to_come, whole};
use crate::function::{Function, FunctionError, Parameter, Surroundings};
use crate::value::{BigInt, Number, Type, Value};

pub(super) fn functions() -> Vec<Function> {
    let one = |name, body| {
        Function::new(name, Type::Number, body).takes(Parameter::new("num", Type::Number))
    };
    let many = |name, body| {
        Function::new(name, Type::Number, body)
            .takes_many(Parameter::new("numbers", Type::Number).allow_dynamic())
    };
    vec![
        one("abs", |_, it, _| Ok(Value::number(number(&it[0]).absolute()))),
        one("ceil", |_, it, _| Ok(Value::number(number(&it[0]).ceil()))),
        one("floor", |_, it, _| Ok(Value::number(number(&it[0]).floor()))),
        one("log", |_, it, _| {
            let (value, base) = (number(&it[0]).to_f64(), number(&it[1]).to_f64());
            double(value.ln() / base.ln())
        })
        .takes(Parameter::new("base", Type::Number)),
        many("max", |_, it, _| extreme(it.iter().map(number).max())),
        many("min", |_, it, _| extreme(it.iter().map(number).min())),
        Function::typed("parseint", parseint_type, parseint)
            .takes(Parameter::any("number"))
            .takes(Parameter::new("base", Type::Number)),
        one("pow", |_, it, _| double(number(&it[0]).to_f64().powf(number(&it[1]).to_f64())))
            .takes(Parameter::new("power", Type::Number)),
        one("signum", |_, it, _| whole(&it[0]).map(|it| Value::int(it.signum()))),
        Function::new("sum", Type::Number, sum).takes(Parameter::any("list")),
    ]
}

fn double(value: f64) -> Outcome {
    let value = Number::from_f64(value);
    value.map(Value::number).ok_or_else(|| FunctionError::new("the result is not a number"))
}

fn extreme(value: Option<Number>) -> Outcome {
    value.map(Value::number).ok_or_else(|| FunctionError::new("must pass at least one number"))
}

fn parseint_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let ty = arguments[0].ty();
    if ty == Type::String {
        return Ok(Type::Number);
    }
    Err(FunctionError::of(0, format!("first argument must be a string, not {}", ty.friendly())))
}

fn parseint(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let written = text(&arguments[0]);
    let base = whole(&arguments[1]).map_err(|it| FunctionError { argument: Some(1), ..it })?;
    let Some(base) = u32::try_from(base).ok().filter(|it| (2..=62).contains(it)) else {
        let message = "base must be a whole number between 2 and 62 inclusive";
        return Err(FunctionError::of(1, message));
    };
    let value = big(written, base).ok_or_else(|| {
        FunctionError::of(0, format!("cannot parse {written:?} as a base {base} integer"))
    })?;
    Ok(Value::number(Number::from_big(value)))
}

/// An integer as Go reads it: above base 36 capital letters are digits of their own.
fn big(written: &str, base: u32) -> Option<BigInt> {
    let digits = written.strip_prefix(['-', '+']).unwrap_or(written);
    if digits.is_empty() {
        return None;
    }
    let digit = |it: u8| match it {
        b'0'..=b'9' => Some(u32::from(it - b'0')),
        b'a'..=b'z' => Some(u32::from(it - b'a') + 10),
        b'A'..=b'Z' if base <= 36 => Some(u32::from(it - b'A') + 10),
        b'A'..=b'Z' => Some(u32::from(it - b'A') + 36),
        _ => None,
    };
    let mut value = BigInt::default();
    for it in digits.bytes() {
        value = value * base + digit(it).filter(|it| *it < base)?;
    }
    Some(if written.starts_with('-') { -value } else { value })
}

fn sum(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    let list = &arguments[0];
    let Some(elements) = list.elements() else {
        let ty = list.ty();
        let message = match ty.is_collection() || ty.is_structural() {
            true => format!("argument must be list, set, or tuple. Received {}", ty.friendly()),
            false => "cannot sum noniterable".to_owned(),
        };
        return Err(FunctionError::of(0, message));
    };
    if elements.is_empty() {
        return Err(FunctionError::of(0, "cannot sum an empty list"));
    }
    let wrong = || FunctionError::of(0, "argument must be list, set, or tuple of number values");
    if let Some(value) = to_come(ty, elements.iter()) {
        return Ok(value);
    }
    let mut total: Option<Number> = None;
    for element in elements.iter() {
        if element.is_null() {
            return Err(wrong());
        }
        let value = element.convert(&Type::Number).map_err(|_| wrong())?;
        let value = number(&value);
        total = Some(match total {
            None => value,
            Some(total) => total
                .plus(&value)
                .ok_or_else(|| FunctionError::new("can't compute sum of opposing infinities"))?,
        });
    }
    total.map(Value::number).ok_or_else(wrong)
}
