//! A schema, and what its references lead to.

use std::cell::Cell;

use kai_core::Node;
use serde_json::Value;

/// What is told of a schema and values without a library.
#[derive(Debug, PartialEq)]
pub(in crate::helm::schema) enum Judged {
    /// The schema surely is one, and the values surely fit.
    Fits,
    /// The schema surely is one.
    IsSchema,
    Unknown,
}

pub(in crate::helm::schema) fn judge(schema: &Value, values: &Node) -> Judged {
    let mut plain = Plain { root: schema, followed: Vec::new(), steps: Cell::new(MOST_STEPS) };
    if !is_known_draft(schema) || !plain.is_schema(schema) {
        return Judged::Unknown;
    }
    if plain.fits(schema, values, 0) == Some(true) { Judged::Fits } else { Judged::IsSchema }
}

fn is_known_draft(schema: &Value) -> bool {
    const DRAFTS: [&str; 4] =
        ["schema", "draft-07/schema", "draft/2019-09/schema", "draft/2020-12/schema"];
    schema.get("$schema").is_none_or(|it| {
        let address = it
            .as_str()
            .and_then(|it| it.strip_prefix("http").map(|it| it.strip_prefix('s').unwrap_or(it)));
        let draft = address.and_then(|it| it.strip_prefix("://json-schema.org/"));
        draft.is_some_and(|it| DRAFTS.contains(&it.strip_suffix('#').unwrap_or(it)))
    })
}

/// References to references stop here.
pub(super) const DEEPEST: u32 = 64;

/// Schemas that lead back to themselves in two ways double the work with each reference.
const MOST_STEPS: u32 = 1 << 20;

pub(super) struct Plain<'a> {
    pub(super) root: &'a Value,
    /// References that lead to a schema.
    pub(super) followed: Vec<&'a str>,
    /// How many more schemas are held against values.
    pub(super) steps: Cell<u32>,
}

impl<'a> Plain<'a> {
    /// What a reference into the schema itself names.
    pub(super) fn target(&self, reference: &str) -> Option<&'a Value> {
        let path = reference.strip_prefix('#').filter(|it| !it.contains(['%', '~']))?;
        self.root.pointer(path)
    }
}
