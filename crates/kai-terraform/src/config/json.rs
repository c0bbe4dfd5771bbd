//! Configurations in JSON: the same blocks, every text a template.

use std::sync::Arc;

use kai_core::{DocumentId, Node, Origins, ScalarKind, Span, Value as Tree};
use kai_syntax::{embed, json};
use smol_str::SmolStr;

use crate::diagnostic::Diagnostic;
use crate::syntax::{Attribute, Block, Body, Expr, Item, Key, Kind, Label, Part, parse_template};
use crate::value::Number;

/// Kinds of blocks at the top, and how many labels they have.
const TOP: &[(&str, usize)] = &[
    ("check", 1),
    ("data", 2),
    ("ephemeral", 2),
    ("import", 0),
    ("locals", 0),
    ("module", 1),
    ("moved", 0),
    ("output", 1),
    ("provider", 1),
    ("removed", 0),
    ("resource", 2),
    ("terraform", 0),
    ("variable", 1),
];

/// Blocks inside of blocks.
const INNER: &[(&str, &str, usize)] = &[
    ("check", "assert", 0),
    ("check", "data", 2),
    ("data", "lifecycle", 0),
    ("lifecycle", "postcondition", 0),
    ("lifecycle", "precondition", 0),
    ("output", "precondition", 0),
    ("removed", "lifecycle", 0),
    ("resource", "connection", 0),
    ("resource", "dynamic", 1),
    ("resource", "lifecycle", 0),
    ("resource", "provisioner", 1),
    ("variable", "validation", 0),
];

pub(super) struct JsonReader<'a> {
    origins: &'a Origins,
    problems: Vec<Diagnostic>,
    /// True where texts stand for themselves: what a variable is by default, and what files of variables say.
    is_literal: bool,
}

/// The blocks of a configuration file.
pub(super) fn read_json(origins: &Origins, document: DocumentId) -> (Body, Vec<Diagnostic>) {
    let mut reader = JsonReader { origins, problems: Vec::new(), is_literal: false };
    let mut body = Body::default();
    if let Some(node) = reader.node(document) {
        reader.top(&node, &mut body);
    }
    (body, reader.problems)
}

/// The members of a file of variables.
pub(super) fn read_json_attributes(
    origins: &Origins,
    document: DocumentId,
) -> (Body, Vec<Diagnostic>) {
    let mut reader = JsonReader { origins, problems: Vec::new(), is_literal: true };
    let mut body = Body::default();
    if let Some(node) = reader.node(document) {
        reader.members(&node, "", &mut body);
    }
    (body, reader.problems)
}

