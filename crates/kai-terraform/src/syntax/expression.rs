//! Expressions.

use std::sync::Arc;

use kai_core::{DocumentId, Origins, Span};
use smol_str::SmolStr;

use super::lexer::{DEPTH_MAX, Parser, Token, TokenKind};
use super::{Binary, Call, Expr, Item, Key, Kind, Step, StepKind, Unary};
use crate::diagnostic::Outcome;
use crate::value::Number;

/// A text that is one expression.
///
/// # Errors
/// The text is broken.
pub fn parse_expression(origins: &Origins, document: DocumentId) -> Outcome<Expr> {
    let held = Arc::clone(origins.document(document));
    let mut parser = Parser::new(origins, &held);
    parser.skip_newlines();
    let result = parser.expression().and_then(|it| {
        parser.skip_newlines();
        let rest = parser.peek();
        if rest.kind == TokenKind::End {
            return Ok(it);
        }
        let detail = "Expected a valid end of the expression, but found extra characters.";
        parser.error(rest, "Extra characters after expression", detail)
    });
    origins.set_spans(document, parser.spans);
    result
}

/// The same for a text that stands alone, such as a value on the command line.
///
/// # Errors
/// The text is broken, or the run is full.
pub fn parse_expression_at(origins: &Origins, path: &str, text: &str) -> Outcome<Expr> {
    let Some(document) = origins.add_document(path.into(), text.into()) else {
        return Err(crate::Diagnostic::new(None, "Text too long", "The run holds too much text."));
    };
    parse_expression(origins, document)
}

const LEVELS: &[&[(&str, Binary)]] = &[
    &[("||", Binary::Or)],
    &[("&&", Binary::And)],
    &[("==", Binary::Equal), ("!=", Binary::NotEqual)],
    &[
        (">", Binary::Greater),
        (">=", Binary::GreaterOrEqual),
        ("<", Binary::Less),
        ("<=", Binary::LessOrEqual),
    ],
    &[("+", Binary::Plus), ("-", Binary::Minus)],
    &[("*", Binary::Times), ("/", Binary::Divide), ("%", Binary::Modulo)],
];

