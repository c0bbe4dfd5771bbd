//! Texts with escapes.

use super::lexer::{Parser, Token, TokenKind};
use crate::diagnostic::Outcome;

impl Parser<'_> {
    /// The character of a backslash sequence that begins at `at`, and its length.
    pub(super) fn escape(&self, at: usize, literal: Token) -> Outcome<(char, usize)> {
        let rest = &self.text[at + 1..self.end];
        let Some(selector) = rest.chars().next() else {
            return self.error(
                literal,
                "Invalid escape sequence",
                "Backslash must be followed by an escape sequence selector character.",
            );
        };
        let simple = match selector {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '"' => '"',
            '\\' => '\\',
            'u' => return self.unicode_escape(at, 4, "four", literal),
            'U' => return self.unicode_escape(at, 8, "eight", literal),
            other => {
                let detail =
                    format!("The symbol {other:?} is not a valid escape sequence selector.")
                        .replace('\'', "\"");
                return self.error(literal, "Invalid escape sequence", detail);
            }
        };
        Ok((simple, 2))
    }

    fn unicode_escape(
        &self,
        at: usize,
        count: usize,
        word: &str,
        literal: Token,
    ) -> Outcome<(char, usize)> {
        let digits = self.text.get(at + 2..at + 2 + count).unwrap_or_default();
        let is_hex = digits.len() == count && digits.bytes().all(|it| it.is_ascii_hexdigit());
        if !is_hex {
            let sign = if count == 4 { 'u' } else { 'U' };
            let detail = format!(
                "The \\{sign} escape sequence must be followed by {word} hexadecimal digits."
            );
            return self.error(literal, "Invalid escape sequence", detail);
        }
        let code = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
        Ok((code.unwrap_or('\u{fffd}'), 2 + count))
    }

    /// A quoted text that holds no template, as labels of blocks are.
    pub(super) fn plain_text(&mut self) -> Outcome<(String, Token)> {
        let open = self.next();
        let mut text = String::new();
        let mut at = open.end;
        while let Some(next) = self.text[at..self.end].chars().next() {
            match next {
                '"' => {
                    self.at = at + 1;
                    return Ok((text, Token { end: at + 1, ..open }));
                }
                '\n' => break,
                '\\' => {
                    let (character, length) = self.escape(at, open)?;
                    text.push(character);
                    at += length;
                }
                '$' | '%' if self.text[at + 1..self.end].starts_with('{') => {
                    let token = Token { kind: TokenKind::Invalid, start: at, end: at + 2 };
                    return self.error(
                        token,
                        "Invalid string literal",
                        "Template sequences are not allowed in this string. To include a literal \"$\", double it (as \"$$\") to escape it.",
                    );
                }
                other => {
                    text.push(other);
                    at += other.len_utf8();
                }
            }
        }
        let token = Token { end: at, ..open };
        self.error(token, "Invalid string literal", "Newline in string literal.")
    }
}
