//! The tool that ends an answer.

use serde_json::json;

use crate::model::Tool;

/// Its name.
pub const ANSWER: &str = "answer";

#[must_use]
pub fn answer_tool() -> Tool {
    Tool {
        name: ANSWER.to_owned(),
        description: "Ends the work with claims. Every claim is checked against the evidence that it cites; what is not in it is refused. Call it alone, after you have read all results.".to_owned(),
        schema: json!({
            "type": "object",
            "properties": { "claims": { "type": "array", "description": "The most important first.", "items": {
                "type": "object",
                "properties": {
                    "text": { "type": "string", "description": "One sentence." },
                    "evidence": { "type": "array", "items": { "type": "string" }, "description": "`E-…`, as tools listed them." },
                    "kind": { "type": "string", "enum": ["fact", "recommendation"] },
                    "verify": { "type": "string", "description": "Of a recommendation: the command that shows whether it worked. It only reads." },
                },
                "required": ["text", "evidence"],
            } } },
            "required": ["claims"],
        }),
    }
}
