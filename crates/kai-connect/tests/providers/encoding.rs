//! Requests as providers read them.

use kai_agent::Seal;
use kai_agent::model::{
    Arguments, Block, Message, Piece, Request, Role, Tool, ToolCall, ToolChoice, ToolResult,
};
use kai_connect::{Api, Connection, Provider};
use kai_testing::{recorded, unpacked_text};
use serde_json::{Map, Value, json};

use crate::calls::provider;
use crate::cassettes::rows;
use crate::server::Server;

/// Nothing listens there: nothing is sent.
fn nowhere(api: Api) -> Provider {
    let (_, requests) = std::sync::mpsc::channel();
    let server = Server { address: "127.0.0.1:9".to_owned(), requests };
    provider(api, &server, None)
}

fn body(provider: Provider, request: &Request) -> Value {
    let shown = Connection::new(provider).shown(&Seal::new().request(request));
    serde_json::from_str(shown.split_once("\n\n").unwrap().1).unwrap()
}

/// A question, a call with its thoughts, a broken call, and their results.
fn conversation() -> Request {
    let call = |id: &str, arguments| {
        Block::Call(ToolCall { id: id.to_owned(), name: "kai_ask".to_owned(), arguments })
    };
    let members = Map::from_iter([("q".to_owned(), json!("why?"))]);
    let broken = Arguments::Broken { text: "{q".to_owned(), reason: String::new() };
    let thought = json!({"type": "thinking", "thinking": "hm", "signature": "s"});
    let evidence = Piece::Evidence {
        id: "E-1f".to_owned(),
        title: "deploy/web.yaml:4-9".to_owned(),
        text: "replicas: 1".to_owned(),
    };
    let fine = ToolResult { call: "a".to_owned(), content: vec![evidence], is_error: false };
    Request {
        system: "You answer.".to_owned(),
        tools: vec![Tool {
            name: "kai_ask".to_owned(),
            description: "Answers.".to_owned(),
            schema: json!({"type": "object", "properties": {"q": {"type": "string"}}}),
        }],
        tool_choice: ToolChoice::Any,
        messages: vec![
            Message::user("Is web ready?"),
            Message::new(
                Role::Assistant,
                vec![
                    Block::Thinking { text: "hm".to_owned(), kept: Some(thought) },
                    Block::Thinking {
                        text: "hm".to_owned(),
                        kept: Some(json!({"reasoning_content": "hm"})),
                    },
                    Block::text("I look."),
                    call("a", Arguments::Object(members)),
                    call("b", broken),
                ],
            ),
            Message::new(
                Role::User,
                vec![
                    Block::text("And be short."),
                    Block::Result(fine),
                    Block::Result(ToolResult::error("b", "the arguments are no JSON")),
                ],
            ),
        ],
        output_max: 500,
    }
}

#[test]
fn anthropic_reads_evidence_as_sources_and_gets_its_thoughts_back() {
    let cached = json!({"type": "ephemeral"});
    let expected = json!({
        "model": "m",
        "max_tokens": 500,
        "stream": true,
        "system": [{"type": "text", "text": "You answer.", "cache_control": cached}],
        "tools": [{
            "name": "kai_ask",
            "description": "Answers.",
            "input_schema": {"type": "object", "properties": {"q": {"type": "string"}}},
        }],
        "tool_choice": {"type": "any"},
        "messages": [
            {"role": "user", "content": [
                {"type": "text", "text": "Is web ready?", "cache_control": cached},
            ]},
            {"role": "assistant", "content": [
                {"type": "thinking", "thinking": "hm", "signature": "s"},
                {"type": "text", "text": "I look."},
                {"type": "tool_use", "id": "a", "name": "kai_ask", "input": {"q": "why?"}},
                {"type": "tool_use", "id": "b", "name": "kai_ask", "input": {}},
            ]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "a", "content": [{
                    "type": "search_result",
                    "source": "kai:E-1f",
                    "title": "deploy/web.yaml:4-9",
                    "content": [{"type": "text", "text": "replicas: 1"}],
                    "citations": {"enabled": true},
                }]},
                {"type": "tool_result", "tool_use_id": "b", "is_error": true, "content": [
                    {"type": "text", "text": "the arguments are no JSON"},
                ]},
                {"type": "text", "text": "And be short.", "cache_control": cached},
            ]},
        ],
    });
    assert_eq!(body(nowhere(Api::Anthropic), &conversation()), expected);
}

