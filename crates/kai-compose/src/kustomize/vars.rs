//! `vars`: `$(NAME)` stands for a field of an object.

use std::collections::BTreeMap;
use std::sync::Arc;

use kai_core::{Node, OriginId, Origins, Role, Scalar, ScalarKind, ScalarStyle, SmolStr};

use super::configurations::Configuration;
use super::field_path;
use super::field_spec::{Leaf, Visit, split_bracketed_path};
use super::fields::{Fields, Text};
use super::gvk::{Gvk, split_api_version};
use super::resource::{Id, Resource};
use crate::Refusal;

/// One entry of `vars:`.
#[derive(Debug, Clone)]
pub(crate) struct Var {
    pub(crate) name: Text,
    gvk: Gvk,
    object: SmolStr,
    namespace: SmolStr,
    field: SmolStr,
    at: OriginId,
}

impl Var {
    pub(crate) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        fields.only(&["name", "objref", "fieldref"])?;
        let nothing = Node::null(fields.origin);
        let object = Fields::of(fields.get("objref").unwrap_or(&nothing), "objref")?;
        object.only(&["apiVersion", "group", "version", "kind", "name", "namespace"])?;
        let field = Fields::of(fields.get("fieldref").unwrap_or(&nothing), "fieldref")?;
        field.only(&["fieldPath"])?;
        let part = |fields: &Fields<'_>, name| -> Result<SmolStr, Refusal> {
            Ok(fields.text(name)?.map(|it| it.value).unwrap_or_default())
        };
        let mut gvk = super::configurations::read_gvk(&object)?;
        if let Some(api_version) = object.some_text("apiVersion")? {
            let (group, version) = split_api_version(&api_version.value);
            gvk.version = version.into();
            if !group.is_empty() {
                gvk.group = group.into();
            }
        }
        let path = field.some_text("fieldPath")?.map(|it| it.value);
        Ok(Self {
            name: fields
                .text("name")?
                .unwrap_or(Text { value: SmolStr::default(), origin: fields.origin }),
            gvk,
            object: part(&object, "name")?,
            namespace: part(&object, "namespace")?,
            field: path.unwrap_or(SmolStr::new_static("metadata.name")),
            at: fields.origin,
        })
    }

    fn is_of(&self, resource: &Resource) -> bool {
        let is = |id: &Id| {
            id.name == self.object
                && id.gvk == self.gvk
                && (self.namespace.is_empty() || id.effective_namespace() == self.namespace)
        };
        is(&resource.id()) || resource.previous_ids().any(|it| is(&it))
    }
}

/// The vars of a kustomization and its bases, by name.
pub(crate) type VarSet = BTreeMap<SmolStr, Arc<Var>>;

/// Notes on each object which vars are read from it, and adds the vars.
pub(crate) fn declare(
    set: &mut VarSet,
    resources: &mut [Resource],
    vars: &[Var],
) -> Result<(), Refusal> {
    for var in vars {
        let mut matches: Vec<&mut Resource> =
            resources.iter_mut().filter(|it| var.is_of(it)).collect();
        if let [only] = matches.as_mut_slice() {
            Arc::make_mut(&mut only.vars).push(var.name.value.clone());
        } else if matches.len() > 1 {
            let message = format!(
                "found {} objects for var `{}` (unable to disambiguate)",
                matches.len(),
                var.name.value
            );
            return Err(Refusal::at(var.at, message));
        }
    }
    vars.iter().try_for_each(|it| add(set, Arc::new(it.clone())))
}

/// Adds the vars of a base.
pub(crate) fn merge(set: &mut VarSet, other: &VarSet) -> Result<(), Refusal> {
    other.values().try_for_each(|it| add(set, Arc::clone(it)))
}

fn add(set: &mut VarSet, var: Arc<Var>) -> Result<(), Refusal> {
    if set.contains_key(&var.name.value) {
        let message = format!("var `{}` already encountered", var.name.value);
        return Err(Refusal::at(var.at, message));
    }
    set.insert(var.name.value.clone(), var);
    Ok(())
}

/// Puts the values of vars where `$(NAME)` stands.
pub(crate) fn resolve(
    set: &VarSet,
    resources: &mut [Resource],
    configuration: &Configuration,
    origins: &Origins,
) -> Result<(), Refusal> {
    if set.is_empty() {
        return Ok(());
    }
    let values = values(set, resources)?;
    let replacer = Replacer { values: &values, origins };
    for resource in resources {
        for field in &configuration.var_reference {
            let wanted = |node: &Node| mentions(node);
            let how = Visit { leaf: Leaf::Existing, made_by: OriginId::NONE, wanted: &wanted };
            field
                .visit(&mut resource.node, &how, &mut |node| replacer.replace(node))
                .map_err(|reason| Refusal::at(resource.node.origin, reason))?;
        }
    }
    Ok(())
}

