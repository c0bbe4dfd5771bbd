//! The JSON that agents write and read around a tool.

use serde_json::{Value, json};

use super::decide::Decision;

/// What an agent is about to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub command: String,
    /// Where it would run.
    pub folder: Option<String>,
}

/// The command of a tool that runs one; nothing for another tool, an error for what is no request.
pub fn request(text: &str) -> Result<Option<Request>, String> {
    let value: Value = serde_json::from_str(text).map_err(|it| format!("it is not JSON: {it}"))?;
    let Value::Object(fields) = value else { return Err("it is no object".to_owned()) };
    let input = fields.get("tool_input").or_else(|| fields.get("toolInput"));
    let Some(command) = input.and_then(|it| it.get("command")) else { return Ok(None) };
    let command = match command {
        Value::String(it) => it.clone(),
        // Some agents give the words of a command.
        Value::Array(words) => {
            let words: Option<Vec<String>> =
                words.iter().map(|it| it.as_str().map(quoted)).collect();
            words.ok_or("the words of its command are no texts")?.join(" ")
        }
        _ => return Err("its command is no text".to_owned()),
    };
    let folder = fields.get("cwd").and_then(Value::as_str).map(str::to_owned);
    Ok(Some(Request { command, folder }))
}

fn quoted(word: &str) -> String {
    let is_plain = !word.is_empty()
        && word.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_./=:,@+".contains(&it));
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// What the agent reads: an empty object where its own rules stand.
#[must_use]
pub fn answer(decision: Option<&Decision>) -> String {
    let Some(decision) = decision else { return "{}".to_owned() };
    let (word, reason) = match decision {
        Decision::Ask(reason) => ("ask", reason),
        Decision::Deny(reason) => ("deny", reason),
    };
    let output = json!({
        "hookEventName": "PreToolUse",
        "permissionDecision": word,
        "permissionDecisionReason": reason,
    });
    json!({ "hookSpecificOutput": output }).to_string()
}
