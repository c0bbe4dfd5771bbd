//! Conditions that a configuration sets itself.

use std::rc::Rc;

use super::expansion::Bound;
use super::instance::Instance;
use super::planner::Planner;
use super::reference::InstanceScope;
use crate::config::{Condition, Output};
use crate::diagnostic::{Diagnostic, Outcome};
use crate::eval::Evaluator;
use crate::value::{Type, Value};

/// What a plan says of a check that does not hold.
pub(crate) const CHECK_FAILED: &str = "Check block assertion failed";

impl Planner<'_> {
    /// Evaluates a condition; where it does not hold, `problem` makes a problem of its message.
    pub(super) fn condition(
        &self,
        instance: &Rc<Instance>,
        bound: &Bound,
        itself: Option<Value>,
        condition: &Condition,
        problem: impl FnOnce(&str) -> Diagnostic,
    ) {
        match self.holds(instance, bound, itself, condition) {
            Ok(None) => {}
            Ok(Some(message)) => self.problem(problem(&message)),
            Err(error) => self.problem(*error),
        }
    }

    /// Nothing where the condition holds or is not known, else its message.
    fn holds(
        &self,
        instance: &Rc<Instance>,
        bound: &Bound,
        itself: Option<Value>,
        condition: &Condition,
    ) -> Outcome<Option<String>> {
        const SUMMARY: &str = "Invalid condition result";
        let scope = InstanceScope { planner: self, instance, bound, itself, within: None };
        let verdict = Evaluator::new(&scope).value(&condition.condition)?;
        if verdict.is_null() {
            let detail = "Condition expression must return either true or false, not null.";
            return Err(Diagnostic::new(condition.condition.span, SUMMARY, detail));
        }
        let verdict = verdict.convert(&Type::Bool).map_err(|error| {
            let detail = format!("Invalid condition result value: {}.", error.message);
            Diagnostic::new(condition.condition.span, SUMMARY, detail)
        })?;
        if verdict.as_bool() != Some(false) {
            return Ok(None);
        }
        let Some(message) = &condition.message else { return Ok(Some(String::new())) };
        let message = Evaluator::new(&scope).value(message)?;
        if message.marks_deep().is_sensitive {
            return Ok(Some(
                "The error message included a sensitive value, so it will not be displayed.".into(),
            ));
        }
        Ok(Some(message.as_str().unwrap_or_default().trim().to_owned()))
    }

    pub(super) fn output_conditions(&self, instance: &Rc<Instance>, output: &Output) {
        for condition in &output.preconditions {
            self.condition(instance, &Bound::default(), None, condition, |message| {
                let summary = "Module output value precondition failed";
                *Diagnostic::new(condition.condition.span, summary, message)
            });
        }
    }

    /// Checks warn and never refuse; what is wrong with their expressions still does.
    pub(super) fn checks(&self, instance: &Rc<Instance>) {
        for check in &instance.module.checks {
            for assert in check.body.blocks_of("assert") {
                let condition = |name| assert.body.attribute(name);
                let Some(expr) = condition("condition") else { continue };
                let message = condition("error_message").map(|it| it.expr.clone());
                let condition =
                    Condition { condition: expr.expr.clone(), message, span: assert.header };
                let verdict = self.holds(instance, &Bound::default(), None, &condition);
                if let Ok(Some(message)) = verdict {
                    let span = condition.condition.span;
                    let warning = *Diagnostic::new(span, CHECK_FAILED, message);
                    self.plan.borrow_mut().warnings.push(warning);
                }
            }
        }
    }
}
