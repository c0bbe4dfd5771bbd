//! One document's tree, event by event.

use std::sync::Arc;

use granit_parser::{Event, ScalarStyle as WrittenStyle, Span, StructureStyle, Tag};
use kai_core::{
    Document, Entry, Lookup, Map, Node, OriginId, Reason, Scalar, ScalarKind, ScalarStyle, SmolStr,
    Unknown, Value,
};

use super::duplicates::{Repeated, join};
use super::parse::offset;
use super::ranges;
use super::refusal::Refusal;
use super::scalar::{key_text, typed};
use crate::TemplateKind;
use crate::depth::MAX_DEPTH;

/// A document's root and its bytes.
pub(super) type Root = (Node, (u32, u32));

/// What a document that could be read came to.
pub(super) struct Finished {
    pub root: Option<Root>,
    pub repeated: Vec<Repeated>,
    pub template: Option<TemplateKind>,
}

/// Builds trees. Finished values wait on two stacks shared by all open collections, so that every
/// collection is allocated once, in its final size.
pub(super) struct Builder<'a> {
    text: &'a str,
    /// What gives values their origins; none where nobody asks for them.
    document: Option<&'a Document>,
    spans: Vec<(u32, u32)>,
    frames: Vec<Frame>,
    nodes: Vec<Node>,
    entries: Vec<Entry>,
    merges: Vec<Node>,
    anchors: Lookup<usize, Anchored>,
    root: Option<Root>,
    repeated: Vec<Repeated>,
    /// The template's hole that the parser takes for mappings in mappings, while it lasts.
    hole: Option<Hole>,
    /// The holes of this document, in the language of the first.
    template: Option<TemplateKind>,
    /// Where the last token ended.
    cursor: usize,
    /// Where the last value ended, without the blank lines after it.
    content_end: usize,
    counts: Counts,
}

/// An open collection.
struct Frame {
    kind: FrameKind,
    /// Its number among the values of the document.
    number: u32,
    anchor: usize,
    /// Values counted when it opened.
    before: u64,
    /// The deepest level reached inside.
    reached: u32,
}

enum FrameKind {
    Seq { first: usize, block: bool },
    Map { first: usize, first_merge: usize, key: Key },
}

/// What the mapping waits for.
enum Key {
    Awaited,
    Text(SmolStr, OriginId),
    Merge(usize),
}

struct Anchored {
    node: Node,
    /// Values in the subtree, aliases expanded.
    count: u64,
    /// Levels below it.
    height: u32,
}

/// `{{ … }}` in place of a value.
struct Hole {
    start: usize,
    anchor: usize,
    open: u32,
}

/// As go-yaml counts them to tell an alias bomb from ordinary sharing.
#[derive(Default)]
struct Counts {
    all: u64,
    from_aliases: u64,
}

