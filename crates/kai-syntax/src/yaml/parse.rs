//! Texts to trees: line by line where that is enough, else from the parser's events.

use granit_parser::{Event, Parser, StrInput};
use kai_core::{Document, DocumentId, Origins};

use super::duplicates::Repeated;
use super::lines;
use super::refusal::Refusal;
use super::tree::Builder;
use crate::{Parsed, TemplateKind, YamlDocument};

/// Reads every document of a text. Values get the origins that the document reserves, in the
/// order of the text, and their byte ranges are stored with the document.
#[must_use]
pub fn parse(origins: &Origins, id: DocumentId) -> Parsed {
    let document = origins.document(id);
    if let Some(read) = lines::read(document) {
        origins.set_spans(id, read.spans);
        return read.parsed.with_repeated(read.repeated, origins);
    }
    parse_events(origins, id)
}

/// The same through the parser, whatever stands in the text.
pub(super) fn parse_events(origins: &Origins, id: DocumentId) -> Parsed {
    let document = origins.document(id);
    let mut reader = Reader {
        document,
        parser: Parser::new_from_str_with_options(&document.text, options()),
        builder: Builder::new(document),
        parsed: Parsed::default(),
        repeated: Vec::new(),
    };
    reader.read_all();
    let Reader { builder, parsed, repeated, .. } = reader;
    origins.set_spans(id, builder.into_spans());
    parsed.with_repeated(repeated, origins)
}

fn options() -> granit_parser::Options {
    // As libyaml, and so Kubernetes, reads a text that ends inside a block scalar.
    granit_parser::options! { block_scalar_eof_without_line_feed: true }
}

struct Reader<'a> {
    document: &'a Document,
    parser: Parser<'a, StrInput<'a>>,
    builder: Builder<'a>,
    parsed: Parsed,
    repeated: Vec<Repeated>,
}

impl Reader<'_> {
    fn read_all(&mut self) {
        let mut start = 0;
        let mut is_open = false;
        while let Some(next) = self.parser.next_event() {
            let outcome = match next {
                Ok((Event::DocumentStart(explicit, _), span)) => {
                    start = offset(&span.start);
                    is_open = true;
                    self.builder.start_document(if explicit { offset(&span.end) } else { start });
                    Ok(())
                }
                Ok((Event::DocumentEnd, _)) => {
                    is_open = false;
                    self.end_document();
                    Ok(())
                }
                Ok((Event::StreamEnd, _)) => break,
                Ok((event, span)) => self.builder.event(event, &span),
                Err(error) => Err(Refusal::from(&error)),
            };
            let Err(refusal) = outcome else { continue };
            if !is_open {
                // Something stands after the end of the last document, so that it was no document.
                self.parsed.documents.pop_if(|it| it.start as usize >= start);
            }
            is_open = false;
            if !self.recover(start, refusal) {
                break;
            }
        }
    }

    fn end_document(&mut self) {
        let finished = self.builder.end_document();
        self.repeated.extend(finished.repeated);
        self.parsed.template = self.parsed.template.or(finished.template);
        if let Some((node, (start, end))) = finished.root {
            self.parsed.documents.push(YamlDocument { node, start, end });
        }
    }

    /// Notes what is wrong and goes on with the next document, if there is one.
    fn recover(&mut self, start: usize, refusal: Refusal) -> bool {
        self.builder.abandon_document();
        let more = self.parser.proceed_next_document() == Ok(true);
        let text = &self.document.text;
        let end = if more { self.next_document_start(refusal.at) } else { text.len() };
        match TemplateKind::of(text.get(start..end).unwrap_or(text)) {
            Some(kind) => self.parsed.template = Some(kind),
            None => self.parsed.problems.push(refusal.problem(self.document)),
        }
        more
    }

    fn next_document_start(&mut self, after: usize) -> usize {
        match self.parser.peek() {
            Some(Ok((_, span))) => offset(&span.start),
            _ => self.document.text.len().max(after),
        }
    }
}

pub(super) fn offset(mark: &granit_parser::Marker) -> usize {
    mark.byte_offset().unwrap_or_default()
}
