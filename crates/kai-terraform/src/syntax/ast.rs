//! What a text says.

use std::sync::Arc;

use kai_core::{OriginId, Span};
use smol_str::SmolStr;

use crate::value::Number;

/// Arguments and blocks.
#[derive(Debug, Clone, Default)]
pub struct Body {
    pub attributes: Vec<Attribute>,
    pub blocks: Vec<Block>,
    /// The place of the closing brace, where what is missing is said to be missing.
    pub end: Option<Span>,
}

/// `name = expression`
#[derive(Debug, Clone)]
pub struct Attribute {
    pub name: SmolStr,
    pub name_span: Span,
    pub expr: Arc<Expr>,
}

/// `kind "label" { … }`
#[derive(Debug, Clone)]
pub struct Block {
    pub kind: SmolStr,
    pub labels: Vec<Label>,
    pub body: Body,
    /// From the kind to the last label.
    pub header: Span,
    pub kind_span: Span,
    pub origin: OriginId,
}

/// What stands between the kind of a block and its brace.
#[derive(Debug, Clone)]
pub struct Label {
    pub text: SmolStr,
    pub span: Span,
}

/// An expression and its place.
#[derive(Debug, Clone)]
pub struct Expr {
    pub kind: Kind,
    pub span: Span,
    pub origin: OriginId,
}

/// What an expression is.
#[derive(Debug, Clone)]
pub enum Kind {
    Null,
    Bool(bool),
    Number(Number),
    /// Texts, interpolations and directives, joined.
    Template(Vec<Part>),
    /// One interpolation and nothing else: it keeps its type.
    Wrap(Box<Expr>),
    Tuple(Vec<Expr>),
    Object(Vec<Item>),
    For(Box<For>),
    Call(Box<Call>),
    Unary(Unary, Box<Expr>),
    Binary(Binary, Box<Expr>, Box<Expr>),
    Conditional(Box<[Expr; 3]>),
    /// A name and steps from it.
    Traversal(SmolStr, Vec<Step>),
    /// Steps from a value.
    Relative(Box<Expr>, Vec<Step>),
    /// A value, the key, and the place of the brackets.
    Index(Box<Expr>, Box<Expr>, Span),
    /// A value, what is done with each element ([`Kind::Each`] in it), and the place of the star.
    Splat(Box<Expr>, Box<Expr>, Span),
    /// The element of the splat around it.
    Each,
    Parens(Box<Expr>),
}

/// One key and value of an object.
#[derive(Debug, Clone)]
pub struct Item {
    pub key: Key,
    pub value: Expr,
}

/// How a key is written.
#[derive(Debug, Clone)]
pub enum Key {
    /// A bare word is a text.
    Word(SmolStr, Span),
    Expr(Expr),
}

/// `[for k, v in c : …]` and `{for k, v in c : k => v...}`
#[derive(Debug, Clone)]
pub struct For {
    pub key: Option<SmolStr>,
    pub value: SmolStr,
    pub collection: Expr,
    /// Only for objects.
    pub key_expr: Option<Expr>,
    pub value_expr: Expr,
    pub condition: Option<Expr>,
    pub is_grouping: bool,
}

/// A call of a function.
#[derive(Debug, Clone)]
pub struct Call {
    pub name: SmolStr,
    pub name_span: Span,
    pub arguments: Vec<Expr>,
    /// The last argument stands for many.
    pub is_expanded: bool,
    pub close: Span,
}

/// One step to a part of a value.
#[derive(Debug, Clone)]
pub struct Step {
    pub kind: StepKind,
    pub span: Span,
}

/// What a step asks for.
#[derive(Debug, Clone)]
pub enum StepKind {
    Attribute(SmolStr),
    Number(Number),
    Text(SmolStr),
}

/// A part of a template.
#[derive(Debug, Clone)]
pub enum Part {
    Text(SmolStr, Span),
    Interpolation(Expr),
    If(Box<IfDirective>),
    For(Box<ForDirective>),
}

