//! What the Kubernetes API server makes of a plain scalar.
//!
//! Kubernetes reads YAML with `sigs.k8s.io/yaml`, which converts it to JSON through go-yaml
//! version 2. The rules here are those of its `resolve.go`: the words of YAML 1.1, every integer
//! notation of Go's `strconv.ParseInt` with base 0 after dropping underscores, floats by one
//! pattern, and timestamps left as strings.

use kai_core::ScalarKind;

/// The type of a plain, untagged scalar.
#[must_use]
pub fn resolve(text: &str) -> ScalarKind {
    match text.as_bytes().first() {
        None => ScalarKind::Null,
        Some(b'0'..=b'9' | b'+' | b'-') => number(text),
        Some(b'.') => dotted(text),
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => {
            word(text)
        }
        Some(_) => ScalarKind::Str,
    }
}

fn word(text: &str) -> ScalarKind {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" | "n"
        | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            ScalarKind::Bool
        }
        "~" | "null" | "Null" | "NULL" => ScalarKind::Null,
        _ => ScalarKind::Str,
    }
}

fn dotted(text: &str) -> ScalarKind {
    match text {
        ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF" => ScalarKind::Float,
        _ if is_float(text) => ScalarKind::Float,
        _ => ScalarKind::Str,
    }
}

fn number(text: &str) -> ScalarKind {
    if matches!(text, "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF") {
        return ScalarKind::Float;
    }
    if text.contains('_') { unscored(&text.replace('_', "")) } else { unscored(text) }
}

fn unscored(text: &str) -> ScalarKind {
    if is_int(text) {
        ScalarKind::Int
    } else if is_float(text) {
        ScalarKind::Float
    } else {
        ScalarKind::Str
    }
}

/// What `strconv.ParseInt` or `ParseUint` takes with base 0: 64 bits, unsigned up to `u64::MAX`.
fn is_int(text: &str) -> bool {
    let (signed, digits) = match text.as_bytes() {
        [b'+' | b'-', rest @ ..] => (true, rest),
        all => (false, all),
    };
    let (radix, digits) = match digits {
        [b'0', b'x' | b'X', rest @ ..] => (16, rest),
        [b'0', b'b' | b'B', rest @ ..] => (2, rest),
        [b'0', b'o' | b'O', rest @ ..] => (8, rest),
        [b'0', rest @ ..] if !rest.is_empty() => (8, rest),
        rest => (10, rest),
    };
    if digits.is_empty() || !digits.iter().all(|&it| char::from(it).is_digit(radix)) {
        return false;
    }
    // Eighteen digits of any radix up to 10, or fifteen of base 16, always fit.
    if digits.len() <= 15 {
        return true;
    }
    let Ok(digits) = str::from_utf8(digits) else { return false };
    let limit = match (signed, text.starts_with('-')) {
        (false, _) => u128::from(u64::MAX),
        (true, false) => u128::from(i64::MAX.unsigned_abs()),
        (true, true) => u128::from(i64::MIN.unsigned_abs()),
    };
    u128::from_str_radix(digits, radix).is_ok_and(|it| it <= limit)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, and not too large for a double.
fn is_float(text: &str) -> bool {
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    let all_digits = |it: &str| it.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && all_digits(fraction),
        Some((whole, fraction)) => all_digits(whole) && all_digits(fraction),
        None => !mantissa.is_empty() && all_digits(mantissa),
    };
    let exponent_fits = exponent.is_none_or(|it| {
        let digits = it.strip_prefix(['-', '+']).unwrap_or(it);
        !digits.is_empty() && all_digits(digits)
    });
    mantissa_fits && exponent_fits && text.parse::<f64>().is_ok_and(f64::is_finite)
}
