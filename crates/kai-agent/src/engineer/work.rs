//! The calls of one turn, and their results.

use std::collections::{BTreeMap, BTreeSet};

use super::step::Ran;
use crate::model::{Block, Message, Role, ToolCall, ToolResult};

/// What is still to run, and what came of the rest.
#[derive(Debug, Clone, Default)]
pub(super) struct Work {
    /// In the order of the model.
    order: Vec<String>,
    waiting: Vec<ToolCall>,
    results: BTreeMap<String, ToolResult>,
}

impl Work {
    pub(super) fn add(&mut self, call: ToolCall) {
        self.order.push(call.id.clone());
        self.waiting.push(call);
    }

    /// A call that does not run.
    pub(super) fn refuse(&mut self, call: &ToolCall, reason: impl Into<String>) {
        self.order.push(call.id.clone());
        self.results.insert(call.id.clone(), ToolResult::error(call.id.clone(), reason));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The next calls that may run at the same time: one that writes, or all up to the next that does.
    pub(super) fn next(&mut self, writers: &BTreeSet<String>) -> Vec<ToolCall> {
        let is_writer = |it: &ToolCall| writers.contains(&it.name);
        let count = match self.waiting.first() {
            None => 0,
            Some(first) if is_writer(first) => 1,
            Some(_) => self.waiting.iter().take_while(|it| !is_writer(it)).count(),
        };
        self.waiting.drain(..count).collect()
    }

    pub(super) fn done(&mut self, ran: &Ran) {
        self.results.insert(ran.result.call.clone(), ran.result.clone());
    }

    /// One message with the result of every call, in their order; an error for those without one.
    pub(super) fn message(self) -> Message {
        let mut results = self.results;
        let blocks = self.order.into_iter().map(|id| {
            let result = results.remove(&id);
            Block::Result(result.unwrap_or_else(|| ToolResult::error(id, "it did not run")))
        });
        Message::new(Role::User, blocks.collect())
    }
}

/// A conversation that broke off in the middle of a turn, made whole: every call has a result.
pub(super) fn repaired(mut messages: Vec<Message>) -> Vec<Message> {
    let Some(last) = messages.last().filter(|it| it.role == Role::Assistant) else {
        return messages;
    };
    let calls = last.content.iter().filter_map(|it| match it {
        Block::Call(call) => Some(Block::Result(ToolResult::error(
            call.id.clone(),
            "it was stopped before it ended",
        ))),
        _ => None,
    });
    let results: Vec<Block> = calls.collect();
    if !results.is_empty() {
        messages.push(Message::new(Role::User, results));
    }
    messages
}
