//! What stands below a mapping, read again from its text: the graph keeps where a mapping is and not
//! where each of its entries is.

use kai_core::{Edit, Node, OriginId, Origins, RunSource, Scalar, SmolStr, Span};
use kai_graph::Component;
use kai_syntax::{edit, yaml};

use crate::Context;

/// One entry of a mapping, by its places in the text that a fix may change.
pub(crate) struct Entry {
    key: OriginId,
    value: OriginId,
    node: Node,
}

impl Entry {
    /// The value, where it is a scalar.
    pub(crate) fn text(&self) -> Option<&str> {
        self.node.text()
    }

    /// True where the value is a list with one item, or a mapping with one entry.
    pub(crate) fn holds_one(&self) -> bool {
        self.node.items().len() == 1 || self.node.as_map().is_some_and(|it| it.len() == 1)
    }

    /// True where the value is a list with items.
    pub(crate) fn has_items(&self) -> bool {
        !self.node.items().is_empty()
    }

    /// Where the value stands.
    pub(crate) fn place(&self) -> OriginId {
        self.value
    }
}

impl Context<'_> {
    /// The entry at the end of these keys, from a mapping down; an item of a list by its number.
    pub(crate) fn entry(self, mapping: OriginId, keys: &[&str]) -> Option<Entry> {
        let span = self.span_of(mapping)?;
        self.read(span, &|again, it| starts_at(again, it, span) && it.as_map().is_some(), keys)
    }

    /// The same from the mapping that holds the value.
    pub(crate) fn entry_beside(self, value: OriginId, keys: &[&str]) -> Option<Entry> {
        let span = self.span_of(value)?;
        self.read(span, &|again, it| holds(again, it, span), keys)
    }

    /// The same from the object itself.
    pub(crate) fn entry_of(self, component: &Component, keys: &[&str]) -> Option<Entry> {
        let span = self.span_of(component.origin)?;
        let is_object = |again: &Origins, it: &Node| {
            let name = it.at(&["metadata", "name"]);
            name.is_some_and(|it| starts_at(again, it, span)) && it.get("apiVersion").is_some()
        };
        self.read(span, &is_object, keys)
    }

    /// Where a value stands in the text that it was read from.
    fn span_of(self, id: OriginId) -> Option<Span> {
        let span = self.origins.span(id)?;
        let embedding = self.origins.document(span.document).embedding.as_ref();
        // A place that was found here is a text of its own, which is not where it can be read again.
        let found_here = embedding.filter(|it| it.scalar == OriginId::NONE && it.runs.len() == 1);
        Some(found_here.map_or(span, |it| it.outer))
    }

    fn read(
        self,
        span: Span,
        is_meant: &dyn Fn(&Origins, &Node) -> bool,
        keys: &[&str],
    ) -> Option<Entry> {
        let document = self.origins.document(span.document);
        let is_yaml = document.embedding.is_some()
            || matches!(document.path.extension(), Some("yaml" | "yml" | "json"));
        let again = Origins::new();
        let id = again.add_document(document.path.clone(), document.text.clone())?;
        let parsed = is_yaml.then(|| yaml::parse(&again, id))?;
        let mapping = parsed.documents.iter().find_map(|it| find(&again, &it.node, is_meant))?;
        let (last, before) = keys.split_last()?;
        let entry = before.iter().try_fold(mapping, below)?.as_map()?.entry(last)?;
        let place = |it: OriginId| again.span(it).map(|it| Span { document: span.document, ..it });
        let key = self.origins.mark(place(entry.key_origin)?);
        let value = self.maker(place(entry.node.origin)?);
        Some(Entry { key, value, node: entry.node.clone() })
    }

    /// What wrote a span: the value that a template printed there, or the span itself.
    fn maker(self, span: Span) -> OriginId {
        match self.origins.maker(span) {
            Some(RunSource::Value(it) | RunSource::Printed(it, ..)) => it,
            _ => self.origins.mark(span),
        }
    }

    /// The edit of an entry whose value is a scalar, where that alone is what its place holds.
    pub(crate) fn rewrite(self, entry: &Entry, from: &str, to: &Scalar) -> Option<Edit> {
        let span = self.origins.editable(entry.value)?;
        let written = self
            .origins
            .document(span.document)
            .text
            .get(span.start as usize..span.end as usize)?;
        let is_all = entry.text() == Some(from) && written.trim_matches(['"', '\'']) == from;
        is_all.then(|| edit::replace_scalar(self.origins, entry.value, to))?
    }

    /// The edit that gives an entry another key.
    pub(crate) fn give_key(self, entry: &Entry, to: &str) -> Option<Edit> {
        edit::replace_scalar(self.origins, entry.key, &Scalar::string(to))
    }

    /// The mapping that holds the value, for a further entry.
    pub(crate) fn mapping_around(self, value: OriginId) -> Option<OriginId> {
        let span = self.span_of(value)?;
        let document = self.origins.document(span.document);
        let again = Origins::new();
        let id = again.add_document(document.path.clone(), document.text.clone())?;
        let parsed = yaml::parse(&again, id);
        let holds = |again: &Origins, it: &Node| holds(again, it, span);
        let mapping = parsed.documents.iter().find_map(|it| find(&again, &it.node, &holds))?;
        let around = again.span(mapping.origin)?;
        Some(self.origins.mark(Span { document: span.document, ..around }))
    }

    /// The edit that adds a text to the list that an entry holds.
    pub(crate) fn append(self, entry: &Entry, item: &str) -> Option<Edit> {
        let span = self.origins.editable(entry.value)?;
        let text = &self.origins.document(span.document).text;
        let written = text.get(span.start as usize..span.end as usize)?;
        if let Some(before) = written.strip_suffix(']') {
            let end = span.start + u32::try_from(before.trim_end().len()).ok()?;
            let comma = if before.trim_end().ends_with('[') { "" } else { ", " };
            let quote = if before.contains('"') { "\"" } else { "" };
            return Some(Edit::insert(
                Span { start: end, ..span },
                format!("{comma}{quote}{item}{quote}"),
            ));
        }
        let line_break =
            if written.contains("\r\n") || text.get(span.end as usize..)?.starts_with("\r\n") {
                "\r\n"
            } else {
                "\n"
            };
        let last = written.trim_end();
        let line = last.rsplit('\n').next()?;
        let dash = text.get(..span.start as usize)?.rsplit('\n').next()?;
        let indent = if last.contains('\n') { &line[..line.find('-')?] } else { dash };
        let end = span.start + u32::try_from(last.len()).ok()?;
        let is_whole_line =
            text.get(end as usize..)?.trim_start_matches(' ').starts_with(['\n', '\r'])
                || text.len() == end as usize;
        (is_whole_line && indent.trim().is_empty() && written.starts_with('-')).then(|| {
            Edit::insert(Span { start: end, ..span }, format!("{line_break}{indent}- {item}"))
        })
    }

    /// The edit that takes an entry away.
    pub(crate) fn remove(self, entry: &Entry) -> Option<Edit> {
        edit::delete_entry(self.origins, entry.key, entry.value)
    }
}

