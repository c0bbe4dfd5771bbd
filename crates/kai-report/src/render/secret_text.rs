//! Secrets in texts that resources hold: values of charts, definitions of containers, scripts, addresses.

use std::ops::Range;

use kai_core::{Map, Node, Origins, Scalar, ScalarKind, Value};
use kai_terraform::record::is_secret_name;

use super::sensitive::{MASK, tells_which};

/// A text without what is secret in it; nothing where there is none.
pub(super) fn without_secrets(text: &str) -> Option<String> {
    let mut ranges = structured(text).unwrap_or_else(|| unstructured(text, 0));
    ranges.extend(private_keys(text));
    ranges.extend(passwords_of_addresses(text));
    ranges.sort_by_key(|it| it.start);
    (!ranges.is_empty()).then(|| masked(text, &ranges))
}

fn masked(text: &str, ranges: &[Range<usize>]) -> String {
    let (mut shown, mut at) = (String::new(), 0);
    for range in ranges.iter().filter(|it| !it.is_empty()) {
        if range.start < at {
            at = at.max(range.end);
            continue;
        }
        let secret = &text[range.clone()];
        let quote = if secret.starts_with('"') { "\"" } else { "" };
        let end = if secret.ends_with('\n') { "\n" } else { "" };
        shown.push_str(&text[at..range.start]);
        shown.push_str(&format!("{quote}{MASK}{quote}{end}"));
        at = range.end;
    }
    shown + &text[at..]
}

/// The secrets of YAML and of JSON, which is YAML; nothing where the text is neither.
fn structured(text: &str) -> Option<Vec<Range<usize>>> {
    let is_asked = text.contains(':') && (text.contains('\n') || text.starts_with(['{', '[']));
    let origins = Origins::new();
    let document = origins.add_document("text".into(), is_asked.then(|| text.to_owned())?)?;
    let parsed = kai_syntax::yaml::parse(&origins, document);
    let holds_more = |it: &Node| matches!(it.value, Value::Map(_) | Value::Seq(_));
    let is_read = parsed.problems.is_empty() && parsed.template.is_none();
    if !is_read || !parsed.documents.iter().all(|it| holds_more(&it.node)) {
        return None;
    }
    let mut search = Search { text, origins: &origins, found: Vec::new() };
    parsed.documents.iter().for_each(|it| search.look(&it.node, false));
    Some(search.found)
}

struct Search<'a> {
    text: &'a str,
    origins: &'a Origins,
    found: Vec<Range<usize>>,
}

impl Search<'_> {
    /// `is_secret` where a name around the node says so.
    fn look(&mut self, node: &Node, is_secret: bool) {
        match &node.value {
            Value::Map(map) => self.look_at_entries(map, is_secret),
            Value::Seq(items) => items.iter().for_each(|it| self.look(it, is_secret)),
            Value::Scalar(it) => self.scalar(node, it, is_secret),
            Value::Unknown(_) => {}
        }
    }

    fn look_at_entries(&mut self, map: &Map, is_secret: bool) {
        let text = |key: &str| map.get(key).and_then(Node::text);
        let is_object = text("kind") == Some("Secret");
        let is_named =
            is_secret || ["name", "key"].iter().filter_map(|it| text(it)).any(is_secret_name);
        for entry in map.iter() {
            match entry.key.as_str() {
                "data" | "stringData" if is_object => self.whole(&entry.node),
                "value" if is_named => self.look(&entry.node, true),
                key => {
                    let is_held = is_secret && entry.node.text().is_some() && !tells_which(key);
                    self.look(&entry.node, is_held || is_secret_name(key));
                }
            }
        }
    }

    fn whole(&mut self, node: &Node) {
        match node.as_map() {
            Some(map) => map.iter().for_each(|it| self.whole(&it.node)),
            None => self.look(node, true),
        }
    }

    fn scalar(&mut self, node: &Node, scalar: &Scalar, is_secret: bool) {
        let Some(range) =
            self.origins.span(node.origin).map(|it| it.start as usize..it.end as usize)
        else {
            return;
        };
        let is_told = matches!(scalar.kind, ScalarKind::Bool | ScalarKind::Null)
            || scalar.text.is_empty()
            || scalar.text.starts_with('$');
        if is_secret && !is_told {
            self.found.push(range);
        } else if let Some(inner) = self.text.get(range.clone()).filter(|it| it.contains('\n')) {
            self.found.extend(unstructured(inner, range.start));
        }
    }
}

/// The secrets of any text that begins at `offset`: of a manifest of a Secret all of it.
fn unstructured(text: &str, offset: usize) -> Vec<Range<usize>> {
    if text.lines().any(|it| it.trim() == "kind: Secret") {
        return std::iter::once(offset..offset + text.len()).collect();
    }
    in_lines(text, offset)
}

/// What stands behind names of secrets, each on its line; `offset` is where the text begins.
fn in_lines(text: &str, offset: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = offset;
    for line in text.split_inclusive('\n') {
        let written = line.trim_end();
        let marks = written.match_indices([':', '=']).map(|it| it.0);
        if let Some(at) = marks.into_iter().find(|&at| gives_secret(written, at)) {
            let value = written[at + 1..].trim_start();
            found.push(start + written.len() - value.len()..start + written.len());
        }
        start += line.len();
    }
    found
}

/// True where a secret stands behind the byte.
fn gives_secret(line: &str, at: usize) -> bool {
    let is_name = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-');
    let key = line[..at].trim_end_matches(|it: char| !is_name(it));
    let name = key.rsplit(|it| !is_name(it)).next().unwrap_or_default();
    let value = line[at + 1..].trim();
    let opens = ["", "{", "[", "|", ">", "|-", ">-", "null", "\"\"", "''", "true", "false"];
    is_secret_name(name) && !opens.contains(&value) && !value.starts_with('$')
}

fn private_keys(text: &str) -> Vec<Range<usize>> {
    const END: &str = "PRIVATE KEY-----";
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(begin) = text[at..].find("-----BEGIN ").map(|it| at + it) {
        let head = text[begin..].lines().next().unwrap_or_default();
        at = begin + 1;
        if head.contains(END) {
            let body = begin + head.find(END).unwrap_or_default() + END.len();
            let length = text[body..].find(END).map_or(text.len() - body, |it| it + END.len());
            found.push(begin..body + length);
            at = body + length;
        }
    }
    found
}

/// `word` of `postgres://shop:word@host`.
fn passwords_of_addresses(text: &str) -> Vec<Range<usize>> {
    let ends = |it: char| it.is_whitespace() || matches!(it, '/' | '"' | '\'' | '\\' | '?' | '#');
    let password = |at: usize| {
        let start = at + "://".len();
        let authority = text[start..].split(ends).next().unwrap_or_default();
        let (user, _) = authority.rsplit_once('@')?;
        let (name, word) = user.split_once(':')?;
        let is_told = word.is_empty() || word.starts_with(['$', '{', '<', '%']);
        let word_start = start + name.len() + 1;
        (!is_told).then_some(word_start..start + user.len())
    };
    text.match_indices("://").filter_map(|(at, _)| password(at)).collect()
}
