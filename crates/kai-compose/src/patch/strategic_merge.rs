//! Strategic merge, as Kustomize does it.
//!
//! Kustomize does not merge as the API server does. It visits the whole object, not only what the
//! patch names; merged and new list items come first, in the patch's order; fields that are null
//! in the patch, and fields of the object that are written with nothing after the colon, are
//! dropped; an item that says `$patch: replace` replaces nothing, nor does a whole object that says
//! so; `$retainKeys`, `$setElementOrder` and `$deleteFromPrimitiveList` mean nothing and stay in the
//! object as fields. Learned from `merge2` and `walk` of kyaml 0.18 and checked against it.

use kai_core::{Entry, Map, Node, OriginId, Origins, ScalarKind, ScalarStyle, SmolStr, Value};

use super::keyed_list::{is_void, raw_text};
use super::schema::{Field, Schema, TypeId};
use super::{PatchError, mark};

pub(super) const DIRECTIVE: &str = "$patch";

/// What a patch did to an object as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// The patch deletes the object, or leaves nothing of it.
    pub deleted: bool,
    /// Directives that only the API server and kubectl understand. Kustomize puts them into the
    /// object as if they were fields, and the API server refuses it for them.
    pub leftover: Vec<Leftover>,
}

/// A directive that stays in the object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// `$retainKeys`, or another with the field that it is about.
    pub directive: SmolStr,
    /// Where the patch says it.
    pub at: OriginId,
}

/// Merges a patch into an object. Name, namespace and kind are merged like any other field.
///
/// # Errors
/// The two do not fit together; the target is then as it was.
pub fn strategic_merge(
    target: &mut Node,
    patch: &Node,
    schema: &Schema,
    origins: &Origins,
) -> Result<Merged, PatchError> {
    let mut merger = Merger { schema, origins, path: Vec::new(), leftover: Vec::new() };
    match merger.walk(Some(target), Patch::Says(patch), None)? {
        Outcome::Cleared => return Ok(Merged { deleted: true, leftover: Vec::new() }),
        Outcome::Merged(node) => *target = node,
        // Kustomize drops what a patch with `$patch: replace` at its root puts in place of the
        // object (`ApplyFilter` in api/resource/resource.go keeps only changes made in place).
        Outcome::Replaced(_) | Outcome::Unchanged => {}
    }
    Ok(Merged { deleted: is_void(target), leftover: merger.leftover })
}

/// What the patch has for one place of the object.
#[derive(Clone, Copy)]
pub(super) enum Patch<'a> {
    /// Nothing.
    Silent,
    Says(&'a Node),
    /// What stands there came from the patch as a whole, and is merged with itself.
    Source,
}

/// What becomes of one place of the object.
pub(super) enum Outcome {
    Unchanged,
    /// The value that was there, changed inside.
    Merged(Node),
    /// Another value.
    Replaced(Node),
    Cleared,
}

impl Outcome {
    /// The field as it is afterwards.
    fn of(self, before: &Entry) -> Option<Entry> {
        let node = match self {
            Self::Unchanged => before.node.clone(),
            Self::Merged(node) => node,
            Self::Replaced(node) => in_style(node, &before.node),
            Self::Cleared => return None,
        };
        Some(Entry { node, ..before.clone() })
    }
}

pub(super) enum Directive {
    Merge,
    Replace,
    Delete,
}

pub(super) struct Merger<'a> {
    schema: &'a Schema,
    origins: &'a Origins,
    pub(super) path: Vec<SmolStr>,
    leftover: Vec<Leftover>,
}

