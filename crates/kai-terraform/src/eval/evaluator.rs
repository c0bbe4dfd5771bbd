//! The evaluation of one expression.

use std::cell::Cell;
use std::collections::BTreeMap;

use kai_core::{OriginId, Role};
use smol_str::SmolStr;

use super::{References, Scope, attribute_of, element_of};
use crate::diagnostic::{Diagnostic, Outcome};
use crate::syntax::{Expr, Key, Kind, Step, StepKind};
use crate::value::{Marks, Type, Value};

/// How many elements one expression may go through.
const ITERATIONS_MAX: u64 = 5_000_000;

/// Evaluates expressions in one scope.
pub struct Evaluator<'a> {
    pub(super) scope: &'a dyn Scope,
    /// Names that `for` binds, innermost last.
    pub(super) bound: Vec<(SmolStr, Value)>,
    /// The elements of the splats around, innermost last.
    pub(super) each: Vec<Value>,
    iterations: Cell<u64>,
}

impl<'a> Evaluator<'a> {
    #[must_use]
    pub fn new(scope: &'a dyn Scope) -> Self {
        Self { scope, bound: Vec::new(), each: Vec::new(), iterations: Cell::new(0) }
    }

    /// The same with names of its own, as templates of files have.
    #[must_use]
    pub fn with_names(scope: &'a dyn Scope, bound: Vec<(SmolStr, Value)>) -> Self {
        Self { bound, ..Self::new(scope) }
    }

    /// Checks what the expression refers to, and evaluates it.
    ///
    /// # Errors
    /// Terraform would refuse it.
    pub fn value(&mut self, expr: &Expr) -> Outcome<Value> {
        let mut problem = None;
        References::each(expr, &mut |root, steps, span| {
            let is_bound = self.bound.iter().any(|(name, _)| name == root);
            if problem.is_none() && !is_bound {
                problem = self.scope.check(root, steps, span).err();
            }
        });
        match problem {
            Some(problem) => Err(problem),
            None => self.evaluate(expr),
        }
    }

    pub(super) fn evaluate(&mut self, expr: &Expr) -> Outcome<Value> {
        match &expr.kind {
            Kind::Null => Ok(Value::null(Type::Dynamic).with_origin(expr.origin)),
            Kind::Bool(it) => Ok(Value::bool(*it).with_origin(expr.origin)),
            Kind::Number(it) => Ok(Value::number(it.clone()).with_origin(expr.origin)),
            Kind::Template(parts) => self.template(expr, parts),
            Kind::Wrap(inner) | Kind::Parens(inner) => self.evaluate(inner),
            Kind::Tuple(elements) => {
                let values = elements.iter().map(|it| Ok(placed(self.evaluate(it)?, it)));
                let values = values.collect::<Outcome<Vec<_>>>()?;
                Ok(Value::tuple(values).with_origin(expr.origin))
            }
            Kind::Object(items) => {
                let mut attributes = BTreeMap::new();
                let mut marks = Marks::NONE;
                let mut open = None;
                for item in items {
                    let key = self.key(&item.key, &item.value)?;
                    let value = placed(self.evaluate(&item.value)?, &item.value);
                    marks = marks.and(key.marks);
                    match (key.as_str(), key.as_unknown()) {
                        (Some(name), _) => {
                            attributes.insert(SmolStr::from(name), value);
                        }
                        (None, Some(unknown)) => open = Some(unknown.cause.clone()),
                        (None, None) => {}
                    }
                }
                let value = match open {
                    Some(cause) => Value::unknown(Type::Dynamic, cause),
                    None => Value::object(attributes),
                };
                Ok(value.marked(marks).with_origin(expr.origin))
            }
            Kind::For(it) => self.for_expression(expr, it),
            Kind::Call(call) => self.call(expr, call),
            Kind::Unary(operator, operand) => self.unary(expr, *operator, operand),
            Kind::Binary(operator, one, other) => self.binary(expr, *operator, one, other),
            Kind::Conditional(parts) => self.conditional(expr, parts),
            Kind::Traversal(root, steps) => self.traversal(expr, root, steps),
            Kind::Relative(from, steps) => {
                let value = self.evaluate(from)?;
                steps.iter().try_fold(value, |value, step| take_step(&value, step))
            }
            Kind::Index(from, key, span) => {
                let from = self.evaluate(from)?;
                let key = self.evaluate(key)?;
                let value = element_of(&from, &key, *span)?;
                Ok(self.passed(value, expr.origin))
            }
            Kind::Splat(from, each, span) => self.splat(expr, from, each, *span),
            Kind::Each => Ok(self.each.last().cloned().unwrap_or(Value::null(Type::Dynamic))),
        }
    }

    fn traversal(&mut self, expr: &Expr, root: &str, steps: &[Step]) -> Outcome<Value> {
        let bound = self.bound.iter().rev().find(|(name, _)| name == root);
        let (value, taken) = match bound {
            Some((_, value)) => (value.clone(), 0),
            None => self.scope.resolve(root, steps, expr.span)?,
        };
        let rest = steps.get(taken..).unwrap_or_default();
        let value = rest.iter().try_fold(value, |value, step| take_step(&value, step))?;
        Ok(self.passed(value, expr.origin))
    }

    fn key(&mut self, key: &Key, value: &Expr) -> Outcome<Value> {
        let expr = match key {
            Key::Word(name, _) => return Ok(Value::string(name.clone())),
            Key::Expr(expr) => expr,
        };
        let key = self.evaluate(expr)?;
        if key.is_null() {
            let detail = "Can't use a null value as a key.";
            return Err(Diagnostic::new(value.span, "Null value as key", detail));
        }
        key.convert(&Type::String).map_err(|error| {
            let detail = format!("Can't use this value as a key: {}.", error.message);
            Diagnostic::new(expr.span, "Incorrect key type", detail)
        })
    }

    /// A value that comes from elsewhere and is referred to here.
    pub(super) fn passed(&self, value: Value, here: OriginId) -> Value {
        let origin = match value.origin {
            OriginId::NONE => here,
            from if from == here => here,
            from => self.scope.origins().replaced(Role::Variable, from, Some(here)),
        };
        value.with_origin(origin)
    }

    /// A value that is computed here from others.
    pub(super) fn computed(&self, value: Value, here: OriginId, parts: &[&Value]) -> Value {
        let mut parents: Vec<_> = parts.iter().map(|it| it.origin).collect();
        parents.retain(|it| *it != OriginId::NONE);
        let origin = self.scope.origins().derived(Role::Transformed, Some(here), &parents);
        value.with_origin(origin)
    }

    pub(super) fn count_iteration(&self, expr: &Expr) -> Outcome<()> {
        self.iterations.set(self.iterations.get() + 1);
        if self.iterations.get() > ITERATIONS_MAX {
            let detail = "The expression goes through more than five million elements.";
            return Err(Diagnostic::new(expr.span, "Expression too large", detail));
        }
        Ok(())
    }
}

/// One step from a value.
pub(crate) fn take_step(value: &Value, step: &Step) -> Outcome<Value> {
    match &step.kind {
        StepKind::Attribute(name) => attribute_of(value, name, step.span),
        StepKind::Number(number) => element_of(value, &Value::number(number.clone()), step.span),
        StepKind::Text(text) => element_of(value, &Value::string(text.clone()), step.span),
    }
}

/// What an object has once it is applied stands where it is asked for, whatever declares the object.
fn placed(value: Value, expr: &Expr) -> Value {
    if value.reference().is_some() { value.with_origin(expr.origin) } else { value }
}
