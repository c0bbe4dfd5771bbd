//! Templates: quoted texts, heredocs, files.

use std::sync::Arc;

use kai_core::{DocumentId, Origins, Span};
use smol_str::SmolStr;
use unicode_segmentation::UnicodeSegmentation as _;

use super::lexer::{Parser, Token, TokenKind, heredoc_marker};
use super::{Expr, ForDirective, IfDirective, Kind, Part};
use crate::diagnostic::{Diagnostic, Outcome};

/// A text that is one template as a whole.
///
/// # Errors
/// The template is broken.
pub fn parse_template(origins: &Origins, document: DocumentId) -> Outcome<Expr> {
    let held = Arc::clone(origins.document(document));
    let mut parser = Parser::new(origins, &held);
    // A byte order mark is a part of a template.
    parser.at = 0;
    let end = parser.end;
    let result = parser.pieces(Mode::Raw).and_then(|it| parser.template(it, 0, end));
    origins.set_spans(document, parser.spans);
    result
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Until the closing quote, with escapes.
    Quoted,
    /// Until the end of the text.
    Raw,
}

/// A flat piece of a template; the pieces of directives are joined later.
enum Piece {
    Text(String, Span),
    Interpolation(Expr, Span),
    If(Expr, Span),
    Else(Span),
    EndIf(Span),
    For(Option<SmolStr>, SmolStr, Expr, Span),
    EndFor(Span),
}

