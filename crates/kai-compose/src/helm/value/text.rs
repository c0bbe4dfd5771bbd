//! Texts whose parts remember where they came from.

use std::borrow::Cow;
use std::ops::{Deref, Range};
use std::rc::Rc;
use std::sync::Arc;

use kai_core::{Document, DocumentId, OriginId, Origins, Role, Span};
use kai_syntax::go_template::bytes;

use super::bounds;

/// A text of a running template. Cutting, indenting and joining keep the source of every part.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    text: Content,
    parts: Parts,
}

/// The bytes of a text, never copied.
#[derive(Debug, Clone)]
enum Content {
    Made(Rc<str>),
    /// Put together, in the memory in which it grew.
    Grown(Rc<String>),
    /// All of a file.
    Written(Arc<Document>),
}

impl Deref for Content {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Made(text) => text,
            Self::Grown(text) => text,
            Self::Written(document) => &document.text,
        }
    }
}

/// Where a part of a text came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Written in a template, from this byte on.
    Template { document: DocumentId, start: u32 },
    /// A value that no action printed yet, whole or in part.
    Value(OriginId),
    /// A value that the action at this byte of a template printed, whole or in part.
    Printed { origin: OriginId, document: DocumentId, start: u32 },
}

/// What is being printed: where, and what fed it where it has no origin of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printing {
    pub(crate) document: DocumentId,
    pub(crate) start: u32,
    pub(crate) fed_by: OriginId,
}

/// A part, which begins where the one before it ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    /// The byte after its last one.
    pub(crate) end: u32,
    pub(crate) source: Source,
}

#[derive(Debug, Clone)]
enum Parts {
    Whole(Part),
    Several(Rc<[Part]>),
}

impl Parts {
    fn of(parts: Vec<Part>) -> Self {
        match parts.as_slice() {
            [] => Self::Whole(Part { end: 0, source: Source::Value(OriginId::NONE) }),
            [one] => Self::Whole(*one),
            _ => Self::Several(parts.into()),
        }
    }
}

impl Text {
    /// A text that has one source.
    pub(crate) fn new(text: impl Into<Rc<str>>, origin: OriginId) -> Self {
        Self::with_source(Content::Made(text.into()), Source::Value(origin))
    }

    /// All of a file, where people find every part of it.
    pub(crate) fn written(document: &Arc<Document>) -> Self {
        let source = Source::Template { document: document.id, start: 0 };
        Self::with_source(Content::Written(Arc::clone(document)), source)
    }

    /// A text that nobody wrote.
    pub(crate) fn plain(text: impl Into<Rc<str>>) -> Self {
        Self::new(text, OriginId::NONE)
    }

    fn with_source(text: Content, source: Source) -> Self {
        let end = offset(text.len());
        Self { text, parts: Parts::Whole(Part { end, source }) }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// What Go holds: any bytes.
    pub(crate) fn bytes(&self) -> Cow<'_, [u8]> {
        bytes::of_text(self.as_str())
    }

    pub(crate) fn parts(&self) -> &[Part] {
        match &self.parts {
            Parts::Whole(part) => std::slice::from_ref(part),
            Parts::Several(parts) => parts,
        }
    }

    /// Where one of its bytes stands in a template, if it was written there.
    pub(crate) fn place(&self, at: u32) -> Option<(DocumentId, u32)> {
        let parts = self.parts();
        let part = parts.partition_point(|it| it.end <= at);
        let start = part.checked_sub(1).map_or(0, |it| parts[it].end);
        match parts.get(part)?.source.after((at - start) as usize) {
            Source::Template { document, start } => Some((document, start)),
            Source::Value(_) | Source::Printed { .. } => None,
        }
    }

    /// Where the template stands that wrote one of its bytes, or the action that printed it.
    pub(crate) fn written_at(&self, at: usize) -> Option<Span> {
        let at = offset(at);
        let part = self.parts().get(self.parts().partition_point(|it| it.end <= at))?;
        let (document, start) = match part.source {
            Source::Printed { document, start, .. } => (document, start),
            _ => self.place(at)?,
        };
        Some(Span { document, start, end: start })
    }