impl JsonReader<'_> {
    fn node(&mut self, document: DocumentId) -> Option<Node> {
        let parsed = json::parse(self.origins, document, &json::JsonOptions::default());
        for problem in &parsed.problems {
            let summary = "Invalid JSON";
            self.problems.push(*Diagnostic::new(problem.span, summary, problem.message.clone()));
        }
        parsed.documents.into_iter().next().map(|it| it.node)
    }

    fn span(&self, origin: kai_core::OriginId) -> Option<Span> {
        self.origins.span(origin)
    }

    fn top(&mut self, node: &Node, body: &mut Body) {
        for object in each(node) {
            let Some(map) = object.as_map() else {
                let detail = "Either a JSON object or a JSON array is required, representing the contents of one or more blocks.";
                let span = self.span(object.origin);
                self.problems.push(*Diagnostic::new(span, "Incorrect JSON value type", detail));
                continue;
            };
            for entry in map {
                if entry.key == "//" {
                    continue;
                }
                match TOP.iter().find(|it| it.0 == entry.key) {
                    Some((kind, count)) => {
                        self.blocks(
                            kind,
                            *count,
                            &entry.node,
                            entry.key_origin,
                            &mut Vec::new(),
                            body,
                        );
                    }
                    None => {
                        let detail =
                            format!("No argument or block type is named \"{}\".", entry.key);
                        let span = self.span(entry.key_origin);
                        self.problems.push(*Diagnostic::new(
                            span,
                            "Extraneous JSON object property",
                            detail,
                        ));
                    }
                }
            }
        }
    }

    fn blocks(
        &mut self,
        kind: &str,
        labels: usize,
        node: &Node,
        key: kai_core::OriginId,
        path: &mut Vec<Label>,
        body: &mut Body,
    ) {
        for object in each(node) {
            let Some(map) = object.as_map() else { continue };
            if labels > 0 {
                for entry in map.iter().filter(|it| it.key != "//") {
                    let Some(span) = self.span(entry.key_origin) else { continue };
                    path.push(Label { text: entry.key.clone(), span });
                    self.blocks(kind, labels - 1, &entry.node, entry.key_origin, path, body);
                    path.pop();
                }
                continue;
            }
            let Some(span) = self.span(key).or_else(|| self.span(object.origin)) else { continue };
            let mut inner = Body { end: self.span(object.origin), ..Body::default() };
            self.members(object, kind, &mut inner);
            body.blocks.push(Block {
                kind: kind.into(),
                labels: path.clone(),
                body: inner,
                header: span,
                kind_span: span,
                origin: key,
            });
        }
    }

    fn members(&mut self, node: &Node, kind: &str, body: &mut Body) {
        let Some(map) = node.as_map() else { return };
        for entry in map.iter().filter(|it| it.key != "//") {
            let inner = INNER.iter().find(|it| it.0 == kind && it.1 == entry.key);
            if let Some((_, name, labels)) = inner {
                self.blocks(name, *labels, &entry.node, entry.key_origin, &mut Vec::new(), body);
                continue;
            }
            let Some(name_span) = self.span(entry.key_origin) else { continue };
            let is_literal = self.is_literal;
            self.is_literal |= kind == "variable" && entry.key == "default";
            let expr = self.expr(&entry.node);
            self.is_literal = is_literal;
            if let Some(expr) = expr {
                let attribute =
                    Attribute { name: entry.key.clone(), name_span, expr: Arc::new(expr) };
                body.attributes.push(attribute);
            }
        }
    }

    fn expr(&mut self, node: &Node) -> Option<Expr> {
        let span = self.span(node.origin)?;
        let kind = match &node.value {
            Tree::Scalar(scalar) => match scalar.kind {
                ScalarKind::Null => Kind::Null,
                ScalarKind::Bool => Kind::Bool(scalar.text == "true"),
                ScalarKind::Int | ScalarKind::Float => Kind::Number(Number::parse(&scalar.text)?),
                ScalarKind::Str => return Some(self.template(node, span, &scalar.text)),
            },
            Tree::Seq(items) => Kind::Tuple(items.iter().filter_map(|it| self.expr(it)).collect()),
            Tree::Map(map) => {
                let items = map.iter().filter_map(|entry| {
                    let key = self.key(entry)?;
                    Some(Item { key, value: self.expr(&entry.node)? })
                });
                Kind::Object(items.collect())
            }
            Tree::Unknown(_) => return None,
        };
        Some(Expr { kind, span, origin: node.origin })
    }

    /// Keys are templates too.
    fn key(&mut self, entry: &kai_core::Entry) -> Option<Key> {
        let span = self.span(entry.key_origin)?;
        if self.is_literal || !entry.key.contains("${") && !entry.key.contains("%{") {
            return Some(Key::Word(crate::value::normal(entry.key.clone()), span));
        }
        let node = Node::string(entry.key.clone(), entry.key_origin);
        Some(Key::Expr(self.template(&node, span, &entry.key)))
    }

    fn template(&mut self, node: &Node, span: Span, text: &SmolStr) -> Expr {
        let plain = |text: &SmolStr| {
            let text = crate::value::normal(text.clone());
            Expr { kind: Kind::Template(vec![Part::Text(text, span)]), span, origin: node.origin }
        };
        if self.is_literal || !text.contains("${") && !text.contains("%{") {
            return plain(text);
        }
        let path = self.origins.document(span.document).path.clone();
        let Some(document) = embed(self.origins, node, path) else { return plain(text) };
        match parse_template(self.origins, document) {
            Ok(expr) => expr,
            Err(problem) => {
                self.problems.push(*problem);
                plain(text)
            }
        }
    }
}

/// One object, or the objects of a list.
fn each(node: &Node) -> Vec<&Node> {
    if node.is_seq() { node.items().iter().collect() } else { vec![node] }
}