impl Parser<'_> {
    pub(super) fn quoted(&mut self) -> Outcome<Expr> {
        let open = self.next();
        let pieces = self.pieces(Mode::Quoted)?;
        self.template(pieces, open.start, self.at)
    }

    pub(super) fn heredoc(&mut self) -> Outcome<Expr> {
        let open = self.next();
        let Some((marker, is_flush, length)) = heredoc_marker(&self.text[open.start..self.end])
        else {
            return self.error(open, "Invalid expression", "A heredoc needs a marker.");
        };
        let begin = open.start + length;
        let mut at = begin;
        let close = loop {
            if at >= self.end {
                let detail = "No closing marker was found for the string.";
                return self.error(open, "Unterminated template string", detail);
            }
            let line = &self.text[at..self.end];
            let line = line.split_inclusive('\n').next().unwrap_or(line);
            if line.trim() == marker {
                break at;
            }
            at += line.len();
        };
        let outer = std::mem::replace(&mut self.end, close);
        self.at = begin;
        let pieces = self.pieces(Mode::Raw);
        self.end = outer;
        let mut pieces = pieces?;
        if is_flush {
            flush(&mut pieces);
        }
        let line = &self.text[close..self.end];
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        self.at = close + indent + marker.len();
        self.template(pieces, open.start, self.at)
    }

    /// Texts, one a line, and sequences; after them the closing quote where there is one.
    fn pieces(&mut self, mode: Mode) -> Outcome<Vec<Piece>> {
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut start = self.at;
        let mut trims_next = false;
        loop {
            let rest = &self.text[self.at..self.end];
            let Some(next) = rest.chars().next() else {
                if mode == Mode::Quoted {
                    let token = Token { kind: TokenKind::End, start: self.at, end: self.at };
                    let detail = "No closing marker was found for the string.";
                    return self.error(token, "Unterminated template string", detail);
                }
                self.end_text(&mut pieces, &mut text, start, &mut trims_next, false);
                return Ok(pieces);
            };
            let may_begin = matches!(next, '$' | '%');
            let is_escaped = may_begin && (rest.starts_with("$${") || rest.starts_with("%%{"));
            let is_sequence = may_begin && rest[1..].starts_with('{');
            if is_escaped {
                text.push_str(&rest[1..3]);
                self.at += 3;
            } else if is_sequence {
                let trims_before = rest[2..].starts_with('~');
                self.end_text(&mut pieces, &mut text, start, &mut trims_next, trims_before);
                let open = self.at;
                self.at += if trims_before { 3 } else { 2 };
                let piece = self.with_newlines(true, |it| {
                    if next == '$' { it.interpolation(open) } else { it.directive(open) }
                })?;
                trims_next = self.text[..self.at].ends_with("~}");
                pieces.push(piece);
                start = self.at;
            } else if mode == Mode::Quoted && next == '"' {
                self.end_text(&mut pieces, &mut text, start, &mut trims_next, false);
                self.at += 1;
                return Ok(pieces);
            } else if mode == Mode::Quoted && next == '\\' {
                let token = Token { kind: TokenKind::Quote, start, end: self.at };
                let (character, length) = self.escape(self.at, token)?;
                text.push(character);
                self.at += length;
            } else if mode == Mode::Quoted && next == '\n' {
                let token = Token { kind: TokenKind::Newline, start: self.at, end: self.at + 1 };
                return self.error(token, "Invalid multi-line string", MULTI_LINE);
            } else {
                let length = if next == '\n' { 1 } else { plain_length(rest, next) };
                text.push_str(&rest[..length]);
                self.at += length;
                if next == '\n' {
                    let rest = &rest[1..];
                    let trims = rest.starts_with("${~") || rest.starts_with("%{~");
                    self.end_text(&mut pieces, &mut text, start, &mut trims_next, trims);
                    start = self.at;
                }
            }
        }
    }

    /// Trim markers reach to the end of the line, where the next text begins.
    fn end_text(
        &self,
        pieces: &mut Vec<Piece>,
        text: &mut String,
        start: usize,
        trims_start: &mut bool,
        trims_end: bool,
    ) {
        if text.is_empty() {
            return;
        }
        let mut kept = text.as_str();
        if std::mem::take(trims_start) {
            kept = kept.trim_start();
        }
        if trims_end {
            kept = kept.trim_end();
        }
        if !kept.is_empty() {
            pieces.push(Piece::Text(kept.to_owned(), self.span(start, self.at)));
        }
        text.clear();
    }

    fn interpolation(&mut self, open: usize) -> Outcome<Piece> {
        let expr = self.expression()?;
        let close = self.peek();
        if !self.take("}") && !self.take("~}") {
            if matches!(close.kind, TokenKind::End) {
                let token = Token { start: open, end: open + 2, ..close };
                let detail = "There is no closing brace for this interpolation sequence before the end of the file. This might be caused by incorrect nesting inside the given expression.";
                return self.error(token, "Unclosed template interpolation sequence", detail);
            }
            return self.error(close, "Extra characters after interpolation expression", EXTRA);
        }
        Ok(Piece::Interpolation(expr, self.span(open, self.at)))
    }

    fn directive(&mut self, open: usize) -> Outcome<Piece> {
        let keyword = self.peek();
        if matches!(keyword.kind, TokenKind::Quote) && self.at >= self.end {
            return self.error(keyword, "Invalid multi-line string", MULTI_LINE);
        }
        let Some(word) = self.word() else {
            let is_open = self.text[keyword.start..self.end].starts_with('"');
            let summary =
                if is_open { "Invalid multi-line string" } else { "Invalid template directive" };
            let detail = "A template directive keyword (\"if\", \"for\", etc) is expected at the beginning of a %{ sequence.";
            return self.error(keyword, summary, if is_open { MULTI_LINE } else { detail });
        };
        let piece = match word.as_str() {
            "if" => {
                let condition = self.expression()?;
                let span = self.close_directive(open, "if expression")?;
                Piece::If(condition, span)
            }
            "else" => Piece::Else(self.close_directive(open, "else marker")?),
            "endif" => Piece::EndIf(self.close_directive(open, "endif marker")?),
            "endfor" => Piece::EndFor(self.close_directive(open, "endfor marker")?),
            "for" => self.for_directive(open)?,
            other => {
                let detail = format!("\"{other}\" is not a valid template control keyword.");
                return self.error(keyword, "Invalid template control keyword", detail);
            }
        };
        Ok(piece)
    }

    fn for_directive(&mut self, open: usize) -> Outcome<Piece> {
        const SUMMARY: &str = "Invalid 'for' directive";
        let name = self.peek();
        let Some(mut value) = self.word() else {
            return self.error(name, SUMMARY, "For directive requires variable name after 'for'.");
        };
        let mut key = None;
        if self.take(",") {
            let name = self.peek();
            let Some(second) = self.word() else {
                let detail = "For directive requires value variable name after comma.";
                return self.error(name, SUMMARY, detail);
            };
            key = Some(std::mem::replace(&mut value, second));
        }
        let word = self.peek();
        if !self.is_word("in") {
            let detail = "For directive requires 'in' keyword after names.";
            return self.error(word, SUMMARY, detail);
        }
        self.next();
        let collection = self.expression()?;
        let span = self.close_directive(open, "for directive")?;
        Ok(Piece::For(key, value, collection, span))
    }

    fn close_directive(&mut self, open: usize, what: &str) -> Outcome<Span> {
        let close = self.peek();
        if !self.take("}") && !self.take("~}") {
            let detail =
                "Expected a closing brace to end the sequence, but found extra characters.";
            return self.error(close, &format!("Extra characters in {what}"), detail);
        }
        Ok(self.span(open, self.at))
    }

    fn template(&mut self, pieces: Vec<Piece>, start: usize, end: usize) -> Outcome<Expr> {
        let is_wrap = matches!(pieces.as_slice(), [Piece::Interpolation(..)]);
        let mut pieces = pieces.into_iter();
        let (mut parts, closing) = self.joined_parts(&mut pieces, end, None)?;
        if let Some(closing) = closing {
            return Err(unbalanced(&closing));
        }
        if let (true, Some(Part::Interpolation(inner))) = (is_wrap, parts.first()) {
            let inner = Box::new(inner.clone());
            parts.clear();
            return Ok(self.make(Kind::Wrap(inner), start, end));
        }
        Ok(self.make(Kind::Template(parts), start, end))
    }

    /// Parts until a piece that closes or continues the directive around them.
    fn joined_parts(
        &mut self,
        pieces: &mut std::vec::IntoIter<Piece>,
        end: usize,
        around: Option<(&str, Span)>,
    ) -> Outcome<(Vec<Part>, Option<Piece>)> {
        let mut parts: Vec<Part> = Vec::new();
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Text(text, span) => match parts.last_mut() {
                    Some(Part::Text(before, before_span)) => {
                        *before = [before.as_str(), &text].concat().into();
                        before_span.end = span.end;
                    }
                    _ => parts.push(Part::Text(text.into(), span)),
                },
                Piece::Interpolation(expr, _) => parts.push(Part::Interpolation(expr)),
                Piece::If(condition, span) => {
                    let part = self.if_parts(pieces, end, condition, span)?;
                    parts.push(part);
                }
                Piece::For(key, value, collection, span) => {
                    let (body, closing) = self.joined_parts(pieces, end, Some(("for", span)))?;
                    match closing {
                        Some(Piece::EndFor(_)) => {}
                        Some(other) => return Err(unbalanced(&other)),
                        None => {}
                    }
                    let it = ForDirective { key, value, collection, body, span };
                    parts.push(Part::For(Box::new(it)));
                }
                closing => return Ok((normalised(parts), Some(closing))),
            }
        }
        if let Some((word, open)) = around {
            let place = self.place(open);
            let detail = format!(
                "The {word} directive at {place} is missing its corresponding end{word} directive."
            );
            let at = end.saturating_sub(usize::from(self.text[..end].ends_with('"')));
            return Err(Diagnostic::new(self.span(at, end), "Unexpected end of template", detail));
        }
        Ok((normalised(parts), None))
    }

    fn if_parts(
        &mut self,
        pieces: &mut std::vec::IntoIter<Piece>,
        end: usize,
        condition: Expr,
        span: Span,
    ) -> Outcome<Part> {
        let around = Some(("if", span));
        let (then, mut closing) = self.joined_parts(pieces, end, around)?;
        let mut otherwise = Vec::new();
        if matches!(closing, Some(Piece::Else(_))) {
            (otherwise, closing) = self.joined_parts(pieces, end, around)?;
        }
        match closing {
            Some(Piece::EndIf(_)) | None => {}
            Some(other) => return Err(unbalanced(&other)),
        }
        Ok(Part::If(Box::new(IfDirective { condition, then, otherwise, span })))
    }

    fn place(&self, span: Span) -> String {
        let document = self.origins.document(self.document);
        let (start, end) = (document.position(span.start), document.position(span.end));
        let path = document.path.file_name().unwrap_or_default().to_owned();
        if start.line == end.line {
            return format!("{path}:{},{}-{}", start.line, start.column, end.column);
        }
        format!("{path}:{},{}-{},{}", start.line, start.column, end.line, end.column)
    }
}

