//! `for` between brackets or braces.

use super::lexer::{Parser, Token, TokenKind};
use super::{Expr, For, Kind};
use crate::diagnostic::Outcome;

const SUMMARY: &str = "Invalid 'for' expression";

impl Parser<'_> {
    /// After the open bracket; `close` is what ends it.
    pub(super) fn for_expression(&mut self, open: Token, close: &'static str) -> Outcome<Expr> {
        self.next();
        let name = self.peek();
        let Some(mut value) = self.word() else {
            return self.error(name, SUMMARY, "For expression requires variable name after 'for'.");
        };
        let mut key = None;
        if self.take(",") {
            let name = self.peek();
            let Some(second) = self.word() else {
                let detail = "For expression requires value variable name after comma.";
                return self.error(name, SUMMARY, detail);
            };
            key = Some(std::mem::replace(&mut value, second));
        }
        let word = self.peek();
        if !self.is_word("in") {
            let detail = "For expression requires the 'in' keyword after its name declarations.";
            return self.error(word, SUMMARY, detail);
        }
        self.next();
        let collection = self.expression()?;
        let colon = self.peek();
        if !self.take(":") {
            let detail = "For expression requires a colon after the collection expression.";
            return self.error(colon, SUMMARY, detail);
        }
        let mut value_expr = self.expression()?;
        let mut key_expr = None;
        let arrow = self.peek();
        if self.take("=>") {
            if close == "]" {
                let detail = "Key expression is not valid when building a tuple.";
                return self.error(arrow, SUMMARY, detail);
            }
            let second = self.expression()?;
            key_expr = Some(std::mem::replace(&mut value_expr, second));
        } else if close == "}" {
            let detail = "Key expression is required when building an object.";
            return self.error(arrow, SUMMARY, detail);
        }
        let ellipsis = self.peek();
        let is_grouping = self.take("...");
        if is_grouping && close == "]" {
            let detail = "Grouping ellipsis (...) cannot be used when building a tuple.";
            return self.error(ellipsis, SUMMARY, detail);
        }
        let mut condition = None;
        if self.is_word("if") {
            self.next();
            condition = Some(self.expression()?);
        }
        let end = self.peek();
        if end.kind != TokenKind::Sign(close) {
            let detail = "Extra characters after the end of the 'for' expression.";
            return self.error(end, SUMMARY, detail);
        }
        self.next();
        let it = For { key, value, collection, key_expr, value_expr, condition, is_grouping };
        Ok(self.make(Kind::For(Box::new(it)), open.start, end.end))
    }
}
