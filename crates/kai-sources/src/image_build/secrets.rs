//! Keys, tokens and passwords that a file holds in the clear.

use kai_core::{Node, OriginId, Origins, SmolStr, Span};
use kai_graph::Material;
use kai_syntax::shell;

use super::stages::does;
use crate::material::{Found, Place, in_argument, in_value};

/// Those in its arguments and in each stage's variables, arguments and commands.
pub(super) fn material(file: &Node, stages: &[Node], origins: &Origins) -> Vec<Material> {
    let mut found = Vec::new();
    pairs(file.get("arguments"), &mut found);
    for stage in stages {
        for node in stage.get("env").map(Node::items).unwrap_or_default() {
            pairs(Some(node), &mut found);
        }
        for (kind, node) in does(stage) {
            match kind {
                "arg" => pairs(Some(node), &mut found),
                "run" => commands(node, origins, &mut found),
                "file" => lines(node, origins, &mut found),
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
fn lines(node: &Node, origins: &Origins, found: &mut Vec<Material>) {
    let text = node.as_str().unwrap_or_default();
    let whole = in_value("COPY", text, Place::Open);
    found.extend(whole.iter().map(|it| it.material(&"COPY".into(), text, node.origin)));
    if whole.is_empty() {
        let mut from = 0;
        for line in text.lines().map(str::trim) {
            let Some((key, value)) = line.split_once('=') else { continue };
            let (origin, end) = place(node, line, from, origins);
            from = end;
            pair(key.trim(), value.trim().trim_matches(['"', '\'']), origin, found);
        }
    }
}

/// One thing is said once, however a command spells it.
fn commands(node: &Node, origins: &Origins, found: &mut Vec<Material>) {
    let commands = match node.as_str() {
        Some(text) => commands_of(text),
        None => vec![node.items().iter().filter_map(|it| Some(it.as_str()?.into())).collect()],
    };
    let mut own: Vec<Material> = Vec::new();
    for password in commands.iter().filter_map(|it| password_of_curl(it)) {
        let found = in_value("password", password, Place::Open);
        let (origin, _) = place(node, password, 0, origins);
        own.extend(found.iter().map(|it| it.material(&"curl -u".into(), password, origin)));
    }
    let words: Vec<SmolStr> = commands.into_iter().flatten().collect();
    let mut before: Option<&SmolStr> = None;
    for word in &words {
        let named = before.filter(|it| it.starts_with('-')).map(SmolStr::as_str);
        let key = word.split_once('=').map(|it| it.0).filter(|it| it.starts_with('-'));
        let key: SmolStr = key.or(named).unwrap_or("RUN").into();
        let found = in_argument(named, word);
        let (origin, _) = place(node, word, 0, origins);
        own.extend(found.iter().map(|it: &Found| it.material(&key, word, origin)));
        if found.is_empty() {
            for (key, value) in word.split_whitespace().filter_map(|it| it.split_once('=')) {
                pair(key, value, place(node, value, 0, origins).0, &mut own);
            }
        }
        before = Some(word);
    }
    own.dedup_by_key(|it| it.likeness);
    found.append(&mut own);
}

/// Where a part of a text stands in it behind so many bytes of what is written, and the byte behind it there; the
/// whole where it is written in another way.
fn place(node: &Node, part: &str, from: usize, origins: &Origins) -> (OriginId, usize) {
    let span = origins.span(node.origin).filter(|_| node.as_str().is_some() && !part.is_empty());
    let found = span.and_then(|span| {
        let text = &origins.document(span.document).text;
        let text = text.get(span.start as usize + from..span.end as usize)?;
        let start = from + text.find(part)?;
        let end = start + part.len();
        let at = |byte| Some(span.start + u32::try_from(byte).ok()?);
        Some((Span { start: at(start)?, end: at(end)?, ..span }, end))
    });
    found.map_or((node.origin, from), |(span, end)| (origins.mark(span), end))
}

/// The words of each command, behind what it sets for itself.
fn commands_of(text: &str) -> Vec<Vec<SmolStr>> {
    let script = shell::parse(text).unwrap_or_default();
    let words = |it: shell::Command| {
        it.assignments.into_iter().chain(it.words.into_iter().map(|it| it.text)).collect()
    };
    script.commands.into_iter().map(words).collect()
}

/// `curl -u name:password`, also behind other flags of one letter: `curl -fsSu name:password`.
fn password_of_curl(words: &[SmolStr]) -> Option<&str> {
    let program = words.iter().position(|it| it.rsplit('/').next() == Some("curl"))?;
    let takes_it = |it: &str| {
        let flags = it.strip_prefix('-').filter(|it| !it.starts_with('-'));
        matches!(it, "--user" | "--proxy-user") || flags.is_some_and(|it| it.ends_with(['u', 'U']))
    };
    let mut pairs = words[program + 1..].windows(2);
    let named = pairs.find(|it| takes_it(&it[0]))?;
    named[1].split_once(':').map(|it| it.1).filter(|it| !it.is_empty())
}
