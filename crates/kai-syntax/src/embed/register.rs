//! Scalars as documents.

use camino::Utf8PathBuf;
use kai_core::{DocumentId, Embedding, Node, Origins};

use super::runs::runs;

/// Registers the text of a scalar as a document, under the name `path`. None when the value is no
/// text, when nobody wrote it, or when the run cannot hold more text.
///
/// Every call makes another document: callers remember what they embedded.
#[must_use]
pub fn embed(origins: &Origins, node: &Node, path: Utf8PathBuf) -> Option<DocumentId> {
    let text = node.as_str()?;
    let outer = origins.get(node.origin).span?;
    let around = origins.document(outer.document);
    let written = around.text.get(outer.start as usize..outer.end as usize)?;
    let runs = runs(written, outer, text);
    let embedding = Embedding { scalar: node.origin, outer, runs };
    origins.add_embedded(path, text.into(), embedding)
}
