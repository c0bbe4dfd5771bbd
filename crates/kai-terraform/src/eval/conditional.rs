//! `condition ? one : other`

use kai_core::{OriginId, Reason, Role};

use super::Evaluator;
use crate::diagnostic::{Diagnostic, Outcome};
use crate::syntax::Expr;
use crate::value::{Bound, Cause, Data, Marks, Refinement, Type, Unknown, Value, unify};

impl Evaluator<'_> {
    pub(super) fn conditional(&mut self, expr: &Expr, parts: &[Expr; 3]) -> Outcome<Value> {
        let [condition, then, otherwise] = parts;
        let depth = (self.bound.len(), self.each.len());
        let mut branch = |it: &Expr| {
            let result = self.evaluate(it);
            self.bound.truncate(depth.0);
            self.each.truncate(depth.1);
            // What is wrong with a branch counts only where it is taken.
            let cause = || Cause::new(Reason::Unreadable, "a branch that fails", it.origin);
            let value = result.as_ref().ok().cloned();
            (value.unwrap_or_else(|| Value::unknown(Type::Dynamic, cause())), result.err())
        };
        let (one, one_problem) = branch(then);
        let (other, other_problem) = branch(otherwise);
        let span = kai_core::Span { end: otherwise.span.end, ..then.span };
        let ty = branch_type(&one, &other, span)?;
        let verdict = self.evaluate(condition)?;
        if verdict.is_null() {
            let detail = "The condition value is null. Conditions must either be true or false.";
            return Err(Diagnostic::new(condition.span, "Null condition", detail));
        }
        let verdict = verdict.convert(&Type::Bool).map_err(|_| {
            let detail = "The condition expression must be of type bool.";
            Diagnostic::new(condition.span, "Incorrect condition type", detail)
        })?;
        if let Some(unknown) = verdict.as_unknown() {
            let marks = verdict.marks.and(one.marks).and(other.marks);
            let value = either(&one, &other, &ty, unknown).marked(marks);
            return Ok(self.computed(value, expr.origin, &[&verdict, &one, &other]));
        }
        let (chosen, place, problem) = if verdict.as_bool() == Some(true) {
            (one, then, one_problem)
        } else {
            (other, otherwise, other_problem)
        };
        if let Some(problem) = problem {
            return Err(problem);
        }
        let value = chosen.convert(&ty).map_err(|error| {
            let detail = format!(
                "The true and false result expressions must have consistent types: {}.",
                error.message
            );
            Diagnostic::new(place.span, "Inconsistent conditional result types", detail)
        })?;
        let value = self.passed(value.marked(verdict.marks), expr.origin);
        Ok(self.chosen(value, verdict.origin))
    }

    /// The text of the branch alone is the value, and the condition says whether it is the branch.
    fn chosen(&self, value: Value, verdict: OriginId) -> Value {
        if verdict == OriginId::NONE || value.origin == OriginId::NONE {
            return value;
        }
        let origin = self.scope.origins().replaced(Role::Variable, value.origin, Some(verdict));
        value.with_origin(origin)
    }
}

fn branch_type(one: &Value, other: &Value, span: kai_core::Span) -> Outcome<Type> {
    let is_untyped = |it: &Value| matches!(&it.data, Data::Null(Type::Dynamic));
    let (first, second) = (one.ty(), other.ty());
    if is_untyped(one) {
        return Ok(second);
    }
    if is_untyped(other) {
        return Ok(first);
    }
    unify(&[first.clone(), second.clone()]).ok_or_else(|| {
        let detail = format!(
            "The true and false result expressions must have consistent types. {}.",
            difference(&first, &second)
        );
        Diagnostic::new(span, "Inconsistent conditional result types", detail)
    })
}

/// What keeps two types apart, in Terraform's words.
fn difference(one: &Type, other: &Type) -> String {
    match (one, other) {
        (Type::Object(one), Type::Object(other)) => {
            for (name, ty) in &one.attributes {
                match other.attributes.get(name) {
                    None => {
                        return format!(
                            "The 'true' value includes object attribute \"{name}\", which is absent in the 'false' value"
                        );
                    }
                    Some(second) if unify(&[ty.clone(), second.clone()]).is_none() => {
                        return format!(
                            "Type mismatch for object attribute \"{name}\": {}",
                            difference(ty, second)
                        );
                    }
                    Some(_) => {}
                }
            }
            let extra = other.attributes.keys().find(|it| !one.attributes.contains_key(*it));
            extra.map_or_else(
                || "The 'true' value is object, but the 'false' value is object".into(),
                |name| format!("The 'false' value includes object attribute \"{name}\", which is absent in the 'true' value"),
            )
        }
        (Type::Tuple(one), Type::Tuple(other)) => {
            if one.len() != other.len() {
                return format!(
                    "The 'true' tuple has length {}, but the 'false' tuple has length {}",
                    one.len(),
                    other.len()
                );
            }
            let pairs = one.iter().zip(other.iter()).enumerate();
            let bad = pairs
                .into_iter()
                .find(|(_, (a, b))| unify(&[(*a).clone(), (*b).clone()]).is_none());
            bad.map_or_else(String::new, |(index, (a, b))| {
                format!("Type mismatch for tuple element {index}: {}", difference(a, b))
            })
        }
        _ => format!(
            "The 'true' value is {}, but the 'false' value is {}",
            one.friendly(),
            other.friendly()
        ),
    }
}

/// One of the two, and nobody knows which.
fn either(one: &Value, other: &Value, ty: &Type, verdict: &Unknown) -> Value {
    if one.is_null() && other.is_null() {
        return Value::null(ty.clone());
    }
    let is_not_null = one.refinement().is_not_null && other.refinement().is_not_null;
    let mut refinement = Refinement { is_not_null, ..Refinement::default() };
    let (first, second) = (one.ty(), other.ty());
    if first == Type::Number && second == Type::Number && *ty == Type::Number {
        let (one, other) = (bounds(one), bounds(other));
        refinement.min = one.0.zip(other.0).map(|(a, b)| if b.value < a.value { b } else { a });
        refinement.max = one.1.zip(other.1).map(|(a, b)| if b.value > a.value { b } else { a });
    } else if first == second && first.is_collection() {
        let (one, other) = (lengths(one), lengths(other));
        refinement.length_min = one.0.min(other.0);
        refinement.length_max = one.1.zip(other.1).map(|(a, b)| a.max(b));
    }
    Value::refined(ty.clone(), refinement, verdict.cause.clone()).marked(Marks::NONE)
}

/// The least and the greatest number that the value can be.
pub(super) fn bounds(value: &Value) -> (Option<Bound>, Option<Bound>) {
    if let Some(number) = value.as_number() {
        let bound = Bound { value: number.clone(), is_inclusive: true };
        return (Some(bound.clone()), Some(bound));
    }
    let known = value.refinement();
    (known.min, known.max)
}

/// The least and the greatest length that the collection can have.
fn lengths(value: &Value) -> (usize, Option<usize>) {
    match &value.data {
        Data::Set(_, elements) if !value.is_wholly_known() => {
            (elements.len().min(1), Some(elements.len()))
        }
        Data::List(..) | Data::Set(..) | Data::Map(..) => {
            let length = value.children().count();
            (length, Some(length))
        }
        _ => {
            let known = value.refinement();
            (known.length_min, known.length_max)
        }
    }
}
