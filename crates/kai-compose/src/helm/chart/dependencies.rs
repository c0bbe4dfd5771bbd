//! Which of the charts in a chart take part, under which names, and what they hand up, as
//! `dependencies.go` of Helm 3 decides.

use kai_core::{Node, OriginId};
use smol_str::SmolStr;

use super::values::{coalesce, merge_tables, put};
use super::{Chart, Import};
use crate::helm::semver::Constraint;
use crate::helm::stand_in::holds_open;

/// Keeps the charts that conditions and tags leave enabled, gives aliases, and takes over what is
/// imported.
///
/// # Errors
///
/// Where values do not fit the charts.
pub(crate) fn enable(chart: &mut Chart, values: &Node) -> Result<(), String> {
    choose(chart, values, "")?;
    import_values(chart)
}

fn choose(chart: &mut Chart, values: &Node, path: &str) -> Result<(), String> {
    if chart.metadata.requirements.is_empty() {
        return Ok(());
    }
    let requirements = &mut chart.metadata.requirements;
    let (there, mut kept) = (std::mem::take(&mut chart.dependencies), Vec::new());
    for existing in &there {
        let is_listed = requirements.iter().any(|it| is_meant(existing, &it.name, &it.version));
        if !is_listed {
            kept.push(existing.clone());
        }
    }
    for requirement in requirements.iter_mut() {
        let found = there.iter().find(|it| is_meant(it, &requirement.name, &requirement.version));
        if let Some(found) = found {
            let mut copy = found.clone();
            if let Some(alias) = &requirement.alias {
                copy.metadata.name = alias.clone();
            }
            kept.push(copy);
        }
        requirement.name = requirement.key().clone();
        requirement.is_enabled = true;
    }
    chart.dependencies = kept;
    let all = coalesce(chart, values.clone(), false)?;
    let requirements = &mut chart.metadata.requirements;
    let mut open = Vec::new();
    for requirement in requirements.iter_mut() {
        requirement.is_enabled = by_tags(&requirement.tags, &all);
        if let Some(is_enabled) = by_condition(&requirement.condition, path, &all) {
            requirement.is_enabled = is_enabled;
        } else if is_left_open(&requirement.condition, path, &all) {
            requirement.is_enabled = false;
            open.push(requirement.name.clone());
        }
    }
    let disabled: Vec<SmolStr> =
        requirements.iter().filter(|it| !it.is_enabled).map(|it| it.name.clone()).collect();
    requirements.retain(|it| !disabled.contains(&it.name));
    chart.missing.retain(|it| !disabled.contains(it));
    chart.missing.extend(open);
    chart.dependencies.retain(|it| !disabled.contains(it.name()));
    for child in &mut chart.dependencies {
        let path = format!("{path}{}.", child.name());
        choose(child, &all, &path)?;
    }
    Ok(())
}

/// True where a chart is the one that a requirement names.
pub(super) fn is_meant(chart: &Chart, name: &str, version: &str) -> bool {
    chart.metadata.name == name && Constraint::allows(version, &chart.metadata.version)
}

fn by_tags(tags: &[SmolStr], values: &Node) -> bool {
    let Some(given) = values.get("tags") else { return true };
    let told: Vec<_> = tags.iter().filter_map(|it| given.get(it)?.as_bool()).collect();
    told.is_empty() || told.contains(&true)
}

/// The first path that holds a boolean decides.
fn by_condition(condition: &str, prefix: &str, values: &Node) -> Option<bool> {
    told(condition, prefix, values).find_map(|it| it.as_bool())
}

/// True where nobody knows whether the chart takes part.
fn is_left_open(condition: &str, prefix: &str, values: &Node) -> bool {
    told(condition, prefix, values).any(holds_open)
}

/// What is given at the paths of a condition.
fn told<'a>(
    condition: &'a str,
    prefix: &'a str,
    values: &'a Node,
) -> impl Iterator<Item = &'a Node> {
    let paths = condition.trim().split(',').filter(|it| !it.is_empty());
    paths.filter_map(move |path| {
        let path = format!("{prefix}{path}");
        path.split('.').try_fold(values, |node, key| node.get(key))
    })
}

fn import_values(chart: &mut Chart) -> Result<(), String> {
    for child in &mut chart.dependencies {
        import_values(child)?;
    }
    if chart.metadata.requirements.is_empty() {
        return Ok(());
    }
    let empty = || Node::map(kai_core::Map::new(), OriginId::NONE);
    let mut all = coalesce(chart, empty(), true)?;
    let mut imported = empty();
    for requirement in &chart.metadata.requirements {
        for import in &requirement.imports {
            let (from, to) = match import {
                Import::Export(name) => (format!("{}.exports.{name}", requirement.name), "."),
                Import::Paths { child, parent } => {
                    (format!("{}.{child}", requirement.name), parent.as_str())
                }
            };
            let found = from.split('.').try_fold(&all, |node, key| node.get(key));
            let Some(table) = found.filter(|it| it.as_map().is_some()) else { continue };
            merge_tables(&mut imported, below_path(to, table.clone()), true);
        }
    }
    merge_tables(&mut all, imported, true);
    chart.values = all;
    Ok(())
}

/// A tree that holds another one at a path.
fn below_path(path: &str, node: Node) -> Node {
    if path == "." {
        return node;
    }
    path.split('.').rev().fold(node, |inner, key| {
        let mut outer = Node::map(kai_core::Map::new(), inner.origin);
        put(&mut outer, key, inner);
        outer
    })
}
