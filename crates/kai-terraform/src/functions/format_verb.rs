//! One verb of a format, and how numbers are written with it.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::function::FunctionError;
use crate::value::{BigInt, Number};

/// Wider fields are refused: nothing that is applied needs them.
const WIDTH_MAX: usize = 1 << 20;

/// `%-8.3[2]f`.
pub(super) struct Verb<'f> {
    pub raw: &'f str,
    pub offset: usize,
    /// From 1.
    pub argument: usize,
    pub mode: char,
    pub is_sharp: bool,
    pub precision: Option<usize>,
    is_zero: bool,
    is_plus: bool,
    is_minus: bool,
    is_space: bool,
    width: usize,
}

impl<'f> Verb<'f> {
    /// Reads the verb whose `%` stands at the offset.
    pub(super) fn read(template: &'f str, offset: usize, next: usize) -> Result<Self, String> {
        let mut reader = Reader { text: template, at: offset + 1 };
        let mut verb = Self {
            raw: "",
            offset,
            argument: next,
            mode: ' ',
            is_sharp: false,
            precision: None,
            is_zero: false,
            is_plus: false,
            is_minus: false,
            is_space: false,
            width: 0,
        };
        while let Some(flag) = reader.peek().filter(|it| "0#-+ ".contains(*it)) {
            match flag {
                '0' => verb.is_zero = true,
                '#' => verb.is_sharp = true,
                '-' => verb.is_minus = true,
                '+' => verb.is_plus = true,
                _ => verb.is_space = true,
            }
            reader.at += 1;
        }
        if reader.peek().is_some_and(|it| it.is_ascii_digit()) {
            verb.width = reader.count()?;
        }
        if reader.peek() == Some('.') {
            reader.at += 1;
            verb.precision = Some(reader.count()?);
        }
        if reader.peek() == Some('[') {
            reader.at += 1;
            if !reader.peek().is_some_and(|it| matches!(it, '1'..='9')) {
                return Err(reader.unexpected());
            }
            verb.argument = reader.count()?;
            if reader.peek() != Some(']') {
                return Err(reader.unexpected());
            }
            reader.at += 1;
        }
        verb.mode = match reader.peek() {
            Some(it) if it.is_ascii_alphabetic() => it,
            _ => return Err(reader.unexpected()),
        };
        verb.raw = &template[offset..=reader.at];
        Ok(verb)
    }

    pub(super) fn refuse(&self, why: &str) -> FunctionError {
        FunctionError::new(format!(
            "unsupported value for {:?} at {}: {why}",
            self.raw, self.offset
        ))
    }

    fn sign(&self, is_negative: bool) -> &'static str {
        match is_negative {
            true => "-",
            false if self.is_plus => "+",
            false if self.is_space => " ",
            false => "",
        }
    }

    /// As `math/big` writes integers.
    pub(super) fn integer(&self, value: &BigInt) -> String {
        let (radix, prefix) = match self.mode {
            'b' => (2, "0b"),
            'o' => (8, "0"),
            'x' => (16, "0x"),
            'X' => (16, "0X"),
            _ => (10, ""),
        };
        let digits = value.magnitude().to_str_radix(radix);
        let digits = if self.mode == 'X' { digits.to_uppercase() } else { digits };
        if self.precision == Some(0) && digits == "0" {
            return String::new();
        }
        let sign = self.sign(*value < BigInt::default());
        let prefix = if self.is_sharp { prefix } else { "" };
        let mut zeros = self.precision.unwrap_or(0).saturating_sub(digits.len());
        let length = sign.len() + prefix.len() + zeros + digits.len();
        let missing = self.width.saturating_sub(length);
        if self.is_zero && !self.is_minus && self.precision.is_none() {
            zeros = missing;
        }
        let number = format!("{sign}{prefix}{}{digits}", "0".repeat(zeros));
        self.aligned(&number)
    }

    /// As `math/big` writes floats.
    pub(super) fn float(&self, value: &Number) -> String {
        let digits = match (self.mode, self.precision) {
            _ if value.is_infinite() => "Inf".into(),
            ('f', precision) => value.absolute().fixed(precision.unwrap_or(6)),
            ('g' | 'G', Some(precision)) => value.absolute().general(precision.max(1)),
            ('g' | 'G', None) => value.absolute().shortest_general(),
            (_, precision) => value.absolute().scientific(precision.unwrap_or(6)),
        };
        let digits = match self.mode {
            'E' | 'G' if !value.is_infinite() => digits.to_uppercase(),
            _ => digits,
        };
        let sign = match value.is_infinite() && !value.is_negative() && !self.is_space {
            true => "+",
            false => self.sign(value.is_negative()),
        };
        if self.is_zero && !self.is_minus && !value.is_infinite() {
            let zeros = self.width.saturating_sub(sign.len() + digits.len());
            return format!("{sign}{}{digits}", "0".repeat(zeros));
        }
        self.aligned(&format!("{sign}{digits}"))
    }

    fn aligned(&self, number: &str) -> String {
        let spaces = " ".repeat(self.width.saturating_sub(number.len()));
        if self.is_minus { format!("{number}{spaces}") } else { format!("{spaces}{number}") }
    }
}

/// A text in a field as wide as the verb says, in characters.
pub(super) fn pad(verb: &Verb<'_>, text: &str) -> String {
    let missing = verb.width.saturating_sub(text.graphemes(true).count());
    let padding = if verb.is_zero { "0" } else { " " }.repeat(missing);
    if verb.is_minus { format!("{text}{padding}") } else { format!("{padding}{text}") }
}

struct Reader<'f> {
    text: &'f str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn count(&mut self) -> Result<usize, String> {
        let rest = &self.text[self.at..];
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        self.at += length;
        let value = if length == 0 { Some(0) } else { rest[..length].parse().ok() };
        let value = value.filter(|it| *it <= WIDTH_MAX);
        value.ok_or_else(|| format!("{} is too large a number in a format", &rest[..length]))
    }

    fn unexpected(&self) -> String {
        match self.peek() {
            Some(it) => format!("unrecognized format character {it:?} at offset {}", self.at),
            None => format!("invalid format string starting at offset {}", self.at),
        }
    }
}
