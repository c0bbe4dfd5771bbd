//! `${{ inputs.name }}`: what whoever uses a workflow or an action of the tree gives it.

use kai_core::{Entry, Map, Node, Value};

/// No text that a run is given is longer.
const TEXT_MAX: usize = 1 << 20;

/// A workflow or an action with its inputs in place: those that are given, else their defaults. What has neither, and
/// what only compares or chooses by one, stays as written.
pub(super) fn filled(body: &Node, given: Option<&Node>) -> Node {
    let inputs = Inputs { declared: declared(body), given };
    if inputs.declared.is_none() { body.clone() } else { inputs.node(body) }
}

/// Of an action at its top, of a workflow below what starts it.
fn declared(body: &Node) -> Option<&Node> {
    let on = body.get("on").or_else(|| body.get("true"));
    let of_workflow = on.and_then(|it| it.at(&["workflow_call", "inputs"]));
    of_workflow.or_else(|| body.get("inputs"))
}

struct Inputs<'a> {
    declared: Option<&'a Node>,
    given: Option<&'a Node>,
}

impl Inputs<'_> {
    fn value(&self, name: &str) -> Option<&str> {
        let declared = self.declared?.get(name)?;
        let given = self.given.and_then(|it| it.get(name));
        given.or_else(|| declared.get("default")).and_then(Node::text)
    }

    fn node(&self, node: &Node) -> Node {
        match &node.value {
            Value::Scalar(scalar) if scalar.text.contains("${{") => {
                Node::string(self.text(&scalar.text), node.origin)
            }
            Value::Seq(items) => {
                Node::seq(items.iter().map(|it| self.node(it)).collect(), node.origin)
            }
            Value::Map(map) => {
                let entries =
                    map.iter().map(|it| Entry { node: self.node(&it.node), ..it.clone() });
                Node::map(Map::from_entries(entries.collect()), node.origin)
            }
            Value::Scalar(_) | Value::Unknown(_) => node.clone(),
        }
    }

    fn text(&self, text: &str) -> String {
        let (mut whole, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once("${{") {
            let Some((inside, after)) = after.split_once("}}") else { break };
            whole.push_str(before);
            let name = inside.trim().strip_prefix("inputs.");
            match name.and_then(|it| self.value(it)) {
                Some(value) => whole.push_str(value),
                None => whole.push_str(&format!("${{{{{inside}}}}}")),
            }
            rest = after;
            if whole.len() > TEXT_MAX {
                break;
            }
        }
        whole + rest
    }
}
