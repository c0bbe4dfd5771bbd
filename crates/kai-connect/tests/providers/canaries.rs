//! Secrets that were planted, and the bytes that leave.

use std::collections::BTreeSet;

use kai_agent::Seal;
use kai_agent::model::{
    Arguments, Block, Message, Request, Role, ToolCall, ToolChoice, ToolResult,
};
use kai_connect::{Api, Connection};
use kai_testing::{recorded, say};
use serde_json::{Map, Value, json};

use crate::calls::provider;
use crate::cassettes::rows;
use crate::server::Server;

#[test]
fn no_planted_secret_is_in_the_bytes_for_a_model() {
    let Some(folder) = recorded("KAI_LLM_DATA", "conformance/llm") else { return };
    let rows = rows(&std::fs::read_to_string(folder.join("canaries.jsonl")).unwrap());
    let mut wrong = Vec::new();
    for row in &rows {
        for api in [Api::Anthropic, Api::Chat] {
            let sent = sent(api, row);
            let views = views(&sent);
            let leaks = |it: &&str| views.iter().any(|view| view.contains(*it));
            let words = |field: &str| row[field].as_array().cloned().unwrap_or_default();
            let leaked = words("must_not_leave");
            let leaked = leaked.iter().filter_map(Value::as_str).find(leaks);
            let lost = words("must_stay");
            let lost = lost.iter().filter_map(Value::as_str).find(|it| !leaks(it));
            if let Some(word) = leaked.or(lost) {
                wrong.push(format!("{} {api:?}: {word}\n{}", row["id"], views[1]));
            }
        }
    }
    let failed: BTreeSet<&str> = wrong.iter().filter_map(|it| it.split(' ').next()).collect();
    say(&format!("canaries to a model: {}/{}", rows.len() - failed.len(), rows.len()));
    assert!(wrong.is_empty() && !rows.is_empty(), "{}", wrong.join("\n"));
}

/// All of a request, as text: the secret in the files of the row, if one was planted there, then what the row brings.
fn sent(api: Api, row: &Value) -> String {
    let input = row["input"].as_str().unwrap();
    let mut seal = Seal::new();
    let mut content = Vec::new();
    if let Some(planted) = row["planted_secret"].as_str() {
        content.push(Block::Result(ToolResult::text("env", format!("DB_PASSWORD={planted}\n"))));
    }
    let call = |name: &str, text: &str| {
        let members = Map::from_iter([(name.to_owned(), json!(text))]);
        let arguments = Arguments::Object(members);
        Block::Call(ToolCall { id: "a".to_owned(), name: "Bash".to_owned(), arguments })
    };
    let said = match row["via"].as_str().unwrap() {
        "model_output" => vec![Block::text(input)],
        "tool_call" => vec![call("command", input)],
        _ => vec![call("path", "x")],
    };
    let mut messages = vec![Message::user("Look."), Message::new(Role::User, content)];
    messages.push(Message::new(Role::Assistant, said));
    messages.push(Message::new(Role::User, vec![Block::Result(ToolResult::text("a", input))]));
    messages.push(Message::user(input));
    let request = Request {
        system: String::new(),
        tools: Vec::new(),
        tool_choice: ToolChoice::Auto,
        messages,
        output_max: 100,
    };
    let (_, requests) = std::sync::mpsc::channel();
    let server = Server { address: "127.0.0.1:9".to_owned(), requests };
    Connection::new(provider(api, &server, None)).shown(&seal.request(&request))
}

/// The bytes as they are, and as somebody reads them who undoes what hides them.
fn views(sent: &str) -> Vec<String> {
    let body: Value = serde_json::from_str(sent.split_once("\n\n").unwrap().1).unwrap();
    let mut read = String::new();
    gather(&body, &mut read);
    let plain = unmarked(&read);
    let unescaped = unescaped(&plain);
    let mut views = vec![sent.to_owned(), read, plain, unescaped.clone()];
    let once = decoded_runs(&unescaped);
    views.push(decoded_runs(&once));
    views.push(once);
    views
}

fn gather(value: &Value, read: &mut String) {
    match value {
        Value::String(text) => {
            // Arguments of calls are JSON inside of JSON.
            if let Ok(inner @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text) {
                gather(&inner, read);
            }
            read.push_str(text);
            read.push('\n');
        }
        Value::Array(items) => items.iter().for_each(|it| gather(it, read)),
        Value::Object(members) => members.values().for_each(|it| gather(it, read)),
        _ => {}
    }
}

/// Without colours, and without what has no width.
fn unmarked(text: &str) -> String {
    let mut plain = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\u{1b}' if letters.next_if_eq(&'[').is_some() => {
                while letters.next_if(|it| !it.is_ascii_alphabetic()).is_some() {}
                letters.next();
            }
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
            | '\u{ad}' => {}
            other => plain.push(other),
        }
    }
    plain
}

/// Percents, entities and escapes of JSON undone.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = |from: usize, to: usize| {
            let digits = rest.get(from..to).and_then(|it| std::str::from_utf8(it).ok())?;
            u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)
        };
        let (letter, length) = match first {
            b'%' => (hex(1, 3), 3),
            b'\\' if rest.get(1) == Some(&b'u') => (hex(2, 6), 6),
            b'&' if rest.starts_with(b"&#x") => (hex(3, 5), 6),
            b'&' if rest.starts_with(b"&#") => {
                let end = rest.iter().position(|it| *it == b';').unwrap_or(2);
                let digits = std::str::from_utf8(&rest[2..end.max(2)]).ok();
                (digits.and_then(|it| it.parse().ok()).and_then(char::from_u32), end + 1)
            }
            _ => (None, 1),
        };
        match letter {
            Some(letter) => {
                bytes.extend(letter.to_string().bytes());
                rest = rest.get(length..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What runs of sixteen letters of base64 and more hold.
fn decoded_runs(text: &str) -> String {
    let is_part = |it: char| it.is_ascii_alphanumeric() || matches!(it, '+' | '/' | '-' | '_');
    let runs = text.split(|it| !is_part(it)).filter(|it| it.len() >= 16);
    let decoded = runs.filter_map(base64).map(|it| String::from_utf8_lossy(&it).into_owned());
    decoded.collect::<Vec<_>>().join("\n")
}

/// Bytes out of base64, of both alphabets, up to the last whole byte.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for letter in text.trim_end_matches('=').bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xff_ffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    Some(bytes)
}