fn values(set: &VarSet, resources: &[Resource]) -> Result<BTreeMap<SmolStr, Node>, Refusal> {
    let mut values = BTreeMap::new();
    for var in set.values() {
        let name = &var.name.value;
        let Some(object) = resources.iter().find(|it| it.vars.contains(name)) else {
            let message =
                format!("var `{name}` cannot be mapped to a field in the set of known resources");
            return Err(Refusal::at(var.at, message));
        };
        let path = field_path::with_indices(split_bracketed_path(&var.field, '.'));
        match field_path::look_up(&object.node, &path) {
            Ok(Some(value)) => {
                values.insert(name.clone(), value.clone());
            }
            Ok(None) | Err(_) => {
                let message =
                    format!("the field of var `{name}` is not in `{}`", object.id().describe());
                return Err(Refusal::at(var.at, message));
            }
        }
    }
    Ok(values)
}

/// True when `$` stands in a text that [`Replacer::replace`] looks at.
fn mentions(node: &Node) -> bool {
    match &node.value {
        kai_core::Value::Scalar(scalar) => scalar.text.contains('$'),
        kai_core::Value::Seq(items) => {
            items.iter().any(|it| it.as_str().is_none_or(|text| text.contains('$')))
        }
        kai_core::Value::Map(map) => {
            map.iter().any(|it| it.node.as_str().is_some_and(|text| text.contains('$')))
        }
        kai_core::Value::Unknown(_) => false,
    }
}

struct Replacer<'a> {
    values: &'a BTreeMap<SmolStr, Node>,
    origins: &'a Origins,
}

/// A text cut at its variables.
enum Piece<'a> {
    Text(&'a str),
    Variable(&'a str),
}

impl Replacer<'_> {
    fn replace(&self, node: &mut Node) -> Result<(), String> {
        if let Some(map) = node.map_mut() {
            for entry in map.entries_mut() {
                self.replace_scalar(&mut entry.node);
            }
            return Ok(());
        }
        if let Some(items) = node.seq_mut() {
            for item in items {
                if item.as_str().is_none() {
                    return Err("invalid value type, expected a string".to_owned());
                }
                self.replace_scalar(item);
            }
            return Ok(());
        }
        self.replace_scalar(node);
        Ok(())
    }

    fn replace_scalar(&self, node: &mut Node) {
        let Some(text) = node.as_str().filter(|it| it.contains('$')) else { return };
        let pieces = cut(text);
        if let [Piece::Variable(name)] = pieces.as_slice()
            && text.len() == name.len() + 3
            && let Some(value) = self.value(name)
        {
            let origin = self.origins.replaced(Role::Transformed, value.origin, Some(node.origin));
            *node = Node::new(whole(value), origin);
            return;
        }
        let mut parts = vec![node.origin];
        let mut joined = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => joined.push_str(text),
                Piece::Variable(name) => match self.value(name) {
                    Some(value) => {
                        joined.push_str(value.text().unwrap_or_default());
                        parts.push(value.origin);
                    }
                    None => {
                        joined.push_str("$(");
                        joined.push_str(name);
                        joined.push(')');
                    }
                },
            }
        }
        if joined == text {
            return;
        }
        let at = parts.get(1).copied();
        *node = Node::string(joined, self.origins.derived(Role::Transformed, at, &parts));
    }

    /// The value of a var that is one text, number or boolean.
    fn value(&self, name: &str) -> Option<&Node> {
        self.values.get(name).filter(|it| it.as_scalar().is_some())
    }
}

/// A value that takes the place of a whole text keeps its type.
fn whole(value: &Node) -> kai_core::Value {
    let Some(scalar) = value.as_scalar() else { return value.value.clone() };
    let style = match scalar.kind {
        ScalarKind::Str => ScalarStyle::DoubleQuoted,
        _ => ScalarStyle::Plain,
    };
    kai_core::Value::Scalar(Scalar { style, ..scalar.clone() })
}

/// Finds `$(NAME)`; `$$` is one dollar sign, and any other dollar sign stands for itself.
fn cut(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut rest, mut searched) = (text, 0);
    while let Some(at) = rest[searched..].find('$').map(|it| it + searched) {
        match rest.as_bytes().get(at + 1) {
            Some(b'$') => {
                pieces.push(Piece::Text(&rest[..=at]));
                rest = &rest[at + 2..];
                searched = 0;
            }
            Some(b'(') => match rest[at + 2..].find(')') {
                Some(length) => {
                    pieces.push(Piece::Text(&rest[..at]));
                    pieces.push(Piece::Variable(&rest[at + 2..at + 2 + length]));
                    rest = &rest[at + 3 + length..];
                    searched = 0;
                }
                None => searched = at + 2,
            },
            _ => searched = at + 1,
        }
    }
    pieces.push(Piece::Text(rest));
    pieces.retain(|it| !matches!(it, Piece::Text("")));
    pieces
}