impl Merger<'_> {
    pub(super) fn walk(
        &mut self,
        target: Option<&Node>,
        patch: Patch<'_>,
        field: Option<&Field>,
    ) -> Result<Outcome, PatchError> {
        let given = if let Patch::Says(patch) = patch { Some(patch) } else { None };
        let mut present = [target, given].into_iter().flatten().filter(|it| !it.is_null());
        let Some(first) = present.next() else { return Ok(of_nulls(target, patch)) };
        if let Some(unknown) = given.filter(|it| matches!(it.value, Value::Unknown(_))) {
            return Ok(Outcome::Replaced(self.put(target, unknown)));
        }
        if let Some(second) = present.next().filter(|it| !is_alike(first, it)) {
            return Err(self.mismatch(first, second));
        }
        match (&first.value, patch) {
            (Value::Map(_), _) => {
                let known = field.and_then(|it| it.inner);
                let id = known.or_else(|| self.own_type(target)).or_else(|| self.own_type(given));
                self.map(target, patch, id)
            }
            (Value::Seq(_), _) => self.seq(target, patch, field),
            (_, Patch::Says(patch)) if patch.is_null() => Ok(Outcome::Cleared),
            (_, Patch::Says(patch)) => Ok(Outcome::Replaced(self.put(target, patch))),
            (_, Patch::Silent | Patch::Source) => Ok(Outcome::Unchanged),
        }
    }

    /// The type of a mapping that says itself which kind it is.
    fn own_type(&self, node: Option<&Node>) -> Option<TypeId> {
        let text = |key| node?.get(key).and_then(Node::text);
        self.schema.of_kind(text("apiVersion")?, text("kind")?)
    }

    /// The patch's value with the step that put it here.
    pub(super) fn put(&self, target: Option<&Node>, patch: &Node) -> Node {
        match target {
            Some(target) => mark::overwritten(target, patch, self.origins),
            None => mark::added(patch, self.origins),
        }
    }

    fn map(
        &mut self,
        target: Option<&Node>,
        patch: Patch<'_>,
        id: Option<TypeId>,
    ) -> Result<Outcome, PatchError> {
        let present = target.filter(|it| !it.is_null());
        let says = match (present, patch) {
            (_, Patch::Says(patch)) if patch.is_null() => return Ok(Outcome::Cleared),
            (None, Patch::Says(patch)) => return self.add_map(target, patch, id),
            (Some(_), Patch::Says(patch)) => patch,
            (Some(target), Patch::Source) => target,
            (Some(target), Patch::Silent) => return self.fields(target, patch, id),
            (None, Patch::Silent | Patch::Source) => return Ok(Outcome::Unchanged),
        };
        let target = present.expect("without a target the match returns");
        let directive = match map_directive(says) {
            Err(unknown) => return Err(self.unknown_directive(unknown)),
            Ok(directive) => directive,
        };
        match (directive, patch) {
            (None, _) => self.fields(target, patch, id),
            (Some(Directive::Delete), _) => Ok(Outcome::Cleared),
            (Some(Directive::Replace), Patch::Says(patch)) => {
                self.settle(self.put(Some(target), &without_directive(patch)), id)
            }
            (Some(Directive::Merge), Patch::Says(patch)) => {
                self.fields(target, Patch::Says(&without_directive(patch)), id)
            }
            (Some(_), _) => {
                let target = without_directive(target);
                let outcome = self.fields(&target, Patch::Source, id)?;
                Ok(if let Outcome::Unchanged = outcome { Outcome::Merged(target) } else { outcome })
            }
        }
    }

    /// A mapping where the object has none. A directive that is not known stays in it.
    fn add_map(
        &mut self,
        target: Option<&Node>,
        patch: &Node,
        id: Option<TypeId>,
    ) -> Result<Outcome, PatchError> {
        match map_directive(patch) {
            Ok(Some(Directive::Delete)) => Ok(Outcome::Cleared),
            Ok(Some(_)) => self.settle(self.put(target, &without_directive(patch)), id),
            Ok(None) | Err(_) => self.settle(self.put(target, patch), id),
        }
    }

    /// Merges a mapping that came from the patch with itself.
    fn settle(&mut self, added: Node, id: Option<TypeId>) -> Result<Outcome, PatchError> {
        Ok(match self.fields(&added, Patch::Source, id)? {
            Outcome::Unchanged => Outcome::Replaced(added),
            Outcome::Merged(node) => Outcome::Replaced(node),
            other => other,
        })
    }

    fn fields(
        &mut self,
        target: &Node,
        patch: Patch<'_>,
        id: Option<TypeId>,
    ) -> Result<Outcome, PatchError> {
        let Some(map) = target.as_map() else { return Ok(Outcome::Unchanged) };
        let says = if let Patch::Says(patch) = patch { patch.as_map() } else { None };
        let mut changed: Option<Vec<Entry>> = None;
        for (index, entry) in map.iter().enumerate() {
            let (value, at) = match (says.map(|it| it.entry(&entry.key)), patch) {
                (Some(Some(said)), _) => (Patch::Says(&said.node), said.key_origin),
                (Some(None), _) => (Patch::Silent, entry.key_origin),
                (None, patch) => (patch, entry.key_origin),
            };
            self.note_directive(&entry.key, value, at);
            let outcome = self.field(&entry.key, Some(&entry.node), value, id)?;
            if changed.is_none() && !matches!(outcome, Outcome::Unchanged) {
                changed = Some(map.iter().take(index).cloned().collect());
            }
            if let Some(entries) = &mut changed {
                entries.extend(outcome.of(entry));
            }
        }
        let added = self.new_fields(map, says, id)?;
        if changed.is_none() && added.is_empty() {
            return Ok(Outcome::Unchanged);
        }
        let mut entries = changed.unwrap_or_else(|| map.iter().cloned().collect());
        entries.extend(added);
        Ok(Outcome::Merged(Node::map(Map::from_entries(entries), target.origin)))
    }

    /// The fields that only the patch has, by name.
    fn new_fields(
        &mut self,
        target: &Map,
        patch: Option<&Map>,
        id: Option<TypeId>,
    ) -> Result<Vec<Entry>, PatchError> {
        let entries = patch.into_iter().flatten();
        let mut extra: Vec<_> = entries.filter(|it| target.get(&it.key).is_none()).collect();
        extra.sort_by(|left, right| left.key.cmp(&right.key));
        let mut added = Vec::new();
        for entry in extra {
            let value = Patch::Says(&entry.node);
            self.note_directive(&entry.key, value, entry.key_origin);
            let outcome = self.field(&entry.key, None, value, id)?;
            if let Outcome::Merged(node) | Outcome::Replaced(node) = outcome {
                added.push(Entry { node, ..entry.clone() });
            }
        }
        Ok(added)
    }

    fn field(
        &mut self,
        key: &SmolStr,
        target: Option<&Node>,
        patch: Patch<'_>,
        id: Option<TypeId>,
    ) -> Result<Outcome, PatchError> {
        let schema = self.schema;
        let field = id.and_then(|it| schema.field(it, key));
        self.path.push(key.clone());
        let outcome = self.walk(target, patch, field);
        self.path.pop();
        outcome
    }

    fn note_directive(&mut self, key: &SmolStr, patch: Patch<'_>, at: OriginId) {
        if is_server_directive(key) && !matches!(patch, Patch::Silent) {
            self.leftover.push(Leftover { directive: key.clone(), at });
        }
    }

    fn mismatch(&self, target: &Node, patch: &Node) -> PatchError {
        PatchError::Mismatch {
            path: self.path.join("."),
            target: shape(target),
            patch: shape(patch),
            at: patch.origin,
        }
    }

    pub(super) fn unknown_directive(&self, says: &Node) -> PatchError {
        PatchError::UnknownDirective {
            path: self.path.join("."),
            directive: raw_text(says).to_owned(),
            at: says.origin,
        }
    }
}

