//! Which image a report is about.

use kai_core::{Node, SmolStr};
use kai_graph::{Image, ScannedImage};

/// An image by the text that asked for it and the names that the registry gave it.
pub(super) fn image<'a>(
    asked: &'a Node,
    others: impl IntoIterator<Item = &'a Node>,
) -> Option<ScannedImage> {
    let name = asked.as_str()?;
    let others = others.into_iter().filter_map(Node::as_str);
    let references = std::iter::once(name).chain(others).filter_map(Image::parse).collect();
    Some(ScannedImage { name: name.into(), origin: asked.origin, references, file: None })
}

/// A text that is there and says something.
pub(super) fn said(node: Option<&Node>) -> Option<SmolStr> {
    node.and_then(Node::text).filter(|it| !it.is_empty()).map(SmolStr::from)
}
