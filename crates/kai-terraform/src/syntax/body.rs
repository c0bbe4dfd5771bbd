//! Files, blocks and arguments.

use std::sync::Arc;

use kai_core::{DocumentId, Origins};

use super::lexer::{DEPTH_MAX, Parser, Token, TokenKind};
use super::{Attribute, Block, Body, Label};
use crate::diagnostic::{Diagnostic, Outcome};

/// What a file says, and what is wrong with it: a broken block is left out, the rest is there.
#[must_use]
pub fn parse_file(origins: &Origins, document: DocumentId) -> (Body, Vec<Diagnostic>) {
    let held = Arc::clone(origins.document(document));
    let mut parser = Parser::new(origins, &held);
    let mut body = Body::default();
    let mut problems = Vec::new();
    loop {
        parser.skip_newlines();
        let begin = parser.peek();
        if begin.kind == TokenKind::End {
            break;
        }
        parser.depth = 0;
        parser.ignores_newlines = false;
        parser.end = parser.text.len();
        if let Err(problem) = parser.body_item(&mut body) {
            problems.push(*problem);
            parser.recover(begin.start);
        }
    }
    let end = parser.text.len();
    body.end = Some(parser.span(end, end));
    origins.set_spans(document, parser.spans);
    (body, problems)
}

