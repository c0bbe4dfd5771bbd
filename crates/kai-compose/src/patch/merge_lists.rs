//! The lists of a strategic merge.

use kai_core::{Node, OriginId, SmolStr, Value};

use super::PatchError;
use super::keyed_list::{
    self as list, NotAMapping, Tuple, distinct, find, is_regular, is_regular_set, is_void, join,
    raw_text, tuple_of, unify, usable,
};
use super::schema::{Field, ListMerge, TypeId};
use super::strategic_merge::{
    DIRECTIVE, Directive, Merger, Outcome, Patch, map_directive, without_directive,
};

impl Merger<'_> {
    pub(super) fn seq(
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
        let mut says =
            if let Patch::Says(patch) = patch { patch.items().to_vec() } else { Vec::new() };
        let of = |it: &Node| items.tuple(it);
        let mut tuples = distinct(says.iter().map(of).chain(old.iter().map(of)));
        if items.keys.len() > 1 {
            unify(&mut tuples);
        }
        let mut new = Vec::new();
        let mut keys = items.keys.to_vec();
        for tuple in &tuples {
            let (used, values) = usable(&tuples, tuple, items.keys);
            self.item((&mut old, &mut new, &mut says), patch, (&used, &values), items)?;
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
    /// end of `new`. An item that was changed inside is also changed in `old`, and an item of the
    /// patch loses its directive, so that it counts once.
    fn item(
        &mut self,
        (old, new, says): (&mut Vec<Node>, &mut Vec<Node>, &mut [Node]),
        patch: Patch<'_>,
        (keys, values): (&[SmolStr], &Tuple),
        items: Items<'_>,
    ) -> Result<(), PatchError> {
        let (sought, wanted) = usable(std::slice::from_ref(values), values, keys);
        let index = find(old, &sought, &wanted);
        let target = index.map(|it| old[it].clone());
        let said = find(says, &sought, &wanted).map(|it| {
            let rest = without_directive(&says[it]);
            std::mem::replace(&mut says[it], rest)
        });
        let says = match (patch, &said) {
            (Patch::Says(_), Some(item)) => Patch::Says(item),
            (Patch::Says(_), None) => Patch::Silent,
            (other, _) => other,
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
            if let (Some(index), Patch::Source) = (index, patch) {
                // It stays, without its directive, if the values do not lead back to it.
                old[index] = without_directive(&old[index]);
            }
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