    /// True where nobody wrote any of it, and no action printed it yet.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.parts(), [Part { source: Source::Value(OriginId::NONE), .. }])
    }

    /// The origin of the text as one value: that of its only part, or a step that joins them.
    pub(crate) fn origin(&self, origins: &Origins) -> OriginId {
        let mut values: Vec<_> = self.parts().iter().filter_map(|it| it.source.value()).collect();
        values.dedup();
        match values.as_slice() {
            [] => OriginId::NONE,
            [one] => *one,
            several => origins.derived(Role::Computed, None, several),
        }
    }

    /// The bytes of a range, which must lie between characters.
    pub(crate) fn slice(&self, range: Range<usize>) -> Self {
        if range == (0..self.text.len()) {
            return self.clone();
        }
        let (text, parts) = self.piece(range);
        Self { text: Content::Made(text.into()), parts: Parts::of(parts) }
    }

    /// The bytes of a range, in the same memory where nobody else needs it. Nothing is left.
    pub(crate) fn take(&mut self, range: Range<usize>) -> String {
        let text = std::mem::replace(&mut self.text, Content::Made("".into()));
        self.parts = Parts::of(Vec::new());
        let text = match text {
            Content::Grown(text) => Rc::try_unwrap(text).map_err(Content::Grown),
            text => Err(text),
        };
        match text {
            Ok(mut text) => {
                text.truncate(range.end);
                text.drain(..range.start);
                text
            }
            Err(text) => text[range].to_owned(),
        }
    }

    /// The same without a text of its own.
    pub(crate) fn piece(&self, range: Range<usize>) -> (&str, Vec<Part>) {
        let start = range.start;
        let parts = self
            .parts_in(range.clone())
            .map(|(to, source)| Part { end: offset(to - start), source });
        (&self.text[range], parts.collect())
    }

    /// The parts of a range, each with the byte after its last one in this text.
    fn parts_in(&self, range: Range<usize>) -> impl Iterator<Item = (usize, Source)> {
        let parts = self.parts();
        let first = parts.partition_point(|it| it.end as usize <= range.start);
        let mut at = first.checked_sub(1).map_or(0, |it| parts[it].end as usize);
        let mut is_done = range.is_empty();
        parts[first..].iter().map_while(move |it| {
            if is_done {
                return None;
            }
            let source = it.source.after(range.start.saturating_sub(at));
            at = it.end as usize;
            is_done = at >= range.end;
            Some((at.min(range.end), source))
        })
    }

    /// Another text made of this one as a whole.
    pub(crate) fn changed(&self, text: impl Into<Rc<str>>, origins: &Origins) -> Self {
        Self::new(text, self.origin(origins))
    }

    /// A text in which nothing of this one is left, and which changes with every part of it.
    pub(crate) fn digested(&self, text: impl Into<Rc<str>>, origins: &Origins) -> Self {
        let (mut start, mut parents) = (0, Vec::new());
        for part in self.parts() {
            match part.source {
                Source::Value(OriginId::NONE) => {}
                Source::Printed { origin: OriginId::NONE, .. } => {}
                Source::Value(origin) | Source::Printed { origin, .. } => parents.push(origin),
                Source::Template { document, start: from } => {
                    let end = from + (part.end - start);
                    parents.push(origins.mark(Span { document, start: from, end }));
                }
            }
            start = part.end;
        }
        parents.dedup();
        match parents.as_slice() {
            [] => Self::plain(text),
            several => Self::new(text, origins.derived(Role::Computed, None, several)),
        }
    }
}

impl Source {
    fn value(self) -> Option<OriginId> {
        match self {
            Self::Value(OriginId::NONE) | Self::Printed { origin: OriginId::NONE, .. } => None,
            Self::Value(origin) | Self::Printed { origin, .. } => Some(origin),
            Self::Template { .. } => None,
        }
    }

