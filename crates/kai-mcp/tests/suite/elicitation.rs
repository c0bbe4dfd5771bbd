//! Forms that a user fills in while a tool waits, which the revision of 2025 has.

use rmcp::model::{CallToolResult, ContentBlock, ElicitRequestParams};
use rmcp::{Peer, RoleServer};
use serde_json::{Value, json};

/// # Panics
/// Where it is no schema of a form.
pub(crate) fn form(message: &str, schema: Value) -> ElicitRequestParams {
    let requested_schema = serde_json::from_value(schema).expect("it is the schema of a form");
    ElicitRequestParams::FormElicitationParams {
        meta: None,
        message: message.to_owned(),
        requested_schema,
    }
}

/// What the user did with it.
pub(crate) async fn fill_in(
    peer: &Peer<RoleServer>,
    message: &str,
    schema: Value,
) -> CallToolResult {
    match peer.create_elicitation(form(message, schema)).await {
        Ok(it) => {
            let text = format!("User response: {}", json!(it));
            CallToolResult::success(vec![ContentBlock::text(text)])
        }
        Err(error) => CallToolResult::error(vec![ContentBlock::text(error.to_string())]),
    }
}

pub(crate) fn plain() -> Value {
    let text = json!({ "type": "string" });
    json!({ "type": "object", "properties": { "username": text, "email": text }, "required": ["username", "email"] })
}

/// One field of every type, filled in already.
pub(crate) fn defaults() -> Value {
    json!({ "type": "object", "properties": {
        "name": { "type": "string", "default": "John Doe" },
        "age": { "type": "integer", "default": 30 },
        "score": { "type": "number", "default": 95.5 },
        "status": { "type": "string", "enum": ["active", "inactive", "pending"], "default": "active" },
        "verified": { "type": "boolean", "default": true },
    }})
}

/// Every way to write a choice.
pub(crate) fn choices() -> Value {
    let titled = json!([
        { "const": "value1", "title": "First" }, { "const": "value2", "title": "Second" }, { "const": "value3", "title": "Third" },
    ]);
    let plain = json!({ "type": "string", "enum": ["option1", "option2", "option3"] });
    json!({ "type": "object", "properties": {
        "untitledSingle": plain,
        "titledSingle": { "type": "string", "oneOf": titled },
        "legacyEnum": { "type": "string", "enum": ["opt1", "opt2", "opt3"], "enumNames": ["One", "Two", "Three"] },
        "untitledMulti": { "type": "array", "items": plain },
        "titledMulti": { "type": "array", "items": { "anyOf": titled } },
    }})
}
