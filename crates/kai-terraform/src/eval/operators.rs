//! Operators.

use super::Evaluator;
use super::conditional::bounds;
use crate::diagnostic::{Diagnostic, Outcome};
use crate::syntax::{Binary, Expr, Unary};
use crate::value::{Bound, Cause, Number, Refinement, Type, Value, equals};

impl Evaluator<'_> {
    pub(super) fn unary(&mut self, expr: &Expr, operator: Unary, operand: &Expr) -> Outcome<Value> {
        let value = self.evaluate(operand)?;
        let ty = if operator == Unary::Minus { Type::Number } else { Type::Bool };
        let value = self.operand(&value, &ty, operand, "unary")?;
        not_null(&value, expr)?;
        let result = match (value.as_bool(), value.as_number(), value.as_unknown()) {
            (Some(it), ..) => Value::bool(!it),
            (_, Some(it), _) => Value::number(it.negated()),
            (_, _, Some(unknown)) => {
                let known = &unknown.refinement;
                let flip = |it: &Option<Bound>| {
                    let negated = |it: &Bound| Bound { value: it.value.negated(), ..it.clone() };
                    it.as_ref().map(negated)
                };
                let refinement = Refinement {
                    min: flip(&known.max),
                    max: flip(&known.min),
                    ..Refinement::not_null()
                };
                Value::refined(ty, refinement, unknown.cause.clone())
            }
            _ => value.clone(),
        };
        Ok(self.computed(result.marked(value.marks), expr.origin, &[&value]))
    }

    fn operand(&self, value: &Value, ty: &Type, place: &Expr, side: &str) -> Outcome<Value> {
        value.convert(ty).map_err(|error| {
            let detail = format!("Unsuitable value for {side} operand: {}.", error.message);
            Diagnostic::new(place.span, "Invalid operand", detail)
        })
    }

    pub(super) fn binary(
        &mut self,
        expr: &Expr,
        operator: Binary,
        one: &Expr,
        other: &Expr,
    ) -> Outcome<Value> {
        let left = self.evaluate(one)?;
        let right = self.evaluate(other)?;
        if matches!(operator, Binary::Equal | Binary::NotEqual) {
            let value = equals(&left, &right);
            let value = match value.as_bool() {
                Some(it) if operator == Binary::NotEqual => Value::bool(!it).marked(value.marks),
                _ => value,
            };
            return Ok(self.computed(value, expr.origin, &[&left, &right]));
        }
        let is_logic = matches!(operator, Binary::And | Binary::Or);
        let ty = if is_logic { Type::Bool } else { Type::Number };
        let left = self.operand(&left, &ty, one, "left")?;
        let right = self.operand(&right, &ty, other, "right")?;
        not_null(&left, expr)?;
        not_null(&right, expr)?;
        let unknown = left.as_unknown().or_else(|| right.as_unknown());
        let value = match unknown {
            Some(unknown) => to_come(operator, &left, &right, &unknown.cause),
            None => known(operator, &left, &right).map_err(|why| failed(expr, why))?,
        };
        let value = value.marked(left.marks.and(right.marks));
        Ok(self.computed(value, expr.origin, &[&left, &right]))
    }
}

fn not_null(value: &Value, expr: &Expr) -> Outcome<()> {
    if value.is_null() { Err(failed(expr, "argument must not be null")) } else { Ok(()) }
}

fn failed(expr: &Expr, why: &str) -> Box<Diagnostic> {
    Diagnostic::new(expr.span, "Operation failed", format!("Error during operation: {why}."))
}

fn known(operator: Binary, left: &Value, right: &Value) -> Result<Value, &'static str> {
    if let (Some(one), Some(other)) = (left.as_bool(), right.as_bool()) {
        let value = if operator == Binary::And { one && other } else { one || other };
        return Ok(Value::bool(value));
    }
    let zero = Number::zero();
    let (one, other) = (left.as_number().unwrap_or(&zero), right.as_number().unwrap_or(&zero));
    let result = match operator {
        Binary::Greater => return Ok(Value::bool(one > other)),
        Binary::GreaterOrEqual => return Ok(Value::bool(one >= other)),
        Binary::Less => return Ok(Value::bool(one < other)),
        Binary::LessOrEqual => return Ok(Value::bool(one <= other)),
        Binary::Minus => one.minus(other).ok_or("can't subtract infinity from itself"),
        Binary::Times => one.times(other).ok_or("can't multiply zero by infinity"),
        Binary::Divide => {
            one.divided_by(other).ok_or("can't divide zero by zero or infinity by infinity")
        }
        Binary::Modulo => one.remainder(other).ok_or("can't use modulo with zero and infinity"),
        _ => one.plus(other).ok_or("can't compute sum of opposing infinities"),
    };
    result.map(Value::number)
}

/// What is known of a result when an operand is to come.
fn to_come(operator: Binary, left: &Value, right: &Value, cause: &Cause) -> Value {
    let (one, other) = (bounds(left), bounds(right));
    let add = |a: Option<Bound>, b: Option<Bound>| {
        let (a, b) = a.zip(b)?;
        let is_inclusive = a.is_inclusive && b.is_inclusive;
        Some(Bound { value: a.value.plus(&b.value)?, is_inclusive })
    };
    let subtract = |a: Option<Bound>, b: Option<Bound>| {
        let (a, b) = a.zip(b)?;
        let is_inclusive = a.is_inclusive && b.is_inclusive;
        Some(Bound { value: a.value.minus(&b.value)?, is_inclusive })
    };
    let (min, max) = match operator {
        Binary::Plus => (add(one.0, other.0), add(one.1, other.1)),
        Binary::Minus => (subtract(one.0, other.1), subtract(one.1, other.0)),
        Binary::Times | Binary::Divide | Binary::Modulo => (None, None),
        Binary::Greater => {
            return decided(
                is_below(&other.1, &one.0, true),
                is_below(&one.1, &other.0, false),
                cause,
            );
        }
        Binary::Less => {
            return decided(
                is_below(&one.1, &other.0, true),
                is_below(&other.1, &one.0, false),
                cause,
            );
        }
        Binary::GreaterOrEqual => {
            return decided(
                is_below(&other.1, &one.0, false),
                is_below(&one.1, &other.0, true),
                cause,
            );
        }
        Binary::LessOrEqual => {
            return decided(
                is_below(&one.1, &other.0, false),
                is_below(&other.1, &one.0, true),
                cause,
            );
        }
        _ => return decided(false, false, cause),
    };
    let refinement = Refinement { min, max, ..Refinement::not_null() };
    Value::refined(Type::Number, refinement, cause.clone())
}

/// True where everything up to `max` is below everything from `min`.
fn is_below(max: &Option<Bound>, min: &Option<Bound>, is_strict: bool) -> bool {
    let (Some(max), Some(min)) = (max, min) else { return false };
    if max.value == min.value {
        return !is_strict || !max.is_inclusive || !min.is_inclusive;
    }
    max.value < min.value
}

fn decided(is_true: bool, is_false: bool, cause: &Cause) -> Value {
    match (is_true, is_false) {
        (true, _) => Value::bool(true),
        (_, true) => Value::bool(false),
        _ => Value::unknown(Type::Bool, cause.clone()).refined_not_null(),
    }
}
