//! A message as JSON.

use serde_json::{Value, json};

use crate::model::{Arguments, Block, Citation, Message, Piece, Role, ToolCall, ToolResult};

pub(super) fn write_message(message: &Message) -> Value {
    let role = if message.role == Role::User { "user" } else { "assistant" };
    let content: Vec<Value> = message.content.iter().map(write_block).collect();
    json!({ "role": role, "content": content })
}

fn write_block(block: &Block) -> Value {
    match block {
        Block::Text { text, citations } => {
            let citations: Vec<Value> = citations
                .iter()
                .map(|it| json!({ "evidence": it.evidence, "quote": it.quote, "given": it.given }))
                .collect();
            json!({ "text": text, "citations": citations })
        }
        Block::Thinking { text, kept } => json!({ "thinking": text, "kept": kept }),
        Block::Call(call) => match &call.arguments {
            Arguments::Object(members) => {
                json!({ "call": call.id, "name": call.name, "arguments": members })
            }
            Arguments::Broken { text, .. } => {
                json!({ "call": call.id, "name": call.name, "broken": text })
            }
        },
        Block::Result(result) => {
            let content: Vec<Value> = result.content.iter().map(write_piece).collect();
            json!({ "result": result.call, "content": content, "is_error": result.is_error })
        }
        Block::Kept(value) => json!({ "kept": value }),
    }
}

fn write_piece(piece: &Piece) -> Value {
    match piece {
        Piece::Text(text) => json!(text),
        Piece::Evidence { id, title, text } => {
            json!({ "evidence": id, "title": title, "text": text })
        }
    }
}

pub(super) fn read_message(value: &Value) -> Result<Message, String> {
    let role = match value["role"].as_str() {
        Some("user") => Role::User,
        Some("assistant") => Role::Assistant,
        _ => return Err("a message of nobody".to_owned()),
    };
    let content = value["content"].as_array().ok_or("a message without content")?;
    Ok(Message::new(role, content.iter().map(read_block).collect::<Result<_, _>>()?))
}

fn read_block(value: &Value) -> Result<Block, String> {
    let text = |name: &str| value[name].as_str().map(str::to_owned);
    let list = |name: &str| value[name].as_array().map_or(&[][..], Vec::as_slice);
    if let Some(said) = text("text") {
        let citations = list("citations").iter().map(|it| Citation {
            evidence: it["evidence"].as_str().map(str::to_owned),
            quote: it["quote"].as_str().unwrap_or_default().to_owned(),
            given: it["given"].clone(),
        });
        return Ok(Block::Text { text: said, citations: citations.collect() });
    }
    if let Some(thought) = text("thinking") {
        return Ok(Block::Thinking {
            text: thought,
            kept: Some(value["kept"].clone()).filter(|it| !it.is_null()),
        });
    }
    if let Some(id) = text("call") {
        let name = text("name").ok_or("a call without a name")?;
        let arguments = match text("broken") {
            Some(it) => Arguments::read(&it),
            None => Arguments::read(&value["arguments"].to_string()),
        };
        return Ok(Block::Call(ToolCall { id, name, arguments }));
    }
    if let Some(call) = text("result") {
        let content = list("content").iter().map(read_piece).collect();
        return Ok(Block::Result(ToolResult {
            call,
            content,
            is_error: value["is_error"] == true,
        }));
    }
    match value.get("kept") {
        Some(kept) => Ok(Block::Kept(kept.clone())),
        None => Err("a part of a message that is nothing known".to_owned()),
    }
}

fn read_piece(value: &Value) -> Piece {
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    match value.as_str() {
        Some(it) => Piece::Text(it.to_owned()),
        None => Piece::Evidence { id: text("evidence"), title: text("title"), text: text("text") },
    }
}
