//! Calls of tools out of fragments.

use std::collections::BTreeSet;

use kai_agent::model::{Arguments, Block, ToolCall};
use serde_json::Value;

use crate::json::{number, present, text};

/// The calls of one message, in the order in which they began.
#[derive(Debug, Default)]
pub(super) struct Calls(Vec<Fragments>);

#[derive(Debug, Default)]
struct Fragments {
    index: Option<u64>,
    id: String,
    name: String,
    arguments: String,
}

impl Calls {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a fragment, and gives the name of a call that it begins.
    pub(super) fn add(&mut self, fragment: &Value) -> Option<String> {
        let id = text(fragment, "id").unwrap_or_default();
        let function = fragment.get("function").unwrap_or(&Value::Null);
        let known = self.known(number(fragment, "index"), id);
        let is_new = known.is_none();
        let at = known.unwrap_or_else(|| {
            self.0.push(Fragments { index: number(fragment, "index"), ..Fragments::default() });
            self.0.len() - 1
        });
        let call = &mut self.0[at];
        call.add(id, function);
        is_new.then(|| call.name.clone())
    }

    /// The only call of answers in an older form.
    pub(super) fn add_legacy(&mut self, function: &Value) -> Option<String> {
        let is_new = self.0.is_empty();
        if is_new {
            self.0.push(Fragments::default());
        }
        let call = self.0.last_mut()?;
        call.add("", function);
        is_new.then(|| call.name.clone())
    }

    /// The newest call that the fragment goes on with. A new id begins a new call even where a server repeats an index.
    fn known(&self, index: Option<u64>, id: &str) -> Option<usize> {
        let is_known = |it: &Fragments| match index {
            Some(_) => it.index == index && (id.is_empty() || it.id.is_empty() || it.id == id),
            None if id.is_empty() => true,
            None => it.id == id,
        };
        let at = self.0.iter().rposition(is_known)?;
        // Where a server counts nothing, the newest one that goes on is the last.
        (index.is_some() || !id.is_empty() || at + 1 == self.0.len()).then_some(at)
    }

    /// `is_cut` where the answer ended before the model did.
    pub(super) fn blocks(self, is_cut: bool) -> impl Iterator<Item = Block> {
        let mut taken: BTreeSet<String> =
            self.0.iter().map(|it| it.id.clone()).filter(|it| !it.is_empty()).collect();
        let mut next = 1;
        let mut seen = BTreeSet::new();
        self.0.into_iter().map(move |it| {
            let is_fresh = !it.id.is_empty() && seen.insert(it.id.clone());
            let id = if is_fresh { it.id } else { unused(&mut taken, &mut next) };
            let arguments = if is_cut && it.arguments.trim().is_empty() {
                let reason = "the answer was cut before them".to_owned();
                Arguments::Broken { text: it.arguments, reason }
            } else {
                Arguments::read(&it.arguments)
            };
            Block::Call(ToolCall { id, name: it.name, arguments })
        })
    }
}

/// An id for a call that has none of its own.
fn unused(taken: &mut BTreeSet<String>, next: &mut usize) -> String {
    loop {
        let id = format!("call_{next}");
        *next += 1;
        if taken.insert(id.clone()) {
            return id;
        }
    }
}

impl Fragments {
    fn add(&mut self, id: &str, function: &Value) {
        if self.id.is_empty() {
            id.clone_into(&mut self.id);
        }
        if self.name.is_empty() {
            text(function, "name").unwrap_or_default().clone_into(&mut self.name);
        }
        match present(function, "arguments") {
            None => {}
            Some(Value::String(more)) => self.arguments.push_str(more),
            Some(other) => self.arguments.push_str(&other.to_string()),
        }
    }
}
