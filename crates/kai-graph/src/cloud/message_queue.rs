//! Queues that a cloud runs.

use kai_core::{Known, SmolStr};

use super::Naming;

/// A queue of messages.
#[derive(Debug, Clone)]
pub struct MessageQueue {
    pub cloud_name: Known<SmolStr>,
    /// Where messages go that nobody can take; not declared where they go nowhere.
    pub dead_letters: Known<SmolStr>,
}

/// Where the messages go that a queue gives up, declared apart from it.
#[derive(Debug, Clone)]
pub struct DeadLetters {
    pub queue: Naming,
}
