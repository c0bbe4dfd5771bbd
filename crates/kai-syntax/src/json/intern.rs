//! Texts that come again and again are kept once.

use kai_core::SmolStr;

/// Shorter texts live inside the tree and cost nothing.
const INLINE: usize = 23;
const SLOTS: usize = 4096;

/// Remembers the last long texts, one for each value of a hash.
pub(super) struct Interner {
    slots: Vec<SmolStr>,
}

impl Interner {
    pub(super) fn new() -> Self {
        Self { slots: Vec::new() }
    }

    /// The text as a value of the tree.
    pub(super) fn share(&mut self, text: &str) -> SmolStr {
        if text.len() <= INLINE {
            return SmolStr::new(text);
        }
        if self.slots.is_empty() {
            self.slots = vec![SmolStr::default(); SLOTS];
        }
        let slot = &mut self.slots[slot(text.as_bytes())];
        if slot.as_str() != text {
            *slot = SmolStr::new(text);
        }
        slot.clone()
    }
}

/// Mixes the length and the ends, where texts of one shape differ.
fn slot(text: &[u8]) -> usize {
    let word = |at: usize| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&text[at..at + 8]);
        u64::from_le_bytes(bytes)
    };
    let mix =
        |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    let ends = [0, text.len() / 2 - 4, text.len() - 16, text.len() - 8];
    let hash = ends.into_iter().fold(text.len() as u64, |hash, at| mix(hash, word(at)));
    (hash >> 52) as usize % SLOTS
}
