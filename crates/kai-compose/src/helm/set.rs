//! `--set` and its kin: values on a command line, as Helm's `strvals` reads them.

use std::collections::BTreeMap;

use kai_core::{Map, Node, OriginId, Scalar, ScalarKind, ScalarStyle, SmolStr, Value};

/// How values on a command line are typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetKind {
    /// `--set`: whole numbers, booleans and null have types.
    Typed,
    /// `--set-string`: everything is a text.
    Text,
    /// `--set-json`: every value is JSON.
    Json,
    /// `--set-literal`: all that follows the first `=` is one text.
    Literal,
}

/// The style of a whole number that a command line sets, which keeps its type where every number of
/// a file is a float. No file has a folded number.
pub(super) const TYPED: ScalarStyle = ScalarStyle::Folded;

/// Lists may not be longer than this, so that an index cannot fill the memory.
const LONGEST: usize = 65_536;
/// Nor may names be nested deeper.
const DEEPEST: usize = 30;

/// Sets `a.b[0].c=value,…` in a tree; what it sets has the given origin.
///
/// # Errors
///
/// What Helm refuses.
pub(super) fn set(
    node: &mut Node,
    text: &str,
    kind: SetKind,
    origin: OriginId,
) -> Result<(), String> {
    Parser { text, at: 0, kind, origin, contents: None }.all(node)
}

/// Sets `a.b[0]=file,…` in a tree, where every file is given with its content.
///
/// # Errors
///
/// What Helm refuses.
pub(super) fn set_files(
    node: &mut Node,
    text: &str,
    contents: &BTreeMap<String, String>,
    origin: OriginId,
) -> Result<(), String> {
    let kind = SetKind::Text;
    let mut parsed = Parser { text, at: 0, kind, origin, contents: Some(contents) };
    parsed.all(node).map_err(|it| format!("failed parsing --set-file data: {it}"))
}

/// The files that `a.b[0]=file,…` names.
///
/// # Errors
///
/// What Helm refuses.
pub fn files_of_set(text: &str) -> Result<Vec<String>, String> {
    let mut named = Node::map(Map::new(), OriginId::NONE);
    set(&mut named, text, SetKind::Text, OriginId::NONE)
        .map_err(|it| format!("failed parsing --set-file data: {it}"))?;
    let (mut files, mut waiting) = (Vec::new(), vec![&named]);
    while let Some(node) = waiting.pop() {
        files.extend(node.as_str().map(str::to_owned));
        waiting.extend(node.items());
        waiting.extend(node.as_map().into_iter().flatten().map(|it| &it.node));
    }
    Ok(files)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    kind: SetKind,
    origin: OriginId,
    /// What the files hold that stand in the place of values.
    contents: Option<&'a BTreeMap<String, String>>,
}

