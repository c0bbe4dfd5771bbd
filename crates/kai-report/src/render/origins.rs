//! Every value with the lines that made it.

use std::collections::BTreeSet;

use kai_core::{LocationRole, Node, OriginId, Origins, Role, Value};

use super::mask::MASK;
use crate::terminal::{Options, clean};

/// Deeper trees are refused by every parser.
const DEPTH_MAX: usize = 256;

/// One line a value, and below it the chain of lines from the last step to the first text.
#[must_use]
pub fn origins(objects: &[Node], origins: &Origins, options: &Options) -> String {
    let mut listing = Listing { origins, options, text: String::new() };
    for object in objects {
        let kind = object.str_at(&["kind"]).unwrap_or("object");
        let name = object.str_at(&["metadata", "name"]).unwrap_or_default();
        listing.text.push_str(&format!("{}\n", clean(&format!("{kind}/{name}"))));
        listing.node(object, "", 0);
        listing.text.push('\n');
    }
    listing.text
}

struct Listing<'a> {
    origins: &'a Origins,
    options: &'a Options,
    text: String,
}

impl Listing<'_> {
    fn node(&mut self, node: &Node, path: &str, depth: usize) {
        if depth > DEPTH_MAX {
            return;
        }
        match &node.value {
            Value::Map(map) if !map.is_empty() => {
                for entry in map.iter() {
                    let dot = if path.is_empty() { "" } else { "." };
                    self.node(&entry.node, &format!("{path}{dot}{}", entry.key), depth + 1);
                }
            }
            Value::Seq(items) if !items.is_empty() => {
                for (index, item) in items.iter().enumerate() {
                    self.node(item, &format!("{path}[{index}]"), depth + 1);
                }
            }
            leaf => {
                let line = format!("  {} = {}\n", clean(path), clean(&shown(leaf)));
                self.text.push_str(&line);
                self.chain(node.origin, shown(leaf) == MASK);
            }
        }
    }

    fn chain(&mut self, id: OriginId, is_masked: bool) {
        let mut shown = BTreeSet::new();
        for link in self.origins.chain(id) {
            let role = self.origins.role(link);
            // What a template wrote stands in the template; what it printed there follows.
            let at = match (role, self.origins.parents(link)) {
                (Role::Templated, [written, ..]) => *written,
                _ => link,
            };
            let Some(location) = self.origins.location(at, LocationRole::Primary) else {
                continue;
            };
            let place = self.options.place(&location);
            // A flag holds the value that it sets.
            let place = match place.split_once('=') {
                Some((flag, _)) if is_masked && flag.starts_with("--") => format!("{flag}={MASK}"),
                _ => place,
            };
            // A step stands on the line of the text that it took, which need not be said again.
            let is_new = shown.insert((word(role), place.clone()));
            let is_told =
                role == Role::Written && shown.iter().filter(|it| it.1 == place).count() > 1;
            if is_new && !is_told {
                self.text.push_str(&format!("      {:<12} {place}\n", word(role)));
            }
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Scalar(scalar) => scalar.text.to_string(),
        Value::Seq(_) => "[]".to_owned(),
        Value::Map(_) => "{}".to_owned(),
        Value::Unknown(unknown) => format!("{} ({})", unknown.text, unknown.reason.as_str()),
    }
}

fn word(role: Role) -> &'static str {
    match role {
        Role::Written => "written",
        Role::Patched => "patched",
        Role::Transformed => "transformed",
        Role::Templated => "templated",
        Role::Computed => "computed",
        Role::Value => "value",
        Role::Variable => "variable",
        Role::ModuleInput => "module input",
        Role::Generated => "generated",
        Role::ApiDefault => "API default",
        Role::ChartDefault => "chart default",
        Role::ProviderDefault => "provider",
    }
}
