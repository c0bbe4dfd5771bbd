//! Constants of templates, which have no type until they are used.

use smol_str::SmolStr;

use super::quote::{quoted, unquote_char};
use super::token::Kind;

/// A number or a character, in every type that can hold it.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    pub text: SmolStr,
    pub int: Option<i64>,
    pub unsigned: Option<u64>,
    pub float: Option<f64>,
    pub is_complex: bool,
}

impl Number {
    pub(super) fn parse(text: &str, kind: Kind) -> Result<Self, String> {
        let mut number =
            Self { text: text.into(), int: None, unsigned: None, float: None, is_complex: false };
        if let Some(int) = small(text) {
            number.set_int(int);
            return Ok(number);
        }
        if kind == Kind::CharConstant {
            let code = unquote_char(text)
                .ok_or_else(|| format!("malformed character constant: {text}"))?;
            number.set_int(code);
            return Ok(number);
        }
        if kind == Kind::Complex || text.ends_with('i') && !text.starts_with("0x") {
            number.is_complex = true;
            return Ok(number);
        }
        number.int = parse_int(text);
        number.unsigned = parse_unsigned(text).or((number.int == Some(0)).then_some(0));
        #[expect(clippy::cast_precision_loss, reason = "a constant is used as a float")]
        match (number.int, number.unsigned) {
            (Some(int), _) => number.float = Some(int as f64),
            (None, Some(unsigned)) => number.float = Some(unsigned as f64),
            (None, None) => number.set_float(text)?,
        }
        if number.float.is_none() {
            return Err(format!("illegal number syntax: {}", quoted(text)));
        }
        Ok(number)
    }

    /// True where it is written as a float, so that it becomes one where no type is asked for.
    #[must_use]
    pub fn is_float(&self) -> bool {
        let is_hex =
            self.text.len() > 2 && self.text.starts_with("0x") && !self.text.contains(['p', 'P']);
        let is_char = self.text.starts_with('\'');
        self.float.is_some() && !is_hex && !is_char && self.text.contains(['.', 'e', 'E', 'p', 'P'])
    }

    fn set_int(&mut self, value: i64) {
        self.int = Some(value);
        self.unsigned = u64::try_from(value).ok();
        #[expect(clippy::cast_precision_loss, reason = "characters are small")]
        let float = value as f64;
        self.float = Some(float);
    }

    fn set_float(&mut self, text: &str) -> Result<(), String> {
        let Some(float) = parse_float(text) else { return Ok(()) };
        if !text.contains(['.', 'e', 'E', 'p', 'P']) {
            return Err(format!("integer overflow: {}", quoted(text)));
        }
        self.float = Some(float);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
        if float.fract() == 0.0 {
            if float.abs() < 9.3e18 {
                self.int = Some(float as i64);
            }
            if (0.0..1.9e19).contains(&float) {
                self.unsigned = Some(float as u64);
            }
        }
        Ok(())
    }
}

/// What a few decimal digits say, which most constants are.
fn small(text: &str) -> Option<i64> {
    let (first, rest) = text.as_bytes().split_first()?;
    let digit = |it: &u8| it.is_ascii_digit().then(|| i64::from(*it - b'0'));
    match rest.len() {
        0 => digit(first),
        1..=15 if *first != b'0' => {
            rest.iter().try_fold(digit(first)?, |value, it| Some(value * 10 + digit(it)?))
        }
        _ => None,
    }
}

/// An integer as `strconv.ParseInt` reads it in base 0: a prefix chooses the base, a leading zero
/// is octal, and underscores may stand between digits.
#[must_use]
pub fn parse_int(text: &str) -> Option<i64> {
    let (is_negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let magnitude = i128::from(parse_unsigned(digits)?);
    i64::try_from(if is_negative { -magnitude } else { magnitude }).ok()
}

/// The same without a sign.
#[must_use]
pub fn parse_unsigned(text: &str) -> Option<u64> {
    let (radix, digits) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &text[2..]),
        [b'0', b'o' | b'O', ..] => (8, &text[2..]),
        [b'0', b'b' | b'B', ..] => (2, &text[2..]),
        [b'0', _, ..] => (8, &text[1..]),
        _ => (10, text),
    };
    let has_prefix = digits.len() != text.len();
    let digits = match has_prefix {
        true => digits.strip_prefix('_').unwrap_or(digits),
        false => digits,
    };
    if digits.starts_with(['_', '+', '-']) || digits.ends_with('_') || digits.contains("__") {
        return None;
    }
    u64::from_str_radix(&digits.replace('_', ""), radix).ok()
}

/// A float as `strconv.ParseFloat` reads it, hexadecimal notation included. Values out of range
/// are refused.
#[must_use]
pub fn parse_float(text: &str) -> Option<f64> {
    let lower = text.to_ascii_lowercase();
    let unsigned = lower.trim_start_matches(['+', '-']);
    if let Some(hex) = unsigned.strip_prefix("0x") {
        let value = parse_hex_float(&hex.replace('_', ""))?;
        return Some(if lower.starts_with('-') { -value } else { value });
    }
    let is_number = unsigned.starts_with(|it: char| it.is_ascii_digit() || it == '.');
    let value: f64 = is_number.then(|| lower.replace('_', "").parse().ok()).flatten()?;
    value.is_finite().then_some(value)
}

fn parse_hex_float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once('p')?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut value = 0.0;
    for digit in whole.chars().chain(fraction.chars()) {
        value = value * 16.0 + f64::from(digit.to_digit(16)?);
    }
    let exponent: i32 = exponent.parse().ok()?;
    let shift = exponent.checked_sub(4 * i32::try_from(fraction.len()).ok()?)?;
    Some(value * 2f64.powi(shift))
}
