//! What a load balancer answers itself.

use kai_core::{Known, SmolStr};

/// A text that it sends without asking anybody behind it.
#[derive(Debug, Clone)]
pub struct FixedAnswer {
    pub body: Known<SmolStr>,
}
