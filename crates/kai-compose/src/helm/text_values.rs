//! Values that stand in an object as a text, and what such a text gives twice.

use kai_core::{Entry, Node, OriginId, Origins, Problem, Role, ScalarKind, SmolStr};
use kai_syntax::yaml::Repeated;

use super::chart::mapping;
use super::trace::parse_scalar;

/// The values of a text.
#[derive(Debug)]
pub(crate) struct TextValues {
    pub(crate) tree: Node,
    /// Keys that somebody wrote twice.
    pub(crate) problems: Vec<Problem>,
    /// Keys that a template printed twice, mostly so that the later overrides the earlier.
    pub(crate) overwritten: Vec<Overwritten>,
}

/// A key that a template printed twice.
#[derive(Debug, Clone)]
pub(crate) struct Overwritten {
    /// The mapping that holds it.
    around: Vec<SmolStr>,
    repeated: Repeated,
}

/// A value that is lost because a mapping around it is given again, so that a default holds.
#[derive(Debug, Clone)]
pub struct LostValue {
    /// Names joined by dots: `workers.replicaCount`.
    pub path: SmolStr,
    /// Where it is written.
    pub origin: OriginId,
    /// The key that is given again.
    pub by: OriginId,
    /// The value, and the one that holds instead, where both are numbers or flags.
    pub shown: Option<(SmolStr, SmolStr)>,
}

impl TextValues {
    pub(crate) fn of(tree: Node) -> Self {
        Self { tree, problems: Vec::new(), overwritten: Vec::new() }
    }
}

/// Reads values that stand in an object as a text.
///
/// # Errors
///
/// A text that is no mapping.
pub(crate) fn values_in(origins: &Origins, text: &Node) -> Result<TextValues, String> {
    let mut parsed = parse_scalar(origins, text, "values.yaml".into()).ok_or("nobody wrote it")?;
    // Helm takes a key that is written twice, and with it all that leaves a document.
    if !parsed.documents.is_empty() {
        parsed.problems.clear();
    }
    let mut values = TextValues::of(mapping(origins, &parsed)?);
    for repeated in parsed.repeated {
        let is_written = |it: &Entry| origins.role(it.key_origin) == Role::Written;
        if is_written(&repeated.earlier) && is_written(&repeated.later) {
            values.problems.push(repeated.problem(origins));
        } else if let Some(around) = path_to(origins, &values.tree, &repeated.later) {
            values.overwritten.push(Overwritten { around, repeated });
        }
    }
    Ok(values)
}

/// The mapping that holds an entry.
fn path_to(origins: &Origins, node: &Node, wanted: &Entry) -> Option<Vec<SmolStr>> {
    let map = node.as_map()?;
    let is_it = |it: &Entry| written(origins, it) == written(origins, wanted);
    if map.entry(&wanted.key).is_some_and(is_it) {
        return Some(Vec::new());
    }
    map.iter().find_map(|it| {
        let mut path = path_to(origins, &it.node, wanted)?;
        path.insert(0, it.key.clone());
        Some(path)
    })
}

/// The key's place in the text, whatever printed it.
fn written(origins: &Origins, entry: &Entry) -> OriginId {
    match (origins.role(entry.key_origin), origins.parents(entry.key_origin)) {
        (Role::Templated, [written, ..]) => *written,
        _ => entry.key_origin,
    }
}

impl Overwritten {
    /// What is given, and neither given again nor in force: a default took its place.
    pub(crate) fn lost(&self, values: &Node) -> Vec<LostValue> {
        let Repeated { earlier, later } = &self.repeated;
        let around = self.around.iter().try_fold(values, |node, key| node.get(key));
        let in_force = around.and_then(|it| it.get(&earlier.key));
        let mut path = self.around.clone();
        let mut search = Search { by: later.key_origin, found: Vec::new() };
        search.entry(earlier, Some(&later.node), in_force, &mut path);
        search.found
    }
}

struct Search {
    by: OriginId,
    found: Vec<LostValue>,
}

impl Search {
    fn entry(
        &mut self,
        earlier: &Entry,
        later: Option<&Node>,
        in_force: Option<&Node>,
        path: &mut Vec<SmolStr>,
    ) {
        let (node, Some(in_force)) = (&earlier.node, in_force) else { return };
        path.push(earlier.key.clone());
        let is_given_again = later.is_some_and(|it| it.as_map().is_none());
        match node.as_map() {
            // What is switched off uses none of it.
            Some(_) if is_switched_off(in_force) => {}
            Some(map) if in_force.as_map().is_some() && !is_given_again => {
                for it in map.iter() {
                    let later = later.and_then(|node| node.get(&it.key));
                    self.entry(it, later, in_force.get(&it.key), path);
                }
            }
            _ if later.is_some() || in_force.is_null() || node.says_the_same(in_force) => {}
            _ => self.found.push(LostValue {
                path: path.join(".").into(),
                origin: earlier.key_origin,
                by: self.by,
                shown: plain(node).zip(plain(in_force)),
            }),
        }
        path.pop();
    }
}

/// True for a part of a chart that says so in its own `enabled`.
fn is_switched_off(part: &Node) -> bool {
    let enabled = part.get("enabled").and_then(Node::as_scalar);
    enabled.is_some_and(|it| it.kind == ScalarKind::Bool && it.text == "false")
}

/// Numbers and flags are no secrets.
fn plain(node: &Node) -> Option<SmolStr> {
    let scalar = node.as_scalar()?;
    let is_plain = matches!(scalar.kind, ScalarKind::Bool | ScalarKind::Int | ScalarKind::Float);
    is_plain.then(|| scalar.text.clone())
}