#[test]
fn chat_completions_get_results_as_messages_and_thoughts_beside_calls() {
    let expected = json!({
        "model": "m",
        "max_tokens": 500,
        "stream": true,
        "stream_options": {"include_usage": true},
        "tools": [{"type": "function", "function": {
            "name": "kai_ask",
            "description": "Answers.",
            "parameters": {"type": "object", "properties": {"q": {"type": "string"}}},
        }}],
        "tool_choice": "required",
        "messages": [
            {"role": "system", "content": "You answer."},
            {"role": "user", "content": "Is web ready?"},
            {"role": "assistant", "content": "I look.", "reasoning_content": "hm", "tool_calls": [
                {"id": "a", "type": "function", "function": {"name": "kai_ask", "arguments": "{\"q\":\"why?\"}"}},
                {"id": "b", "type": "function", "function": {"name": "kai_ask", "arguments": "{}"}},
            ]},
            {"role": "tool", "tool_call_id": "a", "content": "[E-1f] deploy/web.yaml:4-9\nreplicas: 1"},
            {"role": "tool", "tool_call_id": "b", "content": "error: the arguments are no JSON"},
            {"role": "user", "content": "And be short."},
        ],
    });
    assert_eq!(body(nowhere(Api::Chat), &conversation()), expected);
}

#[test]
fn a_longer_conversation_begins_with_the_same_bytes() {
    let mut request = conversation();
    let shown = |request: &Request| body(nowhere(Api::Chat), request)["messages"].to_string();
    let before = shown(&request);
    request.messages.push(Message::new(Role::Assistant, vec![Block::text("It is not.")]));
    assert!(shown(&request).starts_with(before.trim_end_matches(']')));
}

#[test]
fn addresses_are_made_of_what_users_write() {
    let cases = [
        (Api::Anthropic, "https://api.anthropic.com", "https://api.anthropic.com/v1/messages"),
        (Api::Anthropic, "https://proxy.example/v1/", "https://proxy.example/v1/messages"),
        (Api::Chat, "https://api.openai.com/v1", "https://api.openai.com/v1/chat/completions"),
        (
            Api::Chat,
            "https://x.openai.azure.com/openai/deployments/m?api-version=2024-10-21",
            "https://x.openai.azure.com/openai/deployments/m/chat/completions?api-version=2024-10-21",
        ),
    ];
    for (api, base_url, expected) in cases {
        let provider = Provider { base_url: base_url.to_owned(), ..nowhere(api) };
        let is_openai = base_url.contains("openai");
        let shown = Connection::new(provider).shown(&Seal::new().request(&conversation()));
        assert_eq!(shown.lines().next(), Some(format!("POST {expected}").as_str()));
        assert_eq!(shown.contains("\"max_completion_tokens\":500"), is_openai, "{shown}");
    }
}

/// Fields of requests that providers took, by their names and types.
#[test]
fn requests_have_the_fields_of_recorded_ones() {
    let Some(folder) = recorded("KAI_LLM_DATA", "conformance/llm") else { return };
    let rows = rows(&unpacked_text(&folder.join("cassettes.jsonl.xz")));
    for (api, dialect) in [(Api::Anthropic, "anthropic"), (Api::Chat, "openai")] {
        let taken: Vec<&Value> = rows
            .iter()
            .filter(|it| it["dialect"] == dialect && it["status"] == 200)
            .map(|it| &it["request"])
            .collect();
        for (name, value) in body(nowhere(api), &conversation()).as_object().unwrap() {
            let same = |it: &&&Value| it.get(name).is_some_and(|it| kind(it) == kind(value));
            assert!(taken.iter().any(|it| same(&it)), "{dialect}: `{name}`");
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