/// `%{ if … }`
#[derive(Debug, Clone)]
pub struct IfDirective {
    pub condition: Expr,
    pub then: Vec<Part>,
    pub otherwise: Vec<Part>,
    pub span: Span,
}

/// `%{ for … }`
#[derive(Debug, Clone)]
pub struct ForDirective {
    pub key: Option<SmolStr>,
    pub value: SmolStr,
    pub collection: Expr,
    pub body: Vec<Part>,
    pub span: Span,
}

/// Operators before a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unary {
    Minus,
    Not,
}

/// Operators between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binary {
    Or,
    And,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Plus,
    Minus,
    Times,
    Divide,
    Modulo,
}

impl Body {
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|it| it.name == name)
    }

    pub fn blocks_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |it| it.kind == kind)
    }
}

impl Block {
    #[must_use]
    pub fn label(&self, index: usize) -> &str {
        self.labels.get(index).map_or("", |it| it.text.as_str())
    }
}

impl Expr {
    /// The text of a template without anything in it.
    #[must_use]
    pub fn literal_text(&self) -> Option<SmolStr> {
        match &self.kind {
            Kind::Template(parts) => match parts.as_slice() {
                [] => Some(SmolStr::default()),
                [Part::Text(text, _)] => Some(text.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// The name, where the expression is one and nothing else.
    #[must_use]
    pub fn keyword(&self) -> Option<&str> {
        match &self.kind {
            Kind::Traversal(root, steps) if steps.is_empty() => Some(root),
            Kind::Null => Some("null"),
            Kind::Bool(true) => Some("true"),
            Kind::Bool(false) => Some("false"),
            _ => None,
        }
    }

    /// Calls `see` on each expression directly inside, with the names that are bound there.
    pub fn each_child<'a>(&'a self, see: &mut dyn FnMut(&'a Self, &[&'a str])) {
        match &self.kind {
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Traversal(..) | Kind::Each => {}
            Kind::Template(parts) => each_in_parts(parts, see),
            Kind::Wrap(it) | Kind::Unary(_, it) | Kind::Relative(it, _) | Kind::Parens(it) => {
                see(it, &[]);
            }
            Kind::Tuple(elements) => elements.iter().for_each(|it| see(it, &[])),
            Kind::Object(items) => {
                for item in items {
                    if let Key::Expr(key) = &item.key {
                        see(key, &[]);
                    }
                    see(&item.value, &[]);
                }
            }
            Kind::For(it) => {
                see(&it.collection, &[]);
                let bound: Vec<_> = it.key.iter().chain([&it.value]).map(SmolStr::as_str).collect();
                let inner = it.key_expr.iter().chain([&it.value_expr]).chain(&it.condition);
                inner.for_each(|it| see(it, &bound));
            }
            Kind::Call(call) => call.arguments.iter().for_each(|it| see(it, &[])),
            Kind::Binary(_, one, other)
            | Kind::Index(one, other, _)
            | Kind::Splat(one, other, _) => {
                see(one, &[]);
                see(other, &[]);
            }
            Kind::Conditional(parts) => parts.iter().for_each(|it| see(it, &[])),
        }
    }
}

fn each_in_parts<'a>(parts: &'a [Part], see: &mut dyn FnMut(&'a Expr, &[&'a str])) {
    for part in parts {
        match part {
            Part::Text(..) => {}
            Part::Interpolation(it) => see(it, &[]),
            Part::If(it) => {
                see(&it.condition, &[]);
                each_in_parts(&it.then, see);
                each_in_parts(&it.otherwise, see);
            }
            Part::For(it) => {
                see(&it.collection, &[]);
                let bound: Vec<_> = it.key.iter().chain([&it.value]).map(SmolStr::as_str).collect();
                each_in_parts(&it.body, &mut |inner, names| {
                    see(inner, &[&bound, names].concat());
                });
            }
        }
    }
}
