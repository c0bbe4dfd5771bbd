//! What can be called.

use rmcp::model::{
    CallToolResponse, CallToolResult, ClientCapabilities, ContentBlock, CreateMessageRequestParams,
    InputRequests, JsonObject, LoggingLevel, LoggingMessageNotificationParam,
    ProgressNotificationParam, SamplingMessage, Tool,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer};
use serde_json::{Value, json};

use crate::elicitation::{choices, defaults, fill_in, plain as plain_form};
use crate::input_required::{Rounds, folders, form, one, sampling};
use crate::resources::{PNG, WAV, plain};

/// Tools without arguments.
const PLAIN: &[&str] = &[
    "test_audio_content",
    "test_elicitation_sep1034_defaults",
    "test_elicitation_sep1330_enums",
    "test_embedded_resource",
    "test_error_handling",
    "test_image_content",
    "test_input_required_result_capabilities",
    "test_input_required_result_elicitation",
    "test_input_required_result_list_roots",
    "test_input_required_result_multi_round",
    "test_input_required_result_multiple_inputs",
    "test_input_required_result_request_state",
    "test_input_required_result_sampling",
    "test_input_required_result_tampered_state",
    "test_logging_tool",
    "test_missing_capability",
    "test_multiple_content_types",
    "test_reconnection",
    "test_simple_text",
    "test_streaming_elicitation",
    "test_tool_with_logging",
    "test_tool_with_progress",
    "test_trigger_prompt_change",
    "test_trigger_tool_change",
];

type Context = RequestContext<RoleServer>;

pub(crate) fn listed() -> Vec<Tool> {
    let text = || json!({ "type": "string" });
    let one = |name: &str, schema| json!({ "type": "object", "properties": { name: schema }, "required": [name] });
    let others = [
        ("json_schema_2020_12_tool", whole_schema()),
        ("test_custom_header", one("value", json!({ "type": "string", "x-mcp-header": "Value" }))),
        ("test_elicitation", one("message", text())),
        ("test_sampling", one("prompt", text())),
    ];
    let plain = PLAIN.iter().map(|name| (*name, json!({ "type": "object" })));
    let tools = plain.chain(others).map(|(name, schema)| {
        let schema: JsonObject = serde_json::from_value(schema).expect("it is an object");
        Tool::new(name, "What the suite asks for.", schema)
    });
    tools.collect()
}

/// Every word of JSON Schema that has to reach the client.
fn whole_schema() -> Value {
    let text = || json!({ "type": "string" });
    let by = |field: &str| json!({ "required": [field] });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": { "address": { "$anchor": "addressDef", "type": "object", "properties": { "street": text(), "city": text() } } },
        "properties": {
            "name": text(),
            "address": { "$ref": "#/$defs/address" },
            "contactMethod": { "type": "string", "enum": ["phone", "email"] },
            "phone": text(),
            "email": text(),
        },
        "allOf": [{ "anyOf": [by("phone"), by("email")] }],
        "if": { "properties": { "contactMethod": { "const": "phone" } }, "required": ["contactMethod"] },
        "then": by("phone"),
        "else": by("email"),
        "additionalProperties": false,
    })
}

/// What a tool asks of the client before it answers; nothing for one that answers at once.
pub(crate) fn rounds(name: &str, context: &Context) -> Option<Rounds> {
    let (rounds, is_sealed) = match name.strip_prefix("test_input_required_result_") {
        Some("elicitation") => (vec![one("user_name", form("name"))], false),
        Some("sampling") => (vec![one("capital_question", sampling())], false),
        Some("list_roots") => (vec![one("client_roots", folders())], false),
        Some("request_state" | "tampered_state") => (vec![one("confirm", form("ok"))], true),
        Some("multiple_inputs") => (vec![all()], true),
        Some("multi_round") => {
            (vec![one("step1", form("name")), one("step2", form("color"))], true)
        }
        Some("capabilities") => (vec![supported(context)], false),
        _ if name == "test_streaming_elicitation" => (vec![one("value", form("value"))], false),
        _ => return None,
    };
    Some(Rounds { rounds, is_sealed })
}

fn all() -> InputRequests {
    let all = [("user_name", form("name")), ("greeting", sampling()), ("client_roots", folders())];
    all.into_iter().map(|(key, request)| (key.to_owned(), request)).collect()
}

