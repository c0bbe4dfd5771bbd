//! `for` expressions.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::Evaluator;
use crate::diagnostic::{Diagnostic, Outcome};
use crate::syntax::{Expr, For};
use crate::value::{Cause, Data, Marks, Type, Value};

/// Keys and values of a collection, in order.
pub(super) fn pairs(value: &Value) -> Vec<(Value, Value)> {
    match &value.data {
        Data::Set(_, elements) => elements.iter().map(|it| (it.clone(), it.clone())).collect(),
        Data::List(_, elements) | Data::Tuple(elements) => {
            let elements = elements.iter().enumerate();
            elements.map(|(index, it)| (Value::count(index), it.clone())).collect()
        }
        Data::Map(_, entries) | Data::Object(entries) => {
            entries.iter().map(|(key, it)| (Value::string(key.clone()), it.clone())).collect()
        }
        _ => Vec::new(),
    }
}

/// What a run through a collection has found so far.
struct Found {
    marks: Marks,
    /// Why the result as a whole is to come.
    open: Option<Cause>,
}

impl Evaluator<'_> {
    pub(super) fn for_expression(&mut self, expr: &Expr, it: &For) -> Outcome<Value> {
        let collection = self.evaluate(&it.collection)?;
        if let Some(unknown) = iterable(&collection, &it.collection, "expression")? {
            let value = Value::unknown(Type::Dynamic, unknown);
            return Ok(value.marked(collection.marks).with_origin(expr.origin));
        }
        let mut found = Found { marks: collection.marks, open: None };
        let value = match &it.key_expr {
            Some(key_expr) => self.for_object(expr, it, key_expr, &collection, &mut found)?,
            None => self.for_tuple(expr, it, &collection, &mut found)?,
        };
        let value = match found.open {
            Some(cause) => Value::unknown(Type::Dynamic, cause),
            None => value,
        };
        Ok(self.computed(value.marked(found.marks), expr.origin, &[&collection]))
    }

    fn for_tuple(
        &mut self,
        expr: &Expr,
        it: &For,
        collection: &Value,
        found: &mut Found,
    ) -> Outcome<Value> {
        let mut values = Vec::new();
        for (key, value) in pairs(collection) {
            let depth = self.bind(it.key.as_ref(), &it.value, key, value);
            let result = self.count_iteration(expr).and_then(|()| {
                if !self.is_included(it, found)? {
                    return Ok(None);
                }
                self.evaluate(&it.value_expr).map(Some)
            });
            self.bound.truncate(depth);
            values.extend(result?);
        }
        Ok(Value::tuple(values))
    }

    fn for_object(
        &mut self,
        expr: &Expr,
        it: &For,
        key_expr: &Expr,
        collection: &Value,
        found: &mut Found,
    ) -> Outcome<Value> {
        let mut groups = BTreeMap::<SmolStr, Vec<Value>>::new();
        for (key, value) in pairs(collection) {
            let depth = self.bind(it.key.as_ref(), &it.value, key, value);
            let result = self.count_iteration(expr).and_then(|()| {
                if !self.is_included(it, found)? {
                    return Ok(None);
                }
                let key = self.for_key(key_expr)?;
                found.marks = found.marks.and(key.marks);
                let value = self.evaluate(&it.value_expr)?;
                if let Some(unknown) = key.as_unknown() {
                    found.open = Some(unknown.cause.clone());
                }
                Ok(key.as_str().map(|key| (SmolStr::from(key), value)))
            });
            self.bound.truncate(depth);
            let Some((key, value)) = result? else { continue };
            let group = groups.entry(key.clone()).or_default();
            if !it.is_grouping && !group.is_empty() {
                let detail = format!(
                    "Two different items produced the key \"{key}\" in this 'for' expression. If duplicates are expected, use the ellipsis (...) after the value expression to enable grouping by key."
                );
                return Err(Diagnostic::new(key_expr.span, "Duplicate object key", detail));
            }
            group.push(value);
        }
        let attributes = groups.into_iter().map(|(key, mut group)| {
            let value = if it.is_grouping { None } else { group.pop() };
            (key, value.unwrap_or_else(|| Value::tuple(group)))
        });
        Ok(Value::object(attributes.collect()))
    }

    fn for_key(&mut self, expr: &Expr) -> Outcome<Value> {
        const SUMMARY: &str = "Invalid object key";
        let key = self.evaluate(expr)?;
        if key.is_null() {
            let detail = "Key expression in 'for' expression must not produce a null value.";
            return Err(Diagnostic::new(expr.span, SUMMARY, detail));
        }
        key.convert(&Type::String).map_err(|error| {
            let detail =
                format!("The key expression produced an invalid result: {}.", error.message);
            Diagnostic::new(expr.span, SUMMARY, detail)
        })
    }

    fn is_included(&mut self, it: &For, found: &mut Found) -> Outcome<bool> {
        let Some(condition) = &it.condition else { return Ok(true) };
        let value = self.evaluate(condition)?;
        if value.is_null() {
            let detail = "The value of the 'if' clause must not be null.";
            return Err(Diagnostic::new(condition.span, "Condition is null", detail));
        }
        found.marks = found.marks.and(value.marks);
        let value = value.convert(&Type::Bool).map_err(|error| {
            let detail = format!("The 'if' clause value is invalid: {}.", error.message);
            Diagnostic::new(condition.span, "Invalid 'for' condition", detail)
        })?;
        if let Some(unknown) = value.as_unknown() {
            found.open = Some(unknown.cause.clone());
        }
        Ok(value.as_bool() == Some(true))
    }

    /// Binds the names of a loop; gives how many names were bound before.
    pub(super) fn bind(
        &mut self,
        key_name: Option<&SmolStr>,
        value_name: &SmolStr,
        key: Value,
        value: Value,
    ) -> usize {
        let depth = self.bound.len();
        if let Some(name) = key_name {
            self.bound.push((name.clone(), key));
        }
        self.bound.push((value_name.clone(), value));
        depth
    }
}

/// Nothing where the value can be gone through, the cause where it is to come.
pub(super) fn iterable(value: &Value, expr: &Expr, what: &str) -> Outcome<Option<Cause>> {
    if value.is_null() {
        let detail = format!("A null value cannot be used as the collection in a 'for' {what}.");
        return Err(Diagnostic::new(expr.span, "Iteration over null value", detail));
    }
    let ty = value.outer_type();
    if let (Type::Dynamic, Some(unknown)) = (&ty, value.as_unknown()) {
        return Ok(Some(unknown.cause.clone()));
    }
    if !ty.is_collection() && !ty.is_structural() {
        let detail = format!(
            "A value of type {} cannot be used as the collection in a 'for' {what}.",
            ty.friendly()
        );
        return Err(Diagnostic::new(expr.span, "Iteration over non-iterable value", detail));
    }
    Ok(value.as_unknown().map(|it| it.cause.clone()))
}
