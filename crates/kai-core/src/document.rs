//! Input texts.

use std::sync::OnceLock;

use camino::{Utf8Path, Utf8PathBuf};

use crate::{OriginId, Position, Span, Spans};

/// Names one input text of a run. The number is an index, valid only within that run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DocumentId(pub(crate) u32);

/// One input text: a file, standard input, or a text that stands inside another text.
#[derive(Debug)]
pub struct Document {
    pub id: DocumentId,
    /// As shown to people, relative to what the user asked to review.
    pub path: Utf8PathBuf,
    pub text: String,
    /// Set when this text is the value of a scalar of another document.
    pub embedding: Option<Embedding>,
    /// True for words of a command line, which stand in no file; `path` and `text` are the words.
    pub(crate) is_flag: bool,
    /// First of the origins reserved for the values written in this document.
    pub(crate) base: u32,
    /// Byte ranges of those values, in the order in which the parser met them.
    pub(crate) spans: OnceLock<Spans>,
    /// Offsets at which lines begin, found when the first place is asked for.
    pub(crate) line_starts: OnceLock<Box<[u32]>>,
}

/// How a text inside a text maps back to the text around it.
#[derive(Debug, Clone)]
pub struct Embedding {
    /// The scalar that holds the text.
    pub scalar: OriginId,
    /// The document and byte range of that scalar.
    pub outer: Span,
    /// Where runs of equal bytes begin, in ascending order of their inner offsets. Empty when the
    /// scalar is folded or escaped, so that only the whole scalar can be named.
    pub runs: Vec<Run>,
}

/// Bytes of a text inside a text that have one source, up to the next run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// The first byte, in the inner text.
    pub inner: u32,
    pub source: RunSource,
}

/// Where bytes of a text inside a text come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunSource {
    /// They stand in a text as they are, from this byte on.
    Text(DocumentId, u32),
    /// A value, whole or in part, that nothing printed yet; [`OriginId::NONE`] for what nobody
    /// wrote.
    Value(OriginId),
    /// The same, printed by what stands at this byte of a text.
    Printed(OriginId, DocumentId, u32),
}

impl RunSource {
    /// The source of what begins `by` bytes later.
    fn after(self, by: u32) -> Self {
        match self {
            Self::Text(document, place) => Self::Text(document, place + by),
            value => value,
        }
    }

    /// The place in a text, and true where what stands there printed something else.
    fn place(self) -> Option<(DocumentId, u32, bool)> {
        match self {
            Self::Text(document, place) => Some((document, place, false)),
            Self::Printed(_, document, place) => Some((document, place, true)),
            Self::Value(_) => None,
        }
    }
}

impl Document {
    #[must_use]
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// The position of a byte offset, as [`Position::of`] counts it, without counting all lines
    /// again for every place. A flag has no lines: both numbers are 0.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        if self.is_flag {
            return Position { line: 0, column: 0 };
        }
        let starts = self.line_starts.get_or_init(|| line_starts(&self.text));
        let line = starts.partition_point(|&start| start <= offset).max(1);
        let start = starts[line - 1];
        let within = Position::of(&self.text[start as usize..], offset.saturating_sub(start));
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        Position { line, column: within.column }
    }

    /// The range of a value that was met in this document, without asking which document has it.
    #[must_use]
    pub fn span(&self, id: OriginId) -> Option<Span> {
        let number = id.distance_from(self.origin(0));
        let (start, end) = self.spans.get()?.get(number)?;
        Some(Span { document: self.id, start, end })
    }

    /// The origin of the `index`-th value that the parser meets; for hot loops that hold the
    /// document, where [`crate::Origins::written`] would look it up each time.
    #[must_use]
    pub fn origin(&self, index: u32) -> OriginId {
        OriginId::written(self.base + index)
    }
}

impl Embedding {
    /// The outer range that holds the inner range. Where only its beginning stands somewhere as it
    /// is, or was printed there, that place; where nothing does, the whole scalar.
    #[must_use]
    pub fn outward(&self, start: u32, end: u32) -> Span {
        let Some((document, outer, is_printed)) = self.place(start) else { return self.outer };
        // The end of a range belongs to the run of its last byte, not to the run after it.
        let last = end.checked_sub(1).filter(|&it| it >= start && !is_printed);
        let outer_end = match last.map(|it| self.place(it)) {
            Some(Some((same, last, false))) if same == document && last >= outer => last + 1,
            _ => outer,
        };
        Span { document, start: outer, end: outer_end }
    }

    /// True where an inner byte stands nowhere as it is, because something printed it.
    pub(crate) fn is_printed(&self, inner: u32) -> bool {
        !self.runs.is_empty() && self.place(inner).is_none_or(|it| it.2)
    }

    fn place(&self, inner: u32) -> Option<(DocumentId, u32, bool)> {
        let run = self.runs.partition_point(|it| it.inner <= inner).checked_sub(1)?;
        let Run { inner: at, source } = self.runs[run];
        source.after(inner - at).place()
    }

    /// What a range comes from, where that is one run.
    pub(crate) fn source(&self, start: u32, end: u32) -> Option<RunSource> {
        let next = self.runs.partition_point(|it| it.inner <= start);
        let run = self.runs.get(next.checked_sub(1)?)?;
        let is_whole = self.runs.get(next).is_none_or(|it| it.inner >= end.max(start + 1));
        is_whole.then(|| run.source.after(start - run.inner))
    }

    /// The sources of a range: for each run of it, what it comes from, and how long it is.
    pub(crate) fn sources(&self, start: u32, end: u32) -> impl Iterator<Item = (RunSource, u32)> {
        let first = self.runs.partition_point(|it| it.inner <= start).saturating_sub(1);
        let ends = self.runs.iter().skip(first + 1).map(|it| it.inner);
        let runs = self.runs.iter().skip(first).zip(ends.chain(std::iter::once(u32::MAX)));
        runs.take_while(move |(run, _)| run.inner < end.max(start + 1)).map(move |(run, until)| {
            let from = start.max(run.inner);
            let source = run.source.after(from.saturating_sub(run.inner));
            (source, until.min(end).saturating_sub(from))
        })
    }
}

fn line_starts(text: &str) -> Box<[u32]> {
    let breaks = memchr::memchr_iter(b'\n', text.as_bytes());
    // Documents are smaller than a gibibyte.
    let after = breaks.map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX));
    std::iter::once(0).chain(after).collect()
}

#[cfg(test)]
mod tests {

    use crate::{Origins, Position};

    #[test]
    fn places_are_counted_the_same_with_and_without_an_index() {
        let text = "\u{feff}a: 1\r\nüb: 2\n\n  c: 3";
        let origins = Origins::new();
        let id = origins.add_document("a.yaml".into(), text.into()).unwrap();
        let document = origins.document(id);
        for offset in 0..=u32::try_from(text.len()).unwrap() + 3 {
            assert_eq!(document.position(offset), Position::of(text, offset), "at {offset}");
        }
    }
}
