//! Failures out of what providers say.

use kai_agent::model::{Failure, FailureKind};
use serde_json::Value;

use crate::head::Head;
use crate::json::{present, text};

/// Nothing longer is waited for.
pub(crate) const WAIT_MAX_SECONDS: u64 = 60;

/// Where the error stands in a body or an event, if there is one.
pub(crate) fn found(value: &Value) -> Option<&Value> {
    if let Some(error) = present(value, "error") {
        return Some(error);
    }
    let is_bare = text(value, "object") == Some("error") || value.get("raw_status_code").is_some();
    if is_bare { Some(value) } else { present(value, "detail") }
}

/// The failure that an error of a provider is.
pub(crate) fn failure(error: &Value, head: &Head) -> Failure {
    let name = text(error, "type").map(str::to_owned);
    let code = present(error, "code").map(|it| match it {
        Value::String(it) => it.clone(),
        other => other.to_string(),
    });
    let message = match error {
        Value::String(it) => it.clone(),
        Value::Object(_) => text(error, "message").unwrap_or_default().to_owned(),
        other => other.to_string(),
    };
    // An error inside an answer that began well says its status itself, if at all.
    let in_band = code.as_deref().and_then(|it| it.parse().ok());
    let status = if head.status == 200 { in_band.unwrap_or(200) } else { head.status };
    let kind = kind(status, name.as_deref(), code.as_deref(), &message);
    let is_repeatable = is_repeatable(kind, status, name.as_deref());
    let failure = Failure { name, code, ..Failure::new(kind, message) };
    with_head(Failure { is_repeatable, ..failure }, head)
}

/// The failure of a status whose body says nothing that can be read.
pub(crate) fn of_status(head: &Head) -> Failure {
    let kind = match kind(head.status, None, None, "") {
        FailureKind::Provider => FailureKind::Status,
        other => other,
    };
    let message = format!("the provider answers with status {}", head.status);
    let is_repeatable = is_repeatable(kind, head.status, None);
    with_head(Failure { is_repeatable, ..Failure::new(kind, message) }, head)
}

fn with_head(mut failure: Failure, head: &Head) -> Failure {
    failure.status = Some(head.status);
    failure.wait = head.wait;
    let is_long = head.wait.is_some_and(|it| it.as_secs() > WAIT_MAX_SECONDS);
    failure.is_repeatable = head.should_retry.unwrap_or(failure.is_repeatable) && !is_long;
    failure
}

fn kind(status: u16, name: Option<&str>, code: Option<&str>, message: &str) -> FailureKind {
    let says = |word: &str| name == Some(word) || code == Some(word);
    let message = message.to_ascii_lowercase();
    let tells = |words: &str| message.contains(words);
    if says("insufficient_quota") || says("billing_error") || status == 402 {
        FailureKind::Quota
    } else if says("context_length_exceeded")
        || says("exceed_context_size_error")
        || says("request_too_large")
        || status == 413
        || tells("maximum context length")
        || tells("prompt is too long")
    {
        FailureKind::ContextTooLong
    } else if matches!(status, 401 | 403)
        || says("authentication_error")
        || says("permission_error")
    {
        FailureKind::Auth
    } else if status == 429 || says("rate_limit_error") || says("rate_limit_exceeded") {
        FailureKind::RateLimited
    } else if matches!(status, 503 | 529) || says("overloaded_error") {
        FailureKind::Overloaded
    } else {
        FailureKind::Provider
    }
}

fn is_repeatable(kind: FailureKind, status: u16, name: Option<&str>) -> bool {
    match kind {
        FailureKind::Provider | FailureKind::Status => match status {
            408 | 409 | 500.. => true,
            // The answer had begun: only what is wrong with the question stays wrong.
            200 => !name.is_some_and(|it| it.contains("invalid") || it.contains("not_found")),
            _ => false,
        },
        other => other.is_repeatable(),
    }
}
