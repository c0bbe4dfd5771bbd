//! An answer in the form of chat completions, whole or chunk by chunk.

use kai_agent::model::{Answer, Block, Event, Failure, FailureKind, Stop, StopReason, Usage};
use serde_json::Value;

use super::calls::Calls;
use super::reasoning::Reasoning;
use crate::decoder::{Step, empty, truncated};
use crate::json::{items, number, present, text};

/// What the chunks of one answer told.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    text: String,
    reasoning: Reasoning,
    refusal: Option<String>,
    calls: Calls,
    usage: Usage,
    word: Option<String>,
    is_ended: bool,
}

impl Turn {
    /// All text so far.
    pub(crate) fn text(&self) -> String {
        self.text.clone()
    }

    /// `[DONE]` came.
    pub(crate) fn end(&mut self) {
        self.is_ended = true;
    }

    pub(crate) fn take(&mut self, value: &Value, events: &mut dyn FnMut(Event)) -> Step {
        if let Some(found) = present(value, "usage") {
            self.usage = usage(found);
        }
        let mut step = Step::Alive;
        let is_first = |it: &&Value| number(it, "index").unwrap_or_default() == 0;
        for choice in items(value, "choices").filter(is_first) {
            step = Step::Part;
            if let Some(delta) = present(choice, "delta").or_else(|| present(choice, "message")) {
                self.add(delta, events);
            }
            self.word = text(choice, "finish_reason").map(str::to_owned).or(self.word.take());
        }
        step
    }

    fn add(&mut self, message: &Value, events: &mut dyn FnMut(Event)) {
        let thought = self.reasoning.add(message);
        if !thought.is_empty() {
            events(Event::Thinking(thought));
        }
        let said = content(message);
        self.text.push_str(&said);
        if !said.is_empty() {
            events(Event::Text(said));
        }
        if let Some(refusal) = text(message, "refusal").filter(|it| !it.is_empty()) {
            self.refusal.get_or_insert_default().push_str(refusal);
        }
        let mut begun: Vec<String> =
            items(message, "tool_calls").filter_map(|it| self.calls.add(it)).collect();
        if let Some(function) = present(message, "function_call") {
            begun.extend(self.calls.add_legacy(function));
        }
        for name in begun {
            events(Event::Call { name });
        }
    }

    pub(crate) fn finish(self) -> Result<Answer, Failure> {
        let has_any = !self.text.is_empty() || !self.calls.is_empty() || self.refusal.is_some();
        let word = match self.word {
            Some(word) => word,
            None if self.is_ended && has_any => String::new(),
            None => return Err(if has_any { truncated() } else { empty() }),
        };
        let mut stop = stop(word);
        if self.refusal.is_some() && stop.reason == StopReason::End {
            stop.reason = StopReason::Refused;
        }
        let is_cut = matches!(stop.reason, StopReason::Length | StopReason::Other);
        let mut content: Vec<Block> = self.reasoning.block().into_iter().collect();
        if !self.text.is_empty() {
            content.push(Block::text(self.text));
        }
        content.extend(self.calls.blocks(is_cut));
        let (usage, refusal) = (self.usage, self.refusal);
        Ok(Answer { content, stop, usage, refusal, warnings: Vec::new() })
    }
}

/// An answer in one piece is one with a single chunk.
pub(crate) fn whole(value: &Value) -> Result<Answer, Failure> {
    if value.get("choices").and_then(Value::as_array).is_none() {
        return Err(Failure::new(FailureKind::Malformed, "the answer has no `choices`"));
    }
    let mut turn = Turn::default();
    turn.take(value, &mut |_| {});
    turn.end();
    turn.finish()
}

/// The text of a message, which may be in parts.
fn content(message: &Value) -> String {
    match message.get("content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            let texts = parts.iter().filter(|it| text(it, "type") == Some("text"));
            texts.filter_map(|it| text(it, "text")).collect()
        }
        _ => String::new(),
    }
}

fn stop(word: String) -> Stop {
    let reason = match word.as_str() {
        "stop" => StopReason::End,
        "tool_calls" | "function_call" => StopReason::Tools,
        "length" => StopReason::Length,
        "content_filter" => StopReason::Refused,
        _ => StopReason::Other,
    };
    Stop { reason, word, sequence: None }
}

fn usage(value: &Value) -> Usage {
    let details = value.get("prompt_tokens_details").unwrap_or(&Value::Null);
    Usage {
        input: number(value, "prompt_tokens"),
        output: number(value, "completion_tokens"),
        cache_read: number(details, "cached_tokens")
            .or_else(|| number(value, "prompt_cache_hit_tokens")),
        cache_write: number(details, "cache_write_tokens"),
        is_cache_in_input: true,
    }
}
