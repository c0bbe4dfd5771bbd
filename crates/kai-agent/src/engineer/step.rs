//! What to do next, and what came of it.

use kai_core::Evidence;

use super::budget::Spent;
use super::outcome::Outcome;
use crate::model::{Answer, Failure, Request, ToolCall, ToolResult};

/// What whoever drives the engineer has to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Call the model.
    Ask(Box<Request>),
    /// Run these calls, all at the same time. What changes something comes alone.
    Run(Vec<ToolCall>),
    Done(Box<Outcome>),
}

/// What came of a step.
#[derive(Debug, Clone)]
pub enum Happened {
    Answered(Answer),
    Failed(Failure),
    Ran(Vec<Ran>),
    /// The user wants no more.
    Cancelled,
}

/// A call that was run.
#[derive(Debug, Clone)]
pub struct Ran {
    pub result: ToolResult,
    /// What may be cited from now on. Only tools of Kai's own say this, never a text that they read.
    pub evidence: Vec<Evidence>,
    /// What it took, where a model worked on it.
    pub spent: Spent,
}

impl Ran {
    #[must_use]
    pub fn new(result: ToolResult) -> Self {
        Self { result, evidence: Vec::new(), spent: Spent::default() }
    }
}
