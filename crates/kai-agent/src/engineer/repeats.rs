//! The same call again and again.

use std::collections::BTreeMap;

use crate::model::{Arguments, ToolCall};

/// So often a model may repeat itself.
const REPEAT_MAX: u32 = 3;
/// So many calls of tools that there are not, or without arguments, and a model learns nothing more.
const FAILED_MAX: u32 = 8;

/// How often each call came.
#[derive(Debug, Clone, Default)]
pub(super) struct Repeats {
    counts: BTreeMap<String, u32>,
    /// How often each call that may change something came in all, which nothing makes forgotten.
    changes: BTreeMap<String, u32>,
    /// Calls that could not be made, whatever they were.
    failed: u32,
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

    /// This call may change something, so what was read before it may read otherwise behind it. Who makes the same changes
    /// in turn changes nothing any more.
    pub(super) fn forget_all_but(&mut self, writer: &ToolCall) {
        let name = name(writer);
        let count = self.changes.entry(name.clone()).or_default();
        *count += 1;
        if *count <= REPEAT_MAX {
            self.counts.retain(|it, _| *it == name);
        }
    }

    /// A call that could not be made; true where there were too many.
    pub(super) fn fail(&mut self) -> bool {
        self.failed += 1;
        self.failed > FAILED_MAX
    }
}

fn name(call: &ToolCall) -> String {
    let arguments = match &call.arguments {
        Arguments::Object(members) => serde_json::Value::Object(members.clone()).to_string(),
        Arguments::Broken { text, .. } => text.clone(),
    };
    format!("{} {arguments}", call.name)
}
