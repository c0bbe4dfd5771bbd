//! A conversation on its way out.

use serde_json::Value;

use super::Seal;
use super::names::{is_secret_name, value};
use crate::model::{Arguments, Block, Message, Piece, Request, Tool};

/// A request whose every text went through the seal. Nothing else makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct Outbound(Request);

impl Outbound {
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.0
    }
}

impl Seal {
    /// The request without secrets. Ids and what a provider keeps for itself came from there and go back as they are.
    pub fn request(&mut self, request: &Request) -> Outbound {
        Outbound(Request {
            system: self.text(&request.system),
            tools: request.tools.iter().map(|it| self.tool(it)).collect(),
            tool_choice: request.tool_choice.clone(),
            messages: request.messages.iter().map(|it| self.message(it)).collect(),
            output_max: request.output_max,
        })
    }

    fn tool(&mut self, tool: &Tool) -> Tool {
        Tool {
            name: tool.name.clone(),
            description: self.text(&tool.description),
            schema: tool.schema.clone(),
        }
    }

    fn message(&mut self, message: &Message) -> Message {
        let content = message.content.iter().map(|it| self.block(it)).collect();
        Message { role: message.role, content }
    }

    fn block(&mut self, block: &Block) -> Block {
        let mut block = block.clone();
        match &mut block {
            Block::Text { text, .. } => *text = self.text(text),
            Block::Call(call) => match &mut call.arguments {
                Arguments::Object(members) => {
                    for (name, value) in members {
                        self.member(name, value);
                    }
                }
                Arguments::Broken { text, .. } => *text = self.text(text),
            },
            Block::Result(result) => {
                for piece in &mut result.content {
                    let (Piece::Text(text) | Piece::Evidence { text, .. }) = piece;
                    *text = self.text(text);
                    // The path in a title is whatever a repository calls its files.
                    if let Piece::Evidence { title, .. } = piece {
                        *title = self.text(title);
                    }
                }
            }
            Block::Thinking { .. } | Block::Kept(_) => {}
        }
        block
    }

    /// A value by its name, then by what it is.
    fn member(&mut self, name: &str, member: &mut Value) {
        match member {
            Value::String(text) if is_secret_name(name) => *text = value(self, text),
            Value::String(text) => *text = self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|it| self.member(name, it)),
            Value::Object(members) => {
                members.iter_mut().for_each(|(name, it)| self.member(name, it));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}
