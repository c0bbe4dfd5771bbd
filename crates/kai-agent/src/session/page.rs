//! A conversation for people, and for whoever goes on with it.

use kai_core::Evidence;

use super::entry::Entry;
use crate::engineer::repaired;
use crate::model::{Block, Message, Role};

/// What is needed to go on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Kept {
    pub root: String,
    pub model: String,
    pub at: u64,
    pub messages: Vec<Message>,
    pub evidence: Vec<Evidence>,
}

#[must_use]
pub fn kept(entries: &[Entry]) -> Kept {
    let mut kept = Kept::default();
    for entry in entries {
        match entry {
            Entry::Started { root, model, at } => {
                (kept.root, kept.model, kept.at) = (root.clone(), model.clone(), *at);
            }
            Entry::Said(message) => kept.messages.push(message.clone()),
            Entry::Shown(evidence) => kept.evidence.push(evidence.clone()),
            Entry::Ended { .. } => {}
        }
    }
    // What was added to a message later stands in a line of its own.
    kept.messages = repaired(kept.messages);
    kept
}

/// Questions, what was looked at, and answers, in Markdown.
#[must_use]
pub fn page(entries: &[Entry]) -> String {
    let mut page = String::new();
    for entry in entries {
        match entry {
            Entry::Started { root, model, .. } => {
                page.push_str(&format!("# `{root}` with {model}\n"));
            }
            Entry::Said(message) => say(&mut page, message),
            Entry::Shown(_) => {}
            Entry::Ended { ending, text, tokens, dollars } => {
                let cost = dollars.map(|it| format!(", about ${it:.4}")).unwrap_or_default();
                page.push_str(&format!("\n{text}\n\n({ending}; {tokens} tokens{cost})\n"));
            }
        }
    }
    page
}

fn say(page: &mut String, message: &Message) {
    for block in &message.content {
        match block {
            Block::Text { text, .. } if message.role == Role::User => {
                page.push_str(&format!("\n## {text}\n\n"));
            }
            Block::Call(call) => page.push_str(&format!("- `{}`\n", call.name)),
            _ => {}
        }
    }
}
