//! Texts that templates wrote, read as YAML, every value with the origin of its part of the text.

use camino::Utf8PathBuf;
use kai_core::{
    Document, DocumentId, Embedding, Entry, Lookup, Node, OriginId, Origins, Role, Run, RunSource,
    Span, Value,
};
use kai_syntax::{Parsed, embed, json, yaml};

use super::value::{Part, Source, Text};

/// Reads a text as YAML.
pub(crate) fn parse(origins: &Origins, text: &Text) -> Parsed {
    parse_parts(origins, "", text.as_str(), text.parts())
}

/// Reads a text as YAML where nobody asks for origins.
pub(crate) fn parse_untraced(origins: &Origins, text: &str) -> Parsed {
    let document = origins.add_document(Utf8PathBuf::new(), text.into());
    document.map(|it| yaml::parse(origins, it)).unwrap_or_default()
}

/// Reads a text as JSON, or says what is wrong with it.
pub(crate) fn parse_json(origins: &Origins, text: &Text) -> Result<Node, String> {
    let Some(registered) = register(origins, "", text.as_str(), text.parts()) else {
        return Err("the text is too long".into());
    };
    let parsed = json::parse(origins, registered, &json::JsonOptions::default());
    if let Some(problem) = parsed.problems.first() {
        return Err(problem.message.clone());
    }
    let document = parsed.documents.into_iter().next();
    let mut node = document.ok_or("unexpected end of JSON input")?.node;
    Tracer { origins, document: origins.document(registered) }.trace(&mut node);
    Ok(node)
}

/// The same for a text and its parts. The path names it in problems.
pub(crate) fn parse_parts(origins: &Origins, path: &str, text: &str, parts: &[Part]) -> Parsed {
    let Some(document) = register(origins, path, text, parts) else { return Parsed::default() };
    parse_document(origins, document)
}

/// Reads the text of a scalar as YAML, through the template that wrote it where one did. None
/// where it is no text, or nobody wrote it.
pub(crate) fn parse_scalar(origins: &Origins, node: &Node, path: Utf8PathBuf) -> Option<Parsed> {
    let written = match (origins.role(node.origin), origins.parents(node.origin)) {
        (Role::Templated, [written, ..]) => *written,
        _ => node.origin,
    };
    let written = Node::new(node.value.clone(), written);
    embed(origins, &written, path).map(|it| parse_document(origins, it))
}

fn parse_document(origins: &Origins, document: DocumentId) -> Parsed {
    let mut parsed = yaml::parse(origins, document);
    let tracer = Tracer { origins, document: origins.document(document) };
    for document in &mut parsed.documents {
        tracer.trace(&mut document.node);
    }
    for repeated in &mut parsed.repeated {
        tracer.entry(&mut repeated.earlier);
        tracer.entry(&mut repeated.later);
    }
    parsed
}

/// What a template wrote as it stands maps back to the template.
fn register(origins: &Origins, path: &str, text: &str, parts: &[Part]) -> Option<DocumentId> {
    let mut inner = 0;
    let mut runs = Vec::with_capacity(parts.len());
    let mut template = None;
    let mut value = None;
    for part in parts {
        let place = |document, start| Some(Span { document, start, end: start });
        let source = match part.source {
            Source::Template { document, start } => {
                template = template.or(place(document, start));
                RunSource::Text(document, start)
            }
            Source::Printed { origin, document, start } => {
                template = template.or(place(document, start));
                RunSource::Printed(origin, document, start)
            }
            Source::Value(origin) => {
                value = value.or_else(|| origins.span(origin));
                RunSource::Value(origin)
            }
        };
        runs.push(Run { inner, source });
        inner = part.end;
    }
    let Some(outer) = template.or(value) else {
        return origins.add_document(path.into(), text.into());
    };
    let path = origins.document(outer.document).path.clone();
    let embedding = Embedding { scalar: OriginId::NONE, outer, runs };
    origins.add_embedded(path, text.into(), embedding)
}

struct Tracer<'a> {
    origins: &'a Origins,
    /// What was parsed.
    document: &'a Document,
}

impl Tracer<'_> {
    fn trace(&self, node: &mut Node) {
        // A collection stands where its first part does.
        let entries = node.map_mut().into_iter().flat_map(|it| it.entries_mut().iter_mut());
        entries.for_each(|it| self.entry(it));
        node.seq_mut().into_iter().flatten().for_each(|it| self.trace(it));
        if matches!(node.value, Value::Scalar(_) | Value::Unknown(_)) {
            node.origin = self.origin(node.origin);
        }
    }

    fn entry(&self, entry: &mut Entry) {
        entry.key_origin = self.origin(entry.key_origin);
        self.trace(&mut entry.node);
    }

    /// The origin of what is written at a place of the output: the template where it wrote all of
    /// it, the value where it was printed whole, and otherwise a step that joins both.
    fn origin(&self, written: OriginId) -> OriginId {
        let Some(span) = self.document.span(written) else {
            return written;
        };
        let range = self.content(span);
        match self.origins.maker(range) {
            Some(
                RunSource::Text(..)
                | RunSource::Value(OriginId::NONE)
                | RunSource::Printed(OriginId::NONE, ..),
            ) => return written,
            Some(RunSource::Value(value) | RunSource::Printed(value, ..)) => {
                return self.origins.replaced(Role::Templated, value, Some(written));
            }
            None => {}
        }
        // A text of many lines stands where the template has it, not at one value in it.
        let is_long = self
            .document
            .text
            .get(span.start as usize..span.end as usize)
            .is_some_and(|it| it.contains('\n'));
        let (mut values, mut seen) = (Vec::new(), Lookup::new());
        let mut is_mixed = false;
        for maker in self.origins.makers(range) {
            match maker {
                RunSource::Text(..) => is_mixed = true,
                // What nobody wrote indents a text of many lines, and is a part of any other.
                RunSource::Value(OriginId::NONE) | RunSource::Printed(OriginId::NONE, ..) => {
                    is_mixed |= !is_long;
                }
                RunSource::Value(origin) | RunSource::Printed(origin, ..) => {
                    if seen.insert(origin, ()).is_none() {
                        values.push(origin);
                    }
                }
            }
        }
        match (values.as_slice(), is_mixed) {
            ([], _) => written,
            ([value], false) => self.origins.replaced(Role::Templated, *value, Some(written)),
            (values, ..) => {
                let mut parents = vec![written];
                parents.extend_from_slice(values);
                self.origins.derived(Role::Templated, is_long.then_some(written), &parents)
            }
        }
    }

    /// The bytes of a scalar without its quotes.
    fn content(&self, span: Span) -> Span {
        let Span { start, end, .. } = span;
        let written = self.document.text.get(start as usize..end as usize);
        let is_quoted = written.is_some_and(|it| it.len() >= 2 && it.starts_with(['"', '\'']));
        if is_quoted {
            return Span { start: start + 1, end: end - 1, ..span };
        }
        span
    }
}
