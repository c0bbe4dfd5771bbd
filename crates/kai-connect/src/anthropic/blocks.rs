//! Blocks as Anthropic writes them.

use kai_agent::model::{Arguments, Block, Citation, Stop, StopReason, ToolCall, Usage};
use serde_json::Value;

use crate::json::{items, number, text};

/// Evidence of Kai is a source of this name.
pub(super) const SOURCE: &str = "kai:";

/// One block that is complete. `written` is what a stream wrote for its input.
pub(super) fn block(mut raw: Value, written: Option<&str>, is_cut: bool) -> Block {
    match text(&raw, "type") {
        Some("text") => Block::Text {
            text: text(&raw, "text").unwrap_or_default().to_owned(),
            citations: items(&raw, "citations").map(citation).collect(),
        },
        Some("thinking") => {
            let text = text(&raw, "thinking").unwrap_or_default().to_owned();
            Block::Thinking { text, kept: Some(raw) }
        }
        Some("tool_use") => Block::Call(ToolCall {
            id: text(&raw, "id").unwrap_or_default().to_owned(),
            name: text(&raw, "name").unwrap_or_default().to_owned(),
            arguments: arguments(&raw, written, is_cut),
        }),
        _ => {
            if let Some(input) = written.and_then(|it| serde_json::from_str(it).ok()) {
                raw["input"] = input;
            }
            Block::Kept(raw)
        }
    }
}

fn arguments(raw: &Value, written: Option<&str>, is_cut: bool) -> Arguments {
    let written = written.unwrap_or_default();
    let input = raw.get("input").and_then(Value::as_object);
    match input {
        _ if !written.trim().is_empty() => Arguments::read(written),
        Some(members) if !members.is_empty() => Arguments::Object(members.clone()),
        _ if is_cut => Arguments::Broken {
            text: String::new(),
            reason: "the answer was cut before them".to_owned(),
        },
        _ => match raw.get("input") {
            None | Some(Value::Object(_) | Value::Null) => Arguments::read(""),
            Some(other) => Arguments::read(&other.to_string()),
        },
    }
}

fn citation(given: &Value) -> Citation {
    let source = text(given, "source").and_then(|it| it.strip_prefix(SOURCE));
    Citation {
        evidence: source.map(str::to_owned),
        quote: text(given, "cited_text").unwrap_or_default().to_owned(),
        given: given.clone(),
    }
}

pub(super) fn stop(word: &str, sequence: Option<&str>) -> Stop {
    let reason = match word {
        "end_turn" | "stop_sequence" => StopReason::End,
        "tool_use" => StopReason::Tools,
        "max_tokens" => StopReason::Length,
        "model_context_window_exceeded" => StopReason::Window,
        "pause_turn" => StopReason::Pause,
        "refusal" => StopReason::Refused,
        _ => StopReason::Other,
    };
    Stop { reason, word: word.to_owned(), sequence: sequence.map(str::to_owned) }
}

pub(super) fn usage(value: Option<&Value>) -> Usage {
    let Some(value) = value else { return Usage::default() };
    Usage {
        input: number(value, "input_tokens"),
        output: number(value, "output_tokens"),
        cache_read: number(value, "cache_read_input_tokens"),
        cache_write: number(value, "cache_creation_input_tokens"),
        is_cache_in_input: false,
    }
}
