//! Broken, odd and hostile answers over real sockets.

use std::time::Duration;

use kai_agent::model::{Answer, Cancel, Failure, Message, Model as _, Request, ToolChoice};
use kai_agent::{Outbound, Seal};
use kai_connect::{Connection, Patience};
use kai_testing::{recorded, say};
use serde_json::Value;

use crate::calls::{KeyFile, provider};
use crate::cassettes::rows;
use crate::outcome::{api, calls, citations, kind, usage};
use crate::server::serve;

#[test]
fn hostile_answers_have_the_outcome_that_is_stated() {
    let Some(folder) = recorded("KAI_LLM_DATA", "conformance/llm") else { return };
    let rows = rows(&std::fs::read_to_string(folder.join("adversarial.jsonl")).unwrap());
    let mut wrong = Vec::new();
    for row in &rows {
        let outcome = answered(row);
        let expect = &row["expect"];
        let result = match expect["any_of"].as_array() {
            Some(any) => {
                let all: Vec<_> = any.iter().map(|it| compared(it, &outcome)).collect();
                if all.iter().any(Result::is_ok) { Ok(()) } else { Err(format!("{all:?}")) }
            }
            None => compared(expect, &outcome),
        };
        if let Err(difference) = result.and_then(|()| prints_nothing(expect, &outcome)) {
            wrong.push(format!("{}: {difference}", row["id"]));
        }
    }
    say(&format!("adversarial: {}/{}", rows.len() - wrong.len(), rows.len()));
    assert!(wrong.is_empty() && !rows.is_empty(), "{}", wrong.join("\n"));
}

pub(crate) fn question(text: &str) -> Outbound {
    Seal::new().request(&Request {
        system: "You answer.".to_owned(),
        tools: Vec::new(),
        tool_choice: ToolChoice::Auto,
        messages: vec![Message::user(text)],
        output_max: 1000,
    })
}

fn answered(row: &Value) -> Result<Answer, Failure> {
    let server = serve(vec![row.clone()]);
    let key = KeyFile::new();
    let mut provider = provider(api(row), &server, Some(key.place()));
    provider.patience = Patience {
        silence: Duration::from_millis(1000),
        whole: Duration::from_secs(20),
        repetitions: 0,
        ..Patience::default()
    };
    Connection::new(provider).call(&question("Why?"), &Cancel::new(), &mut |_| {})
}

fn compared(expect: &Value, outcome: &Result<Answer, Failure>) -> Result<(), String> {
    let differs = |what: &str, found: &dyn std::fmt::Debug| {
        Err(format!("{what} is {found:?}, expected {expect}"))
    };
    match (outcome, expect["outcome"] == "ok") {
        (Err(failure), true) => differs("the failure", failure),
        (Ok(answer), false) => differs("the answer", answer),
        (Ok(answer), true) => {
            let found = calls(answer);
            let text = answer.text();
            let is = |name: &str, found: Value| expect.get(name).is_none_or(|it| *it == found);
            if !is("text", text.clone().into()) || !is("text_len", text.len().into()) {
                return differs("the text", &text);
            }
            if !is("stop_reason", answer.stop.word.clone().into())
                || !is("usage", usage(&answer.usage))
                || !is("citations", citations(answer).len().into())
                || !is("refusal", answer.refusal.clone().into())
                || !is("tool_calls_len", found.len().into())
            {
                return differs("the answer", answer);
            }
            same_calls(&expect["tool_calls"], &found)
        }
        (Err(failure), false) => {
            let error = &expect["error"];
            let expected_kind = error["kind"].as_str().unwrap_or_default();
            let is_kind = kind(failure) == expected_kind
                || expected_kind == "provider_error" && failure.status == Some(200)
                || expected_kind.starts_with("truncated") && kind(failure) == "truncated";
            let is = |expected: &Value, found: Value| expected.is_null() || *expected == found;
            let is_same = is_kind
                && is(&expect["retryable"], failure.is_repeatable.into())
                && is(&expect["partial_text"], failure.partial.clone().into())
                && is(&expect["http_status"], failure.status.into())
                && is(&error["type"], failure.name.clone().into())
                && is(&error["message"], failure.message.clone().into());
            let wait = failure.wait.map(|it| it.as_millis() as u64);
            let range = |at: usize| expect["wait_ms"][at].as_u64();
            let waits = match (range(0), range(1), wait) {
                (Some(min), Some(max), Some(wait)) => (min..=max).contains(&wait),
                // Its own pause is tested apart; a wait of a provider has to be kept.
                (Some(min), Some(_), None) => min <= 1,
                _ => true,
            };
            if is_same && waits { Ok(()) } else { differs("the failure", failure) }
        }
    }
}

/// Ids in angle brackets are the client's: not empty, and each once.
fn same_calls(expected: &Value, found: &[Value]) -> Result<(), String> {
    let Some(expected) = expected.as_array() else { return Ok(()) };
    let ids: std::collections::BTreeSet<_> = found.iter().map(|it| it["id"].to_string()).collect();
    let is_same = |(expected, found): (&Value, &Value)| {
        let members = expected.as_object().into_iter().flatten();
        members.into_iter().all(|(name, value)| match (name.as_str(), value.as_str()) {
            ("id", Some(id)) if id.starts_with('<') => {
                found["id"].as_str().is_some_and(|it| !it.is_empty())
            }
            _ => found[name] == *value,
        })
    };
    let are_same = expected.len() == found.len() && expected.iter().zip(found).all(is_same);
    if are_same && ids.len() == found.len() {
        Ok(())
    } else {
        Err(format!("the calls are {found:?}, not {expected:?}"))
    }
}

fn prints_nothing(expect: &Value, outcome: &Result<Answer, Failure>) -> Result<(), String> {
    // What an answer says is cleaned where it is printed; what a failure says is not repeated.
    let Err(failure) = outcome else { return Ok(()) };
    let printed = format!("{failure} {failure:?}");
    let words = expect["must_not_print"].as_array().into_iter().flatten();
    let found = words.filter_map(Value::as_str).find(|it| printed.contains(it));
    found.map_or(Ok(()), |it| Err(format!("`{it}` is printed: {printed}")))
}