impl<'a> Builder<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        let spans = Vec::with_capacity(document.text.len() / 12 + 4);
        Self { document: Some(document), spans, ..Self::without_origins(&document.text) }
    }

    pub(super) fn without_origins(text: &'a str) -> Self {
        Self {
            text,
            document: None,
            spans: Vec::new(),
            frames: Vec::new(),
            nodes: Vec::new(),
            entries: Vec::new(),
            merges: Vec::new(),
            anchors: Lookup::new(),
            root: None,
            repeated: Vec::new(),
            hole: None,
            template: None,
            cursor: 0,
            content_end: 0,
            counts: Counts::default(),
        }
    }

    pub(super) fn into_spans(mut self) -> Vec<(u32, u32)> {
        self.spans.shrink_to_fit();
        self.spans
    }

    pub(super) fn start_document(&mut self, at: usize) {
        self.abandon_document();
        self.cursor = at;
        self.content_end = at;
    }

    /// The finished root, unless the document is empty.
    pub(super) fn end_document(&mut self) -> Finished {
        Finished {
            root: self.root.take().filter(|(_, (start, end))| start < end),
            repeated: std::mem::take(&mut self.repeated),
            template: self.template.take(),
        }
    }

    /// Something ends here that is no value of the tree.
    pub(super) fn pass(&mut self, end: usize) {
        self.content_end = end;
    }

    pub(super) fn abandon_document(&mut self) {
        self.frames.clear();
        self.nodes.clear();
        self.entries.clear();
        self.merges.clear();
        self.anchors = Lookup::new();
        self.root = None;
        self.repeated.clear();
        self.hole = None;
        self.template = None;
        self.counts = Counts::default();
    }

    pub(super) fn event(&mut self, event: Event<'_>, span: &Span) -> Result<(), Refusal> {
        if self.hole.is_some() {
            return self.inside_hole(&event, span);
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(&text, style, anchor, tag.as_deref(), span)
            }
            Event::SequenceStart(style, anchor, _) => {
                self.open(false, style == StructureStyle::Block, anchor, span)
            }
            Event::MappingStart(style, anchor, _) => {
                self.open(true, style == StructureStyle::Block, anchor, span)
            }
            Event::SequenceEnd => self.close_seq(bracket_end(span)),
            Event::MappingEnd => self.close_map(bracket_end(span)),
            Event::Alias(anchor) => self.alias_at(anchor, (offset(&span.start), offset(&span.end))),
            _ => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: WrittenStyle,
        anchor: usize,
        tag: Option<&Tag>,
        span: &Span,
    ) -> Result<(), Refusal> {
        let (start, end) = self.scalar_range(style, span);
        // The parser writes an absent value as `~`.
        let text = if style == WrittenStyle::Plain && start == end { "" } else { text };
        self.scalar_at(text, style_of(style), anchor, tag, (start, end))
    }

    /// A scalar that covers these bytes.
    pub(super) fn scalar_at(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        (start, end): (usize, usize),
    ) -> Result<(), Refusal> {
        self.content_end = end;
        let (kind, text) = typed(text, style, tag).map_err(|message| Refusal {
            at: start,
            message,
            remedy: "correct the value or its tag",
        })?;
        self.counts.all += 1;
        if self.awaits_key() {
            let is_merge = style == ScalarStyle::Plain && text == "<<";
            return self.key(&text, kind, anchor, is_merge, (start, end));
        }
        let scalar = Scalar { text: SmolStr::new(&text), kind, style };
        let origin = self.number_value(start, end);
        let node = Node::new(Value::Scalar(scalar), origin);
        self.remember(anchor, &node, 1, 0);
        self.finished(node, (start, end))
    }

    fn scalar_range(&mut self, style: WrittenStyle, span: &Span) -> (usize, usize) {
        let (start, end) = (offset(&span.start), offset(&span.end));
        let range = match style {
            WrittenStyle::Literal | WrittenStyle::Folded => {
                let indicator = if style == WrittenStyle::Literal { b"|" } else { b">" };
                let start = ranges::find_indicator(self.text.as_bytes(), self.cursor, indicator)
                    .unwrap_or(start);
                (start, ranges::without_trailing_space(self.text.as_bytes(), start, end.max(start)))
            }
            WrittenStyle::Plain if start == end => {
                let place = ranges::absent_value(self.text.as_bytes(), self.cursor, start);
                (place, place)
            }
            _ => (start, end),
        };
        self.cursor = self.cursor.max(end).max(range.1);
        range
    }

    /// Gives the value met next its number, and so its origin.
    fn number_value(&mut self, start: usize, end: usize) -> OriginId {
        let number = self.next_number();
        self.spans.push((clamp(start), clamp(end)));
        self.origin(number)
    }

    fn origin(&self, number: u32) -> OriginId {
        self.document.map_or(OriginId::NONE, |it| it.origin(number))
    }

    fn next_number(&self) -> u32 {
        clamp(self.spans.len())
    }

    fn awaits_key(&self) -> bool {
        matches!(
            self.frames.last(),
            Some(Frame { kind: FrameKind::Map { key: Key::Awaited, .. }, .. })
        )
    }

    fn key(
        &mut self,
        text: &str,
        kind: ScalarKind,
        anchor: usize,
        is_merge: bool,
        (start, end): (usize, usize),
    ) -> Result<(), Refusal> {
        let text = key_text(text, kind).ok_or_else(|| Refusal {
            at: start,
            message: "a mapping has a null key, which JSON and so Kubernetes cannot hold".into(),
            remedy: "give the key a name, or quote it",
        })?;
        let origin = self.number_value(start, end);
        let key = SmolStr::new(&text);
        if anchor != 0 {
            self.remember(anchor, &Node::string(key.clone(), origin), 1, 0);
        }
        self.set_key(if is_merge { Key::Merge(start) } else { Key::Text(key, origin) });
        Ok(())
    }

    fn set_key(&mut self, new: Key) {
        if let Some(Frame { kind: FrameKind::Map { key, .. }, .. }) = self.frames.last_mut() {
            *key = new;
        }
    }

    fn open(&mut self, map: bool, block: bool, anchor: usize, span: &Span) -> Result<(), Refusal> {
        let mark = offset(&span.start);
        if self.awaits_key() {
            return Err(Refusal {
                at: mark,
                message: "a mapping or sequence stands as a key, which Kubernetes cannot read"
                    .into(),
                remedy: "use a plain text as the key; quote it if it is a placeholder",
            });
        }
        if map && !block && self.text[mark..].starts_with("{{") && self.depth() < MAX_DEPTH {
            self.hole = Some(Hole { start: mark, anchor, open: 1 });
            return Ok(());
        }
        let start = if block && !map { self.dash(mark) } else { mark };
        self.cursor = self.cursor.max(if block && !map { start + 1 } else { offset(&span.end) });
        self.open_at(map, block, anchor, start)
    }

    /// A collection that begins at this byte.
    pub(super) fn open_at(
        &mut self,
        map: bool,
        block: bool,
        anchor: usize,
        start: usize,
    ) -> Result<(), Refusal> {
        if self.depth() >= MAX_DEPTH {
            return Err(too_deep(start));
        }
        let number = self.next_number();
        self.number_value(start, start);
        let before = self.counts.all;
        self.counts.all += 1;
        let kind = if map {
            FrameKind::Map {
                first: self.entries.len(),
                first_merge: self.merges.len(),
                key: Key::Awaited,
            }
        } else {
            FrameKind::Seq { first: self.nodes.len(), block }
        };
        let reached = self.depth() + 1;
        self.frames.push(Frame { kind, number, anchor, before, reached });
        Ok(())
    }

    /// Waits for the end of what only looks like mappings.
    fn inside_hole(&mut self, event: &Event<'_>, span: &Span) -> Result<(), Refusal> {
        let Some(hole) = &mut self.hole else { return Ok(()) };
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => hole.open += 1,
            Event::MappingEnd | Event::SequenceEnd => hole.open -= 1,
            _ => {}
        }
        if hole.open > 0 {
            return Ok(());
        }
        let (start, end, anchor) = (hole.start, offset(&span.end), hole.anchor);
        self.hole = None;
        self.cursor = self.cursor.max(end);
        self.content_end = end;
        if self.frames.is_empty() {
            return Err(Refusal {
                at: start,
                message: "a template's mark stands where a document should be".into(),
                remedy: "give the rendered text",
            });
        }
        let text = self.text.get(start..end).unwrap_or_default();
        self.template = self.template.or_else(|| TemplateKind::of(text));
        let unknown = Unknown { reason: Reason::Templated, text: SmolStr::new(text) };
        let origin = self.number_value(start, end);
        let node = Node::new(Value::Unknown(Arc::new(unknown)), origin);
        self.counts.all += 1;
        self.remember(anchor, &node, 1, 0);
        self.finished(node, (start, end))
    }

    /// The first dash of a block sequence. An item of a sequence has its own dash before it.
    fn dash(&self, mark: usize) -> usize {
        let own = matches!(
            self.frames.last(),
            Some(Frame { kind: FrameKind::Seq { first, block: true }, .. }) if self.nodes.len() > *first
        );
        let mut from = self.cursor;
        if own {
            from =
                ranges::find_indicator(self.text.as_bytes(), from, b"-").map_or(from, |at| at + 1);
        }
        ranges::find_indicator(self.text.as_bytes(), from, b"-").unwrap_or(mark)
    }

    fn depth(&self) -> u32 {
        clamp(self.frames.len())
    }

    /// Ends a sequence, whose bracket ends here if it has one.
    pub(super) fn close_seq(&mut self, end: Option<usize>) -> Result<(), Refusal> {
        let Some(frame) = self.frames.pop() else { return Ok(()) };
        let FrameKind::Seq { first, .. } = frame.kind else { return Ok(()) };
        let items = self.nodes.split_off(first);
        let range = self.close_range(frame.number, end);
        let node = Node::seq(items, self.origin(frame.number));
        self.close(&frame, node, range)
    }

    /// Ends a mapping, whose bracket ends here if it has one.
    pub(super) fn close_map(&mut self, end: Option<usize>) -> Result<(), Refusal> {
        let Some(frame) = self.frames.pop() else { return Ok(()) };
        let FrameKind::Map { first, first_merge, .. } = frame.kind else { return Ok(()) };
        let mut entries = self.entries.split_off(first);
        let merges = self.merges.split_off(first_merge);
        let range = self.close_range(frame.number, end);
        join(&mut entries, &merges, |it| self.repeated.push(it));
        let node = Node::map(Map::from_entries(entries), self.origin(frame.number));
        self.close(&frame, node, range)
    }

    fn close_range(&mut self, number: u32, end: Option<usize>) -> (usize, usize) {
        if let Some(end) = end {
            self.cursor = self.cursor.max(end);
            self.content_end = end;
        }
        let place = &mut self.spans[number as usize];
        place.1 = clamp(self.content_end).max(place.0);
        (place.0 as usize, place.1 as usize)
    }

    fn close(&mut self, frame: &Frame, node: Node, range: (usize, usize)) -> Result<(), Refusal> {
        if let Some(parent) = self.frames.last_mut() {
            parent.reached = parent.reached.max(frame.reached);
        }
        let height = frame.reached - self.depth();
        self.remember(frame.anchor, &node, self.counts.all - frame.before, height);
        self.finished(node, range)
    }

    fn remember(&mut self, anchor: usize, node: &Node, count: u64, height: u32) {
        if anchor != 0 {
            self.anchors.insert(anchor, Anchored { node: node.clone(), count, height });
        }
    }

    /// An alias that covers these bytes.
    pub(super) fn alias_at(
        &mut self,
        anchor: usize,
        (start, end): (usize, usize),
    ) -> Result<(), Refusal> {
        self.cursor = self.cursor.max(end);
        self.content_end = end;
        let Some(target) = self.anchors.get(&anchor) else {
            return Err(Refusal {
                at: start,
                message: "an alias stands inside the value that it repeats".into(),
                remedy: "write the value out where it is repeated",
            });
        };
        let (node, count, height) = (target.node.clone(), target.count, target.height);
        self.counts.all = self.counts.all.saturating_add(count);
        self.counts.from_aliases = self.counts.from_aliases.saturating_add(count);
        if self.counts.are_a_bomb() {
            return Err(Refusal {
                at: start,
                message: "aliases repeat so much that Kubernetes refuses this document".into(),
                remedy: "write values out instead of repeating aliases of aliases",
            });
        }
        let depth = self.depth();
        if depth + height > MAX_DEPTH {
            return Err(too_deep(start));
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.reached = frame.reached.max(depth + height);
        }
        if self.awaits_key() {
            return self.alias_key(&node, start);
        }
        self.finished(node, (start, end))
    }

    fn alias_key(&mut self, node: &Node, at: usize) -> Result<(), Refusal> {
        let text = node.as_scalar().and_then(|it| key_text(&it.text, it.kind));
        let text = text.ok_or_else(|| Refusal {
            at,
            message: "an alias to something other than a text stands as a key".into(),
            remedy: "use a plain text as the key",
        })?;
        self.set_key(Key::Text(SmolStr::new(&text), node.origin));
        Ok(())
    }

    /// Hands a finished value to the collection around it.
    fn finished(&mut self, node: Node, range: (usize, usize)) -> Result<(), Refusal> {
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some((node, (clamp(range.0), clamp(range.1))));
            return Ok(());
        };
        match &mut frame.kind {
            FrameKind::Seq { .. } => self.nodes.push(node),
            FrameKind::Map { key, .. } => match std::mem::replace(key, Key::Awaited) {
                Key::Text(key, key_origin) => self.entries.push(Entry { key, key_origin, node }),
                Key::Merge(at) => self.merge(node, at)?,
                Key::Awaited => {}
            },
        }
        Ok(())
    }

    fn merge(&mut self, node: Node, at: usize) -> Result<(), Refusal> {
        let is_mergeable = match &node.value {
            Value::Map(_) => true,
            Value::Seq(items) => items.iter().all(|it| it.as_map().is_some()),
            _ => false,
        };
        if !is_mergeable {
            return Err(Refusal {
                at,
                message: "the merge key `<<` has a value that is no mapping".into(),
                remedy: "merge an alias to a mapping, or a list of such aliases",
            });
        }
        self.merges.push(node);
        Ok(())
    }
}