impl Parser<'_> {
    pub(super) fn make(&mut self, kind: Kind, start: usize, end: usize) -> Expr {
        let origin = self.written(start, end);
        Expr { kind, span: self.span(start, end), origin }
    }

    fn joined(&mut self, kind: Kind, start: Span, end: usize) -> Expr {
        self.make(kind, start.start as usize, end)
    }

    pub(super) fn expression(&mut self) -> Outcome<Expr> {
        if self.depth >= DEPTH_MAX {
            let token = self.peek();
            return self.error(token, "Expression too deep", "Expressions nest too deeply.");
        }
        self.depth += 1;
        let result = self.conditional();
        self.depth -= 1;
        result
    }

    fn conditional(&mut self) -> Outcome<Expr> {
        let condition = self.binary(0)?;
        if !self.take("?") {
            return Ok(condition);
        }
        let then = self.expression()?;
        let colon = self.peek();
        if !self.take(":") {
            let detail = "The conditional operator (...?...:...) requires a false expression, delimited by a colon.";
            return self.error(colon, "Missing false expression in conditional", detail);
        }
        let otherwise = self.expression()?;
        let (start, end) = (condition.span, otherwise.span.end as usize);
        let parts = Box::new([condition, then, otherwise]);
        Ok(self.joined(Kind::Conditional(parts), start, end))
    }

    /// Operators that bind at least as strongly as the level.
    fn binary(&mut self, least: usize) -> Outcome<Expr> {
        let mut left = self.term_with_steps()?;
        loop {
            let TokenKind::Sign(sign) = self.peek().kind else { return Ok(left) };
            let mut found = LEVELS.iter().enumerate().flat_map(|(level, operators)| {
                operators.iter().map(move |(text, operator)| (level, *text, *operator))
            });
            let Some((level, _, operator)) = found.find(|it| it.1 == sign && it.0 >= least) else {
                return Ok(left);
            };
            self.next();
            let right = self.binary(level + 1)?;
            let (start, end) = (left.span, right.span.end as usize);
            let kind = Kind::Binary(operator, Box::new(left), Box::new(right));
            left = self.joined(kind, start, end);
        }
    }

    pub(super) fn term_with_steps(&mut self) -> Outcome<Expr> {
        let term = self.term()?;
        self.steps(term)
    }

    fn term(&mut self) -> Outcome<Expr> {
        let token = self.peek();
        let (start, end) = (token.start, token.end);
        match token.kind {
            TokenKind::Number => {
                self.next();
                match Number::parse(self.slice(token)) {
                    Some(number) => Ok(self.make(Kind::Number(number), start, end)),
                    None => self.error(
                        token,
                        "Invalid number literal",
                        "Failed to recognize the value of this number literal.",
                    ),
                }
            }
            TokenKind::Ident => self.name(),
            TokenKind::Quote => self.quoted(),
            TokenKind::Heredoc => self.heredoc(),
            TokenKind::Sign("(") => {
                self.next();
                let inner = self.with_newlines(true, |it| {
                    let inner = it.expression()?;
                    let close = it.peek();
                    if close.kind != TokenKind::Sign(")") {
                        let detail = "Expected a closing parenthesis to terminate the expression.";
                        return it.error(close, "Unbalanced parentheses", detail);
                    }
                    it.next();
                    Ok(inner)
                })?;
                let end = self.at;
                Ok(self.make(Kind::Parens(Box::new(inner)), start, end))
            }
            TokenKind::Sign(sign @ ("-" | "!")) => {
                self.next();
                if self.depth >= DEPTH_MAX {
                    return self.error(
                        token,
                        "Expression too deep",
                        "Expressions nest too deeply.",
                    );
                }
                self.depth += 1;
                let operand = self.term_with_steps();
                self.depth -= 1;
                let operand = operand?;
                let operator = if sign == "-" { Unary::Minus } else { Unary::Not };
                let end = operand.span.end as usize;
                Ok(self.make(Kind::Unary(operator, Box::new(operand)), start, end))
            }
            TokenKind::Sign("[") => self.tuple(),
            TokenKind::Sign("{") => self.object(),
            _ => self.no_term(token),
        }
    }

    fn no_term(&self, token: Token) -> Outcome<Expr> {
        match self.slice(token) {
            "'" => self.error(
                token,
                "Invalid character",
                "Single quotes are not valid. Use double quotes (\") to enclose strings.",
            ),
            _ if token.kind == TokenKind::End || token.kind == TokenKind::Newline => self.error(
                token,
                "Invalid expression",
                "Expected the start of an expression, but found the end of the file.",
            ),
            _ => self.error(
                token,
                "Invalid expression",
                "Expected the start of an expression, but found an invalid expression token.",
            ),
        }
    }

    /// A keyword, a call, or the beginning of a reference.
    fn name(&mut self) -> Outcome<Expr> {
        let token = self.next();
        let (start, end) = (token.start, token.end);
        let name = self.slice(token);
        if self.is_sign("(") || self.is_sign("::") {
            return self.call(token);
        }
        let kind = match name {
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            "null" => Kind::Null,
            _ => Kind::Traversal(crate::value::normal(name), Vec::new()),
        };
        Ok(self.make(kind, start, end))
    }

    fn call(&mut self, name: Token) -> Outcome<Expr> {
        let mut full = self.slice(name).to_owned();
        let mut name_end = name.end;
        while self.take("::") {
            let part = self.next();
            if part.kind != TokenKind::Ident {
                return self.error(part, "Missing function name", "Function scope resolution symbol :: must be followed by a function name in this scope.");
            }
            full.push_str("::");
            full.push_str(self.slice(part));
            name_end = part.end;
        }
        let open = self.peek();
        if !self.take("(") {
            return self.error(open, "Missing open parenthesis", "Function selector must be followed by an open parenthesis to begin the function call.");
        }
        let (arguments, is_expanded, close) = self.with_newlines(true, Self::arguments)?;
        let call = Call {
            name: full.into(),
            name_span: self.span(name.start, name_end),
            arguments,
            is_expanded,
            close: self.span(close.start, close.end),
        };
        Ok(self.make(Kind::Call(Box::new(call)), name.start, close.end))
    }

    fn arguments(&mut self) -> Outcome<(Vec<Expr>, bool, Token)> {
        let mut arguments = Vec::new();
        loop {
            let close = self.peek();
            if self.take(")") {
                return Ok((arguments, false, close));
            }
            arguments.push(self.expression()?);
            let separator = self.next();
            match separator.kind {
                TokenKind::Sign(")") => return Ok((arguments, false, separator)),
                TokenKind::Sign("...") => {
                    let close = self.next();
                    if close.kind != TokenKind::Sign(")") {
                        let detail = "An expanded function argument (with ...) must be immediately followed by closing parentheses.";
                        return self.error(close, "Missing closing parenthesis", detail);
                    }
                    return Ok((arguments, true, close));
                }
                TokenKind::Sign(",") => {}
                TokenKind::End => {
                    let detail = "There is no closing parenthesis for this function call before the end of the file. This may be caused by incorrect parenthesis nesting elsewhere in this file.";
                    return self.error(separator, "Unterminated function call", detail);
                }
                _ => {
                    let detail =
                        "A comma is required to separate each function argument from the next.";
                    return self.error(separator, "Missing argument separator", detail);
                }
            }
        }
    }

    fn tuple(&mut self) -> Outcome<Expr> {
        let open = self.next();
        self.with_newlines(true, |it| {
            if it.is_word("for") {
                return it.for_expression(open, "]");
            }
            let mut elements = Vec::new();
            loop {
                let close = it.peek();
                if it.take("]") {
                    return Ok(it.make(Kind::Tuple(elements), open.start, close.end));
                }
                elements.push(it.expression()?);
                let next = it.peek();
                if next.kind == TokenKind::Sign("]") || it.take(",") {
                    continue;
                }
                if next.kind == TokenKind::End {
                    let detail = "There is no corresponding closing bracket before the end of the file. This may be caused by incorrect bracket nesting elsewhere in this file.";
                    return it.error(next, "Unterminated tuple constructor expression", detail);
                }
                let detail = "Expected a comma to mark the beginning of the next item.";
                return it.error(next, "Missing item separator", detail);
            }
        })
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        let token = self.peek();
        token.kind == TokenKind::Ident && self.slice(token) == word
    }

    fn object(&mut self) -> Outcome<Expr> {
        let open = self.next();
        let is_for = self.with_newlines(true, |it| it.is_word("for") && it.is_for_object());
        if is_for {
            return self.with_newlines(true, |it| it.for_expression(open, "}"));
        }
        self.with_newlines(false, |it| {
            let mut items = Vec::new();
            loop {
                it.skip_newlines();
                let close = it.peek();
                if it.take("}") {
                    return Ok(it.make(Kind::Object(items), open.start, close.end));
                }
                if close.kind == TokenKind::End {
                    let detail = "There is no corresponding closing brace before the end of the file. This may be caused by incorrect brace nesting elsewhere in this file.";
                    return it.error(close, "Unterminated object constructor expression", detail);
                }
                items.push(it.item()?);
                let next = it.peek();
                let is_separated = matches!(next.kind, TokenKind::Newline | TokenKind::Sign("}"));
                if !is_separated && !it.take(",") {
                    let detail =
                        "Expected a newline or comma to mark the beginning of the next attribute.";
                    return it.error(next, "Missing attribute separator", detail);
                }
            }
        })
    }

    /// `for` may be a key too: then an equals sign or a colon follows.
    fn is_for_object(&mut self) -> bool {
        let before = self.at;
        self.next();
        let next = self.peek();
        self.at = before;
        !matches!(next.kind, TokenKind::Sign("=" | ":"))
    }

    fn item(&mut self) -> Outcome<Item> {
        let token = self.peek();
        let key = self.expression()?;
        let key = match &key.kind {
            Kind::Traversal(name, steps) if steps.is_empty() => Key::Word(name.clone(), key.span),
            Kind::Null | Kind::Bool(_) => Key::Word(self.slice(token).into(), key.span),
            _ => Key::Expr(key),
        };
        let separator = self.peek();
        if !self.take("=") && !self.take(":") {
            let detail = match separator.kind {
                TokenKind::Newline | TokenKind::Sign(",") => {
                    "Expected an attribute value, introduced by an equals sign (\"=\")."
                }
                _ => {
                    "Expected an equals sign (\"=\") to mark the beginning of the attribute value."
                }
            };
            let summary = match separator.kind {
                TokenKind::Newline | TokenKind::Sign(",") => "Missing attribute value",
                _ => "Missing key/value separator",
            };
            return self.error(separator, summary, detail);
        }
        Ok(Item { key, value: self.expression()? })
    }

    /// Attributes, indexes and splats after a term.
    pub(super) fn steps(&mut self, from: Expr) -> Outcome<Expr> {
        let mut from = from;
        loop {
            let token = self.peek();
            match token.kind {
                TokenKind::Sign(".") => {
                    self.next();
                    let name = self.peek();
                    if name.kind == TokenKind::Sign("*") {
                        self.next();
                        from = self.attribute_splat(from, name)?;
                    } else {
                        let step = self.dot_step(token)?;
                        from = self.with_step(from, step);
                    }
                }
                TokenKind::Sign("[") => {
                    self.next();
                    if self.with_newlines(true, |it| it.is_sign("*")) {
                        return self.full_splat(from);
                    }
                    from = self.index(from, token)?;
                }
                _ => return Ok(from),
            }
        }
    }

    fn dot_step(&mut self, dot: Token) -> Outcome<Step> {
        let name = self.peek();
        let span = self.span(dot.start, name.end);
        match name.kind {
            TokenKind::Ident => {
                self.next();
                let kind = StepKind::Attribute(crate::value::normal(self.slice(name)));
                Ok(Step { kind, span })
            }
            TokenKind::Number => {
                self.next();
                let text = self.slice(name);
                if let Some((one, other)) = text.split_once('.') {
                    let detail = format!(
                        "When using the legacy index syntax, chaining two indexes together is not permitted. Use the proper index syntax instead, like [{one}][{other}]."
                    );
                    return self.error(name, "Invalid legacy index syntax", detail);
                }
                match Number::parse(text) {
                    Some(number) => Ok(Step { kind: StepKind::Number(number), span }),
                    None => self.error(
                        name,
                        "Invalid number literal",
                        "Failed to recognize the value of this number literal.",
                    ),
                }
            }
            _ => self.error(
                name,
                "Invalid attribute name",
                "An attribute name is required after a dot.",
            ),
        }
    }

    fn with_step(&mut self, from: Expr, step: Step) -> Expr {
        let (start, end) = (from.span, step.span.end as usize);
        let kind = match from.kind {
            Kind::Traversal(root, mut steps) => {
                steps.push(step);
                Kind::Traversal(root, steps)
            }
            Kind::Relative(base, mut steps) => {
                steps.push(step);
                Kind::Relative(base, steps)
            }
            _ => Kind::Relative(Box::new(from), vec![step]),
        };
        self.joined(kind, start, end)
    }

    fn attribute_splat(&mut self, from: Expr, star: Token) -> Outcome<Expr> {
        let mut each = self.make(Kind::Each, star.start, star.end);
        loop {
            let dot = self.peek();
            if dot.kind != TokenKind::Sign(".") {
                break;
            }
            self.next();
            let name = self.peek();
            if name.kind == TokenKind::Sign("*") {
                let detail = "A splat expression (*) cannot be used inside another attribute-only splat expression.";
                return self.error(name, "Nested splat expression not allowed", detail);
            }
            let step = self.dot_step(dot)?;
            each = self.with_step(each, step);
        }
        let (start, end) = (from.span, self.at);
        let marker = self.span(star.start - 1, star.end);
        Ok(self.joined(Kind::Splat(Box::new(from), Box::new(each), marker), start, end))
    }

    fn full_splat(&mut self, from: Expr) -> Outcome<Expr> {
        let star = self.with_newlines(true, Self::next);
        let close = self.with_newlines(true, Self::next);
        if close.kind != TokenKind::Sign("]") {
            let detail =
                "The end of a full splat expression must be marked with a closing bracket.";
            return self.error(close, "Missing close bracket on splat index", detail);
        }
        let each = self.make(Kind::Each, star.start, star.end);
        let each = self.steps(each)?;
        let (start, end) = (from.span, self.at);
        let marker = self.span(star.start - 1, close.end);
        Ok(self.joined(Kind::Splat(Box::new(from), Box::new(each), marker), start, end))
    }

    fn index(&mut self, from: Expr, open: Token) -> Outcome<Expr> {
        let (key, close) = self.with_newlines(true, |it| {
            let key = it.expression()?;
            let close = it.peek();
            if close.kind != TokenKind::Sign("]") {
                let detail = "The index operator must end with a closing bracket (\"]\").";
                return it.error(close, "Missing close bracket on index", detail);
            }
            it.next();
            Ok((key, close))
        })?;
        let span = self.span(open.start, close.end);
        let literal = match &key.kind {
            Kind::Number(number) => Some(StepKind::Number(number.clone())),
            _ => key.literal_text().map(StepKind::Text),
        };
        if let Some(kind) = literal {
            return Ok(self.with_step(from, Step { kind, span }));
        }
        let start = from.span;
        let kind = Kind::Index(Box::new(from), Box::new(key), span);
        Ok(self.joined(kind, start, close.end))
    }

    /// A word, where one must stand.
    pub(super) fn word(&mut self) -> Option<SmolStr> {
        let token = self.peek();
        (token.kind == TokenKind::Ident).then(|| {
            self.next();
            crate::value::normal(self.slice(token))
        })
    }
}
