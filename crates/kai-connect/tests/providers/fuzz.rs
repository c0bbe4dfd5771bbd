//! Both decoders under answers that nobody would send on purpose.

use std::collections::BTreeSet;

use kai_agent::model::{Answer, Arguments, Failure};
use kai_connect::{Api, Decoder, Head};
use kai_testing::{number, recorded, unpacked_text};
use serde_json::Value;

use crate::cassettes::{head, rows};
use crate::outcome::{Chance, api, decoded, split};

/// What hostile answers are made of.
const PIECES: &[&str] = &[
    "data: ",
    "data:",
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    ": keep\n",
    "event: x\n",
    "[DONE]",
    "{}",
    "null",
    "[]",
    "\"",
    "\u{feff}",
    "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":1}}}",
    "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}",
    "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"kai_ask\",\"input\":{}}}",
    "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":7}",
    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"q\"}}",
    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}",
    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"citations_delta\",\"citation\":{}}}",
    "{\"type\":\"content_block_delta\",\"index\":-1,\"delta\":null}",
    "{\"type\":\"content_block_stop\",\"index\":0}",
    "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":-3}}",
    "{\"type\":\"message_stop\"}",
    "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}",
    "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}",
    "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"kai_ask\",\"arguments\":\"{\"}}]}}]}",
    "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"id\":\"b\",\"function\":{\"name\":7,\"arguments\":{}}}]}}]}",
    "{\"choices\":[{\"delta\":{\"tool_calls\":\"x\",\"content\":[{\"type\":\"text\"}],\"reasoning_details\":[7]}}]}",
    "{\"choices\":[{\"finish_reason\":\"tool_calls\"}],\"usage\":[]}",
    "{\"error\":{\"code\":502}}",
    "{\"detail\":7}",
];

fn judged(what: &str, outcome: &Result<Answer, Failure>) {
    match outcome {
        Ok(answer) => {
            let ids: Vec<&str> = answer.calls().map(|it| it.id.as_str()).collect();
            let distinct: BTreeSet<&str> = ids.iter().copied().collect();
            assert_eq!(ids.len(), distinct.len(), "two calls of one name: {what}");
        }
        Err(failure) => assert!(
            !failure.message.is_empty() || failure.name.is_some() || failure.status.is_some(),
            "{what}"
        ),
    }
}

#[test]
fn made_up_scripts_end_in_an_answer_or_a_failure() {
    let mut chance = Chance(7);
    for round in 0..number("KAI_FUZZ_ROUNDS", 4000) {
        let count = 1 + chance.below(24);
        let text: String = (0..count)
            .map(|_| {
                let piece = PIECES[chance.below(PIECES.len())];
                if piece.starts_with('{') { format!("data: {piece}\n\n") } else { piece.to_owned() }
            })
            .collect();
        for api in [Api::Anthropic, Api::Chat] {
            let status = [200, 200, 200, 429, 500][chance.below(5)];
            let whole = decoded(api, Head::new(status), std::iter::once(text.as_bytes()));
            judged(&text, &whole);
            let pieces = split(text.as_bytes(), 9, &mut chance);
            let cut = decoded(api, Head::new(status), pieces.into_iter());
            assert_eq!(whole, cut, "round {round}: {text}");
        }
    }
}

/// No tool runs because of a message that broke off: cut anywhere, an answer has no call that the whole one has not.
#[test]
fn an_answer_that_is_cut_brings_no_call_of_its_own() {
    let mut rows = rows(include_str!("sample.jsonl"));
    if let Some(folder) = recorded("KAI_LLM_DATA", "conformance/llm") {
        rows.extend(self::rows(&unpacked_text(&folder.join("cassettes.jsonl.xz"))));
    }
    for row in &rows {
        let body = row["body"].as_str().unwrap().as_bytes();
        let whole = decoded(api(row), head(row), std::iter::once(body));
        // A long text is cut at some hundred places.
        let step = (body.len() / 300).max(1);
        for end in (0..body.len()).step_by(step) {
            let mut decoder = Decoder::new(api(row), head(row));
            decoder.feed(&body[..end], &mut |_| {});
            let Ok(answer) = decoder.finish(false) else { continue };
            let runs = |answer: &Answer| -> Vec<Value> {
                let calls = answer.calls().filter_map(|it| match &it.arguments {
                    Arguments::Object(members) => Some(Value::Object(members.clone())),
                    Arguments::Broken { .. } => None,
                });
                calls.collect()
            };
            let known = whole.as_ref().map(runs).unwrap_or_default();
            assert!(runs(&answer).iter().all(|it| known.contains(it)), "{} at {end}", row["id"]);
        }
    }
}

/// Bytes that flip, vanish or come twice end in an answer or a failure.
#[test]
fn damaged_answers_end_in_an_answer_or_a_failure() {
    let mut chance = Chance(11);
    let rows = rows(include_str!("sample.jsonl"));
    for round in 0..number("KAI_FUZZ_ROUNDS", 4000) as usize {
        let row = &rows[round % rows.len()];
        let mut body = row["body"].as_str().unwrap().as_bytes().to_vec();
        for _ in 0..=chance.below(4) {
            let at = chance.below(body.len());
            let to = (at + chance.below(40)).min(body.len());
            match chance.below(3) {
                0 if !body.is_empty() => body[at] = chance.below(256) as u8,
                1 => drop(body.drain(at..to)),
                _ => {
                    let twice = body[at..to].to_vec();
                    body.splice(at..at, twice);
                }
            }
        }
        let outcome = decoded(api(row), head(row), std::iter::once(body.as_slice()));
        judged(&String::from_utf8_lossy(&body), &outcome);
    }
}
