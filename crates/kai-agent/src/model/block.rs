//! What messages are made of.

use serde_json::{Map, Value};

/// A part of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    Text {
        text: String,
        citations: Vec<Citation>,
    },
    /// What the model thought. Never an answer. `kept` is what its provider wants back unchanged.
    Thinking {
        text: String,
        kept: Option<Value>,
    },
    /// The model wants a tool to run.
    Call(ToolCall),
    /// What a tool said.
    Result(ToolResult),
    /// What only its provider understands and wants back unchanged.
    Kept(Value),
}

impl Block {
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), citations: Vec::new() }
    }
}

/// A place in what was shown to the model that it names for what it says.
#[derive(Clone, Debug, PartialEq)]
pub struct Citation {
    /// The id of a [`Piece::Evidence`], where it is one.
    pub evidence: Option<String>,
    /// The words that it cites.
    pub quote: String,
    /// As the provider writes it.
    pub given: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ToolCall {
    /// Unique within a turn; the result names it.
    pub id: String,
    pub name: String,
    pub arguments: Arguments,
}

/// What a tool is called with. Only an object can be: what is broken is answered with an error and never runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Arguments {
    Object(Map<String, Value>),
    Broken { text: String, reason: String },
}

impl Arguments {
    /// An empty text is an object without members: so say providers where a tool takes nothing.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let broken = |reason: String| Self::Broken { text: text.to_owned(), reason };
        if text.trim().is_empty() {
            return Self::Object(Map::new());
        }
        match serde_json::from_str(text) {
            Ok(Value::Object(members)) => Self::Object(members),
            Ok(_) => broken("it is no object".to_owned()),
            Err(error) => broken(error.to_string()),
        }
    }
}

/// What a tool said to one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolResult {
    /// The id of the call.
    pub call: String,
    pub content: Vec<Piece>,
    pub is_error: bool,
}

impl ToolResult {
    #[must_use]
    pub fn text(call: impl Into<String>, text: impl Into<String>) -> Self {
        Self { call: call.into(), content: vec![Piece::Text(text.into())], is_error: false }
    }

    #[must_use]
    pub fn error(call: impl Into<String>, text: impl Into<String>) -> Self {
        Self { is_error: true, ..Self::text(call, text) }
    }
}

/// A part of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    /// One fact that may be cited. Where the provider can, citations of it come back linked; elsewhere the model sees the
    /// id before the text.
    Evidence {
        /// `E-…`.
        id: String,
        /// Where it stands: `deploy/checkout.yaml:41-58`.
        title: String,
        text: String,
    },
}
