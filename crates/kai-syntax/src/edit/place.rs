//! Where a value stands in its file.

use std::ops::Range;

use kai_core::{Document, Edit, OriginId, Origins, Span};

/// A value's bytes, in a document that is a file.
pub(super) struct Place<'a> {
    pub document: &'a Document,
    pub span: Span,
    pub language: Language,
}

/// What the text around a place is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Yaml,
    /// Of Terraform. A text of YAML inside of it is YAML.
    Configuration,
    /// Of Terraform in JSON, whose keys are not those of the API.
    ConfigurationInJson,
}

impl Language {
    fn of(document: &Document) -> Self {
        let path = document.path.as_str();
        let is_one = |ends: &[&str]| ends.iter().any(|it| path.ends_with(it));
        if document.embedding.is_some() {
            Self::Yaml
        } else if is_one(&[".tf.json", ".tofu.json"]) {
            Self::ConfigurationInJson
        } else if is_one(&[".tf", ".tofu", ".tfvars", ".hcl"]) {
            Self::Configuration
        } else {
            Self::Yaml
        }
    }
}

impl<'a> Place<'a> {
    /// The bytes to change in order to change the value.
    pub(super) fn of(origins: &'a Origins, id: OriginId) -> Option<Self> {
        let span = origins.editable(id)?;
        let document: &Document = origins.document(span.document);
        let language = Language::of(origins.document(origins.span(id)?.document));
        let place = Self { document, span, language };
        place.document.text.get(place.start()..place.end()).map(|_| place)
    }

    pub(super) fn text(&self) -> &'a str {
        &self.document.text
    }

    pub(super) fn written(&self) -> &'a str {
        &self.text()[self.start()..self.end()]
    }

    pub(super) fn start(&self) -> usize {
        self.span.start as usize
    }

    pub(super) fn end(&self) -> usize {
        self.span.end as usize
    }

    pub(super) fn span_of(&self, start: usize, end: usize) -> Option<Span> {
        Some(Span {
            document: self.span.document,
            start: u32::try_from(start).ok()?,
            end: u32::try_from(end).ok()?,
        })
    }

    /// The edits, if the document around the place reads as before with them: no new problem, no
    /// document more or less. Other documents of the file begin after a mark of their own, so that
    /// nothing here changes how they read.
    pub(super) fn verified(&self, edits: Vec<Edit>) -> Option<Vec<Edit>> {
        let part = document_around(self.text(), self.start(), self.end());
        let before = shape(&self.text()[part.clone()])?;
        let is_same = before.0 > 0 && shape(&self.edited(&part, &edits)?)? == before;
        is_same.then_some(edits)
    }

    /// The same for edits of nothing but the collection at the place, which ends at `end` and
    /// stands in column `indent`. It is read alone where it can be: a file may hold thousands.
    pub(super) fn verified_alone(
        &self,
        end: usize,
        indent: usize,
        edits: Vec<Edit>,
    ) -> Option<Vec<Edit>> {
        const CLEAN: (usize, usize) = (1, 0);
        let part = self.start()..end;
        let margin = " ".repeat(indent);
        let alone = |text: &str| shape(&format!("{margin}{text}"));
        if alone(self.text().get(part.clone())?)? != CLEAN {
            // An alias, for one, needs what stands before.
            return self.verified(edits);
        }
        (alone(&self.edited(&part, &edits)?)? == CLEAN).then_some(edits)
    }

    /// A part of the text with the edits in it.
    fn edited(&self, part: &Range<usize>, edits: &[Edit]) -> Option<String> {
        let moved = |edit: &Edit| {
            let start = (edit.span.start as usize).checked_sub(part.start)?;
            let end = (edit.span.end as usize).checked_sub(part.start)?;
            Some(Edit { span: self.span_of(start, end)?, text: edit.text.clone() })
        };
        let moved: Option<Vec<Edit>> = edits.iter().map(moved).collect();
        Some(Edit::apply(self.text().get(part.clone())?, &moved?))
    }

    /// The line break that the file uses hereabouts.
    pub(super) fn line_break(&self) -> &'static str {
        let (before, after) = self.text().split_at(self.start());
        let end = after.find('\n').map(|it| before.len() + it).or_else(|| before.rfind('\n'));
        let has_return = end.is_some_and(|it| self.text()[..it].ends_with('\r'));
        if has_return { "\r\n" } else { "\n" }
    }
}

/// The document around a place: from the mark that opens it to the one after it.
fn document_around(text: &str, start: usize, end: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let is_mark =
        |at: usize| bytes[at..].starts_with(b"\n---") || bytes[at..].starts_with(b"\n...");
    let opening = memchr::memrchr_iter(b'\n', &bytes[..start]).find(|it| is_mark(*it));
    let closing = memchr::memchr_iter(b'\n', &bytes[end..]).map(|it| end + it);
    opening.map_or(0, |it| it + 1)
        ..closing.into_iter().find(|it| is_mark(*it)).unwrap_or(text.len())
}

/// The columns before an offset, in characters.
pub(super) fn column(text: &str, at: usize) -> usize {
    text[line_start(text, at)..at].chars().filter(|&it| it != '\u{feff}').count()
}

pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |it| it + 1)
}

/// The end of the line without its line break.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |it| at + it);
    if text[at..end].ends_with('\r') { end - 1 } else { end }
}

/// The end of the last blank line after the line that ends at `at`, or `at`.
pub(super) fn after_blank_lines(text: &str, mut at: usize) -> usize {
    while let Some(rest) = text[at..].strip_prefix("\r\n").or(text[at..].strip_prefix('\n')) {
        let next = text.len() - rest.len();
        let next_end = line_end(text, next);
        if next == text.len() || !text[next..next_end].trim().is_empty() {
            break;
        }
        at = next_end;
    }
    at
}

/// True when the last block header in the text asks for all line breaks (`|+`), so that blank
/// lines after the block are content. Being wrong moves or removes some blank lines, no more.
pub(super) fn last_block_keeps_lines(text: &str) -> bool {
    let is_header = |line: &&str| {
        let code =
            line.trim_end().trim_end_matches(|it: char| it.is_ascii_digit() || "+-".contains(it));
        code.ends_with(['|', '>'])
    };
    text.lines().rev().find(is_header).is_some_and(|it| it.contains('+'))
}

/// How many documents and problems a text has.
fn shape(text: &str) -> Option<(usize, usize)> {
    let origins = Origins::new();
    let id = origins.add_document("edited".into(), text.into())?;
    let parsed = crate::yaml::parse(&origins, id);
    Some((parsed.documents.len(), parsed.problems.len()))
}
