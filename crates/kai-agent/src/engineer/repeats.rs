//! The same call again and again.

use std::collections::BTreeMap;

use crate::model::{Arguments, ToolCall};

/// So often a model may repeat itself.
const REPEAT_MAX: u32 = 3;

/// How often each call came.
#[derive(Debug, Clone, Default)]
pub(super) struct Repeats {
    counts: BTreeMap<String, u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    New,
    Before,
    TooOften,
}

impl Repeats {
    pub(super) fn see(&mut self, call: &ToolCall) -> Seen {
        let count = self.counts.entry(name(call)).or_default();
        *count += 1;
        match *count {
            1 => Seen::New,
            count if count > REPEAT_MAX => Seen::TooOften,
            _ => Seen::Before,
        }
    }

    /// This call changes something, so what was read before it may read otherwise behind it.
    pub(super) fn forget_all_but(&mut self, writer: &ToolCall) {
        let name = name(writer);
        self.counts.retain(|it, _| *it == name);
    }
}

fn name(call: &ToolCall) -> String {
    let arguments = match &call.arguments {
        Arguments::Object(members) => serde_json::Value::Object(members.clone()).to_string(),
        Arguments::Broken { text, .. } => text.clone(),
    };
    format!("{} {arguments}", call.name)
}
