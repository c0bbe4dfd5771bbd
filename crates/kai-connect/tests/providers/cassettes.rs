//! Recorded answers, decoded exactly wherever they are cut.

use kai_agent::model::{Answer, Failure};
use kai_connect::Head;
use kai_testing::{recorded, say, unpacked_text};
use serde_json::Value;

use crate::outcome::{
    Chance, api, calls, citations, decoded, kind, server_tools, split, thinking, usage,
};

#[test]
fn recorded_answers_are_decoded_exactly_wherever_they_are_cut() {
    let Some(folder) = recorded("KAI_LLM_DATA", "conformance/llm") else { return };
    let rows = rows(&unpacked_text(&folder.join("cassettes.jsonl.xz")));
    let mut wrong = Vec::new();
    for row in &rows {
        if let Some(difference) = ways(row).find_map(|it| it.err()) {
            wrong.push(format!("{}: {difference}", row["id"]));
        }
    }
    say(&format!("cassettes: {}/{}", rows.len() - wrong.len(), rows.len()));
    assert!(wrong.is_empty() && !rows.is_empty(), "{}", wrong.join("\n"));
}

/// The few that stand in the repository.
#[test]
fn the_sample_is_decoded_exactly_wherever_it_is_cut() {
    for row in rows(include_str!("sample.jsonl")) {
        for way in ways(&row) {
            assert_eq!(way, Ok(()), "{}", row["id"]);
        }
    }
}

pub(crate) fn rows(text: &str) -> Vec<Value> {
    text.lines().map(|it| serde_json::from_str(it).unwrap()).collect()
}

/// Whole, byte by byte, and cut at twenty seeded choices of places.
fn ways(row: &Value) -> impl Iterator<Item = Result<(), String>> {
    let body = row["body"].as_str().unwrap().as_bytes();
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let mut ways: Vec<Vec<&[u8]>> = vec![vec![body], body.chunks(1).collect()];
    ways.extend((0..20).map(|it| split(body, [3, 17, 200, 5000][it % 4], &mut chance)));
    ways.into_iter().map(|it| compared(row, &decoded(api(row), head(row), it.into_iter())))
}

pub(crate) fn head(row: &Value) -> Head {
    let header = |name: &str| row["headers"][name].as_str().map(str::to_owned);
    Head::read(row["status"].as_u64().unwrap() as u16, std::time::SystemTime::now(), header)
}

fn compared(row: &Value, outcome: &Result<Answer, Failure>) -> Result<(), String> {
    let expect = &row["expect"];
    match outcome {
        Ok(answer) => {
            same("complete", &expect["complete"], &true.into())?;
            same("text", &expect["text"], &answer.text().into())?;
            same("tool_calls", &with_ids(&expect["tool_calls"]), &calls(answer).into())?;
            same("stop_reason", &expect["stop_reason"], &answer.stop.word.clone().into())?;
            same("usage", &expect["usage"], &usage(&answer.usage))?;
            let optional: [(&str, Value); 5] = [
                ("thinking", thinking(answer).into()),
                ("citations", citations(answer).into()),
                ("server_tools", server_tools(answer).into()),
                ("refusal", answer.refusal.clone().into()),
                ("stop_sequence", answer.stop.sequence.clone().into()),
            ];
            for (name, found) in optional {
                match expect.get(name) {
                    Some(expected) => same(name, expected, &found)?,
                    None => same(name, &is_nothing(&found).into(), &true.into())?,
                }
            }
            Ok(())
        }
        Err(failure) => {
            let error = &expect["error"];
            same("complete", &expect["complete"], &false.into())?;
            same("text", &expect["text"], &failure.partial.clone().into())?;
            same("type", &error["type"], &failure.name.clone().into())?;
            same("message", &error["message"], &failure.message.clone().into())?;
            let code = match &error["code"] {
                Value::Number(it) => it.to_string().into(),
                other => other.clone(),
            };
            same("code", &code, &failure.code.clone().into())?;
            same("retryable", &error["retryable"], &failure.is_repeatable.into())
                .map_err(|it| format!("{it} ({})", kind(failure)))
        }
    }
}

/// An id that the provider did not give is the client's.
fn with_ids(calls: &Value) -> Value {
    let mut calls = calls.clone();
    for (at, call) in calls.as_array_mut().into_iter().flatten().enumerate() {
        if call["id"].is_null() {
            call["id"] = format!("call_{}", at + 1).into();
        }
    }
    calls
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value == "" || value.as_array().is_some_and(Vec::is_empty)
}

fn same(name: &str, expected: &Value, found: &Value) -> Result<(), String> {
    if expected == found { Ok(()) } else { Err(format!("{name} is {found}, not {expected}")) }
}
