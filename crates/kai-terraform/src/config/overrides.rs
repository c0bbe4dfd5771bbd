//! Files whose names end in `_override`: what they say replaces what other files say.

use std::sync::Arc;

use smol_str::SmolStr;

use crate::diagnostic::Diagnostic;
use crate::syntax::{Attribute, Block, Body};

/// Merges the blocks of an override file into those of the others.
pub(super) fn merge(base: &mut Body, overriding: &Body, problems: &mut Vec<Diagnostic>) {
    for block in &overriding.blocks {
        match block.kind.as_str() {
            "locals" => merge_locals(base, block, problems),
            "terraform" | "provider" | "moved" | "removed" | "import" | "check" => {
                merge_or_add(base, block);
            }
            _ => {
                let found = base.blocks.iter_mut().find(|it| is_same(it, block));
                match found {
                    Some(found) => merge_block(found, block),
                    None => problems.push(*missing(block)),
                }
            }
        }
    }
}

fn is_same(one: &Block, other: &Block) -> bool {
    one.kind == other.kind
        && one.labels.len() == other.labels.len()
        && one.labels.iter().zip(&other.labels).all(|(a, b)| a.text == b.text)
}

fn merge_or_add(base: &mut Body, block: &Block) {
    match base.blocks.iter_mut().find(|it| is_same(it, block)) {
        Some(found) if matches!(block.kind.as_str(), "terraform" | "provider") => {
            merge_block(found, block);
        }
        _ => base.blocks.push(block.clone()),
    }
}

fn merge_locals(base: &mut Body, block: &Block, problems: &mut Vec<Diagnostic>) {
    for attribute in &block.body.attributes {
        let place = base
            .blocks
            .iter_mut()
            .filter(|it| it.kind == "locals")
            .flat_map(|it| it.body.attributes.iter_mut())
            .find(|it| it.name == attribute.name);
        match place {
            Some(place) => *place = attribute.clone(),
            None => {
                let detail = format!(
                    "There is no local value named \"{}\". An override file can only override a local value defined in a primary configuration file.",
                    attribute.name
                );
                let summary = "Missing base local value definition to override";
                problems.push(*Diagnostic::new(attribute.name_span, summary, detail));
            }
        }
    }
}

fn merge_block(base: &mut Block, block: &Block) {
    for attribute in &block.body.attributes {
        // The two exclude each other, and a count decides wherever it is written.
        let has_count = base.body.attribute("count").is_some();
        match attribute.name.as_str() {
            "count" => base.body.attributes.retain(|it| it.name != "for_each"),
            "for_each" if has_count => continue,
            _ => {}
        }
        set(&mut base.body.attributes, attribute);
    }
    let mut replaced: Vec<SmolStr> = Vec::new();
    for inner in &block.body.blocks {
        if inner.kind == "lifecycle" {
            match base.body.blocks.iter_mut().find(|it| it.kind == "lifecycle") {
                Some(found) => merge_block(found, inner),
                None => base.body.blocks.push(inner.clone()),
            }
            continue;
        }
        let kind = if inner.kind == "dynamic" { inner.label(0).into() } else { inner.kind.clone() };
        if !replaced.contains(&kind) {
            base.body.blocks.retain(|it| {
                it.kind != kind && !(it.kind == "dynamic" && it.label(0) == kind.as_str())
            });
            replaced.push(kind);
        }
        base.body.blocks.push(inner.clone());
    }
}

fn set(attributes: &mut Vec<Attribute>, attribute: &Attribute) {
    match attributes.iter_mut().find(|it| it.name == attribute.name) {
        Some(place) => {
            place.expr = Arc::clone(&attribute.expr);
            place.name_span = attribute.name_span;
        }
        None => attributes.push(attribute.clone()),
    }
}

fn missing(block: &Block) -> Box<Diagnostic> {
    let (kind, name) = match block.kind.as_str() {
        "resource" | "data" => {
            let name = format!("{} resource named \"{}\"", block.label(0), block.label(1));
            (if block.kind == "data" { "data resource" } else { "resource" }, name)
        }
        other => (other, format!("{other} named \"{}\"", block.label(0))),
    };
    let detail = format!(
        "There is no {name}. An override file can only override a {kind} block defined in a primary configuration file."
    );
    Diagnostic::new(block.header, format!("Missing {kind} to override"), detail)
}
