//! Where logs are kept.

use kai_core::{Known, SmolStr};

/// Logs that are kept together.
#[derive(Debug, Clone)]
pub struct LogGroup {
    pub cloud_name: Known<SmolStr>,
    /// True where nothing ever deletes them.
    pub is_kept_for_ever: Known<bool>,
}