    /// The source of what is printed, unless an action inside has printed it before.
    fn printed(self, printing: Option<Printing>) -> Self {
        let (Self::Value(origin), Some(Printing { document, start, fed_by })) = (self, printing)
        else {
            return self;
        };
        let origin = if origin == OriginId::NONE { fed_by } else { origin };
        Self::Printed { origin, document, start }
    }

    /// The source of what begins `by` bytes later.
    fn after(self, by: usize) -> Self {
        match self {
            Self::Template { document, start } => {
                Self::Template { document, start: start + offset(by) }
            }
            value => value,
        }
    }
}

/// From here on, new memory and a copy cost more than what a text has grown too large.
const LONG: usize = 4096;

/// A text that grows, part by part.
#[derive(Debug, Default)]
pub(crate) struct TextBuilder {
    text: String,
    parts: Vec<Part>,
    /// Set while an action prints.
    printing: Option<Printing>,
}

impl TextBuilder {
    /// With room for so many bytes and parts.
    pub(crate) fn with_room(bytes: usize, parts: usize) -> Self {
        let text = String::with_capacity(bytes);
        Self { text, parts: Vec::with_capacity(parts), printing: None }
    }

    /// Adds what an action prints.
    pub(crate) fn print(&mut self, printing: Option<Printing>, print: impl FnOnce(&mut Self)) {
        self.printing = printing;
        print(self);
        self.printing = None;
    }

    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    pub(crate) fn push(&mut self, text: &str, source: Source) {
        if text.is_empty() || !bounds::may_grow(self.text.len(), text.len()) {
            return;
        }
        let start = self.text.len();
        self.text.push_str(text);
        self.extend(start, self.text.len(), source.printed(self.printing));
    }

    /// Text that nobody wrote.
    pub(crate) fn push_plain(&mut self, text: &str) {
        self.push(text, Source::Value(OriginId::NONE));
    }

    pub(crate) fn push_text(&mut self, text: &Text) {
        self.push_slice(text, 0..text.text.len());
    }

    /// The bytes of a range of another text, which must lie between characters.
    pub(crate) fn push_slice(&mut self, text: &Text, range: Range<usize>) {
        let start = self.text.len();
        let mut parts = text.parts_in(range.clone());
        let Some((to, source)) = parts.next() else { return };
        if !bounds::may_grow(start, range.len()) {
            return;
        }
        self.text.push_str(&text.text[range.clone()]);
        let printing = self.printing;
        self.extend(start, start + to - range.start, source.printed(printing));
        // Parts of one text never go on from the one before.
        let rest = parts.map(|(to, source)| Part {
            end: offset(start + to - range.start),
            source: source.printed(printing),
        });
        self.parts.extend(rest);
    }

    /// Gives what lies from `start` to `end` its source, as one part with what precedes it where it
    /// goes on from there.
    fn extend(&mut self, start: usize, end: usize, source: Source) {
        let end = offset(end);
        let begin = match self.parts.len() {
            0 => 0,
            1 => 0,
            count => self.parts[count - 2].end as usize,
        };
        if let Some(last) = self.parts.last_mut()
            && last.source.after(start - begin) == source
        {
            last.end = end;
            return;
        }
        self.parts.push(Part { end, source });
    }

    pub(crate) fn finish(self) -> Text {
        let text = match self.text.len() {
            ..LONG => Content::Made(self.text.into()),
            _ => Content::Grown(Rc::new(self.text)),
        };
        Text { text, parts: Parts::of(self.parts) }
    }

    /// The text and its parts, for a finished file.
    pub(crate) fn into_parts(self) -> (String, Vec<Part>) {
        (self.text, self.parts)
    }
}

fn offset(length: usize) -> u32 {
    // Output is bounded far below this.
    u32::try_from(length).unwrap_or(u32::MAX)
}
