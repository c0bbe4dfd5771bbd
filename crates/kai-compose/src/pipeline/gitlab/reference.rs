//! `!reference [job, key]`: a value that stands elsewhere in the document.

use kai_core::{Entry, Map, Node, Origins, Value};

/// GitLab refuses more levels.
const DEEPEST: usize = 10;

/// The same document with what is referred to in place of every reference; one to something that is not
/// here stays.
pub(super) fn resolved(document: &Node, origins: &Origins) -> Node {
    Resolving { document, origins }.node(document, 0)
}

struct Resolving<'a> {
    document: &'a Node,
    origins: &'a Origins,
}

impl Resolving<'_> {
    fn node(&self, node: &Node, depth: usize) -> Node {
        match &node.value {
            Value::Seq(items) if self.is_reference(node) => {
                let path: Vec<&str> = items.iter().filter_map(Node::as_str).collect();
                let found = self.document.at(&path).filter(|_| depth < DEEPEST);
                found.map_or_else(|| node.clone(), |it| self.node(it, depth + 1))
            }
            Value::Seq(items) => {
                Node::seq(items.iter().map(|it| self.node(it, depth)).collect(), node.origin)
            }
            Value::Map(map) => {
                let entries =
                    map.iter().map(|it| Entry { node: self.node(&it.node, depth), ..it.clone() });
                Node::map(Map::from_entries(entries.collect()), node.origin)
            }
            _ => node.clone(),
        }
    }

    /// The tree keeps no tags; the text before a value does.
    fn is_reference(&self, node: &Node) -> bool {
        let Some(span) = self.origins.span(node.origin) else { return false };
        let document = self.origins.document(span.document);
        let before = document.text.get(..span.start as usize).unwrap_or_default();
        before.trim_end().ends_with("!reference")
    }
}
