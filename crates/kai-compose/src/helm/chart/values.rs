//! How a chart's values, those of the charts around it and what users give become one tree, as
//! `coalesce.go` of Helm 3 does it.
//!
//! `dest` is what has the last word. Coalescing takes away what is null; merging keeps nulls,
//! because values are coalesced once more later.

use kai_core::{Entry, Node, OriginId, Origins, Role};
use smol_str::SmolStr;

use super::Chart;

const GLOBAL: &str = "global";

/// The values of a chart and of all charts in it.
///
/// # Errors
///
/// Where the name of a chart holds something else than a mapping.
pub(crate) fn coalesce(chart: &Chart, mut values: Node, merges: bool) -> Result<Node, String> {
    if values.as_map().is_none() {
        values = Node::map(kai_core::Map::new(), OriginId::NONE);
    }
    coalesce_into(chart, &mut values, merges)?;
    Ok(values)
}

fn coalesce_into(chart: &Chart, dest: &mut Node, merges: bool) -> Result<(), String> {
    defaults(chart, dest, merges);
    for child in &chart.dependencies {
        let name = child.name();
        match dest.get(name) {
            None => put(dest, name, Node::map(kai_core::Map::new(), OriginId::NONE)),
            Some(node) if node.as_map().is_some() => {}
            Some(node) => {
                let value = if node.is_null() { "%!t(<nil>)" } else { "%!t" };
                return Err(format!("type mismatch on {name}: {value}"));
            }
        }
        let globals = dest.get(GLOBAL).cloned();
        let Some(inner) = dest.get_mut(name) else { continue };
        hand_down(inner, globals.as_ref());
        coalesce_into(child, inner, merges)?;
    }
    Ok(())
}

/// Lets what users give remember the default that it takes the place of.
pub(crate) fn recall(chart: &Chart, values: &mut Node, origins: &Origins) {
    recall_defaults(values, &chart.values, origins);
    for child in &chart.dependencies {
        if let Some(inner) = values.get_mut(child.name()) {
            recall(child, inner, origins);
        }
    }
}

fn recall_defaults(given: &mut Node, defaults: &Node, origins: &Origins) {
    if given.as_map().is_none() && given.origin != defaults.origin {
        given.origin = origins.replaced(Role::Value, given.origin, Some(defaults.origin));
        return;
    }
    for entry in defaults.as_map().into_iter().flatten() {
        let is_other = |it: &Node| it.origin != entry.node.origin;
        if given.get(&entry.key).is_some_and(is_other)
            && let Some(inner) = given.get_mut(&entry.key)
        {
            recall_defaults(inner, &entry.node, origins);
        }
    }
}

/// Gives a chart the globals of the chart around it, which win.
fn hand_down(inner: &mut Node, globals: Option<&Node>) {
    let empty = Node::map(kai_core::Map::new(), OriginId::NONE);
    let Some(globals) = globals.map_or(Some(&empty), |it| it.as_map().map(|_| it)) else { return };
    match inner.get(GLOBAL) {
        None => put(inner, GLOBAL, empty.clone()),
        Some(it) if it.as_map().is_none() => return,
        Some(_) => {}
    }
    let Some(own) = inner.get_mut(GLOBAL) else { return };
    for entry in globals.as_map().into_iter().flatten() {
        let before = own.get(&entry.key);
        let is_table = entry.node.as_map().is_some();
        match before {
            Some(before) if is_table && before.as_map().is_some() => {
                let mut merged = entry.node.clone();
                merge_tables(&mut merged, before.clone(), true);
                put(own, &entry.key, merged);
            }
            Some(_) if is_table => {}
            Some(before) if before.as_map().is_some() => {}
            _ => put_entry(own, entry.clone()),
        }
    }
}

/// Fills in what a chart's own `values.yaml` says.
fn defaults(chart: &Chart, dest: &mut Node, merges: bool) {
    for entry in chart.values.as_map().into_iter().flatten() {
        let key = &entry.key;
        match dest.get(key) {
            None => put_entry(dest, entry.clone()),
            Some(given) if given.is_null() && !merges => {
                if let Some(map) = dest.map_mut() {
                    map.remove(key);
                }
            }
            Some(given) if given.as_map().is_some() && entry.node.as_map().is_some() => {
                let is_child = chart.dependencies.iter().any(|it| it.name() == key);
                if let Some(given) = dest.get_mut(key) {
                    merge_tables(given, entry.node.clone(), merges || is_child);
                }
            }
            Some(_) => {}
        }
    }
}

/// Adds to `dest` what only `source` has.
pub(crate) fn merge_tables(dest: &mut Node, source: Node, keeps_nulls: bool) {
    for entry in source.as_map().into_iter().flatten() {
        let key = &entry.key;
        match dest.get(key) {
            None => put_entry(dest, entry.clone()),
            Some(given) if given.is_null() && !keeps_nulls => {
                if !entry.node.is_null()
                    && let Some(map) = dest.map_mut()
                {
                    map.remove(key);
                }
            }
            Some(given) if given.as_map().is_some() && entry.node.as_map().is_some() => {
                if let Some(given) = dest.get_mut(key) {
                    merge_tables(given, entry.node.clone(), keeps_nulls);
                }
            }
            Some(_) => {}
        }
    }
}

pub(super) fn put(node: &mut Node, key: &str, value: Node) {
    let key_origin = value.origin;
    put_entry(node, Entry { key: SmolStr::from(key), key_origin, node: value });
}

fn put_entry(node: &mut Node, entry: Entry) {
    if let Some(map) = node.map_mut() {
        map.set(&entry.key, entry.key_origin, entry.node);
    }
}
