//! What the lexer hands to the parser.

use std::fmt;

/// The kinds of token of Go's `text/template`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The lexer holds what is wrong.
    Error,
    End,
    Text,
    LeftDelimiter,
    RightDelimiter,
    LeftParenthesis,
    RightParenthesis,
    Space,
    Pipe,
    Assign,
    Declare,
    /// A printable character without a meaning of its own, the comma above all.
    Char,
    Bool,
    CharConstant,
    Complex,
    Number,
    String,
    RawString,
    Identifier,
    Field,
    Variable,
    Keyword(Keyword),
}

/// Words (and the dot) that the language keeps for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    Block,
    Break,
    Continue,
    Define,
    Dot,
    Else,
    End,
    If,
    Nil,
    Range,
    Template,
    With,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    /// The byte at which it begins.
    pub(super) at: u32,
    pub(super) text: &'a str,
}

impl Keyword {
    pub(super) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "block" => Self::Block,
            "break" => Self::Break,
            "continue" => Self::Continue,
            "define" => Self::Define,
            "." => Self::Dot,
            "else" => Self::Else,
            "end" => Self::End,
            "if" => Self::If,
            "nil" => Self::Nil,
            "range" => Self::Range,
            "template" => Self::Template,
            "with" => Self::With,
            _ => return None,
        })
    }
}

impl Token<'_> {
    pub(super) fn is(&self, keyword: Keyword) -> bool {
        self.kind == Kind::Keyword(keyword)
    }

    /// The byte after its last one.
    pub(super) fn end(&self) -> u32 {
        self.at + u32::try_from(self.text.len()).unwrap_or(u32::MAX)
    }
}

/// As Go shows a token in an error.
impl fmt::Display for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::End => f.write_str("EOF"),
            Kind::Keyword(_) => write!(f, "<{}>", self.text),
            _ if self.text.len() > 10 => {
                let first: String = self.text.chars().take(10).collect();
                write!(f, "{}...", super::quote::quoted(&first))
            }
            _ => f.write_str(&super::quote::quoted(self.text)),
        }
    }
}
