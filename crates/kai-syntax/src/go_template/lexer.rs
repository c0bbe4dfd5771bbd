//! Text to tokens, as `text/template/parse/lex.go` of Go 1.26 cuts it.
//!
//! After an error the rest of the text is gone; whoever asks for more gets the end.

use super::quote::{is_printable, quoted};
use super::token::{Keyword, Kind, Token};

const LEFT: &str = "{{";
const RIGHT: &str = "}}";
/// A minus and the space beside it.
const TRIM_MARKER: usize = 2;

pub(super) struct Lexer<'a> {
    text: &'a str,
    /// Where the token begins.
    start: usize,
    at: usize,
    is_inside_action: bool,
    open_parentheses: usize,
    /// What is wrong, once a token says that something is.
    message: String,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            start: 0,
            at: 0,
            is_inside_action: false,
            open_parentheses: 0,
            message: String::new(),
        }
    }

    /// What is wrong, where a token says that something is.
    pub(super) fn message(&self) -> &str {
        &self.message
    }

    /// The next token; at the end, and after an error, [`Kind::End`] for ever.
    pub(super) fn next(&mut self) -> Token<'a> {
        if self.is_inside_action {
            return self.inside_action();
        }
        loop {
            if let Some(token) = self.outside_action() {
                return token;
            }
        }
    }

    /// Text up to the next action, or the delimiter that begins one; nothing after a comment.
    fn outside_action(&mut self) -> Option<Token<'a>> {
        let Some(length) = left_in(self.bytes()) else {
            self.at = self.text.len();
            let is_end = self.at == self.start;
            return Some(self.take(if is_end { Kind::End } else { Kind::Text }));
        };
        if length > 0 {
            self.at += length;
            let trimmed = if has_left_trim_marker(&self.bytes()[LEFT.len()..]) {
                let text = &self.text[self.start..self.at];
                text.len() - trim_end(text).len()
            } else {
                0
            };
            self.at -= trimmed;
            let text = self.take(Kind::Text);
            self.at += trimmed;
            self.skip();
            if !text.text.is_empty() {
                return Some(text);
            }
        }
        self.left_delimiter()
    }

    fn left_delimiter(&mut self) -> Option<Token<'a>> {
        self.at += LEFT.len();
        let marker = if has_left_trim_marker(self.bytes()) { TRIM_MARKER } else { 0 };
        if self.bytes()[marker..].starts_with(b"/*") {
            self.at += marker;
            self.skip();
            return self.comment();
        }
        let token = self.take(Kind::LeftDelimiter);
        self.is_inside_action = true;
        self.at += marker;
        self.skip();
        self.open_parentheses = 0;
        Some(token)
    }

    fn comment(&mut self) -> Option<Token<'a>> {
        self.at += "/*".len();
        let Some(length) = self.rest().find("*/") else {
            return Some(self.error("unclosed comment"));
        };
        self.at += length + "*/".len();
        let Some(trims) = self.right_delimiter_here() else {
            return Some(self.error("comment ends before closing delimiter"));
        };
        self.at += RIGHT.len() + if trims { TRIM_MARKER } else { 0 };
        if trims {
            self.skip_space();
        }
        self.skip();
        None
    }

    /// Whether an action ends here, and whether it then trims the text behind it.
    fn right_delimiter_here(&self) -> Option<bool> {
        match self.bytes() {
            [b'}', b'}', ..] => Some(false),
            [b' ' | b'\t' | b'\r' | b'\n', b'-', b'}', b'}', ..] => Some(true),
            _ => None,
        }
    }

    fn right_delimiter(&mut self, trims: bool) -> Token<'a> {
        if trims {
            self.at += TRIM_MARKER;
            self.skip();
        }
        self.at += RIGHT.len();
        let token = self.take(Kind::RightDelimiter);
        if trims {
            self.skip_space();
            self.skip();
        }
        self.is_inside_action = false;
        token
    }

    fn inside_action(&mut self) -> Token<'a> {
        if let Some(trims) = self.right_delimiter_here() {
            if self.open_parentheses == 0 {
                return self.right_delimiter(trims);
            }
            return self.error("unclosed left paren");
        }
        let Some(&byte) = self.bytes().first() else {
            return self.error("unclosed action");
        };
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => self.space(),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.name(Kind::Identifier),
            b'.' => self.dot(),
            b'$' => {
                self.at += 1;
                if self.is_at_terminator() {
                    self.take(Kind::Variable)
                } else {
                    self.name(Kind::Variable)
                }
            }
            b'"' => self.quoted(b'"', Kind::String, "unterminated quoted string"),
            b'\'' => self.quoted(b'\'', Kind::CharConstant, "unterminated character constant"),
            b'`' => self.raw_string(),
            b'|' => self.sign(Kind::Pipe),
            b'=' => self.sign(Kind::Assign),
            b':' if self.bytes().get(1) == Some(&b'=') => {
                self.at += 1;
                self.sign(Kind::Declare)
            }
            b':' => self.error("expected :="),
            b'+' | b'-' | b'0'..=b'9' => self.number(),
            b'(' => {
                self.open_parentheses += 1;
                self.sign(Kind::LeftParenthesis)
            }
            b')' if self.open_parentheses == 0 => self.error("unexpected right paren"),
            b')' => {
                self.open_parentheses -= 1;
                self.sign(Kind::RightParenthesis)
            }
            b'!'..=b'~' => self.sign(Kind::Char),
            _ => match self.rest().chars().next() {
                Some(it) if is_alphanumeric(it) => self.name(Kind::Identifier),
                it => {
                    let name = named(it.unwrap_or_default());
                    self.error(format!("unrecognized character in action: {name}"))
                }
            },
        }
    }

    /// A token of one byte.
    fn sign(&mut self, kind: Kind) -> Token<'a> {
        self.at += 1;
        self.take(kind)
    }

    /// The dot, a field, or a number that begins with a dot.
    fn dot(&mut self) -> Token<'a> {
        if matches!(self.bytes().get(1), None | Some(b'0'..=b'9')) {
            return self.number();
        }
        self.at += 1;
        if self.is_at_terminator() {
            self.take(Kind::Keyword(Keyword::Dot))
        } else {
            self.name(Kind::Field)
        }
    }

    /// A run of space, which ends before one that belongs to a delimiter that trims.
    fn space(&mut self) -> Token<'a> {
        loop {
            self.at += 1;
            if self.right_delimiter_here() == Some(true)
                || !matches!(self.bytes().first(), Some(b' ' | b'\t' | b'\r' | b'\n'))
            {
                return self.take(Kind::Space);
            }
        }
    }

    /// The rest of a field, a variable or a word.
    fn name(&mut self, kind: Kind) -> Token<'a> {
        loop {
            while self.text.as_bytes().get(self.at).is_some_and(|it| WORD[usize::from(*it)]) {
                self.at += 1;
            }
            // Letters of other alphabets go on a word, too.
            let is_ascii = self.bytes().first().is_none_or(u8::is_ascii);
            if is_ascii || !self.rest().starts_with(is_alphanumeric) {
                break;
            }
            self.advance();
        }
        if !self.is_at_terminator() {
            let character = self.rest().chars().next().unwrap_or_default();
            return self.error(format!("bad character {}", named(character)));
        }
        let token = self.take(kind);
        let kind = match kind {
            Kind::Identifier => kind_of_word(token.text),
            kind => kind,
        };
        Token { kind, ..token }
    }

    fn is_at_terminator(&self) -> bool {
        match self.bytes() {
            [] | [b' ' | b'\t' | b'\r' | b'\n' | b'.' | b',' | b'|' | b':' | b')' | b'(', ..] => {
                true
            }
            rest => rest.starts_with(RIGHT.as_bytes()),
        }
    }

    fn quoted(&mut self, quote: u8, kind: Kind, unterminated: &'static str) -> Token<'a> {
        self.at += 1;
        loop {
            // Most texts are shorter than what searching many bytes at once takes to begin.
            let is_sign = |it: &u8| *it == b'\\' || *it == b'\n' || *it == quote;
            let Some(length) = self.bytes().iter().position(is_sign) else {
                return self.error(unterminated);
            };
            self.at += length;
            match self.advance() {
                Some('\\') if !matches!(self.advance(), None | Some('\n')) => {}
                Some('\\' | '\n') | None => return self.error(unterminated),
                Some(_) => return self.take(kind),
            }
        }
    }

    fn raw_string(&mut self) -> Token<'a> {
        self.at += "`".len();
        let Some(length) = memchr::memchr(b'`', self.bytes()) else {
            return self.error("unterminated raw quoted string");
        };
        self.at += length + "`".len();
        self.take(Kind::RawString)
    }

    fn number(&mut self) -> Token<'a> {
        let is_number = self.scan_number();
        let is_complex = is_number && matches!(self.bytes().first(), Some(b'+' | b'-'));
        let kind = if is_complex { Kind::Complex } else { Kind::Number };
        if !is_number || is_complex && !(self.scan_number() && self.text[..self.at].ends_with('i'))
        {
            let number = &self.text[self.start..self.at];
            return self.error(format!("bad number syntax: {}", quoted(number)));
        }
        self.take(kind)
    }

    fn scan_number(&mut self) -> bool {
        self.accept("+-");
        let mut digits = "0123456789_";
        let mut exponent = "eE";
        if self.accept("0") {
            if self.accept("xX") {
                (digits, exponent) = ("0123456789abcdefABCDEF_", "pP");
            } else if self.accept("oO") {
                (digits, exponent) = ("01234567_", "");
            } else if self.accept("bB") {
                (digits, exponent) = ("01_", "");
            }
        }
        while self.accept(digits) {}
        if self.accept(".") {
            while self.accept(digits) {}
        }
        if self.accept(exponent) {
            self.accept("+-");
            while self.accept("0123456789_") {}
        }
        self.accept("i");
        let is_over = !self.rest().starts_with(is_alphanumeric);
        if !is_over {
            self.advance();
        }
        is_over
    }

    fn accept(&mut self, any: &str) -> bool {
        let is_one = self.bytes().first().is_some_and(|it| any.as_bytes().contains(it));
        self.at += usize::from(is_one);
        is_one
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn bytes(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.at..]
    }

    fn advance(&mut self) -> Option<char> {
        let rest = self.rest();
        let character = match rest.as_bytes().first()? {
            byte if byte.is_ascii() => char::from(*byte),
            _ => rest.chars().next()?,
        };
        self.at += character.len_utf8();
        Some(character)
    }

    fn skip_space(&mut self) {
        let spaces = self.bytes().iter().take_while(|it| is_space(char::from(**it)));
        self.at += spaces.count();
    }

    /// Leaves out what was read.
    fn skip(&mut self) {
        self.start = self.at;
    }

    /// Where the next token begins.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// True where an action goes on with a word, or with a longer one.
    pub(super) fn is_before(&self, word: &str) -> bool {
        self.bytes().trim_ascii_start().starts_with(word.as_bytes())
    }

    /// Goes to another byte of the same action, outside of parentheses.
    pub(super) fn go_to(&mut self, at: usize) {
        (self.start, self.at, self.open_parentheses) = (at, at, 0);
    }

    fn take(&mut self, kind: Kind) -> Token<'a> {
        let token = Token { kind, at: offset(self.start), text: &self.text[self.start..self.at] };
        self.start = self.at;
        token
    }

    fn error(&mut self, message: impl Into<String>) -> Token<'a> {
        let token = Token { kind: Kind::Error, at: offset(self.start), text: "" };
        self.message = message.into();
        (self.start, self.at, self.text) = (0, 0, "");
        token
    }
}