/// A text as YAML for a new entry: in quotes where it would not be read as a text.
pub(crate) fn quoted(text: &str) -> String {
    yaml::emit(&Node::string(text, OriginId::NONE)).trim_end().to_owned()
}

/// Labels as a mapping of YAML on one line.
pub(crate) fn in_braces<'a>(labels: impl IntoIterator<Item = &'a (SmolStr, SmolStr)>) -> String {
    let pairs = labels.into_iter().map(|(key, value)| format!("{key}: {}", quoted(value)));
    format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
}

fn below<'a>(node: &'a Node, key: &&str) -> Option<&'a Node> {
    match key.parse::<usize>() {
        Ok(at) if node.is_seq() => node.items().get(at),
        _ => node.get(key),
    }
}

/// True for the mapping of which a value begins there.
fn holds(again: &Origins, node: &Node, span: Span) -> bool {
    node.as_map().is_some_and(|it| it.iter().any(|it| starts_at(again, &it.node, span)))
}

fn starts_at(again: &Origins, node: &Node, span: Span) -> bool {
    again.span(node.origin).is_some_and(|it| it.start == span.start)
}

fn find<'a>(
    again: &Origins,
    node: &'a Node,
    is_meant: &dyn Fn(&Origins, &Node) -> bool,
) -> Option<&'a Node> {
    if is_meant(again, node) {
        return Some(node);
    }
    let mut entries = node.as_map().into_iter().flatten();
    let below = entries.find_map(|it| find(again, &it.node, is_meant));
    below.or_else(|| node.items().iter().find_map(|it| find(again, it, is_meant)))
}
