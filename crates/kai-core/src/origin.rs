//! Where every value comes from.
//!
//! An [`OriginId`] is a number: copying an origin is copying a `u32`. The lower half of the
//! numbers names values as written (each document reserves a range and keeps one byte range per
//! value); the upper half names steps that a composer took (a patch, a prefix, a generator), each
//! with the origins that it combined. Ids depend on scheduling and have no order on purpose:
//! sort by [`Origins::location`] instead.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use camino::Utf8PathBuf;

use crate::{
    Document, DocumentId, Embedding, Location, LocationRole, Lookup, Position, Run, RunSource,
    Span, Spans,
};

/// A value's origin, an index into [`Origins`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OriginId(u32);

const STEP: u32 = 1 << 31;

impl OriginId {
    /// No origin at all: only for trees that tests and tools build by hand.
    pub const NONE: Self = Self(u32::MAX);

    /// How many values after `first`, an origin of the same document, this one was met.
    #[must_use]
    pub const fn distance_from(self, first: Self) -> u32 {
        self.0.wrapping_sub(first.0)
    }

    /// The number itself, for readers that hand values through somebody else's types.
    #[must_use]
    pub const fn to_bits(self) -> u32 {
        self.0
    }

    /// What [`OriginId::to_bits`] gave.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    pub(crate) const fn written(number: u32) -> Self {
        Self(number)
    }
}

/// What happened at one link of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The text says so.
    Written,
    /// A patch replaced or added it.
    Patched,
    /// A transformer (namespace, prefix, labels, images, replicas …) changed it.
    Transformed,
    /// A template's text produced it; its first parent is the place in what the template wrote.
    Templated,
    /// A function of a template computed it from other values.
    Computed,
    /// A values file gave it.
    Value,
    /// A variable gave it.
    Variable,
    /// A module's caller gave it.
    ModuleInput,
    /// A generator made it (a hash, a name, a file's content).
    Generated,
    /// The Kubernetes API fills it in when nothing is written.
    ApiDefault,
    /// The chart's default.
    ChartDefault,
    /// The provider's default.
    ProviderDefault,
}

/// One link of a chain.
#[derive(Debug, Clone)]
pub struct Origin {
    pub role: Role,
    /// The text that did it: the value itself when written, else the line of the patch, the
    /// transformer's field, or for a default the object that left the field out.
    pub span: Option<Span>,
    /// What the step read: the value before it, or the parts it joined, outermost last.
    pub parents: Vec<OriginId>,
}

#[derive(Debug)]
struct Step {
    role: Role,
    at: Option<OriginId>,
    parents: Parents,
    /// True when the text at `at` alone decides the value, so that editing it is the fix.
    replaces: bool,
}

/// Most steps have one parent, which needs no room of its own.
#[derive(Debug)]
enum Parents {
    One(OriginId),
    Several(Box<[OriginId]>),
}

impl Parents {
    fn of(parents: &[OriginId]) -> Self {
        match parents {
            [one] => Self::One(*one),
            several => Self::Several(several.into()),
        }
    }
}

impl std::ops::Deref for Parents {
    type Target = [OriginId];

    fn deref(&self) -> &[OriginId] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(several) => several,
        }
    }
}

/// Every document of a run and every step taken on their values. Append-only and shared by
/// threads; one per run.
#[derive(Debug, Default)]
pub struct Origins {
    documents: boxcar::Vec<Arc<Document>>,
    by_base: RwLock<BTreeMap<u32, DocumentId>>,
    next_base: AtomicU32,
    steps: boxcar::Vec<Step>,
}

impl Origins {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Registers a file. Returns `None` when the run would hold more than a gibibyte of text.
    pub fn add_document(&self, path: Utf8PathBuf, text: String) -> Option<DocumentId> {
        self.add(path, text, None, false)
    }

