//! Strategic merge, as Kustomize does it.
//!
//! Kustomize does not merge as the API server does. It visits the whole object, not only what the
//! patch names; merged and new list items come first, in the patch's order; fields that are null
//! in the patch, and fields of the object that are written with nothing after the colon, are
//! dropped; an item that says `$patch: replace` replaces nothing. Learned from `merge2` and `walk`
//! of kyaml 0.18 and checked against it.

use kai_core::{Entry, Map, Node, OriginId, Origins, ScalarKind, ScalarStyle, SmolStr, Value};

use super::keyed_list::{
    self as list, NotAMapping, Tuple, distinct, find, is_regular, is_regular_set, is_void, join,
    raw_text, tuple_of, unify, usable,
};
use super::schema::{Field, ListMerge, Schema, TypeId};
use super::{PatchError, mark};

const DIRECTIVE: &str = "$patch";

/// What a patch did to an object as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merged {
    /// The patch deletes the object, or leaves nothing of it.
    pub deleted: bool,
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
    let mut merger = Merger { schema, origins, path: Vec::new() };
    match merger.walk(Some(target), Patch::Says(patch), None)? {
        Outcome::Cleared => return Ok(Merged { deleted: true }),
        Outcome::Merged(node) | Outcome::Replaced(node) => *target = node,
        Outcome::Unchanged => {}
    }
    Ok(Merged { deleted: is_void(target) })
}

/// What the patch has for one place of the object.
#[derive(Clone, Copy)]
enum Patch<'a> {
    /// Nothing.
    Silent,
    Says(&'a Node),
    /// What stands there came from the patch as a whole, and is merged with itself.
    Source,
}

/// What becomes of one place of the object.
enum Outcome {
    Unchanged,
    /// The value that was there, changed inside.
    Merged(Node),
    /// Another value.
    Replaced(Node),
    Cleared,
}

enum Directive {
    Merge,
    Replace,
    Delete,
}

struct Merger<'a> {
    schema: &'a Schema,
    origins: &'a Origins,
    path: Vec<SmolStr>,
}

