//! An answer of Anthropic, whole or event by event.

use std::collections::{BTreeMap, BTreeSet};

use kai_agent::model::{Answer, Block, Event, Failure, FailureKind, StopReason, Usage};
use serde_json::{Value, json};

use super::blocks::{block, stop, usage};
use crate::decoder::{Step, empty, truncated};
use crate::json::{number, present, replace, text};

/// What the events of one message told.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    blocks: BTreeMap<u64, Open>,
    usage: Usage,
    word: Option<String>,
    sequence: Option<String>,
    has_begun: bool,
    is_stopped: bool,
    warnings: Vec<String>,
}

/// A block that grows.
#[derive(Debug)]
struct Open {
    raw: Value,
    /// The input of a tool, in pieces that are no JSON alone.
    written: String,
    is_closed: bool,
}

impl Turn {
    /// All text so far.
    pub(crate) fn text(&self) -> String {
        let texts = self.blocks.values().filter(|it| text(&it.raw, "type") == Some("text"));
        texts.filter_map(|it| text(&it.raw, "text")).collect()
    }

    pub(crate) fn take(
        &mut self,
        value: &Value,
        events: &mut dyn FnMut(Event),
    ) -> Result<Step, Failure> {
        match text(value, "type") {
            Some("message_start") => self.begin(value),
            Some("content_block_start") => self.open(value, events)?,
            Some("content_block_delta") => self.grow(value, events),
            Some("content_block_stop") => {
                let index = number(value, "index").unwrap_or_default();
                if let Some(open) = self.blocks.get_mut(&index) {
                    open.is_closed = true;
                }
            }
            Some("message_delta") => {
                let delta = &value["delta"];
                self.word = text(delta, "stop_reason").map(str::to_owned).or(self.word.take());
                let sequence = text(delta, "stop_sequence").map(str::to_owned);
                self.sequence = sequence.or(self.sequence.take());
                replace(&mut self.usage, usage(value.get("usage")));
            }
            Some("message_stop") => {
                self.is_stopped = true;
                return Ok(Step::Done);
            }
            // Pings, and events that are yet to be invented.
            _ => return Ok(Step::Alive),
        }
        Ok(Step::Part)
    }

    fn begin(&mut self, value: &Value) {
        if self.has_begun {
            self.warnings.push("a second message began inside of the answer".to_owned());
            return;
        }
        self.has_begun = true;
        replace(&mut self.usage, usage(value["message"].get("usage")));
    }

    fn open(&mut self, value: &Value, events: &mut dyn FnMut(Event)) -> Result<(), Failure> {
        let index = number(value, "index").unwrap_or_default();
        let raw = value.get("content_block").filter(|it| it.is_object());
        let raw = raw.cloned().unwrap_or_else(|| json!({}));
        match text(&raw, "type") {
            Some("tool_use") => {
                let name = text(&raw, "name").unwrap_or_default().to_owned();
                events(Event::Call { name });
            }
            Some("text") => show(text(&raw, "text"), events, Event::Text),
            _ => {}
        }
        let open = Open { raw, written: String::new(), is_closed: false };
        if self.blocks.insert(index, open).is_some() {
            return Err(contradiction(format!("block {index} of the answer begins twice")));
        }
        Ok(())
    }

    fn grow(&mut self, value: &Value, events: &mut dyn FnMut(Event)) {
        let index = number(value, "index").unwrap_or_default();
        let delta = &value["delta"];
        let Some(open) = self.blocks.get_mut(&index) else {
            self.warnings.push(format!("a part of block {index}, which never began, is left out"));
            return;
        };
        match text(delta, "type") {
            Some("text_delta") => {
                append(&mut open.raw, "text", text(delta, "text"));
                show(text(delta, "text"), events, Event::Text);
            }
            Some("thinking_delta") => {
                append(&mut open.raw, "thinking", text(delta, "thinking"));
                show(text(delta, "thinking"), events, Event::Thinking);
            }
            Some("signature_delta") => append(&mut open.raw, "signature", text(delta, "signature")),
            Some("input_json_delta") => {
                open.written.push_str(text(delta, "partial_json").unwrap_or_default());
            }
            Some("citations_delta") => {
                if let Some(citation) = present(delta, "citation") {
                    match open.raw.get_mut("citations").and_then(Value::as_array_mut) {
                        Some(known) => known.push(citation.clone()),
                        None => open.raw["citations"] = json!([citation]),
                    }
                }
            }
            _ => {}
        }
    }

    pub(crate) fn finish(self) -> Result<Answer, Failure> {
        let are_closed = self.blocks.values().all(|it| it.is_closed);
        let Some(word) = self.word.filter(|_| self.is_stopped || are_closed) else {
            let has_any = self.has_begun || !self.blocks.is_empty();
            return Err(if has_any { truncated() } else { empty() });
        };
        let stop = stop(&word, self.sequence.as_deref());
        let is_cut = is_cut(stop.reason);
        let content = self.blocks.into_values().map(|it| block(it.raw, Some(&it.written), is_cut));
        let content: Vec<Block> = content.collect();
        calls_differ(&content)?;
        let warnings = self.warnings;
        Ok(Answer { content, stop, usage: self.usage, refusal: None, warnings })
    }
}

/// An answer in one piece.
pub(crate) fn whole(value: &Value) -> Result<Answer, Failure> {
    let Some(blocks) = value.get("content").and_then(Value::as_array) else {
        let message = "the answer has no `content`";
        return Err(Failure::new(FailureKind::Malformed, message));
    };
    let word = text(value, "stop_reason").ok_or_else(truncated)?;
    let stop = stop(word, text(value, "stop_sequence"));
    let is_cut = is_cut(stop.reason);
    let content: Vec<Block> = blocks.iter().map(|it| block(it.clone(), None, is_cut)).collect();
    calls_differ(&content)?;
    let usage = usage(value.get("usage"));
    Ok(Answer { content, stop, usage, refusal: None, warnings: Vec::new() })
}

fn is_cut(reason: StopReason) -> bool {
    matches!(reason, StopReason::Length | StopReason::Window | StopReason::Other)
}

/// A result names its call, so two calls of one name are none.
fn calls_differ(content: &[Block]) -> Result<(), Failure> {
    let mut seen = BTreeSet::new();
    for block in content {
        if let Block::Call(call) = block
            && !seen.insert(&call.id)
        {
            return Err(contradiction(format!("two calls of the answer are `{}`", call.id)));
        }
    }
    Ok(())
}

fn contradiction(message: String) -> Failure {
    Failure::new(FailureKind::Protocol, message)
}

fn append(raw: &mut Value, field: &str, more: Option<&str>) {
    let more = more.unwrap_or_default();
    match raw.get_mut(field) {
        Some(Value::String(known)) => known.push_str(more),
        _ => raw[field] = Value::String(more.to_owned()),
    }
}

fn show(more: Option<&str>, events: &mut dyn FnMut(Event), event: fn(String) -> Event) {
    if let Some(more) = more.filter(|it| !it.is_empty()) {
        events(event(more.to_owned()));
    }
}