/// Texts in normal form, as all texts of the language are.
fn normalised(mut parts: Vec<Part>) -> Vec<Part> {
    for part in &mut parts {
        if let Part::Text(text, _) = part {
            *text = crate::value::normal(text.clone());
        }
    }
    parts
}

fn unbalanced(piece: &Piece) -> Box<Diagnostic> {
    let (word, span) = match piece {
        Piece::Else(span) => ("else", span),
        Piece::EndIf(span) => ("endif", span),
        Piece::EndFor(span) => ("endfor", span),
        Piece::Text(_, span) | Piece::Interpolation(_, span) => ("text", span),
        Piece::If(_, span) => ("if", span),
        Piece::For(.., span) => ("for", span),
    };
    let detail = "The control directives within this template are unbalanced.";
    Diagnostic::new(*span, format!("Unexpected {word} directive"), detail)
}

/// Takes the indentation that all lines share off each of them.
fn flush(pieces: &mut [Piece]) {
    let mut least = usize::MAX;
    let mut begins_line = true;
    let mut adjusted = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let text = if let Piece::Text(text, _) = piece { Some(text.as_str()) } else { None };
        if begins_line {
            begins_line = false;
            let trimmed = text.map(str::trim_start);
            match (text, trimmed) {
                (Some(text), Some("")) if text.ends_with('\n') => {}
                (Some(text), Some(trimmed)) => {
                    let spaces = &text[..text.len() - trimmed.len()];
                    least = least.min(spaces.graphemes(true).count());
                    adjusted.push(index);
                }
                _ => least = 0,
            }
        }
        begins_line |= text.is_some_and(|it| it.ends_with('\n'));
    }
    for index in adjusted {
        if let Some(Piece::Text(text, _)) = pieces.get_mut(index) {
            let cut: usize = text.graphemes(true).take(least).map(str::len).sum();
            text.drain(..cut);
        }
    }
}

const MULTI_LINE: &str = "Quoted strings may not be split over multiple lines. To produce a multi-line string, either use the \\n escape to represent a newline character or use the \"heredoc\" multi-line template syntax.";

const EXTRA: &str = "Expected a closing brace to end the interpolation expression, but found extra characters.\n\nThis can happen when you include interpolation syntax for another language, such as shell scripting, but forget to escape the interpolation start token. If this is an embedded sequence for another language, escape it by starting with \"$${\" instead of just \"${\".";

/// Up to the next character that may mean something else than itself, behind the first one.
fn plain_length(text: &str, first: char) -> usize {
    let begun = first.len_utf8();
    let may_mean = |it: &u8| matches!(it, b'$' | b'%' | b'"' | b'\\' | b'\n');
    let plain = text.as_bytes()[begun..].iter().position(may_mean);
    plain.map_or(text.len(), |it| begun + it)
}
