//! What reading one text gives.

use kai_core::{Node, Origins, Problem};

use crate::TemplateKind;
use crate::yaml::Repeated;

/// The documents of one text, and what could not be read of it.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    /// In the order of the text; empty documents are left out.
    pub documents: Vec<YamlDocument>,
    pub problems: Vec<Problem>,
    /// Keys that are written twice, each of which is one of the problems, too.
    pub repeated: Vec<Repeated>,
    /// Set when a document of the text is a template. Its holes are unknown values where they stand
    /// for whole values; a document with other holes or with control lines was not read.
    pub template: Option<TemplateKind>,
}

impl Parsed {
    /// Adds the problems of keys that are written twice. The document must know its spans.
    pub(crate) fn with_repeated(mut self, repeated: Vec<Repeated>, origins: &Origins) -> Self {
        if !repeated.is_empty() {
            self.problems.extend(repeated.iter().map(|it| it.problem(origins)));
            self.problems.sort_by_key(|it| it.span.map(|it| it.start));
            self.repeated = repeated;
        }
        self
    }
}

/// One document of a text.
#[derive(Debug, Clone)]
pub struct YamlDocument {
    pub node: Node,
    /// Where the root value starts, in bytes.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
}
