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

/// A conversation that broke off, lost lines or was written to by two, made whole: the user begins, every call has
/// its result right behind it, and no result is without its call.
pub(crate) fn repaired(messages: Vec<Message>) -> Vec<Message> {
    let mut whole: Vec<Message> = Vec::new();
    for message in messages {
        match message.role {
            Role::Assistant if whole.is_empty() => {}
            Role::Assistant => {
                answer(&mut whole, Vec::new());
                whole.push(message);
            }
            Role::User => answer(&mut whole, message.content),
        }
    }
    answer(&mut whole, Vec::new());
    whole
}

/// What the user says next, behind the results of what was called for.
fn answer(whole: &mut Vec<Message>, content: Vec<Block>) {
    let (mut results, others): (Vec<Block>, Vec<Block>) =
        content.into_iter().partition(|it| matches!(it, Block::Result(_)));
    let last = whole.last_mut();
    let calls = last.iter().filter(|it| it.role == Role::Assistant).flat_map(|it| &it.content);
    let mut content: Vec<Block> = calls
        .filter_map(|it| match it {
            Block::Call(call) => Some(&call.id),
            _ => None,
        })
        .map(|id| match results.iter().position(|it| is_result_of(it, id)) {
            Some(at) => results.remove(at),
            None => Block::Result(ToolResult::error(id.clone(), "it was stopped before it ended")),
        })
        .collect();
    content.extend(others);
    match last.filter(|it| it.role == Role::User) {
        Some(last) => last.content.extend(content),
        None if content.is_empty() => {}
        None => whole.push(Message::new(Role::User, content)),
    }
}

fn is_result_of(block: &Block, call: &str) -> bool {
    matches!(block, Block::Result(it) if it.call == call)
}