/// Only what the client says that it can answer.
fn supported(context: &Context) -> InputRequests {
    let can = context.meta.client_capabilities().unwrap_or_default();
    let mut requests = all();
    requests.retain(|key, _| match key.as_str() {
        "user_name" => can.elicitation.is_some(),
        "greeting" => can.sampling.is_some(),
        _ => can.roots.is_some(),
    });
    requests
}

pub(crate) async fn call(
    name: &str,
    arguments: JsonObject,
    context: &Context,
) -> Result<CallToolResponse, ErrorData> {
    let given = |name: &str| arguments.get(name).and_then(Value::as_str).unwrap_or_default();
    let peer = &context.peer;
    let content = match name {
        "test_simple_text" => {
            vec![ContentBlock::text("This is a simple text response for testing.")]
        }
        "test_image_content" => vec![ContentBlock::image(PNG, "image/png")],
        "test_audio_content" => vec![ContentBlock::audio(WAV, "audio/wav")],
        "test_embedded_resource" => vec![ContentBlock::resource(plain("test://embedded-resource"))],
        "test_multiple_content_types" => vec![
            ContentBlock::text("Several kinds of content:"),
            ContentBlock::image(PNG, "image/png"),
            ContentBlock::resource(plain("test://mixed-content-resource")),
        ],
        "test_error_handling" => return Ok(refused("This tool always fails.")),
        "test_custom_header" => vec![ContentBlock::text(given("value"))],
        "test_sampling" => return sampled(given("prompt"), context).await,
        "test_elicitation" => {
            return Ok(fill_in(peer, given("message"), plain_form()).await.into());
        }
        "test_elicitation_sep1034_defaults" => {
            return Ok(fill_in(peer, "Change what is wrong", defaults()).await.into());
        }
        "test_elicitation_sep1330_enums" => {
            return Ok(fill_in(peer, "Choose", choices()).await.into());
        }
        "test_tool_with_progress" => {
            progress(context).await;
            vec![ContentBlock::text("It is done.")]
        }
        "test_tool_with_logging" => {
            for text in ["It begins.", "It goes on.", "It ends."] {
                log(LoggingLevel::Info, text, context).await;
            }
            vec![ContentBlock::text("It is done.")]
        }
        "test_logging_tool" => {
            if let Some(level) = context.meta.log_level() {
                log(level, "Whoever asked hears this.", context).await;
            }
            vec![ContentBlock::text("It is done.")]
        }
        "test_missing_capability" => {
            needs_sampling(context)?;
            vec![ContentBlock::text("The client has what this needs.")]
        }
        "test_reconnection" | "json_schema_2020_12_tool" => vec![ContentBlock::text("It is done.")],
        _ => return Err(ErrorData::invalid_params(format!("there is no tool `{name}`"), None)),
    };
    Ok(CallToolResult::success(content).into())
}

pub(crate) fn said(text: String) -> CallToolResponse {
    CallToolResult::success(vec![ContentBlock::text(text)]).into()
}

fn refused(reason: &str) -> CallToolResponse {
    CallToolResult::error(vec![ContentBlock::text(reason)]).into()
}

/// What the model of the client says.
async fn sampled(prompt: &str, context: &Context) -> Result<CallToolResponse, ErrorData> {
    let asked = CreateMessageRequestParams::new(vec![SamplingMessage::user_text(prompt)], 100);
    Ok(match context.peer.create_message(asked).await {
        Ok(it) => said(format!("LLM response: {}", json!(it.message))),
        Err(error) => refused(&error.to_string()),
    })
}

async fn progress(context: &Context) {
    let Some(token) = context.meta.get_progress_token() else { return };
    for at in [0.0, 50.0, 100.0] {
        let told = ProgressNotificationParam::new(token.clone(), at).with_total(100.0);
        let _ = context.peer.notify_progress(told).await;
    }
}

async fn log(level: LoggingLevel, text: &str, context: &Context) {
    let told = LoggingMessageNotificationParam::new(level, json!(text)).with_logger("fixture");
    let _ = context.peer.notify_logging_message(told).await;
}

fn needs_sampling(context: &Context) -> Result<(), ErrorData> {
    let can = context.meta.client_capabilities().unwrap_or_default();
    if can.sampling.is_some() {
        return Ok(());
    }
    let needed = ClientCapabilities::builder().enable_sampling().build();
    Err(ErrorData::missing_required_client_capability(needed))
}
