//! Leaves of the effective tree.

use smol_str::SmolStr;

/// A leaf: its text after unquoting, what Kubernetes' parser makes of it, and how it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// The content; for a number or boolean, as written (`0755`, `1e3`, `yes`).
    pub text: SmolStr,
    pub kind: ScalarKind,
    pub style: ScalarStyle,
}

/// The JSON type that the Kubernetes API server would see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScalarKind {
    Null,
    Bool,
    Int,
    Float,
    Str,
}

/// How a scalar was written. Composers carry it so that a rendered file looks like its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScalarStyle {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
}

impl Scalar {
    #[must_use]
    pub fn string(text: impl Into<SmolStr>) -> Self {
        Self { text: text.into(), kind: ScalarKind::Str, style: ScalarStyle::Plain }
    }

    #[must_use]
    pub fn int(value: i64) -> Self {
        Self {
            text: smol_str::format_smolstr!("{value}"),
            kind: ScalarKind::Int,
            style: ScalarStyle::Plain,
        }
    }

    #[must_use]
    pub fn bool(value: bool) -> Self {
        let text = SmolStr::new_static(if value { "true" } else { "false" });
        Self { text, kind: ScalarKind::Bool, style: ScalarStyle::Plain }
    }

    #[must_use]
    pub fn null() -> Self {
        Self {
            text: SmolStr::new_static("null"),
            kind: ScalarKind::Null,
            style: ScalarStyle::Plain,
        }
    }

    /// The text of a string; other types have none.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        (self.kind == ScalarKind::Str).then_some(self.text.as_str())
    }

    /// YAML 1.1 spellings as Kubernetes reads them: `y`, `yes`, `on`, `true` and their opposites.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if self.kind != ScalarKind::Bool {
            return None;
        }
        Some(
            matches!(self.text.as_str().as_bytes().first(), Some(b'y' | b'Y' | b't' | b'T'))
                || self.text.eq_ignore_ascii_case("on"),
        )
    }

    /// The value of an integer in any of YAML 1.1's notations (`10`, `0755`, `0o17`, `0x1f`,
    /// `0b11`, `1_000`); a float that is whole also counts, as JSON has one number type.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self.kind {
            ScalarKind::Int => self.as_wide_int().and_then(|it| i64::try_from(it).ok()),
            ScalarKind::Float => self.as_float().and_then(whole),
            _ => None,
        }
    }

    /// The value of an integer, also of one that only an unsigned 64-bit number holds.
    #[must_use]
    pub fn as_wide_int(&self) -> Option<i128> {
        if self.kind == ScalarKind::Int { parse_int(&self.text) } else { None }
    }

    /// The value of a number.
    #[must_use]
    pub fn as_float(&self) -> Option<f64> {
        match self.kind {
            ScalarKind::Float => parse_float(&self.text),
            #[expect(clippy::cast_precision_loss, reason = "JSON numbers are doubles")]
            ScalarKind::Int => parse_int(&self.text).map(|it| it as f64),
            _ => None,
        }
    }
}

fn parse_int(text: &str) -> Option<i128> {
    let unscored;
    let text = if text.contains('_') {
        unscored = text.replace('_', "");
        &unscored
    } else {
        text
    };
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    if digits.starts_with(['-', '+']) {
        return None;
    }
    let value = i128::from_str_radix(digits, radix).ok()?;
    Some(if negative { -value } else { value })
}

fn parse_float(text: &str) -> Option<f64> {
    let text = text.replace('_', "");
    match text.to_ascii_lowercase().trim_start_matches('+') {
        ".inf" => Some(f64::INFINITY),
        "-.inf" => Some(f64::NEG_INFINITY),
        ".nan" => Some(f64::NAN),
        other => other.parse().ok(),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
fn whole(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() < 9.0e15).then_some(value as i64)
}
