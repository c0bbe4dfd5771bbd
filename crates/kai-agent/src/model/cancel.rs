//! The wish that a call end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Shared by who may press it and who looks at it. It stays pressed.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub fn press(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    #[must_use]
    pub fn is_pressed(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
