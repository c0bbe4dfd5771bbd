//! The tree of a template. Places are byte offsets in its text.

use smol_str::SmolStr;

use super::Number;

/// One file (or one text given to `tpl`), parsed.
#[derive(Debug, Clone, Default)]
pub struct Template {
    /// What the file itself writes.
    pub body: Vec<Item>,
    /// What it defines, in the order of their ends.
    pub definitions: Vec<Definition>,
}

/// A `define`, or the body of a `block`.
#[derive(Debug, Clone)]
pub struct Definition {
    pub name: SmolStr,
    pub body: Vec<Item>,
}

/// What a body is made of.
#[derive(Debug, Clone)]
pub enum Item {
    /// Text that is written as it stands, after trimming.
    Text {
        start: u32,
        end: u32,
    },
    /// A pipeline that is printed, or that sets variables.
    Action(Box<Pipeline>),
    If(Box<Branch>),
    With(Box<Branch>),
    Range(Box<Branch>),
    /// `template`, and `block` after its body was defined.
    Call(Box<Call>),
    Break,
    Continue,
}

/// `if`, `with` or `range`. An `else if` is a branch alone in `otherwise`.
#[derive(Debug, Clone)]
pub struct Branch {
    pub pipeline: Pipeline,
    pub body: Vec<Item>,
    pub otherwise: Vec<Item>,
}

/// The name of a template and what it gets as its dot; nil without a pipeline.
#[derive(Debug, Clone)]
pub struct Call {
    pub at: u32,
    pub name: SmolStr,
    pub pipeline: Option<Pipeline>,
}

/// Commands, each of which gets the value before it as its last argument.
#[derive(Debug, Clone)]
pub struct Pipeline {
    pub start: u32,
    pub end: u32,
    /// With their `$`.
    pub variables: Vec<SmolStr>,
    /// `=` rather than `:=`.
    pub assigns: bool,
    pub commands: Vec<Command>,
}

/// An operand and its arguments. Never empty.
#[derive(Debug, Clone)]
pub struct Command {
    pub at: u32,
    pub operands: Vec<Operand>,
}

/// A word of a command. `at` is the place that Go names in errors: of `.a.b.c` that of `.b`.
#[derive(Debug, Clone)]
pub struct Operand {
    pub at: u32,
    pub term: Term,
}

#[derive(Debug, Clone)]
pub enum Term {
    Function(SmolStr),
    /// Names without dots, never empty.
    Field(Vec<SmolStr>),
    /// The name with its `$`, and fields of it.
    Variable(SmolStr, Vec<SmolStr>),
    /// Fields of what a function or a pipeline in parentheses gives.
    Chain(Box<Operand>, Vec<SmolStr>),
    Pipeline(Box<Pipeline>),
    Dot,
    Nil,
    Bool(bool),
    Number(Box<Number>),
    String(SmolStr, Literal),
}

/// How a text is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// As it is, in double quotes.
    Quoted,
    /// As it is, in backquotes.
    Raw,
    /// So, because something in it stands for something else.
    Written(Box<str>),
}

impl Operand {
    /// True for what is no function, field, variable or pipeline.
    pub(super) fn is_literal(&self) -> bool {
        matches!(
            self.term,
            Term::Bool(_) | Term::Dot | Term::Nil | Term::Number(_) | Term::String(..)
        )
    }
}

impl Template {
    /// True where a body writes nothing but space: such a definition gives way to another one.
    #[must_use]
    pub fn is_blank(body: &[Item], text: &str) -> bool {
        body.iter().all(|it| match it {
            Item::Text { start, end } => {
                text.get(*start as usize..*end as usize).is_some_and(|it| it.trim().is_empty())
            }
            _ => false,
        })
    }
}
