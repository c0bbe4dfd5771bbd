//! What reading one text gives.

use kai_core::{Node, Problem};

use crate::TemplateKind;

/// The documents of one text, and what could not be read of it.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    /// In the order of the text; empty documents are left out.
    pub documents: Vec<YamlDocument>,
    pub problems: Vec<Problem>,
    /// Set when the text, or a document of it, is a template and was not read for that reason.
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
