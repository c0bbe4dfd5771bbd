//! Matchers of routes, in the three ways in which they are written.

use kai_core::{Node, SmolStr};
use kai_graph::{LostOperator, MatchOperator, Matcher};

use crate::fields::Fields;

/// `matchers` as texts or as objects, and the older `match` and `match_re`. None where one cannot
/// be read, so that what the route takes is not known.
pub(super) fn matchers(route: Fields<'_>) -> Option<Vec<Matcher>> {
    read(route, "match", "match_re", &["matchers"])
}

fn read(fields: Fields<'_>, equal: &str, regex: &str, lists: &[&str]) -> Option<Vec<Matcher>> {
    let mut found = Vec::new();
    for (key, operator) in [(equal, MatchOperator::Equal), (regex, MatchOperator::Regex)] {
        for (label, node) in fields.at(key).entries() {
            found.push(Matcher::new(label.clone(), operator, node.text()?));
        }
    }
    for list in lists {
        found.extend(listed(fields, list)?);
    }
    Some(found)
}

fn listed(fields: Fields<'_>, key: &str) -> Option<Vec<Matcher>> {
    if let Some(text) = fields.node(key).and_then(Node::text) {
        return texts(text);
    }
    let mut found = Vec::new();
    for node in fields.nodes(key) {
        match node.text() {
            Some(text) => found.extend(texts(text)?),
            None => found.push(object(node)?),
        }
    }
    Some(found)
}

fn object(node: &Node) -> Option<Matcher> {
    let text = |key: &str| node.get(key).and_then(Node::text);
    let is_regex = text("regex") == Some("true");
    let operator = match text("matchType") {
        Some("=~") => MatchOperator::Regex,
        Some("!~") => MatchOperator::NotRegex,
        Some("!=") => MatchOperator::NotEqual,
        _ if is_regex => MatchOperator::Regex,
        _ => MatchOperator::Equal,
    };
    Some(Matcher::new(text("name")?, operator, text("value").unwrap_or_default()))
}

/// Matchers of a route that compare by an empty `matchType`: what YAML reads from `!=` without quotes,
/// which is a tag.
pub(super) fn lost_operators(route: Fields<'_>, is_hidden: bool) -> Vec<LostOperator> {
    let empty = |it: &Node| {
        let operator = it.get("matchType").filter(|it| it.text() == Some(""))?;
        let text = |key| it.get(key).and_then(Node::text);
        let (label, value) = (text("name")?.into(), text("value").unwrap_or_default().into());
        Some(LostOperator { label, value, is_hidden, origin: operator.origin })
    };
    route.nodes("matchers").iter().filter_map(empty).collect()
}

/// One matcher or several, with or without braces: `{a="b", c=~"d|e"}`.
pub(super) fn texts(text: &str) -> Option<Vec<Matcher>> {
    let text = text.trim();
    let inner = text.strip_prefix('{').and_then(|it| it.strip_suffix('}')).unwrap_or(text);
    let parts = split(inner);
    parts.iter().filter(|it| !it.trim().is_empty()).map(|it| one(it.trim())).collect()
}

/// At commas outside of quotes.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut from, mut is_quoted, mut is_escaped) = (Vec::new(), 0, false, false);
    for (at, letter) in text.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => {
                parts.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

fn one(text: &str) -> Option<Matcher> {
    let at = text.find(['=', '!'])?;
    let (label, rest) = text.split_at(at);
    let (operator, length) = match rest.as_bytes() {
        [b'=', b'~', ..] => (MatchOperator::Regex, 2),
        [b'!', b'~', ..] => (MatchOperator::NotRegex, 2),
        [b'!', b'=', ..] => (MatchOperator::NotEqual, 2),
        [b'=', ..] => (MatchOperator::Equal, 1),
        _ => return None,
    };
    let label = label.trim().trim_matches('"');
    (!label.is_empty()).then(|| Matcher::new(label, operator, value(rest[length..].trim())))
}

fn value(text: &str) -> SmolStr {
    match text.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\\\"", "\"").replace("\\\\", "\\").into(),
        None => text.into(),
    }
}
