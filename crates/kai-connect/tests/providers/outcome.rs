//! Outcomes in the words of the recorded data.

use kai_agent::model::{Answer, Arguments, Block, Failure, FailureKind, Usage};
use kai_connect::{Api, Decoder, Head};
use serde_json::{Value, json};

pub(crate) fn api(row: &Value) -> Api {
    if row["dialect"] == "anthropic" { Api::Anthropic } else { Api::Chat }
}

/// The outcome of a body that arrives in these pieces.
pub(crate) fn decoded<'a>(
    api: Api,
    head: Head,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> Result<Answer, Failure> {
    let mut decoder = Decoder::new(api, head);
    for piece in pieces {
        decoder.feed(piece, &mut |_| {});
    }
    decoder.finish(true)
}

pub(crate) fn calls(answer: &Answer) -> Vec<Value> {
    let calls = answer.calls().map(|it| match &it.arguments {
        Arguments::Object(members) => json!({"id": it.id, "name": it.name, "arguments": members}),
        Arguments::Broken { text, .. } => json!({
            "id": it.id, "name": it.name, "arguments": null, "arguments_raw": text, "executable": false,
        }),
    });
    calls.collect()
}

pub(crate) fn usage(usage: &Usage) -> Value {
    json!({
        "input": usage.input,
        "output": usage.output,
        "cache_read": usage.cache_read,
        "cache_write": usage.cache_write,
    })
}

pub(crate) fn thinking(answer: &Answer) -> String {
    let thoughts = answer.content.iter().filter_map(|it| match it {
        Block::Thinking { text, .. } => Some(text.as_str()),
        _ => None,
    });
    thoughts.collect()
}

pub(crate) fn citations(answer: &Answer) -> Vec<Value> {
    let texts = answer.content.iter().filter_map(|it| match it {
        Block::Text { citations, .. } => Some(citations),
        _ => None,
    });
    texts.flatten().map(|it| it.given.clone()).collect()
}

pub(crate) fn server_tools(answer: &Answer) -> Vec<Value> {
    let kept = answer.content.iter().filter_map(|it| match it {
        Block::Kept(kept) if kept["type"] == "server_tool_use" => Some(kept["name"].clone()),
        _ => None,
    });
    kept.collect()
}

/// The words of the recorded data for what was in the way.
pub(crate) fn kind(failure: &Failure) -> &'static str {
    let is_in_band = failure.status == Some(200) && failure.name.is_some();
    match failure.kind {
        FailureKind::Auth => "auth",
        FailureKind::Quota => "quota",
        FailureKind::Overloaded if is_in_band => "provider_error",
        FailureKind::RateLimited => "rate_limited",
        FailureKind::Overloaded => "overloaded",
        FailureKind::ContextTooLong | FailureKind::Provider => "provider_error",
        FailureKind::Status => "http",
        FailureKind::Network => "transport",
        FailureKind::TimedOut => "timeout",
        FailureKind::Truncated => "truncated",
        FailureKind::Empty => "empty_response",
        FailureKind::Malformed => "bad_event",
        FailureKind::Encoding => "bad_encoding",
        FailureKind::NotAnAnswer => "not_sse",
        FailureKind::TooLarge => "too_large",
        FailureKind::Protocol => "protocol",
        FailureKind::Redirected => "redirect_refused",
        FailureKind::Cancelled => "cancelled",
    }
}

/// Numbers that differ each time and are the same each run.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

/// The bytes in pieces of up to `size` bytes each.
pub(crate) fn split<'a>(bytes: &'a [u8], size: usize, chance: &mut Chance) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at((chance.below(size) + 1).min(rest.len()));
        pieces.push(piece);
        rest = after;
    }
    pieces
}
