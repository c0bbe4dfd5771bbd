//! Marks that stand in values, and in what is rendered of them, for what nobody here knows.
//!
//! Whatever a mark is printed into is unknown in the end. What a function makes of an open value is
//! open too, and what is decided by one is not written at all, so that no branch is taken by chance.

use kai_core::{Node, Reason, Unknown, Value};
use memchr::memmem;
use smol_str::SmolStr;

use super::value::{self, Data, Text};

/// Stands for a value that is there and that is no nothing: words that no chart writes.
pub(crate) const STAND_IN: &str = "KaiStandsInForThisOne";

/// Stands for a value of which not even that is known.
pub(crate) const OPEN: &str = "KaiLeavesThisOneOpen";

/// Functions that keep what they are given as it is in what they give. Sorted.
const KEEPING: &[&str] = &[
    "append",
    "cat",
    "chunk",
    "coalesce",
    "concat",
    "deepCopy",
    "default",
    "dict",
    "fail",
    "first",
    "fromJson",
    "fromYaml",
    "fromYamlArray",
    "include",
    "indent",
    "initial",
    "join",
    "last",
    "list",
    "lookup",
    "merge",
    "mergeOverwrite",
    "mustAppend",
    "mustDeepCopy",
    "mustMerge",
    "mustMergeOverwrite",
    "mustPrepend",
    "mustPush",
    "mustToJson",
    "mustToPrettyJson",
    "mustToRawJson",
    "mustToYaml",
    "nindent",
    "prepend",
    "print",
    "printf",
    "println",
    "push",
    "quote",
    "required",
    "rest",
    "set",
    "squote",
    "ternary",
    "toJson",
    "toPrettyJson",
    "toRawJson",
    "toString",
    "toToml",
    "toYaml",
    "toYamlPretty",
    "tpl",
    "trim",
    "tuple",
    "values",
];

/// True for a function in whose result a mark stands where it stood in an argument.
pub(crate) fn is_kept_by(function: &str) -> bool {
    KEEPING.binary_search(&function).is_ok()
}

/// True for a text with an open value in it, and for a list that holds one.
pub(crate) fn is_open(value: &value::Value) -> bool {
    match &value.data {
        Data::Text(text) => has_open(text.as_str()),
        Data::List(items, _) => items.iter().any(|it| it.as_str().is_some_and(has_open)),
        _ => false,
    }
}

/// True for an open value alone: one with anything around it is not empty.
pub(crate) fn is_undecided(value: &value::Value) -> bool {
    value.as_str() == Some(OPEN)
}

/// Values in which marks stand for what is unknown.
pub(crate) fn with_marks(values: &Node) -> Node {
    let mut marked = values.clone();
    mark_unknown(&mut marked);
    marked
}

fn mark_unknown(node: &mut Node) {
    if !holds_unknown(node) {
        return;
    }
    if matches!(node.value, Value::Unknown(_)) {
        *node = Node::string(OPEN, node.origin);
    }
    node.seq_mut().into_iter().flatten().for_each(mark_unknown);
    let entries = node.map_mut().into_iter().flat_map(|it| it.entries_mut().iter_mut());
    entries.for_each(|it| mark_unknown(&mut it.node));
}

fn holds_unknown(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(_) => false,
        Value::Unknown(_) => true,
        Value::Seq(items) => items.iter().any(holds_unknown),
        Value::Map(map) => map.iter().any(|it| holds_unknown(&it.node)),
    }
}

/// What is made of an open value.
pub(crate) fn open() -> value::Value {
    Text::plain(OPEN).into()
}

/// True for values of which one is open.
pub(crate) fn holds_open(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(it) => has_open(&it.text),
        Value::Unknown(_) => false,
        Value::Seq(items) => items.iter().any(holds_open),
        Value::Map(map) => map.iter().any(|it| has_open(&it.key) || holds_open(&it.node)),
    }
}

/// True for values where a name is open, so that nobody knows what is given.
pub(crate) fn has_open_key(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(_) | Value::Unknown(_) => false,
        Value::Seq(items) => items.iter().any(has_open_key),
        Value::Map(map) => map.iter().any(|it| has_open(&it.key) || has_open_key(&it.node)),
    }
}

/// True for a text with an open value in it.
pub(crate) fn has_open(text: &str) -> bool {
    memmem::find(text.as_bytes(), OPEN.as_bytes()).is_some()
}

/// True for a text with any mark.
pub(crate) fn has_mark(text: &str) -> bool {
    has_stand_in(text) || has_open(text)
}

fn has_stand_in(text: &str) -> bool {
    memmem::find(text.as_bytes(), STAND_IN.as_bytes()).is_some()
}

/// True for a call that may take a mark apart: letters of another case, a digest, a part of the text.
pub(crate) fn may_lose_mark(function: &str, arguments: &[value::Value]) -> bool {
    let tells_type = function.starts_with("kind") || function.starts_with("type");
    !tells_type
        && !is_kept_by(function)
        && arguments.iter().any(|it| it.as_str().is_some_and(has_stand_in))
}

/// A text that a call made of a mark, or a mark for it where the mark is gone.
pub(crate) fn with_mark(made: value::Value) -> value::Value {
    let is_lost = made.as_str().is_some_and(|it| !it.is_empty() && !has_mark(it));
    if is_lost { Text::plain(STAND_IN).into() } else { made }
}

/// `db-…` of `db-` and a mark.
fn without_marks(text: &str) -> SmolStr {
    text.replace(STAND_IN, "…").replace(OPEN, "…").into()
}

/// Makes unknown what a mark stands in for. What an object is called becomes a text that says where it
/// is not known.
pub(crate) fn forget_marks(object: &mut Node) {
    forget(object);
    for key in ["name", "generateName", "namespace"] {
        let Some(place) = object.at_mut(&["metadata", key]) else { continue };
        if let Value::Unknown(unknown) = &place.value {
            *place = Node::string(unknown.text.clone(), place.origin);
        }
    }
}

/// A mapping with an open name is unknown as a whole.
fn forget(node: &mut Node) {
    let is_named =
        |it: &Node| it.as_map().is_none_or(|map| !map.iter().any(|it| has_open(&it.key)));
    let written = node.text().filter(|it| has_mark(it));
    if written.is_some() || !is_named(node) {
        let text = written.map(without_marks).unwrap_or_default();
        let unknown = Unknown { reason: Reason::NotInRepository, text };
        node.value = Value::Unknown(unknown.into());
    }
    node.seq_mut().into_iter().flatten().for_each(forget);
    let entries = node.map_mut().into_iter().flat_map(|it| it.entries_mut().iter_mut());
    entries.for_each(|it| forget(&mut it.node));
}