fn is_server_directive(key: &str) -> bool {
    key == "$retainKeys"
        || key.starts_with("$setElementOrder/")
        || key.starts_with("$deleteFromPrimitiveList/")
}

/// Where neither side has more than null: a null of the object stays if it was spelled out.
fn of_nulls(target: Option<&Node>, patch: Patch<'_>) -> Outcome {
    match (target, patch) {
        (Some(target), Patch::Silent) if !raw_text(target).is_empty() => Outcome::Unchanged,
        _ => Outcome::Cleared,
    }
}

pub(super) fn map_directive(patch: &Node) -> Result<Option<Directive>, &Node> {
    let Some(says) = patch.get(DIRECTIVE) else { return Ok(None) };
    match raw_text(says) {
        "merge" => Ok(Some(Directive::Merge)),
        "replace" => Ok(Some(Directive::Replace)),
        "delete" => Ok(Some(Directive::Delete)),
        _ => Err(says),
    }
}

pub(super) fn without_directive(patch: &Node) -> Node {
    let mut patch = patch.clone();
    if patch.get(DIRECTIVE).is_some()
        && let Some(map) = patch.map_mut()
    {
        map.remove(DIRECTIVE);
    }
    patch
}

/// A scalar takes over the quotes of the scalar it replaces, and with them its type.
fn in_style(mut node: Node, before: &Node) -> Node {
    if let (Value::Scalar(scalar), Some(before)) = (&mut node.value, before.as_scalar())
        && before.kind == ScalarKind::Str
        && before.style != ScalarStyle::Plain
    {
        scalar.style = before.style;
        scalar.kind = ScalarKind::Str;
    }
    node
}

/// True where a patch can change one into the other; what is not known may be anything.
fn is_alike(target: &Node, patch: &Node) -> bool {
    matches!(target.value, Value::Unknown(_)) || shape(target) == shape(patch)
}

/// What a value is, for messages and for comparing.
pub(super) fn shape(node: &Node) -> &'static str {
    match &node.value {
        Value::Map(_) => "a mapping",
        Value::Seq(_) => "a list",
        Value::Scalar(_) | Value::Unknown(_) => "a scalar",
    }
}
