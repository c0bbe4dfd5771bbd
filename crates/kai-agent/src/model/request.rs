//! What a model is asked.

use serde_json::Value;

use super::Block;

/// Everything that one call says. The model itself is not named: that is the [`Model`](super::Model).
///
/// Providers remember beginnings that are equal byte by byte: keep `system` free of times and places, keep `tools` in one
/// order, and only ever append to `messages`.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub system: String,
    pub tools: Vec<Tool>,
    pub tool_choice: ToolChoice,
    pub messages: Vec<Message>,
    /// How long the answer may be, in tokens.
    pub output_max: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub role: Role,
    pub content: Vec<Block>,
}

impl Message {
    #[must_use]
    pub fn user(text: impl Into<String>) -> Self {
        Self { role: Role::User, content: vec![Block::text(text)] }
    }

    /// Results of tools are the user's.
    #[must_use]
    pub fn new(role: Role, content: Vec<Block>) -> Self {
        Self { role, content }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    User,
    Assistant,
}

/// A tool that the model may call.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    /// Letters, digits, `_` and `-`, at most 64.
    pub name: String,
    pub description: String,
    /// A JSON schema whose top is `type: object`, without `oneOf` or `$ref` there.
    pub schema: Value,
}

/// Which tool the model has to call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ToolChoice {
    /// As it likes.
    #[default]
    Auto,
    /// One of them.
    Any,
    /// None of them, though they stay declared.
    None,
    /// This one.
    Named(String),
}
