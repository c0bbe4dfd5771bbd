//! Go's string and character literals.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::bytes;

/// The text between quotes as `%q` prints it.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        push_escaped(&mut quoted, character, '"');
    }
    quoted.push('"');
    quoted
}

/// A character between apostrophes as `%q` prints it.
#[must_use]
pub fn quoted_char(character: char) -> String {
    let mut quoted = String::from('\'');
    push_escaped(&mut quoted, character, '\'');
    quoted.push('\'');
    quoted
}

fn push_escaped(out: &mut String, character: char, quote: char) {
    match character {
        '\\' => out.push_str("\\\\"),
        '\u{7}' => out.push_str("\\a"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{b}' => out.push_str("\\v"),
        it if it == quote => {
            out.push('\\');
            out.push(it);
        }
        it if is_printable(it) => out.push(it),
        it => {
            let code = u32::from(it);
            // Writing to a string cannot fail.
            let _ = match (bytes::raw(it), code) {
                (Some(byte), _) => write!(out, "\\x{byte:02x}"),
                (None, 0..=0x1f | 0x7f) => write!(out, "\\x{code:02x}"),
                (None, 0x80..=0xffff) => write!(out, "\\u{code:04x}"),
                _ => write!(out, "\\U{code:08x}"),
            };
        }
    }
}

/// What Go's `strconv.IsPrint` holds for printable, but for characters that no assigned table
/// names: letters, marks, numbers, punctuation, symbols and the plain space.
#[must_use]
pub fn is_printable(character: char) -> bool {
    match character {
        ' '..='~' => true,
        '\u{ad}' => false,
        // `escape_debug` escapes exactly what Unicode holds for unprintable, quotes and combining
        // marks at the start of a text aside.
        it if it.is_whitespace() || it.is_control() => false,
        it => it.escape_debug().count() == 1 || is_combining(it),
    }
}

fn is_combining(character: char) -> bool {
    // A grapheme extension after a base is printed as it stands.
    format!("a{character}").escape_debug().count() == 2
}

/// The value of a literal in quotes, apostrophes or backquotes; none where it is malformed.
/// Bytes that `\x` and octal escapes write need not be UTF-8.
#[must_use]
pub fn unquote(literal: &str) -> Option<Cow<'_, str>> {
    let quote = literal.chars().next()?;
    let inner = literal.strip_prefix(quote)?.strip_suffix(quote)?;
    match quote {
        '`' if inner.contains('`') => None,
        '`' if inner.contains('\r') => Some(Cow::Owned(inner.replace('\r', ""))),
        '`' => Some(Cow::Borrowed(inner)),
        '"' if memchr::memchr3(b'\\', b'"', b'\n', inner.as_bytes()).is_none() => {
            Some(Cow::Borrowed(inner))
        }
        '"' => {
            let mut read = Vec::with_capacity(inner.len());
            let mut rest = inner;
            while !rest.is_empty() {
                if rest.starts_with(['"', '\n']) {
                    return None;
                }
                rest = unescape(rest, '"', &mut read)?;
            }
            Some(Cow::Owned(bytes::to_text(read)))
        }
        _ => None,
    }
}

/// The value of a character literal.
pub(super) fn unquote_char(literal: &str) -> Option<i64> {
    let inner = literal.strip_prefix('\'')?;
    let mut bytes = Vec::new();
    let rest = unescape(inner, '\'', &mut bytes)?;
    if rest != "'" {
        return None;
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => text.chars().next().map(|it| i64::from(u32::from(it))),
        Err(_) => bytes.first().map(|&it| i64::from(it)),
    }
}

/// Reads one character or escape, and gives the rest of the text.
fn unescape<'a>(text: &'a str, quote: char, out: &mut Vec<u8>) -> Option<&'a str> {
    let mut characters = text.chars();
    let first = characters.next()?;
    if first != '\\' {
        out.extend_from_slice(first.encode_utf8(&mut [0; 4]).as_bytes());
        return (first != quote || quote == '"').then_some(characters.as_str());
    }
    let escape = characters.next()?;
    let mut rest = characters.as_str();
    let plain = match escape {
        'a' => 0x07,
        'b' => 0x08,
        'f' => 0x0c,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 0x0b,
        '\\' => b'\\',
        it if it == quote => u8::try_from(it).ok()?,
        'x' => {
            let byte = u8::from_str_radix(digits(&mut rest, 2)?, 16).ok()?;
            out.push(byte);
            return Some(rest);
        }
        '0'..='7' => {
            rest = &text[1..];
            out.push(u8::from_str_radix(digits(&mut rest, 3)?, 8).ok()?);
            return Some(rest);
        }
        'u' | 'U' => {
            let width = if escape == 'u' { 4 } else { 8 };
            let code = u32::from_str_radix(digits(&mut rest, width)?, 16).ok()?;
            let character = char::from_u32(code)?;
            out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            return Some(rest);
        }
        _ => return None,
    };
    out.push(plain);
    Some(rest)
}

fn digits<'a>(rest: &mut &'a str, count: usize) -> Option<&'a str> {
    let (digits, after) = rest.split_at_checked(count)?;
    digits.bytes().all(|it| it.is_ascii_hexdigit()).then(|| {
        *rest = after;
        digits
    })
}
