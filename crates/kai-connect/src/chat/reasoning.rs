//! Thoughts, for which every server has a field of its own.

use kai_agent::model::Block;
use serde_json::{Map, Value, json};

use crate::json::{items, text};

/// What a message thinks, and what goes back with its calls.
#[derive(Debug, Default)]
pub(super) struct Reasoning {
    text: String,
    /// The field that the text came in.
    field: Option<&'static str>,
    /// Parts with signatures.
    details: Vec<Value>,
}

impl Reasoning {
    /// Adds what a delta or a message thinks, and gives the new text.
    pub(super) fn add(&mut self, message: &Value) -> String {
        let mut fresh = String::new();
        for part in items(message, "content").filter(|it| text(it, "type") == Some("thinking")) {
            match part.get("thinking") {
                Some(Value::String(it)) => fresh.push_str(it),
                Some(Value::Array(parts)) => {
                    parts
                        .iter()
                        .filter_map(|it| text(it, "text"))
                        .for_each(|it| fresh.push_str(it));
                }
                _ => {}
            }
        }
        let field = ["reasoning_content", "reasoning"]
            .into_iter()
            .find(|it| text(message, it).is_some_and(|it| !it.is_empty()));
        if let Some(field) = field {
            self.field = Some(field);
            fresh.push_str(text(message, field).unwrap_or_default());
        }
        for detail in items(message, "reasoning_details") {
            self.add_detail(detail);
        }
        self.text.push_str(&fresh);
        fresh
    }

    /// Fragments of one part are joined.
    fn add_detail(&mut self, detail: &Value) {
        let same = |it: &&mut Value| it["index"] == detail["index"] && it["type"] == detail["type"];
        let Some(known) = self.details.last_mut().filter(same).and_then(Value::as_object_mut)
        else {
            self.details.push(detail.clone());
            return;
        };
        for (field, value) in detail.as_object().into_iter().flatten() {
            let grows = matches!(field.as_str(), "text" | "summary" | "data");
            match (known.get_mut(field), value) {
                (Some(Value::String(known)), Value::String(more)) if grows => known.push_str(more),
                (_, Value::Null) => {}
                _ => {
                    known.insert(field.clone(), value.clone());
                }
            }
        }
    }

    pub(super) fn block(self) -> Option<Block> {
        if self.text.is_empty() && self.details.is_empty() {
            return None;
        }
        let mut kept = Map::new();
        if let Some(field) = self.field {
            kept.insert(field.to_owned(), json!(self.text));
        }
        if !self.details.is_empty() {
            kept.insert("reasoning_details".to_owned(), json!(self.details));
        }
        let kept = (!kept.is_empty()).then_some(Value::Object(kept));
        Some(Block::Thinking { text: self.text, kept })
    }
}

/// What goes back of a thought, if it came from such a server.
pub(super) fn kept(kept: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let fields = kept.as_object().into_iter().flatten();
    fields.filter(|(name, _)| name.starts_with("reasoning"))
}
