//! Templates.

use kai_core::Role;

use super::Evaluator;
use super::iteration::{iterable, pairs};
use crate::diagnostic::{Diagnostic, Outcome};
use crate::syntax::{Expr, Part};
use crate::value::{Cause, Marks, Piece, Refinement, Type, Value};

/// The longest text that is written.
const LENGTH_MAX: usize = 64 << 20;
const SUMMARY: &str = "Invalid template interpolation value";

/// A text in the making.
struct Written {
    text: String,
    /// Why the rest is to come.
    open: Option<Cause>,
    /// Everything in order, from where the rest is to come.
    pieces: Vec<Piece>,
    marks: Marks,
    parents: Vec<kai_core::OriginId>,
}

impl Evaluator<'_> {
    pub(super) fn template(&mut self, expr: &Expr, parts: &[Part]) -> Outcome<Value> {
        if parts.is_empty() {
            return Ok(Value::string("").with_origin(expr.origin));
        }
        if let [Part::Text(text, _)] = parts {
            return Ok(Value::string(text.clone()).with_origin(expr.origin));
        }
        let mut written = Written {
            text: String::new(),
            open: None,
            pieces: Vec::new(),
            marks: Marks::NONE,
            parents: Vec::new(),
        };
        self.write(expr, parts, &mut written)?;
        let value = match written.open {
            Some(cause) => {
                let pieces = written.pieces;
                Value::refined(Type::String, Refinement::prefix(&written.text), cause)
                    .formed(pieces)
            }
            None => Value::string(written.text),
        };
        let origins = self.scope.origins();
        let origin = origins.derived(Role::Templated, Some(expr.origin), &written.parents);
        Ok(value.marked(written.marks).with_origin(origin))
    }

    fn write(&mut self, expr: &Expr, parts: &[Part], written: &mut Written) -> Outcome<()> {
        for part in parts {
            match part {
                Part::Text(text, _) => written.push(text, expr)?,
                Part::Interpolation(inner) => {
                    let value = self.evaluate(inner)?;
                    written.push_value(&value, inner)?;
                }
                Part::If(it) => {
                    let verdict = self.evaluate(&it.condition)?;
                    if verdict.is_null() {
                        let detail =
                            "The condition value is null. Conditions must either be true or false.";
                        return Err(Diagnostic::new(it.condition.span, "Null condition", detail));
                    }
                    let verdict = verdict.convert(&Type::Bool).map_err(|_| {
                        let detail = "The condition expression must be of type bool.";
                        Diagnostic::new(it.condition.span, "Incorrect condition type", detail)
                    })?;
                    written.marks = written.marks.and(verdict.marks);
                    let is_true = verdict.as_bool() == Some(true);
                    let chosen = if is_true { &it.then } else { &it.otherwise };
                    if let Some(unknown) = verdict.as_unknown() {
                        written.wait(vec![Piece::Open(unknown.cause.text.clone())], &unknown.cause);
                    } else {
                        self.write(expr, chosen, written)?;
                    }
                }
                Part::For(it) => {
                    let collection = self.evaluate(&it.collection)?;
                    written.marks = written.marks.and(collection.marks);
                    if let Some(cause) = iterable(&collection, &it.collection, "expression")? {
                        written.wait(vec![Piece::Open(cause.text.clone())], &cause);
                        continue;
                    }
                    for (key, value) in pairs(&collection) {
                        self.count_iteration(expr)?;
                        let depth = self.bind(it.key.as_ref(), &it.value, key, value);
                        let result = self.write(expr, &it.body, written);
                        self.bound.truncate(depth);
                        result?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl Written {
    /// A part is to come.
    fn wait(&mut self, pieces: Vec<Piece>, cause: &Cause) {
        if self.open.is_none() {
            self.open = Some(cause.clone());
            if !self.text.is_empty() {
                self.pieces.push(Piece::Text(self.text.as_str().into()));
            }
        }
        self.pieces.extend(pieces);
    }

    fn push(&mut self, text: &str, expr: &Expr) -> Outcome<()> {
        if self.open.is_some() {
            self.pieces.push(Piece::Text(text.into()));
            return Ok(());
        }
        if self.text.len() + text.len() > LENGTH_MAX {
            let detail = "The text is longer than 64 MiB.";
            return Err(Diagnostic::new(expr.span, "Text too long", detail));
        }
        self.text.push_str(text);
        Ok(())
    }

    fn push_value(&mut self, value: &Value, place: &Expr) -> Outcome<()> {
        if value.is_null() {
            let detail =
                "The expression result is null. Cannot include a null value in a string template.";
            return Err(Diagnostic::new(place.span, SUMMARY, detail));
        }
        self.marks = self.marks.and(value.marks_deep());
        if value.origin != kai_core::OriginId::NONE {
            self.parents.push(value.origin);
        }
        if let Some(unknown) = value.as_unknown() {
            self.wait(value.pieces(), &unknown.cause);
            return Ok(());
        }
        let text = value.convert(&Type::String).map_err(|error| {
            let detail =
                format!("Cannot include the given value in a string template: {}.", error.message);
            Diagnostic::new(place.span, SUMMARY, detail)
        })?;
        self.push(text.as_str().unwrap_or_default(), place)
    }
}
