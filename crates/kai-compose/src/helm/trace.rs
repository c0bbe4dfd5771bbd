//! Texts that templates wrote, read as YAML, every value with the origin of its part of the text.

use std::ops::Range;

use kai_core::{
    DocumentId, Embedding, Entry, Map, Node, OriginId, Origins, Role, Run, Span, Value,
};
use kai_syntax::{Parsed, json, yaml};

use super::value::{Part, Source, Text};

/// Reads a text as YAML.
pub(crate) fn parse(origins: &Origins, text: &Text) -> Parsed {
    parse_parts(origins, "", text.as_str(), text.parts())
}

/// Reads a text as JSON, or says what is wrong with it.
pub(crate) fn parse_json(origins: &Origins, text: &Text) -> Result<Node, String> {
    let Some(document) = register(origins, "", text.as_str(), text.parts()) else {
        return Err("the text is too long".into());
    };
    let parsed = json::parse(origins, document, &json::JsonOptions::default());
    if let Some(problem) = parsed.problems.first() {
        return Err(problem.message.clone());
    }
    let node = parsed.documents.into_iter().next().map(|it| it.node);
    let tracer = Tracer { origins, parts: text.parts() };
    node.map(|it| tracer.node(&it)).ok_or_else(|| "unexpected end of JSON input".into())
}

/// The same for a text and its parts. The path names it in problems.
pub(crate) fn parse_parts(origins: &Origins, path: &str, text: &str, parts: &[Part]) -> Parsed {
    let Some(document) = register(origins, path, text, parts) else { return Parsed::default() };
    let mut parsed = yaml::parse(origins, document);
    let tracer = Tracer { origins, parts };
    for document in &mut parsed.documents {
        document.node = tracer.node(&document.node);
    }
    parsed
}

/// What a template wrote as it stands maps back to the template.
fn register(origins: &Origins, path: &str, text: &str, parts: &[Part]) -> Option<DocumentId> {
    let mut inner = 0;
    let mut runs = Vec::with_capacity(parts.len());
    let mut first = None;
    for part in parts {
        let outer = match part.source {
            Source::Template { document, start } => Some((document, start)),
            Source::Value(_) => None,
        };
        first = first.or(outer);
        runs.push(Run { inner, outer });
        inner = part.end;
    }
    let Some((document, start)) = first else {
        return origins.add_document(path.into(), text.into());
    };
    let path = origins.document(document).path.clone();
    let outer = Span { document, start, end: start };
    let embedding = Embedding { scalar: OriginId::NONE, outer, runs };
    origins.add_embedded(path, text.into(), embedding)
}

struct Tracer<'a> {
    origins: &'a Origins,
    parts: &'a [Part],
}

impl Tracer<'_> {
    fn node(&self, node: &Node) -> Node {
        match &node.value {
            Value::Map(map) => {
                let entries = map.iter().map(|entry| Entry {
                    key: entry.key.clone(),
                    key_origin: self.origin(entry.key_origin, Some(&entry.key)),
                    node: self.node(&entry.node),
                });
                let map = Map::from_entries(entries.collect());
                Node::map(map, self.origin(node.origin, None))
            }
            Value::Seq(items) => {
                let items = items.iter().map(|it| self.node(it)).collect();
                Node::seq(items, self.origin(node.origin, None))
            }
            Value::Scalar(_) | Value::Unknown(_) => {
                Node::new(node.value.clone(), self.origin(node.origin, node.text()))
            }
        }
    }

    /// The origin of what is written at a place of the output: the template where it wrote all of
    /// it, the value where it was printed whole, and otherwise a step that joins both.
    fn origin(&self, written: OriginId, content: Option<&str>) -> OriginId {
        let Some(span) = self.origins.span(written) else { return written };
        let range = self.content(span, content);
        let mut values = Vec::new();
        let mut is_mixed = false;
        for source in self.sources(range) {
            match source {
                Source::Value(OriginId::NONE) => {}
                Source::Value(origin) if values.contains(&origin) => {}
                Source::Value(origin) => values.push(origin),
                Source::Template { .. } => is_mixed = true,
            }
        }
        match (values.as_slice(), is_mixed, content) {
            ([], ..) => written,
            // A collection stands where its first part does.
            (_, _, None) => written,
            ([value], false, _) => self.origins.replaced(Role::Templated, *value, Some(written)),
            (values, ..) => {
                let mut parents = vec![written];
                parents.extend_from_slice(values);
                self.origins.derived(Role::Templated, None, &parents)
            }
        }
    }

    /// The bytes of a scalar without its quotes.
    fn content(&self, span: Span, content: Option<&str>) -> Range<usize> {
        let range = span.start as usize..span.end as usize;
        let text = &self.origins.document(span.document).text;
        let is_quoted = text.get(range.clone()).is_some_and(|it| it.starts_with(['"', '\'']));
        if is_quoted && content.is_some() && range.len() >= 2 {
            return range.start + 1..range.end - 1;
        }
        range
    }

    fn sources(&self, range: Range<usize>) -> impl Iterator<Item = Source> {
        let first = self.parts.partition_point(|it| it.end as usize <= range.start);
        let starts = std::iter::once(0).chain(self.parts.iter().map(|it| it.end as usize));
        let parts = self.parts.iter().zip(starts).skip(first);
        parts
            .take_while(move |(_, start)| *start < range.end.max(range.start + 1))
            .map(|it| it.0.source)
    }
}
