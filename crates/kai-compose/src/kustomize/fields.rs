//! Reading a mapping whose fields are known, the way Go's JSON decoder does: names match whatever
//! their case, null is the same as absent, a wrong type is refused.

use kai_core::{Map, Node, OriginId, Scalar, ScalarKind, SmolStr, Value};

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
    text: TextKind,
}

/// What kind of text is read, which decides how strictly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextKind {
    /// A kustomization file: unknown fields are refused, and only strings are strings.
    Kustomization,
    /// A file that extends the transformers: numbers and booleans may stand for strings.
    Configuration,
    /// An object that configures a plugin: unknown fields mean nothing either.
    Plugin,
}

impl<'a> Fields<'a> {
    /// A mapping in a kustomization file.
    pub(crate) fn of(node: &'a Node, what: &'static str) -> Result<Self, Refusal> {
        Self::in_text(node, what, TextKind::Kustomization)
    }

    pub(crate) fn in_text(
        node: &'a Node,
        what: &'static str,
        text: TextKind,
    ) -> Result<Self, Refusal> {
        let map = node.as_map();
        if map.is_none() && !node.is_null() {
            let message = format!("{what} is a mapping, but this is {}", describe(node));
            return Err(Refusal::at(node.origin, message));
        }
        Ok(Self { map, origin: node.origin, what, text })
    }

    /// The fields of the mapping in a field, as strict as these.
    pub(crate) fn nested(&self, name: &'static str) -> Result<Option<Self>, Refusal> {
        self.get(name).map(|it| Self::in_text(it, name, self.text)).transpose()
    }

    /// The fields of every mapping in a list, as strict as these.
    pub(crate) fn nested_list(&self, name: &'static str) -> Result<Vec<Self>, Refusal> {
        self.list(name)?.into_iter().map(|it| Self::in_text(it, name, self.text)).collect()
    }

    /// The fields of every mapping in a list, each read in the same way.
    pub(crate) fn all<T>(
        &self,
        name: &'static str,
        read: impl Fn(&Self) -> Result<T, Refusal>,
    ) -> Result<Vec<T>, Refusal> {
        self.nested_list(name)?.iter().map(read).collect()
    }

    /// Refuses the first field that is none of these.
    pub(crate) fn only(&self, names: &[&str]) -> Result<(), Refusal> {
        let Some(map) = self.map.filter(|_| self.text != TextKind::Plugin) else { return Ok(()) };
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
        self.get(name).map(|it| self.as_text(it, name)).transpose()
    }

    /// A text that is not empty; an empty one counts as absent.
    pub(crate) fn some_text(&self, name: &'static str) -> Result<Option<Text>, Refusal> {
        Ok(self.text(name)?.filter(|it| !it.value.is_empty()))
    }

    pub(crate) fn texts(&self, name: &'static str) -> Result<Vec<Text>, Refusal> {
        self.list(name)?.into_iter().map(|it| self.as_text(it, name)).collect()
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
                self.as_text(&entry.node, name)?
            };
            let key = Text { value: entry.key.clone(), origin: entry.key_origin };
            pairs.push(Pair { key, value });
        }
        pairs.sort_by(|one, other| one.key.value.cmp(&other.key.value));
        Ok(pairs)
    }

    fn as_text(&self, node: &Node, name: &str) -> Result<Text, Refusal> {
        let value = match node.as_scalar() {
            Some(scalar) if scalar.kind == ScalarKind::Str => Some(scalar.text.clone()),
            Some(scalar) if self.text != TextKind::Kustomization => Some(spelled(scalar)),
            _ => None,
        };
        let value = value.ok_or_else(|| wrong(node, name, "a string"))?;
        Ok(Text { value, origin: node.origin })
    }
}

/// A number or a boolean as Go spells it.
fn spelled(scalar: &Scalar) -> SmolStr {
    match (scalar.kind, scalar.as_bool(), scalar.as_int()) {
        (ScalarKind::Bool, Some(value), _) => {
            SmolStr::new_static(if value { "true" } else { "false" })
        }
        (ScalarKind::Int, _, Some(value)) => SmolStr::from(value.to_string()),
        _ => scalar.text.clone(),
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
