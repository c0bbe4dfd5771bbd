//! What a call took.

/// Tokens as the provider counts them; `None` where it did not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    pub input: Option<u64>,
    pub output: Option<u64>,
    /// Of the input, read from the provider's cache.
    pub cache_read: Option<u64>,
    /// Of the input, written to it.
    pub cache_write: Option<u64>,
    /// Whether `input` already counts what the cache had. Providers differ.
    pub is_cache_in_input: bool,
}

impl Usage {
    /// All that the model read.
    #[must_use]
    pub fn input_total(&self) -> u64 {
        let input = self.input.unwrap_or_default();
        if self.is_cache_in_input { input } else { input.saturating_add(self.cached()) }
    }

    /// What the model read that no cache took part in.
    #[must_use]
    pub fn input_fresh(&self) -> u64 {
        self.input_total().saturating_sub(self.cached())
    }

    /// All that counts against a budget of tokens.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.input_total().saturating_add(self.output.unwrap_or_default())
    }

    fn cached(&self) -> u64 {
        let read = self.cache_read.unwrap_or_default();
        read.saturating_add(self.cache_write.unwrap_or_default())
    }
}
