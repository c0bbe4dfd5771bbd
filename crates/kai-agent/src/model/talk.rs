//! One call of a model.

use std::time::Duration;

use super::{Answer, Cancel, Failure};
use crate::Outbound;

/// Something that answers. `kai-connect` has those behind a network, tests have scripted ones.
///
/// One call is one turn: it blocks, hands out events as they arrive, and ends with a complete answer or a failure. It ends
/// soon after `cancel` was pressed, also while the other side is silent. Where repeating is safe, that is before
/// anything was handed out, an implementation repeats by itself and says so with [`Event::Again`]; a failure that comes out
/// has had its repetitions.
pub trait Model: Send + Sync {
    /// As its provider calls it. Prices are looked up by it.
    fn name(&self) -> &str;

    /// How many tokens fit into one conversation, where that is known.
    fn window(&self) -> Option<u64> {
        None
    }

    /// # Errors
    /// Whatever kept the answer from being complete, with the text that had arrived by then.
    fn call(
        &self,
        outbound: &Outbound,
        cancel: &Cancel,
        events: &mut dyn FnMut(Event),
    ) -> Result<Answer, Failure>;
}

/// What is seen of an answer while it arrives. For showing only: nothing is decided by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// More of the text.
    Text(String),
    /// More of what the model thinks before it speaks.
    Thinking(String),
    /// The model began to write a call of this tool.
    Call { name: String },
    /// The call failed before anything arrived and is repeated after `wait`.
    Again { wait: Duration, because: String },
}
