//! `!reference [job, key]`: a value that stands elsewhere in the document.

use kai_core::{Entry, Map, Node, OriginId, Value};

use crate::pipeline::bounds::Bounds;

/// GitLab refuses more levels.
const DEEPEST: usize = 10;

/// The same document with what is referred to in place of every reference; one to something that is not
/// here stays.
pub(super) fn resolved(document: &Node, bounds: &mut Bounds<'_>) -> Node {
    Resolving { document, bounds, way: Vec::new() }.node(document, 0)
}

struct Resolving<'a, 'b, 'c> {
    document: &'a Node,
    bounds: &'b mut Bounds<'c>,
    /// What is being resolved, and what refers to it.
    way: Vec<(Vec<&'a str>, OriginId)>,
}

impl<'a> Resolving<'a, '_, '_> {
    fn node(&mut self, node: &'a Node, level: usize) -> Node {
        let at = self.way.first().map_or(node.origin, |it| it.1);
        if !self.bounds.takes(node, level, at) {
            return node.clone();
        }
        match &node.value {
            Value::Seq(items) if self.is_reference(node) => {
                let path = items.iter().filter_map(Node::as_str).collect();
                self.target(path, node.origin, level).unwrap_or_else(|| node.clone())
            }
            Value::Seq(items) => {
                let items = items.iter().map(|it| self.node(it, level + 1));
                Node::seq(items.collect(), node.origin)
            }
            Value::Map(map) => {
                let entries = map
                    .iter()
                    .map(|it| Entry { node: self.node(&it.node, level + 1), ..it.clone() });
                Node::map(Map::from_entries(entries.collect()), node.origin)
            }
            Value::Scalar(_) | Value::Unknown(_) => node.clone(),
        }
    }

    fn target(&mut self, path: Vec<&'a str>, at: OriginId, level: usize) -> Option<Node> {
        let found = self.document.at(&path)?;
        let named = path.join(", ");
        if self.way.iter().any(|it| it.0 == path) {
            let message =
                format!("`!reference [{named}]` leads back to itself, which GitLab refuses");
            self.bounds.refuse(at, message, "write out what it should stand for");
            return None;
        }
        if self.way.len() == DEEPEST {
            let message = format!(
                "`!reference [{named}]` is {DEEPEST} references deep, which GitLab refuses"
            );
            self.bounds.refuse(at, message, "refer to what stands behind them");
            return None;
        }
        self.way.push((path, at));
        let whole = self.node(found, level);
        self.way.pop();
        Some(whole)
    }

    /// The tree keeps no tags; the text before a value does.
    fn is_reference(&self, node: &Node) -> bool {
        let origins = self.bounds.origins();
        let Some(span) = origins.span(node.origin) else { return false };
        let document = origins.document(span.document);
        let before = document.text.get(..span.start as usize).unwrap_or_default();
        before.trim_end().ends_with("!reference")
    }
}