impl Parser<'_> {
    /// One argument or block, with the newline after it.
    fn body_item(&mut self, body: &mut Body) -> Outcome<()> {
        let name = self.next();
        if name.kind != TokenKind::Ident {
            let detail = "An argument or block definition is required here.";
            return match self.slice(name) {
                "\"" => {
                    self.error(name, "Invalid argument name", "Argument names must not be quoted.")
                }
                _ => self.error(name, "Argument or block definition required", detail),
            };
        }
        match self.peek().kind {
            TokenKind::Sign("=") => {
                self.next();
                self.argument(name, body)
            }
            TokenKind::Sign("{") | TokenKind::Quote | TokenKind::Ident => self.block(name, body),
            _ => {
                let detail = "An argument or block definition is required here. To set an argument, use the equals sign \"=\" to introduce the argument value.";
                self.error(name, "Argument or block definition required", detail)
            }
        }
    }

    fn argument(&mut self, name: Token, body: &mut Body) -> Outcome<()> {
        let expr = self.expression()?;
        let end = self.peek();
        match end.kind {
            TokenKind::Newline => {
                self.next();
            }
            TokenKind::End => {}
            TokenKind::Sign("}") if self.depth > 0 => {}
            _ => {
                if let Some(problem) = self.bad_character(end) {
                    return Err(problem);
                }
                return self.error(
                    end,
                    "Missing newline after argument",
                    "An argument definition must end with a newline.",
                );
            }
        }
        let text = crate::value::normal(self.slice(name));
        if let Some(first) = body.attributes.iter().find(|it| it.name == text) {
            let place = self.origins.location_of(first.name_span, kai_core::LocationRole::Primary);
            let detail = format!(
                "The argument \"{text}\" was already set at {}:{}. Each argument may be set only once.",
                place.path, place.line
            );
            return self.error(name, "Attribute redefined", detail);
        }
        let name_span = self.span(name.start, name.end);
        body.attributes.push(Attribute { name: text, name_span, expr: Arc::new(expr) });
        Ok(())
    }

    /// What Terraform says of signs that are no token.
    fn bad_character(&self, token: Token) -> Option<Box<Diagnostic>> {
        let span = self.span(token.start, token.end);
        let (summary, detail) = match self.slice(token) {
            "&" => (
                "Unsupported operator",
                "Bitwise operators are not supported. Did you mean boolean AND (\"&&\")?",
            ),
            "|" => (
                "Unsupported operator",
                "Bitwise operators are not supported. Did you mean boolean OR (\"||\")?",
            ),
            "^" | "~" => ("Unsupported operator", "Bitwise operators are not supported."),
            ";" => (
                "Invalid character",
                "The \";\" character is not valid. Use newlines to separate arguments and blocks, and commas to separate items in collection values.",
            ),
            "'" => (
                "Invalid character",
                "Single quotes are not valid. Use double quotes (\") to enclose strings.",
            ),
            "`" => (
                "Invalid character",
                "The \"`\" character is not valid. To create a multi-line string, use the \"heredoc\" syntax, like \"<<EOT\".",
            ),
            _ if token.kind == TokenKind::Invalid => {
                ("Invalid character", "This character is not used within the language.")
            }
            _ => return None,
        };
        Some(Diagnostic::new(span, summary, detail))
    }

    fn block(&mut self, kind: Token, body: &mut Body) -> Outcome<()> {
        let mut labels = Vec::new();
        let mut header_end = kind.end;
        loop {
            let token = self.peek();
            match token.kind {
                TokenKind::Sign("{") => break,
                TokenKind::Quote => {
                    let (text, token) = self.plain_text()?;
                    let span = self.span(token.start, token.end);
                    labels.push(Label { text: text.into(), span });
                    header_end = token.end;
                }
                TokenKind::Ident => {
                    self.next();
                    let span = self.span(token.start, token.end);
                    labels.push(Label { text: self.slice(token).into(), span });
                    header_end = token.end;
                }
                TokenKind::Sign("=") => return self.error(token, "Invalid block definition", "The equals sign \"=\" indicates an argument definition, and must not be used when defining a block."),
                TokenKind::Newline => return self.error(token, "Invalid block definition", "A block definition must have block content delimited by \"{\" and \"}\", starting on the same line as the block header."),
                _ => return self.error(token, "Invalid block definition", "Either a quoted string block label or an opening brace (\"{\") is expected here."),
            }
        }
        let open = self.next();
        if self.depth >= DEPTH_MAX {
            return self.error(open, "Blocks too deep", "Blocks nest too deeply.");
        }
        self.depth += 1;
        let inner = self.block_body(open);
        self.depth -= 1;
        let inner = inner?;
        let origin = self.written(kind.start, header_end);
        body.blocks.push(Block {
            kind: self.slice(kind).into(),
            labels,
            body: inner,
            header: self.span(kind.start, header_end),
            kind_span: self.span(kind.start, kind.end),
            origin,
        });
        Ok(())
    }

    fn block_body(&mut self, open: Token) -> Outcome<Body> {
        let mut body = Body::default();
        let is_one_line = self.peek().kind != TokenKind::Newline;
        loop {
            self.skip_newlines();
            let token = self.peek();
            match token.kind {
                TokenKind::Sign("}") => {
                    self.next();
                    body.end = Some(self.span(token.start, token.end));
                    break;
                }
                TokenKind::End => {
                    let detail = "There is no closing brace for this block before the end of the file. This may be caused by incorrect brace nesting elsewhere in this file.";
                    return self.error(open, "Unclosed configuration block", detail);
                }
                _ => {
                    self.body_item(&mut body)?;
                    if is_one_line && !self.is_sign("}") {
                        return self.one_line_end();
                    }
                }
            }
        }
        let end = self.peek();
        match end.kind {
            TokenKind::Newline => {
                self.next();
                Ok(body)
            }
            TokenKind::End => Ok(body),
            TokenKind::Sign("}") if self.depth > 1 => Ok(body),
            _ => self.error(
                end,
                "Missing newline after block definition",
                "A block definition must end with a newline.",
            ),
        }
    }

    fn one_line_end(&self) -> Outcome<Body> {
        let token = self.peek();
        if self.text[..self.at].ends_with('\n') {
            let detail = "A single-line block definition must end with a closing brace immediately after its single argument definition.";
            return self.error(token, "Unclosed single-line block", detail);
        }
        let detail = "A single-line block definition can contain only a single argument. If you want to define multiple arguments, use multi-line block syntax with one argument per line.";
        self.error(token, "Invalid single-argument block definition", detail)
    }

    /// Goes on after a broken block: behind the next line that only closes one, or at the next line
    /// that can only begin one.
    fn recover(&mut self, begin: usize) {
        self.end = self.text.len();
        let mut at = begin;
        let mut is_first = true;
        for line in self.text[begin..].split_inclusive('\n') {
            let next = at + line.len();
            if !is_first && line.starts_with('}') {
                self.at = next;
                return;
            }
            if !is_first && at >= begin && begins_item(line) {
                self.at = at;
                return;
            }
            is_first = false;
            at = next;
        }
        self.at = self.text.len();
    }
}

/// A line at the left border that begins a block or an argument.
fn begins_item(line: &str) -> bool {
    let length = super::lexer::ident_length(line);
    if length == 0 || !line.starts_with(super::lexer::is_ident_start) {
        return false;
    }
    let rest = line[length..].trim_start();
    let is_block = rest.starts_with('"') && line.trim_end().ends_with('{');
    is_block || rest.starts_with('{') || (rest.starts_with('=') && !rest.starts_with("=="))
}
