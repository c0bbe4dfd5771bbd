//! `$[[ inputs.name ]]`: what whoever includes a file gives it.

use kai_core::{Entry, Map, Node, Scalar, SmolStr, Value};

use crate::pipeline::bounds::Bounds;

/// No text that GitLab reads is longer.
const TEXT_MAX: usize = 1 << 20;

/// The body of a file with its inputs in place: those that are given, else their defaults. What has
/// neither stays as written.
pub(super) fn filled(
    body: &Node,
    spec: Option<&Node>,
    given: Option<&Node>,
    bounds: &mut Bounds<'_>,
) -> Node {
    let Some(declared) = spec.and_then(|it| it.at(&["spec", "inputs"])) else {
        return body.clone();
    };
    Inputs { declared, given, bounds }.node(body, 0)
}

struct Inputs<'a, 'b, 'c> {
    declared: &'a Node,
    given: Option<&'a Node>,
    bounds: &'b mut Bounds<'c>,
}

impl<'a> Inputs<'a, '_, '_> {
    fn value(&self, name: &str) -> Option<&'a Node> {
        let given = self.given.and_then(|it| it.get(name));
        given.or_else(|| self.declared.at(&[name, "default"]))
    }

    fn node(&mut self, node: &Node, level: usize) -> Node {
        match &node.value {
            Value::Scalar(scalar) => self.scalar(node, scalar, level),
            Value::Seq(items) => {
                let items = items.iter().map(|it| self.node(it, level + 1));
                Node::seq(items.collect(), node.origin)
            }
            Value::Map(map) => {
                let entries = map.iter().map(|it| Entry {
                    key: self.key(it),
                    node: self.node(&it.node, level + 1),
                    ..it.clone()
                });
                Node::map(Map::from_entries(entries.collect()), node.origin)
            }
            Value::Unknown(_) => node.clone(),
        }
    }

    fn key(&mut self, entry: &Entry) -> SmolStr {
        if hole(&entry.key).is_none() || self.bounds.is_full() {
            return entry.key.clone();
        }
        let key = Node::string(self.text(&entry.key), entry.key_origin);
        let is_taken = self.bounds.takes(&key, 0, entry.key_origin);
        key.text().filter(|_| is_taken).map_or_else(|| entry.key.clone(), SmolStr::from)
    }

    /// One that is nothing but an input is its value, whatever that is.
    fn scalar(&mut self, node: &Node, scalar: &Scalar, level: usize) -> Node {
        let hole = hole(&scalar.text).filter(|_| !self.bounds.is_full());
        let Some(hole) = hole else { return node.clone() };
        let value = self.value(hole.name);
        let filled = match value.filter(|_| hole.before.is_empty() && hole.after.is_empty()) {
            Some(value) => value.clone(),
            None => Node::string(self.text(&scalar.text), node.origin),
        };
        if self.bounds.takes_all(&filled, level, node.origin) { filled } else { node.clone() }
    }

    fn text(&self, text: &str) -> String {
        let (mut whole, mut rest) = (String::new(), text);
        while let Some(Hole { before, name, after }) = hole(rest) {
            let written = &rest[before.len()..rest.len() - after.len()];
            whole.push_str(before);
            whole.push_str(self.value(name).and_then(Node::text).unwrap_or(written));
            rest = after;
            if whole.len() > TEXT_MAX {
                break;
            }
        }
        whole + rest
    }
}

struct Hole<'a> {
    before: &'a str,
    name: &'a str,
    after: &'a str,
}

/// The first input that a text asks for. Functions behind it change letters, not what it is.
fn hole(text: &str) -> Option<Hole<'_>> {
    let (before, rest) = text.split_once("$[[")?;
    let (inside, after) = rest.split_once("]]")?;
    let name = inside.split('|').next()?.trim().strip_prefix("inputs.")?;
    Some(Hole { before, name, after })
}
