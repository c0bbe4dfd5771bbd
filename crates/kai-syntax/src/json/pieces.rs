//! Items of a long list, read side by side.
//!
//! Where items begin is guessed: the bytes between the first two, up to the name of the second one's
//! first key, mostly stand between any two and nowhere else. Each piece is read for itself, and the
//! guess was right where each piece ends exactly at the beginning of the next; else nothing of them
//! counts, and the list is read one item after the other.

use kai_core::{Node, Spans};
use memchr::memmem;
use rayon::prelude::*;

use super::numbers::Numbers;
use super::options::Watch;
use super::parse::{Reader, offset};
use super::text;
use crate::yaml::Repeated;

/// What a thread should have to read at least.
pub(super) const PIECE_MIN: usize = 4 << 20;

/// Where pieces begin.
pub(super) struct Pieces {
    starts: Vec<usize>,
}

impl Pieces {
    /// Cuts what follows the first item, which begins at `first`; the second begins at `second`.
    pub(super) fn of(text: &str, first: usize, second: usize, piece_min: usize) -> Option<Self> {
        // Small pieces keep all cores busy although one is slower or serves somebody else.
        const PIECES_A_THREAD: usize = 4;
        let length = text.len() - second;
        let count = (length / piece_min.max(1)).min(rayon::current_num_threads() * PIECES_A_THREAD);
        if count < 2 {
            return None;
        }
        let between = Between::of(text, first, second)?;
        let finder = memmem::Finder::new(between.bytes);
        let mut starts = vec![second];
        for at in 1..count {
            let from = second + length / count * at;
            let until = text.len().min(from + length / count);
            let found = finder.find(&text.as_bytes()[from..until]);
            starts.extend(found.map(|it| from + it + between.before));
        }
        (starts.len() > 1).then_some(Self { starts })
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.starts.len()
    }

    /// Reads all of them and lets the reader go on behind the last; true where nothing of them counts,
    /// so that it has to read them.
    pub(super) fn read(&self, reader: &mut Reader<'_>, watch: Watch, depth: u32) -> bool {
        let (document, options) = (reader.document, reader.options);
        let read = |at: usize| {
            let mut piece = Reader::new(document, options, usize::MAX);
            piece.at = self.starts[at];
            piece.numbers = Numbers::from(offset(piece.at));
            let end = self.starts.get(at + 1).copied();
            let has_more = piece.items(watch, depth, end.unwrap_or(usize::MAX)).ok()?;
            let is_right = has_more == end.is_some() && end.is_none_or(|it| it == piece.at);
            is_right.then(|| Read {
                at: piece.at,
                nodes: piece.nodes,
                repeated: piece.repeated,
                spans: piece.numbers.into_spans(),
            })
        };
        let pieces: Option<Vec<_>> = (0..self.starts.len()).into_par_iter().map(read).collect();
        let Some(mut pieces) = pieces else { return true };
        reader.at = pieces.last().map_or(reader.at, |it| it.at);
        for piece in &mut pieces {
            reader.nodes.append(&mut piece.nodes);
            reader.repeated.append(&mut piece.repeated);
        }
        reader.numbers.go_on_after(pieces.into_iter().map(|it| it.spans), offset(reader.at));
        false
    }
}

/// What one reader has read.
struct Read {
    at: usize,
    nodes: Vec<Node>,
    repeated: Vec<Repeated>,
    spans: Spans,
}

/// What stands between two items.
struct Between<'t> {
    bytes: &'t [u8],
    /// How many of them come before the second item.
    before: usize,
}

impl<'t> Between<'t> {
    /// From the bracket that ends the first item to the end of the second one's first key.
    fn of(text: &'t str, first: usize, second: usize) -> Option<Self> {
        let bytes = text.as_bytes();
        let start = first + bytes[first..second].iter().rposition(|&it| it == b'}')?;
        let inside = bytes[second..].strip_prefix(b"{")?;
        let key = second + 1 + inside.iter().position(|it| !it.is_ascii_whitespace())?;
        let end = (bytes[key] == b'"').then(|| text::end(bytes, key)).flatten()?;
        Some(Self { bytes: &bytes[start..=end], before: second - start })
    }
}
