//! Tokens, one at a time.

use std::cell::Cell;
use std::sync::Arc;

use kai_core::{Document, DocumentId, OriginId, Origins, Span};

use crate::diagnostic::{Diagnostic, Outcome};

/// How deep expressions and blocks nest before the text is refused.
pub(super) const DEPTH_MAX: usize = 100;

/// Reads one text from front to back.
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) document: DocumentId,
    pub(super) origins: &'a Origins,
    /// The places of the values met so far; their number is their origin.
    pub(super) spans: Vec<(u32, u32)>,
    pub(super) at: usize,
    /// Newlines are white space here: between brackets and in interpolations.
    pub(super) ignores_newlines: bool,
    pub(super) depth: usize,
    /// Where the text ends for this parser.
    pub(super) end: usize,
    /// The token that was looked at last: most are asked for several times.
    peeked: Cell<Option<Peeked>>,
}

/// A token, and all that decided which one it is.
#[derive(Debug, Clone, Copy)]
struct Peeked {
    at: usize,
    end: usize,
    ignores_newlines: bool,
    token: Token,
}

/// A piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    Ident,
    Number,
    /// An operator or bracket, as it is written.
    Sign(&'static str),
    Quote,
    Heredoc,
    Newline,
    End,
    Invalid,
}

const SIGNS: &[&str] = &[
    "...", "&&", "||", "==", "!=", ">=", "<=", "=>", "::", "~}", "{", "}", "[", "]", "(", ")", ".",
    ",", ":", "?", "=", "!", "+", "-", "*", "/", "%", "<", ">",
];

impl<'a> Parser<'a> {
    pub(super) fn new(origins: &'a Origins, document: &'a Arc<Document>) -> Self {
        let text = document.text.as_str();
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Self {
            text,
            document: document.id,
            origins,
            spans: Vec::new(),
            at,
            ignores_newlines: false,
            depth: 0,
            end: text.len(),
            peeked: Cell::new(None),
        }
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        let to_u32 = |it| u32::try_from(it).unwrap_or(u32::MAX);
        Span { document: self.document, start: to_u32(start), end: to_u32(end) }
    }

    /// The origin of a value that is written here.
    pub(super) fn written(&mut self, start: usize, end: usize) -> OriginId {
        let Span { start, end, .. } = self.span(start, end);
        let index = u32::try_from(self.spans.len()).unwrap_or(u32::MAX);
        self.spans.push((start, end));
        self.origins.written(self.document, index)
    }

    pub(super) fn error<T>(
        &self,
        token: Token,
        summary: &str,
        detail: impl Into<String>,
    ) -> Outcome<T> {
        Err(Diagnostic::new(self.span(token.start, token.end), summary, detail))
    }

    pub(super) fn slice(&self, token: Token) -> &'a str {
        &self.text[token.start..token.end]
    }

    /// The next token, which stays where it is.
    pub(super) fn peek(&self) -> Token {
        let (at, end, ignores_newlines) = (self.at, self.end, self.ignores_newlines);
        let is_same =
            |it: &Peeked| it.at == at && it.end == end && it.ignores_newlines == ignores_newlines;
        if let Some(peeked) = self.peeked.get().filter(is_same) {
            return peeked.token;
        }
        let token = self.read();
        self.peeked.set(Some(Peeked { at, end, ignores_newlines, token }));
        token
    }

    fn read(&self) -> Token {
        let start = self.skipped(self.at);
        let rest = &self.text[start..self.end];
        let token = |kind, length| Token { kind, start, end: start + length };
        let Some(first) = rest.chars().next() else { return token(TokenKind::End, 0) };
        if first == '\n' {
            return token(TokenKind::Newline, 1);
        }
        if first == '\r' && rest.starts_with("\r\n") {
            return token(TokenKind::Newline, 2);
        }
        if first == '"' {
            return token(TokenKind::Quote, 1);
        }
        if first.is_ascii_digit() {
            return token(TokenKind::Number, number_length(rest));
        }
        if is_ident_start(first) {
            return token(TokenKind::Ident, ident_length(rest));
        }
        if first == '<' && heredoc_marker(rest).is_some() {
            return token(TokenKind::Heredoc, 2);
        }
        let mut signs = SIGNS.iter().filter(|it| it.as_bytes()[0] == rest.as_bytes()[0]);
        let sign = signs.find(|it| rest.starts_with(**it));
        sign.map_or_else(
            || token(TokenKind::Invalid, first.len_utf8()),
            |it| token(TokenKind::Sign(it), it.len()),
        )
    }

    pub(super) fn next(&mut self) -> Token {
        let token = self.peek();
        self.at = token.end;
        token
    }

    pub(super) fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek().kind, TokenKind::Sign(it) if it == sign)
    }

    /// Takes the sign if it is next.
    pub(super) fn take(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        if found {
            self.next();
        }
        found
    }

    pub(super) fn skip_newlines(&mut self) {
        while self.peek().kind == TokenKind::Newline {
            self.next();
        }
    }

    /// Runs a part of the parser with newlines as white space, or not.
    pub(super) fn with_newlines<T>(
        &mut self,
        ignored: bool,
        parse: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let before = std::mem::replace(&mut self.ignores_newlines, ignored);
        let result = parse(self);
        self.ignores_newlines = before;
        result
    }

    /// Past spaces and comments, and past newlines where they are white space.
    fn skipped(&self, mut at: usize) -> usize {
        loop {
            let rest = &self.text.as_bytes()[at..self.end];
            at += match rest {
                [b' ' | b'\t', ..] => 1,
                [b'\r', b'\n', ..] if self.ignores_newlines => 2,
                [b'\n', ..] if self.ignores_newlines => 1,
                [b'#', ..] | [b'/', b'/', ..] => memchr::memchr(b'\n', rest).unwrap_or(rest.len()),
                [b'/', b'*', ..] => match self.text[at + 2..self.end].find("*/") {
                    Some(length) => length + 4,
                    None => return at,
                },
                _ => return at,
            };
        }
    }
}

/// It begins and ends with a digit; what is between may still not be a number.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut end) = (1, 1);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'0'..=b'9' => end = at + 1,
            b'.' => {}
            b'e' | b'E' if matches!(bytes.get(at + 1), Some(b'+' | b'-')) => at += 1,
            b'e' | b'E' => {}
            _ => break,
        }
        at += 1;
    }
    end
}

pub(super) fn is_ident_start(first: char) -> bool {
    first.is_alphabetic() || first == '_'
}

pub(super) fn ident_length(text: &str) -> usize {
    let is_part = |it: char| {
        it.is_alphanumeric()
            || it == '_'
            || it == '-'
            || (!it.is_ascii() && unicode_normalization::char::is_combining_mark(it))
    };
    text.find(|it| !is_part(it)).unwrap_or(text.len())
}

/// The marker of a heredoc that begins the text, and whether its indentation is taken off.
pub(super) fn heredoc_marker(text: &str) -> Option<(&str, bool, usize)> {
    let rest = text.strip_prefix("<<")?;
    let (rest, is_flush) = match rest.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let length = ident_length(rest);
    let marker = &rest[..length];
    let after = &rest[length..];
    let newline = if after.starts_with("\r\n") { 2 } else { usize::from(after.starts_with('\n')) };
    let first = marker.chars().next()?;
    (is_ident_start(first) && newline > 0)
        .then(|| (marker, is_flush, text.len() - after.len() + newline))
}