impl Merger<'_> {
    fn walk(
        &mut self,
        target: Option<&Node>,
        patch: Patch<'_>,
        field: Option<&Field>,
    ) -> Result<Outcome, PatchError> {
        let given = if let Patch::Says(patch) = patch { Some(patch) } else { None };
        let mut present = [target, given].into_iter().flatten().filter(|it| !it.is_null());
        let Some(first) = present.next() else { return Ok(of_nulls(target, patch)) };
        if let Some(second) = present.next().filter(|it| shape(it) != shape(first)) {
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
    fn put(&self, target: Option<&Node>, patch: &Node) -> Node {
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
            let value = match (says.map(|it| it.get(&entry.key)), patch) {
                (Some(Some(value)), _) => Patch::Says(value),
                (Some(None), _) => Patch::Silent,
                (None, patch) => patch,
            };
            let outcome = self.field(&entry.key, Some(&entry.node), value, id)?;
            if changed.is_none() && !matches!(outcome, Outcome::Unchanged) {
                changed = Some(map.iter().take(index).cloned().collect());
            }
            let Some(entries) = &mut changed else { continue };
            match outcome {
                Outcome::Unchanged => entries.push(entry.clone()),
                Outcome::Merged(node) => entries.push(Entry { node, ..entry.clone() }),
                Outcome::Replaced(node) => {
                    entries.push(Entry { node: in_style(node, &entry.node), ..entry.clone() });
                }
                Outcome::Cleared => {}
            }
        }
        let mut extra: Vec<&Entry> =
            says.into_iter().flatten().filter(|it| map.get(&it.key).is_none()).collect();
        extra.sort_by(|left, right| left.key.cmp(&right.key));
        for entry in extra {
            let outcome = self.field(&entry.key, None, Patch::Says(&entry.node), id)?;
            if let Outcome::Merged(node) | Outcome::Replaced(node) = outcome {
                let entries = changed.get_or_insert_with(|| map.iter().cloned().collect());
                entries.push(Entry { node, ..entry.clone() });
            }
        }
        let merged = |it| Outcome::Merged(Node::map(Map::from_entries(it), target.origin));
        Ok(changed.map_or(Outcome::Unchanged, merged))
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

    fn seq(
        &mut self,
        target: Option<&Node>,
        patch: Patch<'_>,
        field: Option<&Field>,
    ) -> Result<Outcome, PatchError> {
        if let Patch::Says(patch) = patch
            && patch.is_null()
        {
            return Ok(Outcome::Cleared);
        }
        let Some(merge) = field.and_then(|it| it.list.as_ref()) else {
            return Ok(match patch {
                Patch::Says(patch) => Outcome::Replaced(self.put(target, patch)),
                Patch::Silent | Patch::Source => Outcome::Unchanged,
            });
        };
        let keys: &[SmolStr] = match merge {
            ListMerge::Keyed(keys) => keys,
            ListMerge::Set => &[SmolStr::new_static("")],
        };
        let items = Items { keys, inner: field.and_then(|it| it.inner) };
        match (target.filter(|it| !it.is_null()), patch) {
            (None, Patch::Says(patch)) => self.settle_items(self.put(target, patch), items),
            (None, _) => Ok(Outcome::Unchanged),
            (Some(target), Patch::Says(says)) => match self.seq_directive(says)? {
                (Directive::Delete, _) => Ok(Outcome::Cleared),
                (Directive::Replace, rest) => {
                    let rest = rest.unwrap_or_else(|| says.clone());
                    self.settle_items(self.put(Some(target), &rest), items)
                }
                (Directive::Merge, rest) => {
                    self.items(target, Patch::Says(rest.as_ref().unwrap_or(says)), items)
                }
            },
            (Some(target), Patch::Source) => match self.seq_directive(target)? {
                (Directive::Delete, _) => Ok(Outcome::Cleared),
                (_, Some(rest)) => self.settle_items(rest, items),
                (_, None) => self.items(target, patch, items),
            },
            (Some(target), Patch::Silent) => self.items(target, patch, items),
        }
    }

    /// Merges a list that came from the patch with itself.
    fn settle_items(&mut self, added: Node, items: Items<'_>) -> Result<Outcome, PatchError> {
        Ok(match self.items(&added, Patch::Source, items)? {
            Outcome::Unchanged => Outcome::Replaced(added),
            Outcome::Merged(node) => Outcome::Replaced(node),
            other => other,
        })
    }

    fn items(
        &mut self,
        target: &Node,
        patch: Patch<'_>,
        items: Items<'_>,
    ) -> Result<Outcome, PatchError> {
        if matches!(patch, Patch::Silent | Patch::Source) && items.are_regular(target.items()) {
            return self.regular_items(target, patch, items);
        }
        let mut old = target.items().to_vec();
        let says = if let Patch::Says(patch) = patch { patch.items() } else { &[] };
        let of = |it: &Node| items.tuple(it);
        let mut tuples = distinct(says.iter().map(of).chain(old.iter().map(of)));
        if items.keys.len() > 1 {
            unify(&mut tuples);
        }
        let mut new = Vec::new();
        let mut keys = items.keys.to_vec();
        for tuple in &tuples {
            let (used, values) = usable(&tuples, tuple, items.keys);
            self.item(&mut old, &mut new, patch, (&used, &values), items)?;
            keys = used;
        }
        if !tuples.is_empty() {
            join(&mut new, &old, &keys).map_err(|it| self.without_keys(it, &keys, target))?;
            old = new;
        }
        Ok(Outcome::Merged(Node::seq(old, target.origin)))
    }

    /// Items that merge one by one with themselves, which rarely changes any of them.
    fn regular_items(
        &mut self,
        target: &Node,
        patch: Patch<'_>,
        items: Items<'_>,
    ) -> Result<Outcome, PatchError> {
        let field = Field { list: None, inner: items.inner };
        let mut changed: Option<Vec<Node>> = None;
        for (index, item) in target.items().iter().enumerate() {
            let outcome = self.walk(Some(item), patch, Some(&field))?;
            if changed.is_none() && !matches!(outcome, Outcome::Unchanged) {
                changed = Some(target.items()[..index].to_vec());
            }
            let Some(result) = &mut changed else { continue };
            match outcome {
                Outcome::Unchanged => result.push(item.clone()),
                Outcome::Merged(node) | Outcome::Replaced(node) if !is_void(&node) => {
                    result.push(node);
                }
                _ => {}
            }
        }
        let merged = |it| Outcome::Merged(Node::seq(it, target.origin));
        Ok(changed.map_or(Outcome::Unchanged, merged))
    }

    /// Merges the item with these values, where each side has one, and moves it from `old` to the
    /// end of `new`. An item that was changed inside is also changed in `old`.
    fn item(
        &mut self,
        old: &mut Vec<Node>,
        new: &mut Vec<Node>,
        patch: Patch<'_>,
        (keys, values): (&[SmolStr], &Tuple),
        items: Items<'_>,
    ) -> Result<(), PatchError> {
        let (sought, wanted) = usable(std::slice::from_ref(values), values, keys);
        let index = find(old, &sought, &wanted);
        let target = index.map(|it| old[it].clone());
        let says = match patch {
            Patch::Says(patch) => {
                let items = patch.items();
                find(items, &sought, &wanted).map_or(Patch::Silent, |it| Patch::Says(&items[it]))
            }
            other => other,
        };
        let field = Field { list: None, inner: items.inner };
        let outcome = match (&target, says) {
            (None, Patch::Silent | Patch::Source) => Outcome::Cleared,
            _ => self.walk(target.as_ref(), says, Some(&field))?,
        };
        let in_place = matches!(outcome, Outcome::Merged(_) | Outcome::Unchanged);
        let value = match outcome {
            Outcome::Unchanged => target.clone(),
            Outcome::Merged(node) | Outcome::Replaced(node) => Some(node),
            Outcome::Cleared => None,
        };
        let Some(mut value) = value.filter(|it| !is_void(it)) else {
            return list::set(old, keys, values, None)
                .map_err(|it| self.item_without_keys(it, keys));
        };
        complete(&mut value, keys, values);
        if let (Some(index), Some(target), true) = (index, &target, in_place) {
            keep_keys(&mut value, target, keys);
            old[index] = value.clone();
        }
        list::set(new, keys, values, Some(&value)).map_err(|it| self.item_without_keys(it, keys))
    }

    /// What a list says of itself, in an item that says nothing else, and the list without it.
    fn seq_directive(&self, patch: &Node) -> Result<(Directive, Option<Node>), PatchError> {
        let says = patch.items().iter().find(|it| it.get(DIRECTIVE).is_some());
        let Some(item) = says.filter(|it| it.as_map().is_some_and(|it| it.len() == 1)) else {
            return Ok((Directive::Merge, None));
        };
        let Some(directive) = map_directive(item).map_err(|it| self.unknown_directive(it))? else {
            return Ok((Directive::Merge, None));
        };
        let mut rest = patch.items().to_vec();
        let keys = [SmolStr::new_static(DIRECTIVE)];
        let values = [raw_text(item.get(DIRECTIVE).unwrap_or(item)).into()];
        list::set(&mut rest, &keys, &values, None)
            .map_err(|it| self.item_without_keys(it, &keys))?;
        Ok((directive, Some(Node::seq(rest, patch.origin))))
    }

    fn mismatch(&self, target: &Node, patch: &Node) -> PatchError {
        PatchError::Mismatch {
            path: self.path.join("."),
            target: shape(target),
            patch: shape(patch),
            at: patch.origin,
        }
    }

    fn unknown_directive(&self, says: &Node) -> PatchError {
        PatchError::UnknownDirective {
            path: self.path.join("."),
            directive: raw_text(says).to_owned(),
            at: says.origin,
        }
    }

    fn without_keys(&self, _: NotAMapping, keys: &[SmolStr], list: &Node) -> PatchError {
        self.keyless(keys, list.origin)
    }

    fn item_without_keys(&self, _: NotAMapping, keys: &[SmolStr]) -> PatchError {
        self.keyless(keys, OriginId::NONE)
    }

    fn keyless(&self, keys: &[SmolStr], at: OriginId) -> PatchError {
        PatchError::ItemWithoutKeys { path: self.path.join("."), key: keys[0].clone(), at }
    }
}

/// The keys and the items' type of one list that merges.
#[derive(Clone, Copy)]
struct Items<'a> {
    /// A single empty key stands for the scalar itself.
    keys: &'a [SmolStr],
    inner: Option<TypeId>,
}

