//! Reading a mapping whose fields are known, the way Go's JSON decoder does: names match whatever
//! their case, null is the same as absent, a wrong type or an unknown name is refused.

use kai_core::{Map, Node, OriginId, ScalarKind, SmolStr, Value};

use crate::Refusal;

/// A text and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) value: SmolStr,
    pub(crate) origin: OriginId,
}

/// A key, a value and where they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) key: Text,
    pub(crate) value: Text,
}

/// The fields of one mapping.
pub(crate) struct Fields<'a> {
    map: Option<&'a Map>,
    pub(crate) origin: OriginId,
    /// What the mapping is, for messages.
    what: &'static str,
}

impl<'a> Fields<'a> {
    pub(crate) fn of(node: &'a Node, what: &'static str) -> Result<Self, Refusal> {
        let map = node.as_map();
        if map.is_none() && !node.is_null() {
            let message = format!("{what} is a mapping, but this is {}", describe(node));
            return Err(Refusal::at(node.origin, message));
        }
        Ok(Self { map, origin: node.origin, what })
    }

    /// Refuses the first field that is none of these.
    pub(crate) fn only(&self, names: &[&str]) -> Result<(), Refusal> {
        let Some(map) = self.map else { return Ok(()) };
        let unknown = map.iter().find(|it| !names.iter().any(|name| same(name, &it.key)));
        match unknown {
            Some(entry) => {
                let message = format!("unknown field `{}` in {}", entry.key, self.what);
                Err(Refusal::at(entry.key_origin, message))
            }
            None => Ok(()),
        }
    }

    /// The value of a field that is there and not null; the last one where several differ only
    /// in case.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Node> {
        let entries = self.map?.iter().rev();
        entries.filter(|it| same(name, &it.key)).map(|it| &it.node).find(|it| !it.is_null())
    }

    pub(crate) fn text(&self, name: &'static str) -> Result<Option<Text>, Refusal> {
        self.get(name).map(|it| text(it, name)).transpose()
    }

    /// A text that is not empty; an empty one counts as absent.
    pub(crate) fn some_text(&self, name: &'static str) -> Result<Option<Text>, Refusal> {
        Ok(self.text(name)?.filter(|it| !it.value.is_empty()))
    }

    pub(crate) fn texts(&self, name: &'static str) -> Result<Vec<Text>, Refusal> {
        self.list(name)?.into_iter().map(|it| text(it, name)).collect()
    }

    pub(crate) fn flag(&self, name: &'static str) -> Result<bool, Refusal> {
        let Some(node) = self.get(name) else { return Ok(false) };
        node.as_bool().ok_or_else(|| wrong(node, name, "true or false"))
    }

    pub(crate) fn int(&self, name: &'static str) -> Result<Option<i64>, Refusal> {
        let Some(node) = self.get(name) else { return Ok(None) };
        let int = node.as_scalar().filter(|it| it.kind != ScalarKind::Bool);
        int.and_then(kai_core::Scalar::as_int)
            .map(Some)
            .ok_or_else(|| wrong(node, name, "a whole number"))
    }

    pub(crate) fn list(&self, name: &str) -> Result<Vec<&'a Node>, Refusal> {
        let Some(node) = self.get(name) else { return Ok(Vec::new()) };
        if !node.is_seq() {
            return Err(wrong(node, name, "a list"));
        }
        Ok(node.items().iter().filter(|it| !it.is_null()).collect())
    }

    /// A mapping of texts, sorted by key.
    pub(crate) fn pairs(&self, name: &'static str) -> Result<Vec<Pair>, Refusal> {
        let Some(node) = self.get(name) else { return Ok(Vec::new()) };
        let map = node.as_map().ok_or_else(|| wrong(node, name, "a mapping"))?;
        let mut pairs = Vec::with_capacity(map.len());
        for entry in map {
            let value = if entry.node.is_null() {
                Text { value: SmolStr::default(), origin: entry.node.origin }
            } else {
                text(&entry.node, name)?
            };
            let key = Text { value: entry.key.clone(), origin: entry.key_origin };
            pairs.push(Pair { key, value });
        }
        pairs.sort_by(|one, other| one.key.value.cmp(&other.key.value));
        Ok(pairs)
    }
}

fn text(node: &Node, name: &str) -> Result<Text, Refusal> {
    match node.as_str() {
        Some(value) => Ok(Text { value: value.into(), origin: node.origin }),
        None => Err(wrong(node, name, "a string")),
    }
}

fn wrong(node: &Node, name: &str, expected: &str) -> Refusal {
    Refusal::at(node.origin, format!("`{name}` is {expected}, but this is {}", describe(node)))
}

/// What a value is, for messages.
pub(crate) fn describe(node: &Node) -> String {
    match &node.value {
        Value::Map(_) => "a mapping".to_owned(),
        Value::Seq(_) => "a list".to_owned(),
        Value::Unknown(_) => "not known".to_owned(),
        Value::Scalar(scalar) => match scalar.kind {
            ScalarKind::Null => "null".to_owned(),
            ScalarKind::Bool => format!("the boolean `{}`", scalar.text),
            ScalarKind::Int | ScalarKind::Float => format!("the number `{}`", scalar.text),
            ScalarKind::Str => format!("the string `{}`", scalar.text),
        },
    }
}

fn same(name: &str, key: &str) -> bool {
    name.eq_ignore_ascii_case(key)
}
