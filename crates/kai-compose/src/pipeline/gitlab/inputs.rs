//! `$[[ inputs.name ]]`: what whoever includes a file gives it.

use kai_core::{Entry, Map, Node, Scalar, Value};

/// The body of a file with its inputs in place: those that are given, else their defaults. What has
/// neither stays as written.
pub(super) fn filled(body: &Node, spec: Option<&Node>, given: Option<&Node>) -> Node {
    let Some(declared) = spec.and_then(|it| it.at(&["spec", "inputs"])) else {
        return body.clone();
    };
    Inputs { declared, given }.node(body)
}

struct Inputs<'a> {
    declared: &'a Node,
    given: Option<&'a Node>,
}

impl Inputs<'_> {
    fn value(&self, name: &str) -> Option<&Node> {
        let given = self.given.and_then(|it| it.get(name));
        given.or_else(|| self.declared.at(&[name, "default"]))
    }

    fn node(&self, node: &Node) -> Node {
        match &node.value {
            Value::Scalar(scalar) => self.scalar(node, scalar),
            Value::Seq(items) => {
                Node::seq(items.iter().map(|it| self.node(it)).collect(), node.origin)
            }
            Value::Map(map) => {
                let entries = map.iter().map(|it| Entry {
                    key: self.text(&it.key).into(),
                    node: self.node(&it.node),
                    ..it.clone()
                });
                Node::map(Map::from_entries(entries.collect()), node.origin)
            }
            Value::Unknown(_) => node.clone(),
        }
    }

    /// One that is nothing but an input is its value, whatever that is.
    fn scalar(&self, node: &Node, scalar: &Scalar) -> Node {
        let Some(hole) = hole(&scalar.text) else { return node.clone() };
        match self.value(hole.name).filter(|_| hole.before.is_empty() && hole.after.is_empty()) {
            Some(value) => value.clone(),
            None => Node::string(self.text(&scalar.text), node.origin),
        }
    }

    fn text(&self, text: &str) -> String {
        let Some(Hole { before, name, after }) = hole(text) else { return text.to_owned() };
        let value = self.value(name).and_then(Node::text);
        let written = &text[before.len()..text.len() - after.len()];
        format!("{before}{}{}", value.unwrap_or(written), self.text(after))
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
