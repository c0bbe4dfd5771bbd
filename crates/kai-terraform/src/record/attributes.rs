//! What differs between two versions of an object, without what is secret.

use kai_core::Node;
use smol_str::SmolStr;

use super::sensitive::is_secret_name;

/// One attribute of an object that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeChange {
    /// `settings[0].tier`
    pub path: String,
    pub before: Shown,
    pub after: Shown,
    /// True where the object is replaced because of it.
    pub forces: bool,
}

/// A value as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    Absent,
    Text(SmolStr),
    /// There is one, and nobody should read it.
    Secret,
    /// A collection, which is not shown.
    Several,
    AtApply,
}

/// Longer texts are documents of their own.
const LENGTH_MAX: usize = 80;

/// Both sides of a change, with what the document says of each.
pub(super) struct Sides<'a> {
    pub(super) before: Side<'a>,
    pub(super) after: Side<'a>,
    /// What is known after an apply.
    pub(super) unknown: Option<&'a Node>,
    /// Why an object is replaced, as paths.
    pub(super) forcing: &'a [String],
}

#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) value: Option<&'a Node>,
    pub(super) sensitive: Option<&'a Node>,
}

impl Side<'_> {
    fn below(&self, step: &Step) -> Self {
        Self { value: step.of(self.value), sensitive: step.mark(self.sensitive) }
    }

    fn is_sensitive(&self) -> bool {
        self.sensitive.and_then(Node::as_bool) == Some(true)
    }

    fn shown(&self, is_secret: bool) -> Shown {
        match self.value {
            Some(node) if !node.is_null() => shown(node, is_secret),
            _ => Shown::Absent,
        }
    }
}

/// The value of a node that may be secret.
#[must_use]
pub fn shown(node: &Node, is_secret: bool) -> Shown {
    if node.is_null() {
        return Shown::Absent;
    }
    if is_secret {
        return Shown::Secret;
    }
    match node.text() {
        Some(text) if text.len() > LENGTH_MAX || text.contains('\n') => Shown::Several,
        Some(text) => Shown::Text(text.into()),
        None => Shown::Several,
    }
}

/// Every scalar that differs, in the order of the document.
pub(super) fn differences(sides: &Sides<'_>) -> Vec<AttributeChange> {
    let mut found = Vec::new();
    walk(sides, "", false, &mut found);
    found
}

fn walk(sides: &Sides<'_>, path: &str, is_secret: bool, into: &mut Vec<AttributeChange>) {
    let Sides { before, after, unknown, forcing } = sides;
    let is_secret = is_secret || before.is_sensitive() || after.is_sensitive();
    let forces = !path.is_empty() && forcing.iter().any(|it| is_at_or_below(path, it));
    if unknown.and_then(Node::as_bool) == Some(true) {
        // What every new object gets (its id, its address) says nothing of why.
        if forces {
            let before = before.shown(is_secret);
            into.push(AttributeChange { path: path.into(), before, after: Shown::AtApply, forces });
        }
        return;
    }
    let same = match (before.value, after.value) {
        (Some(one), Some(other)) => one.says_the_same(other),
        (None, None) => true,
        (Some(one), None) | (None, Some(one)) => one.is_null(),
    };
    if same {
        return;
    }
    let steps = steps(before.value, after.value, *unknown);
    if steps.is_empty() || is_secret {
        let (before, after) = (before.shown(is_secret), after.shown(is_secret));
        into.push(AttributeChange { path: path.into(), before, after, forces });
        return;
    }
    for step in steps {
        let below = Sides {
            before: before.below(&step),
            after: after.below(&step),
            unknown: step.mark(*unknown),
            forcing,
        };
        let is_secret = matches!(&step, Step::Key(key) if is_secret_name(key));
        walk(&below, &step.below(path), is_secret, into);
    }
}

/// One step into a collection.
enum Step {
    Key(SmolStr),
    Index(usize),
}

impl Step {
    fn of<'a>(&self, node: Option<&'a Node>) -> Option<&'a Node> {
        match self {
            Self::Key(key) => node?.get(key),
            Self::Index(index) => node?.items().get(*index),
        }
    }

    /// A mark of a whole collection is one of each of its parts.
    fn mark<'a>(&self, node: Option<&'a Node>) -> Option<&'a Node> {
        if node?.as_bool().is_some() { node } else { self.of(node) }
    }

    fn below(&self, path: &str) -> String {
        match self {
            Self::Key(key) if path.is_empty() => key.to_string(),
            Self::Key(key) => format!("{path}.{key}"),
            Self::Index(index) => format!("{path}[{index}]"),
        }
    }
}

fn steps(before: Option<&Node>, after: Option<&Node>, unknown: Option<&Node>) -> Vec<Step> {
    let sides = || [before, after, unknown].into_iter().flatten();
    let mut keys: Vec<SmolStr> = Vec::new();
    for entry in sides().filter_map(Node::as_map).flatten() {
        if !keys.contains(&entry.key) {
            keys.push(entry.key.clone());
        }
    }
    let count = sides().map(|it| it.items().len()).max().unwrap_or_default();
    let keys = keys.into_iter().map(Step::Key);
    keys.chain((0..count).map(Step::Index)).collect()
}

fn is_at_or_below(path: &str, whole: &str) -> bool {
    path.strip_prefix(whole).is_some_and(|it| it.is_empty() || it.starts_with(['.', '[']))
}

/// A path as the document writes it: names and numbers.
pub(super) fn path_text(steps: &Node) -> String {
    let mut path = String::new();
    for step in steps.items() {
        let step = match (step.as_int(), step.as_str()) {
            (Some(index), _) => Step::Index(usize::try_from(index).unwrap_or_default()),
            (_, Some(key)) => Step::Key(key.into()),
            _ => continue,
        };
        path = step.below(&path);
    }
    path
}
