//! `ValueAddTransformer`: one text in many fields, or as a part of the paths they hold.

use kai_core::{Map, Node, OriginId, Origins, Role, SmolStr};

use super::fields::{Fields, Text};
use super::namespace::{NamespaceSetter, Setter, Subjects};
use super::resource::Resource;
use super::selector::Selector;
use crate::Refusal;

/// Puts a text into fields.
#[derive(Debug, Clone)]
pub(crate) struct ValueAdd {
    pub(crate) value: Text,
    pub(crate) targets: Vec<ValueTarget>,
}

/// Which fields of which objects.
#[derive(Debug, Clone)]
pub(crate) struct ValueTarget {
    selector: Option<Selector>,
    field: Text,
    /// From 1: the place of the value among the parts of the path that stands there.
    file_path_position: i64,
}

impl ValueTarget {
    pub(crate) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let Some(field) = fields.some_text("fieldPath")? else {
            return Err(Refusal::at(fields.origin, "fieldPath cannot be empty"));
        };
        let file_path_position = fields.int("filePathPosition")?.unwrap_or_default();
        if file_path_position < 0 {
            return Err(Refusal::at(fields.origin, "filePathPosition cannot be negative"));
        }
        let selector = fields.nested("selector")?.as_ref().map(Selector::read).transpose()?;
        Ok(Self { selector, field, file_path_position })
    }
}

impl ValueAdd {
    pub(crate) fn apply(
        &self,
        resources: &mut [Resource],
        origins: &Origins,
    ) -> Result<(), Refusal> {
        for target in &self.targets {
            let patterns = target.selector.as_ref().map(Selector::patterns).transpose()?;
            let is_meant = |it: &Resource| patterns.as_ref().is_none_or(|one| one.select(it));
            for resource in resources.iter_mut().filter(|it| is_meant(it)) {
                self.set(resource, target, origins)
                    .map_err(|reason| Refusal::at(target.field.origin, reason))?;
            }
        }
        Ok(())
    }

    fn set(
        &self,
        resource: &mut Resource,
        target: &ValueTarget,
        origins: &Origins,
    ) -> Result<(), String> {
        if target.field.value == "metadata/namespace" {
            let setter = NamespaceSetter {
                namespace: self.value.clone(),
                fields: Vec::new(),
                unset_only: false,
                subjects: Subjects::NamedDefault,
            };
            return setter.set_in(&mut resource.node, &Setter::new(&setter, origins));
        }
        let keys = super::field_spec::split_path(&target.field.value, '/');
        let field = made(&mut resource.node, &keys, self.value.origin)?;
        let Some(scalar) = field.as_scalar() else {
            return Err("wrong node kind: expected a scalar".to_owned());
        };
        let before = if field.is_null() { SmolStr::default() } else { scalar.text.clone() };
        *field = if target.file_path_position > 0 {
            let text = inserted(&before, target.file_path_position - 1, &self.value.value);
            let parts = [field.origin, self.value.origin];
            let at = Some(self.value.origin);
            Node::string(text, origins.derived(Role::Transformed, at, &parts))
        } else {
            let before = Some(field.origin);
            let origin = origins.replaced(Role::Transformed, self.value.origin, before);
            Node::string(self.value.value.clone(), origin)
        };
        Ok(())
    }
}

/// The field at the end of a path, made where it is missing.
fn made<'a>(node: &'a mut Node, keys: &[SmolStr], by: OriginId) -> Result<&'a mut Node, String> {
    let Some((key, rest)) = keys.split_first() else { return Ok(node) };
    let Some(map) = node.map_mut() else {
        return Err(format!("`{key}` is looked for in something that is no mapping"));
    };
    if map.get(key).is_none() {
        let new = if rest.is_empty() { Node::null(by) } else { Node::map(Map::new(), by) };
        map.set(key, by, new);
    }
    match map.get_mut(key) {
        Some(next) => made(next, rest, by),
        None => Err(format!("`{key}` cannot be made")),
    }
}

/// A path with one more part; an absolute path stays absolute.
fn inserted(path: &str, position: i64, part: &str) -> String {
    let (root, relative) = path.strip_prefix('/').map_or(("", path), |it| ("/", it));
    let mut parts: Vec<&str> = relative.split('/').filter(|it| !it.is_empty()).collect();
    let position = usize::try_from(position).unwrap_or(usize::MAX).min(parts.len());
    parts.insert(position, part);
    format!("{root}{}", parts.join("/"))
}
