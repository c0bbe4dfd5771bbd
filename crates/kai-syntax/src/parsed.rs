//! What reading one text gives.

use kai_core::{Node, Problem};

use crate::TemplateKind;

/// The documents of one text, and what could not be read of it.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    /// In the order of the text; empty documents are left out.
    pub documents: Vec<YamlDocument>,
    pub problems: Vec<Problem>,
    /// Set when a document of the text is a template. Its holes are unknown values where they stand
    /// for whole values; a document with other holes or with control lines was not read.
    pub template: Option<TemplateKind>,
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
