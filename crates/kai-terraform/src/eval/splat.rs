//! `value[*]` and `value.*`

use kai_core::Span;

use super::Evaluator;
use crate::diagnostic::{Diagnostic, Outcome};
use crate::syntax::Expr;
use crate::value::{Data, Refinement, Type, Value};

impl Evaluator<'_> {
    pub(super) fn splat(
        &mut self,
        expr: &Expr,
        from: &Expr,
        each: &Expr,
        marker: Span,
    ) -> Outcome<Value> {
        let source = self.evaluate(from)?;
        let marks = source.marks;
        let ty = source.outer_type();
        let is_sequence = matches!(ty, Type::List(_) | Type::Set(_) | Type::Tuple(_));
        if source.is_null() {
            if is_sequence {
                let detail =
                    "Splat expressions (with the * symbol) cannot be applied to null sequences.";
                return Err(Diagnostic::new(marker, "Splat of null value", detail));
            }
            return Ok(Value::tuple(Vec::new()).marked(marks).with_origin(expr.origin));
        }
        if let Some(unknown) = source.as_unknown() {
            let is_open = ty == Type::Dynamic || !is_sequence && !unknown.refinement.is_not_null;
            if is_open {
                return Ok(Value::unknown(Type::Dynamic, unknown.cause.clone()).marked(marks));
            }
            if is_sequence {
                return Ok(self.splat_to_come(&source, each)?.marked(marks));
            }
        }
        if !is_sequence {
            let value = self.splat_element(each, source.clone())?;
            return Ok(Value::tuple(vec![value]).marked(marks).with_origin(expr.origin));
        }
        let mut values = Vec::new();
        for element in source.children() {
            self.count_iteration(expr)?;
            values.push(self.splat_element(each, element.clone())?);
        }
        let value = match &source.data {
            Data::List(element, _) | Data::Set(element, _) => match values.first() {
                Some(first) => {
                    let ty = first.ty();
                    if values.iter().all(|it| it.ty() == ty) {
                        Value::list(ty, values)
                    } else {
                        Value::tuple(values)
                    }
                }
                None => Value::list(self.splat_type(each, element, &source)?, Vec::new()),
            },
            _ => Value::tuple(values),
        };
        Ok(value.marked(marks).with_origin(expr.origin))
    }

    fn splat_element(&mut self, each: &Expr, element: Value) -> Outcome<Value> {
        self.each.push(element);
        let value = self.evaluate(each);
        self.each.pop();
        value
    }

    /// The type that each element's result has.
    fn splat_type(&mut self, each: &Expr, element: &Type, source: &Value) -> Outcome<Type> {
        let cause = source.first_unknown().map_or_else(
            || crate::value::Cause::new(kai_core::Reason::NotDeclared, "", source.origin),
            |it| it.cause.clone(),
        );
        let element = Value::unknown(element.clone(), cause);
        Ok(self.splat_element(each, element)?.ty())
    }

    fn splat_to_come(&mut self, source: &Value, each: &Expr) -> Outcome<Value> {
        let Some(unknown) = source.as_unknown() else { return Ok(source.clone()) };
        let cause = unknown.cause.clone();
        match &unknown.ty {
            Type::Tuple(elements) => {
                let types = elements.iter().map(|it| self.splat_type(each, it, source));
                let types = types.collect::<Outcome<Vec<_>>>()?;
                Ok(Value::unknown(Type::tuple(types), cause))
            }
            Type::List(element) | Type::Set(element) => {
                let ty = self.splat_type(each, element, source)?;
                let known = &unknown.refinement;
                let is_list = matches!(unknown.ty, Type::List(_));
                let refinement = Refinement {
                    is_not_null: true,
                    length_min: if is_list { known.length_min } else { 0 },
                    length_max: known.length_max.filter(|_| is_list),
                    ..Refinement::default()
                };
                Ok(Value::refined(Type::list(ty), refinement, cause))
            }
            _ => Ok(Value::unknown(Type::Dynamic, cause)),
        }
    }
}
