//! Keys, tokens and passwords that a file holds in the clear.

use kai_core::{Node, OriginId, SmolStr};
use kai_graph::Material;
use kai_syntax::shell;

use super::stages::does;
use crate::material::{Found, Place, in_argument, in_value};

/// Those in its arguments and in each stage's variables, arguments and commands.
pub(super) fn material(file: &Node, stages: &[Node]) -> Vec<Material> {
    let mut found = Vec::new();
    pairs(file.get("arguments"), &mut found);
    for stage in stages {
        for node in stage.get("env").map(Node::items).unwrap_or_default() {
            pairs(Some(node), &mut found);
        }
        for (kind, node) in does(stage) {
            match kind {
                "arg" => pairs(Some(node), &mut found),
                "run" => commands(node, &mut found),
                "file" => lines(node, &mut found),
                _ => {}
            }
        }
    }
    found
}

fn pairs(map: Option<&Node>, found: &mut Vec<Material>) {
    for entry in map.and_then(Node::as_map).into_iter().flat_map(|it| it.iter()) {
        pair(&entry.key, entry.node.text().unwrap_or_default(), entry.node.origin, found);
    }
}

fn pair(key: &str, value: &str, origin: OriginId, found: &mut Vec<Material>) {
    let material = in_value(key, value, Place::Open);
    found.extend(material.iter().map(|it| it.material(&key.into(), value, origin)));
}

/// A file that stands in the Dockerfile itself: a key as a whole, or settings line by line.
fn lines(node: &Node, found: &mut Vec<Material>) {
    let text = node.as_str().unwrap_or_default();
    let whole = in_value("COPY", text, Place::Open);
    found.extend(whole.iter().map(|it| it.material(&"COPY".into(), text, node.origin)));
    if whole.is_empty() {
        let settings = text.lines().filter_map(|it| it.trim().split_once('='));
        settings.for_each(|(key, value)| {
            pair(key.trim(), value.trim().trim_matches(['"', '\'']), node.origin, found);
        });
    }
}

/// One thing is said once, however a command spells it.
fn commands(node: &Node, found: &mut Vec<Material>) {
    let words: Vec<SmolStr> = match node.as_str() {
        Some(text) => words(text),
        None => node.items().iter().filter_map(|it| Some(it.as_str()?.into())).collect(),
    };
    let mut own: Vec<Material> = Vec::new();
    let mut before: Option<&SmolStr> = None;
    for word in &words {
        let named = before.filter(|it| it.starts_with('-')).map(SmolStr::as_str);
        let key = word.split_once('=').map(|it| it.0).filter(|it| it.starts_with('-'));
        let key: SmolStr = key.or(named).unwrap_or("RUN").into();
        let found = in_argument(named, word);
        own.extend(found.iter().map(|it: &Found| it.material(&key, word, node.origin)));
        if found.is_empty() {
            for (key, value) in word.split_whitespace().filter_map(|it| it.split_once('=')) {
                pair(key, value, node.origin, &mut own);
            }
        }
        before = Some(word);
    }
    own.dedup_by_key(|it| it.likeness);
    found.append(&mut own);
}

/// The words of all commands, and what they set for themselves.
fn words(text: &str) -> Vec<SmolStr> {
    let script = shell::parse(text).unwrap_or_default();
    let commands = script.commands.into_iter();
    commands
        .flat_map(|it| it.assignments.into_iter().chain(it.words.into_iter().map(|it| it.text)))
        .collect()
}