    /// An origin for what words of a command line set; people see the words as its place.
    pub fn flag(&self, words: &str) -> OriginId {
        let Some(id) = self.add(words.into(), words.into(), None, true) else {
            return OriginId::NONE;
        };
        self.set_spans(id, vec![(0, u32::try_from(words.len()).unwrap_or(u32::MAX))]);
        self.written(id, 0)
    }

    /// Registers a text that stands inside another one.
    pub fn add_embedded(
        &self,
        path: Utf8PathBuf,
        text: String,
        embedding: Embedding,
    ) -> Option<DocumentId> {
        self.add(path, text, Some(embedding), false)
    }

    fn add(
        &self,
        path: Utf8PathBuf,
        text: String,
        embedding: Option<Embedding>,
        is_flag: bool,
    ) -> Option<DocumentId> {
        // A text of n bytes holds at most 2n + 2 keys, scalars and collections.
        let room = u32::try_from(text.len()).ok()?.checked_mul(2)?.checked_add(2)?;
        let base = self
            .next_base
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |base| {
                base.checked_add(room).filter(|&end| end < STEP)
            })
            .ok()?;
        let mut id = DocumentId(0);
        self.documents.push_with(|index| {
            id = DocumentId(u32::try_from(index).expect("documents are fewer than bytes"));
            Arc::new(Document {
                id,
                path,
                text,
                embedding,
                is_flag,
                base,
                spans: OnceLock::new(),
                line_starts: OnceLock::new(),
            })
        });
        self.by_base.write().unwrap_or_else(PoisonError::into_inner).insert(base, id);
        Some(id)
    }

    /// Every document that was registered so far, in no order that means anything.
    pub fn documents(&self) -> impl Iterator<Item = &Arc<Document>> {
        self.documents.iter().map(|it| it.1)
    }

    /// The document with this id.
    #[must_use]
    pub fn document(&self, id: DocumentId) -> &Arc<Document> {
        &self.documents[id.0 as usize]
    }

    /// The origin of the `index`-th value that the parser meets in the document.
    #[must_use]
    pub fn written(&self, document: DocumentId, index: u32) -> OriginId {
        OriginId(self.document(document).base + index)
    }

    /// An origin for a place that no parser made a value of; none where the run is full.
    pub fn mark(&self, span: Span) -> OriginId {
        let Span { document, start, end } = span;
        let around = self.document(document);
        let text = around.text.get(start as usize..end as usize).unwrap_or_default().to_owned();
        let runs = vec![Run { inner: 0, source: RunSource::Text(document, start) }];
        let embedding = Embedding { scalar: OriginId::NONE, outer: span, runs };
        let Some(id) = self.add_embedded(around.path.clone(), text, embedding) else {
            return OriginId::NONE;
        };
        self.set_spans(id, vec![(0, end.saturating_sub(start))]);
        self.written(id, 0)
    }

    /// Stores the byte ranges of a document's values, once, after parsing it.
    pub fn set_spans(&self, document: DocumentId, spans: Vec<(u32, u32)>) {
        self.set_runs_of_spans(document, Spans::of_run(0, &spans));
    }

    /// The same where several readers each met a part of the values.
    pub fn set_runs_of_spans(&self, document: DocumentId, spans: Spans) {
        // A second parse of the same document finds the same ranges.
        let _ = self.document(document).spans.set(spans);
    }

    /// A step whose text at `at` alone decides the value; `before` is what it replaced.
    pub fn replaced(&self, role: Role, at: OriginId, before: Option<OriginId>) -> OriginId {
        self.push(Step {
            role,
            at: Some(at),
            parents: Parents::of(before.as_slice()),
            replaces: true,
        })
    }

    /// A step that computed the value from `parents` (a prefix and a name, a hash of a content).
    pub fn derived(&self, role: Role, at: Option<OriginId>, parents: &[OriginId]) -> OriginId {
        self.push(Step { role, at, parents: Parents::of(parents), replaces: false })
    }

    /// A value that nobody wrote; `object` is the object that left it out.
    pub fn defaulted(&self, role: Role, object: OriginId) -> OriginId {
        self.push(Step { role, at: Some(object), parents: Parents::of(&[]), replaces: false })
    }

    fn push(&self, step: Step) -> OriginId {
        let index = u32::try_from(self.steps.push(step)).expect("steps fit in 31 bits");
        assert!(index < STEP - 1, "a run takes fewer than two billion steps");
        OriginId(STEP | index)
    }

    fn step(&self, id: OriginId) -> Option<&Step> {
        (id != OriginId::NONE && id.0 & STEP != 0)
            .then(|| self.steps.get((id.0 & !STEP) as usize))
            .flatten()
    }

    /// The link that an id names.
    #[must_use]
    pub fn get(&self, id: OriginId) -> Origin {
        match self.step(id) {
            Some(step) => Origin {
                role: step.role,
                span: step.at.and_then(|it| self.span(it)),
                parents: step.parents.to_vec(),
            },
            None => Origin { role: Role::Written, span: self.span(id), parents: Vec::new() },
        }
    }

    /// What the value was before the last step, or the parts that the step joined.
    #[must_use]
    pub fn parents(&self, id: OriginId) -> &[OriginId] {
        self.step(id).map_or(&[], |step| &step.parents)
    }

    #[must_use]
    pub fn role(&self, id: OriginId) -> Role {
        self.step(id).map_or(Role::Written, |step| step.role)
    }

    /// True for what a template printed and nobody wrote: drawn by chance, a date, or derived from
    /// a password while it was rendered.
    #[must_use]
    pub fn is_generated(&self, id: OriginId) -> bool {
        self.role(id) == Role::Templated
            && self.chain(id).into_iter().any(|it| self.role(it) == Role::Generated)
    }

    /// The text to show for a value: what is written, or the line of the last step that touched
    /// it. Inside an embedded text, the span in that text.
    #[must_use]
    pub fn span(&self, id: OriginId) -> Option<Span> {
        if id == OriginId::NONE {
            return None;
        }
        if let Some(step) = self.step(id) {
            return match step.at {
                Some(at) => self.span(at),
                None => step.parents.iter().rev().find_map(|&it| self.span(it)),
            };
        }
        let by_base = self.by_base.read().unwrap_or_else(PoisonError::into_inner);
        let (_, &document) = by_base.range(..=id.0).next_back()?;
        self.document(document).span(id)
    }

    /// The literal text a human would change to change the value, mapped out of embedded texts;
    /// none where the value is computed, defaulted, or its bytes are not in the file as such.
    #[must_use]
    pub fn editable(&self, id: OriginId) -> Option<Span> {
        match self.step(id) {
            Some(step) if step.replaces => self.editable(step.at?),
            Some(_) => None,
            None => self.outermost_exact(self.span(id)?),
        }
    }

    fn outermost_exact(&self, span: Span) -> Option<Span> {
        let document = self.document(span.document);
        let Some(embedding) = &document.embedding else {
            return (!document.is_flag).then_some(span);
        };
        if embedding.is_printed(span.start) {
            return None;
        }
        let outer = embedding.outward(span.start, span.end);
        let inner_text = &document.text[span.start as usize..span.end as usize];
        let outer_document = self.document(outer.document);
        let same =
            outer_document.text.get(outer.start as usize..outer.end as usize) == Some(inner_text);
        if same { self.outermost_exact(outer) } else { None }
    }

    /// The span in a file that people can open, whatever text inside text the span is in.
    #[must_use]
    pub fn outermost(&self, span: Span) -> Span {
        match &self.document(span.document).embedding {
            Some(embedding) => self.outermost(embedding.outward(span.start, span.end)),
            None => span,
        }
    }

    /// What the bytes of a span come from, in order and through all texts inside texts: places in
    /// files where they stand as they are, and values that were printed.
    #[must_use]
    pub fn makers(&self, span: Span) -> Vec<RunSource> {
        let mut makers = Vec::new();
        self.collect_makers(span, &mut makers);
        makers
    }

    /// The same where it is one thing, which it is for most values.
    #[must_use]
    pub fn maker(&self, span: Span) -> Option<RunSource> {
        let mut span = span;
        while let Some(embedding) = &self.document(span.document).embedding {
            if embedding.runs.is_empty() {
                span = embedding.outer;
                continue;
            }
            match embedding.source(span.start, span.end)? {
                RunSource::Text(document, start) => {
                    let end = start + span.end.saturating_sub(span.start);
                    span = Span { document, start, end };
                }
                value => return Some(value),
            }
        }
        Some(RunSource::Text(span.document, span.start))
    }

    fn collect_makers(&self, span: Span, makers: &mut Vec<RunSource>) {
        let document = self.document(span.document);
        let Some(embedding) = &document.embedding else {
            return makers.push(RunSource::Text(span.document, span.start));
        };
        if embedding.runs.is_empty() {
            return self.collect_makers(embedding.outer, makers);
        }
        for (source, length) in embedding.sources(span.start, span.end) {
            match source {
                RunSource::Text(document, start) => {
                    let end = start + length;
                    self.collect_makers(Span { document, start, end }, makers);
                }
                value => makers.push(value),
            }
        }
    }

    /// Path, line and column of a value, for people.
    #[must_use]
    pub fn location(&self, id: OriginId, role: LocationRole) -> Option<Location> {
        self.span(id).map(|span| self.location_of(span, role))
    }

    /// Path, line and column of a span, for people.
    #[must_use]
    pub fn location_of(&self, span: Span, role: LocationRole) -> Location {
        let span = self.outermost(span);
        let document = self.document(span.document);
        let Position { line, column } = document.position(span.start);
        Location { path: document.path.clone(), line, column, role }
    }

    /// The chain from the value back to what was first written, newest first; each link once.
    #[must_use]
    pub fn chain(&self, id: OriginId) -> Vec<OriginId> {
        self.walk(id, |_| true)
    }

    /// Where the value itself was first written. A default that it took the place of is another value.
    #[must_use]
    pub fn first_written(&self, id: OriginId) -> OriginId {
        *self.walk(id, |role| role != Role::Value).last().unwrap_or(&id)
    }

    /// The links behind an origin; of a step, what it read only where its role is wanted.
    fn walk(&self, id: OriginId, reads: impl Fn(Role) -> bool) -> Vec<OriginId> {
        if self.step(id).is_none() {
            return vec![id];
        }
        let (mut chain, mut seen) = (vec![id], Lookup::new());
        seen.insert(id, ());
        let mut next = 0;
        while next < chain.len() && chain.len() < 64 {
            let step = self.step(chain[next]);
            let at = step.and_then(|step| step.at);
            let parents = step.filter(|it| reads(it.role)).map_or(&[][..], |it| &it.parents);
            for parent in at.into_iter().chain(parents.iter().copied()) {
                if seen.insert(parent, ()).is_none() {
                    chain.push(parent);
                }
            }
            next += 1;
        }
        chain
    }

    /// The written texts that decide the value: one where a text alone decides it, several where
    /// it was joined or computed from them. Inside an embedded text, the spans in that text.
    #[must_use]
    pub fn sources(&self, id: OriginId) -> Vec<Span> {
        let (mut next, mut seen, mut sources) = (vec![id], Lookup::new(), Vec::new());
        while let Some(id) = next.pop() {
            if seen.insert(id, ()).is_some() {
                continue;
            }
            match self.step(id) {
                Some(step) if step.replaces => next.extend(step.at),
                Some(step) => next.extend(step.at.into_iter().chain(step.parents.iter().copied())),
                None => sources.extend(self.span(id)),
            }
        }
        sources
    }

    /// How many documents were registered, embedded ones included.
    #[must_use]
    pub fn document_count(&self) -> usize {
        self.documents.count()
    }
}