impl Counts {
    /// The rule of go-yaml's `decode.go` (`allowedAliasRatio`): small documents may come from
    /// aliases almost entirely, large ones by a tenth.
    #[expect(clippy::cast_precision_loss, reason = "a ratio of counts needs no last digit")]
    fn are_a_bomb(&self) -> bool {
        const LOW: u64 = 400_000;
        const HIGH: u64 = 4_000_000;
        let allowed = if self.all <= LOW {
            0.99
        } else if self.all >= HIGH {
            0.10
        } else {
            0.99 - 0.89 * ((self.all - LOW) as f64 / (HIGH - LOW) as f64)
        };
        let ratio = self.from_aliases as f64 / self.all as f64;
        self.from_aliases > 100 && self.all > 1000 && ratio > allowed
    }
}

/// Where the bracket ends that closes a flow collection.
fn bracket_end(span: &Span) -> Option<usize> {
    let (start, end) = (offset(&span.start), offset(&span.end));
    (start < end).then_some(end)
}

fn too_deep(at: usize) -> Refusal {
    Refusal {
        at,
        message: format!("values are nested more than {MAX_DEPTH} levels deep"),
        remedy: "flatten the document",
    }
}

fn style_of(style: WrittenStyle) -> ScalarStyle {
    match style {
        WrittenStyle::Plain => ScalarStyle::Plain,
        WrittenStyle::SingleQuoted => ScalarStyle::SingleQuoted,
        WrittenStyle::DoubleQuoted => ScalarStyle::DoubleQuoted,
        WrittenStyle::Literal => ScalarStyle::Literal,
        WrittenStyle::Folded => ScalarStyle::Folded,
    }
}

/// A document that is registered is shorter than a gibibyte.
fn clamp(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