fn kind_of_word(word: &str) -> Kind {
    match Keyword::of(word) {
        Some(keyword) => Kind::Keyword(keyword),
        None if matches!(word, "true" | "false") => Kind::Bool,
        None => Kind::Identifier,
    }
}

/// Spaces that separate and that trimming takes.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

/// What a word is made of, false for all that is no ASCII.
pub(super) const WORD: [bool; 256] = {
    let mut word = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        word[byte as usize] = byte == b'_' || byte.is_ascii_alphanumeric();
        byte += 1;
    }
    word
};

fn is_alphanumeric(character: char) -> bool {
    character == '_' || character.is_alphabetic() || character.is_numeric()
}

pub(super) fn trim_end(text: &str) -> &str {
    let kept = text.bytes().rposition(|it| !is_space(char::from(it)));
    &text[..kept.map_or(0, |last| last + 1)]
}

/// Where the next action begins.
fn left_in(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'{', bytes).find(|at| bytes[*at..].starts_with(LEFT.as_bytes()))
}

fn has_left_trim_marker(bytes: &[u8]) -> bool {
    matches!(bytes, [b'-', b' ' | b'\t' | b'\r' | b'\n', ..])
}

/// A character as `%#U` prints it.
fn named(character: char) -> String {
    let code = u32::from(character);
    if is_printable(character) {
        format!("U+{code:04X} '{character}'")
    } else {
        format!("U+{code:04X}")
    }
}

pub(super) fn offset(at: usize) -> u32 {
    // A document is smaller than a gibibyte.
    u32::try_from(at).unwrap_or(u32::MAX)
}