impl Items<'_> {
    fn tuple(self, item: &Node) -> Tuple {
        match self.keys {
            [key] if key.is_empty() => vec![raw_text(item).into()],
            keys => tuple_of(item, keys),
        }
    }

    fn are_regular(self, items: &[Node]) -> bool {
        match self.keys {
            [key] if key.is_empty() => is_regular_set(items),
            keys => is_regular(items, keys),
        }
    }
}

/// Where neither side has more than null: a null of the object stays if it was spelled out.
fn of_nulls(target: Option<&Node>, patch: Patch<'_>) -> Outcome {
    match (target, patch) {
        (Some(target), Patch::Silent) if !raw_text(target).is_empty() => Outcome::Unchanged,
        _ => Outcome::Cleared,
    }
}

fn map_directive(patch: &Node) -> Result<Option<Directive>, &Node> {
    let Some(says) = patch.get(DIRECTIVE) else { return Ok(None) };
    match raw_text(says) {
        "merge" => Ok(Some(Directive::Merge)),
        "replace" => Ok(Some(Directive::Replace)),
        "delete" => Ok(Some(Directive::Delete)),
        _ => Err(says),
    }
}

fn without_directive(patch: &Node) -> Node {
    let mut patch = patch.clone();
    if let Some(map) = patch.map_mut() {
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

/// Writes the values by which the item was found where the item leaves them out.
fn complete(item: &mut Node, keys: &[SmolStr], values: &Tuple) {
    for (key, value) in keys.iter().zip(values) {
        if !value.is_empty() && item.as_map().is_some_and(|it| it.get(key).is_none()) {
            let origin = item.origin;
            if let Some(map) = item.map_mut() {
                map.set(key, origin, Node::string(value.clone(), origin));
            }
        }
    }
}

/// The values that tell which item is meant are the object's own: a patch only repeats them.
fn keep_keys(item: &mut Node, before: &Node, keys: &[SmolStr]) {
    for key in keys {
        let (Some(old), Some(new)) = (before.get(key), item.get(key)) else { continue };
        let same = matches!((&old.value, &new.value), (Value::Scalar(old), Value::Scalar(new)) if old.kind == new.kind && old.text == new.text);
        if !same || old.origin == new.origin {
            continue;
        }
        let old = old.clone();
        if let Some(place) = item.get_mut(key) {
            *place = old;
        }
    }
}

/// What a value is, for messages and for comparing.
pub(super) fn shape(node: &Node) -> &'static str {
    match &node.value {
        Value::Map(_) => "a mapping",
        Value::Seq(_) => "a list",
        Value::Scalar(_) | Value::Unknown(_) => "a scalar",
    }
}