impl Parser<'_> {
    fn all(&mut self, node: &mut Node) -> Result<(), String> {
        while self.at < self.text.len() {
            let map = self.as_mapping(node);
            self.entry(map, 0)?;
        }
        Ok(())
    }

    /// One `key…=value`, up to the comma behind it.
    fn entry(&mut self, node: &mut Node, depth: usize) -> Result<(), String> {
        if depth > DEEPEST {
            return Err(format!("value name nested level is greater than {DEEPEST}"));
        }
        let (key, stop) = self.until(&['=', '[', ',', '.']);
        match stop {
            None if key.is_empty() => Ok(()),
            None => Err(format!("key {key:?} has no value")),
            Some(',') => Err(format!("key {key:?} has no value (cannot end with ,)")),
            Some('=') => {
                let value = self.value()?;
                self.put(node, &key, value);
                Ok(())
            }
            Some('[') => {
                let index = self.index()?;
                let list = self.child(node, &key);
                if !list.is_seq() {
                    *list = Node::seq(Vec::new(), self.origin);
                }
                self.item(list, index, depth)
            }
            // What stands below no name is read, and set nowhere.
            Some(_) if key.is_empty() => {
                self.entry(&mut Node::map(Map::new(), self.origin), depth + 1)
            }
            Some(_) => {
                let inner = self.child(node, &key);
                self.entry(self.as_mapping(inner), depth + 1)
            }
        }
    }

    fn index(&mut self) -> Result<usize, String> {
        let (text, stop) = self.until(&[']']);
        if stop.is_none() {
            return Err("error parsing index: EOF".into());
        }
        let index: usize = text.parse().map_err(|_| format!("error parsing index: {text:?}"))?;
        if index > LONGEST {
            return Err(format!(
                "index of {index} is greater than maximum supported index of {LONGEST}"
            ));
        }
        Ok(index)
    }

    fn item(&mut self, list: &mut Node, index: usize, depth: usize) -> Result<(), String> {
        let Some(items) = list.seq_mut() else { return Ok(()) };
        while items.len() <= index {
            items.push(Node::null(self.origin));
        }
        let place = &mut items[index];
        let (between, stop) = self.until(&['[', '.', '=']);
        if !between.is_empty() {
            return Err(format!("unexpected data at end of array index: {between:?}"));
        }
        match stop {
            Some('=') => {
                *place = self.value()?;
                Ok(())
            }
            Some('[') => {
                let index = self.index()?;
                if !place.is_seq() {
                    *place = Node::seq(Vec::new(), self.origin);
                }
                self.item(place, index, depth + 1)
            }
            Some(_) => self.entry(self.as_mapping(place), depth + 1),
            None => Err("key map has no value".into()),
        }
    }

    fn value(&mut self) -> Result<Node, String> {
        if self.kind == SetKind::Json {
            return self.json();
        }
        if self.kind == SetKind::Literal {
            let text = &self.text[self.at..];
            self.at = self.text.len();
            return Ok(self.typed(text, SetKind::Text));
        }
        if self.text[self.at..].starts_with('{') {
            self.at += 1;
            return self.list();
        }
        let (text, _) = self.until(&[',']);
        Ok(self.typed(&text, self.kind))
    }

    /// One value of JSON, and the comma behind it.
    fn json(&mut self) -> Result<Node, String> {
        let rest = &self.text[self.at..];
        let ends = rest.match_indices(',').map(|it| it.0).chain([rest.len()]);
        for end in ends {
            if let Some(node) = json_value(&rest[..end], self.origin) {
                self.at += end + usize::from(end < rest.len());
                return Ok(node);
            }
        }
        Err(format!("{rest:?} is no JSON"))
    }

    fn list(&mut self) -> Result<Node, String> {
        let mut items = Vec::new();
        loop {
            let (text, stop) = self.until(&[',', '}']);
            match stop {
                Some('}') => {
                    items.push(self.typed(&text, self.kind));
                    if self.text[self.at..].starts_with(',') {
                        self.at += 1;
                    }
                    return Ok(Node::seq(items, self.origin));
                }
                Some(_) => items.push(self.typed(&text, self.kind)),
                None => return Err("list must terminate with '}'".into()),
            }
        }
    }

    /// Text up to one of the marks, which is taken; a backslash takes the next character as it is.
    fn until(&mut self, marks: &[char]) -> (String, Option<char>) {
        let mut text = String::new();
        let mut characters = self.text[self.at..].chars();
        while let Some(it) = characters.next() {
            self.at += it.len_utf8();
            if it == '\\' {
                if let Some(escaped) = characters.next() {
                    self.at += escaped.len_utf8();
                    text.push(escaped);
                }
            } else if marks.contains(&it) {
                return (text, Some(it));
            } else {
                text.push(it);
            }
        }
        (text, None)
    }

    fn typed(&self, text: &str, kind: SetKind) -> Node {
        let text = self.contents.and_then(|it| it.get(text)).map_or(text, String::as_str);
        let (text, kind) = typed(text, kind);
        let style = match kind {
            ScalarKind::Str => ScalarStyle::DoubleQuoted,
            ScalarKind::Int => TYPED,
            _ => ScalarStyle::Plain,
        };
        Node::new(Value::Scalar(Scalar { text, kind, style }), self.origin)
    }

    fn as_mapping<'a>(&self, node: &'a mut Node) -> &'a mut Node {
        if node.as_map().is_none() {
            *node = Node::map(Map::new(), self.origin);
        }
        node
    }

    fn child<'a>(&self, node: &'a mut Node, key: &str) -> &'a mut Node {
        if node.get(key).is_none() {
            self.put(node, key, Node::null(self.origin));
        }
        node.get_mut(key).expect("the key was just set in a mapping")
    }

    fn put(&self, node: &mut Node, key: &str, value: Node) {
        if let Some(map) = node.map_mut() {
            map.set(key, self.origin, value);
        }
    }
}

/// The whole of a text as one value.
fn json_value(text: &str, origin: OriginId) -> Option<Node> {
    let origins = kai_core::Origins::new();
    let document = origins.add_document("set".into(), text.trim().to_owned())?;
    let options = kai_syntax::json::JsonOptions::default();
    let parsed = kai_syntax::json::parse(&origins, document, &options);
    let is_whole = parsed.problems.is_empty() && parsed.documents.len() == 1;
    parsed.documents.into_iter().next().filter(|_| is_whole).map(|it| with_origin(&it.node, origin))
}

fn with_origin(node: &Node, origin: OriginId) -> Node {
    let value = match &node.value {
        Value::Map(map) => {
            let mut result = Map::new();
            for entry in map.iter() {
                result.set(&entry.key, origin, with_origin(&entry.node, origin));
            }
            Value::Map(result.into())
        }
        Value::Seq(items) => {
            Value::Seq(items.iter().map(|it| with_origin(it, origin)).collect::<Vec<_>>().into())
        }
        other => other.clone(),
    };
    Node::new(value, origin)
}

/// The text of a value and its type.
fn typed(text: &str, kind: SetKind) -> (SmolStr, ScalarKind) {
    let lower = text.to_lowercase();
    let is_whole = || {
        let has_padding = text.len() > 1 && text.trim_start_matches('-').starts_with('0');
        !has_padding && text.parse::<i64>().is_ok()
    };
    match (kind, lower.as_str()) {
        (SetKind::Text, _) => (text.into(), ScalarKind::Str),
        (_, "true" | "false") => (lower.into(), ScalarKind::Bool),
        (_, "null") => ("null".into(), ScalarKind::Null),
        _ if text == "0" || is_whole() => (text.into(), ScalarKind::Int),
        _ => (text.into(), ScalarKind::Str),
    }
}
