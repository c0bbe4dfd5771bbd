//! A request as Anthropic reads it.

use kai_agent::Outbound;
use kai_agent::model::{
    Arguments, Block, Message, Piece, Request, Role, Tool, ToolChoice, ToolResult,
};
use serde_json::{Value, json};

use super::blocks::SOURCE;
use crate::provider::Provider;

pub(crate) fn encode(provider: &Provider, outbound: &Outbound) -> Value {
    let request = outbound.request();
    let mut body = json!({
        "model": provider.model,
        "max_tokens": request.output_max,
        "messages": messages(request, provider.has_citations),
        "stream": true,
    });
    if !request.system.is_empty() {
        body["system"] =
            json!([{"type": "text", "text": request.system, "cache_control": cached()}]);
    }
    if !request.tools.is_empty() {
        body["tools"] = request.tools.iter().map(tool).collect();
        body["tool_choice"] = match &request.tool_choice {
            ToolChoice::Auto => json!({"type": "auto"}),
            ToolChoice::Any => json!({"type": "any"}),
            ToolChoice::None => json!({"type": "none"}),
            ToolChoice::Named(name) => json!({"type": "tool", "name": name}),
        };
    }
    body
}

fn tool(tool: &Tool) -> Value {
    json!({"name": tool.name, "description": tool.description, "input_schema": tool.schema})
}

fn cached() -> Value {
    json!({"type": "ephemeral"})
}

/// The last two messages of the user end what the provider shall remember: the newest one for the next call, the one before
/// because this call finds it there.
fn messages(request: &Request, has_citations: bool) -> Vec<Value> {
    let mut messages: Vec<Value> =
        request.messages.iter().filter_map(|it| message(it, has_citations)).collect();
    let of_user = messages.iter_mut().rev().filter(|it| it["role"] == "user");
    for message in of_user.take(2) {
        if let Some(block) = message["content"].as_array_mut().and_then(|it| it.last_mut()) {
            block["cache_control"] = cached();
        }
    }
    messages
}

fn message(message: &Message, has_citations: bool) -> Option<Value> {
    let role = match message.role {
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    // Results come first; the order is theirs otherwise.
    let (results, others): (Vec<&Block>, Vec<&Block>) =
        message.content.iter().partition(|it| matches!(it, Block::Result(_)));
    let content: Vec<Value> =
        results.into_iter().chain(others).filter_map(|it| block(it, has_citations)).collect();
    (!content.is_empty()).then(|| json!({"role": role, "content": content}))
}

fn block(block: &Block, has_citations: bool) -> Option<Value> {
    match block {
        Block::Text { text, .. } if text.is_empty() => None,
        Block::Text { text, citations } if citations.is_empty() => {
            Some(json!({"type": "text", "text": text}))
        }
        Block::Text { text, citations } => {
            let given: Vec<&Value> = citations.iter().map(|it| &it.given).collect();
            Some(json!({"type": "text", "text": text, "citations": given}))
        }
        Block::Thinking { kept, .. } => kept.clone().filter(is_own),
        Block::Kept(kept) => Some(kept.clone()).filter(is_own),
        Block::Call(call) => {
            let input = match &call.arguments {
                Arguments::Object(members) => Value::Object(members.clone()),
                Arguments::Broken { .. } => json!({}),
            };
            Some(json!({"type": "tool_use", "id": call.id, "name": call.name, "input": input}))
        }
        Block::Result(result) => Some(self::result(result, has_citations)),
    }
}

/// What another provider wanted back is not for this one.
fn is_own(kept: &Value) -> bool {
    kept.get("type").is_some()
}

fn result(result: &ToolResult, has_citations: bool) -> Value {
    let content: Vec<Value> = result
        .content
        .iter()
        .map(|it| match it {
            Piece::Evidence { id, title, text } if has_citations && !result.is_error => json!({
                "type": "search_result",
                "source": format!("{SOURCE}{id}"),
                "title": title,
                "content": [{"type": "text", "text": text}],
                "citations": {"enabled": true},
            }),
            other => json!({"type": "text", "text": crate::json::shown(other)}),
        })
        .collect();
    let mut value = json!({"type": "tool_result", "tool_use_id": result.call, "content": content});
    if result.is_error {
        value["is_error"] = json!(true);
    }
    value
}
