//! A complete answer.

use super::{Block, ToolCall, Usage};

/// One turn of the model, complete.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// In the order of the provider. The next request repeats it unchanged.
    pub content: Vec<Block>,
    pub stop: Stop,
    pub usage: Usage,
    /// Why the model would not answer, in its words.
    pub refusal: Option<String>,
    /// What could not be read and was left out.
    pub warnings: Vec<String>,
}

impl Answer {
    /// All text, without thoughts and refusals.
    #[must_use]
    pub fn text(&self) -> String {
        self.content
            .iter()
            .filter_map(|it| match it {
                Block::Text { text, .. } => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    /// The calls in their order. One whose arguments are broken gets an error for a result.
    pub fn calls(&self) -> impl Iterator<Item = &ToolCall> {
        self.content.iter().filter_map(|it| match it {
            Block::Call(call) => Some(call),
            _ => None,
        })
    }
}

/// Why the model stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    pub reason: StopReason,
    /// The provider's word for it.
    pub word: String,
    /// The sequence that stopped it.
    pub sequence: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// It said all.
    End,
    /// It waits for tools. Believe [`Answer::calls`] rather than this: some servers say something else.
    Tools,
    /// `output_max` cut it.
    Length,
    /// The conversation fills the window.
    Window,
    /// The provider paused; ask again with the answer appended.
    Pause,
    /// It would not, or a filter would not let it. The text is no answer.
    Refused,
    /// A word that nobody here knows. The answer may not be all.
    Other,
}
