//! A request in the form of chat completions.

use kai_agent::Outbound;
use kai_agent::model::{Arguments, Block, Message, Role, Tool, ToolCall, ToolChoice, ToolResult};
use serde_json::{Value, json};

use super::reasoning;
use crate::json::shown;
use crate::provider::Provider;

pub(crate) fn encode(provider: &Provider, outbound: &Outbound) -> Value {
    let request = outbound.request();
    let mut messages = Vec::new();
    if !request.system.is_empty() {
        messages.push(json!({"role": "system", "content": request.system}));
    }
    for message in &request.messages {
        match message.role {
            Role::User => of_user(message, &mut messages),
            Role::Assistant => messages.extend(of_assistant(message)),
        }
    }
    let mut body = json!({"model": provider.model, "messages": messages, "stream": true});
    body[provider.length_field()] = json!(request.output_max);
    if provider.takes_stream_options() {
        body["stream_options"] = json!({"include_usage": true});
    }
    if !request.tools.is_empty() {
        body["tools"] = request.tools.iter().map(tool).collect();
        body["tool_choice"] = match &request.tool_choice {
            ToolChoice::Auto => json!("auto"),
            ToolChoice::Any => json!("required"),
            ToolChoice::None => json!("none"),
            ToolChoice::Named(name) => json!({"type": "function", "function": {"name": name}}),
        };
    }
    body
}

fn tool(tool: &Tool) -> Value {
    json!({
        "type": "function",
        "function": {"name": tool.name, "description": tool.description, "parameters": tool.schema},
    })
}

/// Results are messages of their own and stand before what the user says.
fn of_user(message: &Message, messages: &mut Vec<Value>) {
    for block in &message.content {
        if let Block::Result(result) = block {
            messages.push(self::result(result));
        }
    }
    let text = texts(message);
    if !text.is_empty() {
        messages.push(json!({"role": "user", "content": text}));
    }
}

fn result(result: &ToolResult) -> Value {
    let content: Vec<String> = result.content.iter().map(shown).collect();
    let content = content.join("\n\n");
    let content = if result.is_error { format!("error: {content}") } else { content };
    json!({"role": "tool", "tool_call_id": result.call, "content": content})
}

fn of_assistant(message: &Message) -> Option<Value> {
    let text = texts(message);
    let calls: Vec<Value> = message
        .content
        .iter()
        .filter_map(|it| match it {
            Block::Call(call) => Some(self::call(call)),
            _ => None,
        })
        .collect();
    if text.is_empty() && calls.is_empty() {
        return None;
    }
    let content = if text.is_empty() { Value::Null } else { json!(text) };
    let mut value = json!({"role": "assistant", "content": content});
    // Thoughts go back only with calls: without them some servers refuse the message.
    if !calls.is_empty() {
        value["tool_calls"] = json!(calls);
        for block in &message.content {
            if let Block::Thinking { kept: Some(kept), .. } = block {
                for (name, thought) in reasoning::kept(kept) {
                    value[name] = thought.clone();
                }
            }
        }
    }
    Some(value)
}

fn call(call: &ToolCall) -> Value {
    // Servers that read the arguments again refuse the whole conversation where they are no JSON.
    let arguments = match &call.arguments {
        Arguments::Object(members) => Value::Object(members.clone()).to_string(),
        Arguments::Broken { .. } => "{}".to_owned(),
    };
    let function = json!({"name": call.name, "arguments": arguments});
    json!({"id": call.id, "type": "function", "function": function})
}

fn texts(message: &Message) -> String {
    let texts: Vec<&str> = message
        .content
        .iter()
        .filter_map(|it| match it {
            Block::Text { text, .. } if !text.is_empty() => Some(text.as_str()),
            _ => None,
        })
        .collect();
    texts.join("\n\n")
}
