//! Making room in a conversation.
//!
//! Nothing that was shown is forgotten: [`Shown`](crate::verify::Shown) keeps every piece of evidence, and what
//! is left of an old result names all ids that it had.

use super::Setup;
use crate::model::{Block, Message, Piece, Tool};

/// A line of evidence is cut behind so many characters.
const DIGEST: usize = 100;
const BYTES_A_TOKEN: usize = 4;

/// How many tokens a conversation is, roughly.
pub(super) fn size(messages: &[Message]) -> u64 {
    let bytes: usize = messages.iter().flat_map(|it| &it.content).map(bytes).sum();
    (bytes / BYTES_A_TOKEN) as u64
}

/// How many tokens every request has, whatever was said: the rules and the tools.
pub(super) fn standing(setup: &Setup) -> u64 {
    let of_tool = |it: &Tool| it.name.len() + it.description.len() + it.schema.to_string().len();
    let bytes = setup.system.len() + setup.tools.iter().map(of_tool).sum::<usize>();
    (bytes / BYTES_A_TOKEN) as u64
}

pub(super) fn bytes(block: &Block) -> usize {
    match block {
        Block::Text { text, .. } | Block::Thinking { text, .. } => text.len(),
        Block::Call(call) => match &call.arguments {
            crate::model::Arguments::Object(members) => {
                serde_json::Value::Object(members.clone()).to_string().len()
            }
            crate::model::Arguments::Broken { text, .. } => text.len(),
        },
        Block::Result(result) => result.content.iter().map(piece_bytes).sum(),
        Block::Kept(value) => value.to_string().len(),
    }
}

fn piece_bytes(piece: &Piece) -> usize {
    match piece {
        Piece::Text(text) => text.len(),
        Piece::Evidence { id, title, text } => id.len() + title.len() + text.len(),
    }
}

/// Cuts the results of tools but those of the last `kept` messages to the ids and first words of their evidence.
/// True where something became shorter.
pub(super) fn compact(messages: &mut [Message], kept: usize) -> bool {
    let before = size(messages);
    let old = messages.len().saturating_sub(kept);
    for message in &mut messages[..old] {
        for block in &mut message.content {
            let Block::Result(result) = block else { continue };
            for piece in &mut result.content {
                match piece {
                    Piece::Text(text) if text.len() > DIGEST * 2 => {
                        *text = format!(
                            "{} … (cut: {} characters in all; call the tool again for the rest)",
                            head(text),
                            text.chars().count()
                        );
                    }
                    Piece::Evidence { text, .. } if text.len() > DIGEST => {
                        *text = format!("{} …", head(text));
                    }
                    _ => {}
                }
            }
        }
    }
    size(messages) < before
}

fn head(text: &str) -> String {
    text.chars().take(DIGEST).collect()
}
