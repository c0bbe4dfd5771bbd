//! Strings.

use std::borrow::Cow;

/// The content of the string whose opening quote is at `at`, and where its closing quote is. None
/// when it never ends or an escape is none of JSON's.
pub(super) fn read(text: &str, at: usize) -> Option<(Cow<'_, str>, usize)> {
    let start = at + 1;
    let bytes = text.as_bytes();
    let stop = start + memchr::memchr2(b'"', b'\\', &bytes[start..])?;
    if bytes[stop] == b'"' {
        return Some((Cow::Borrowed(&text[start..stop]), stop));
    }
    let (content, end) = unescape(text, start)?;
    Some((Cow::Owned(content), end))
}

/// Where the closing quote of the string is whose opening quote is at `at`.
pub(super) fn end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}

fn unescape(text: &str, start: usize) -> Option<(String, usize)> {
    let mut content = String::new();
    let mut at = start;
    loop {
        let stop = at + memchr::memchr2(b'"', b'\\', text.as_bytes().get(at..)?)?;
        content.push_str(text.get(at..stop)?);
        if text.as_bytes()[stop] == b'"' {
            return Some((content, stop));
        }
        let (it, length) = escape(text.get(stop + 1..)?)?;
        content.push(it);
        at = stop + 1 + length;
    }
}

/// The character that an escape stands for, and its length after the backslash. Half a surrogate
/// pair stands for nothing that can be kept.
fn escape(text: &str) -> Option<(char, usize)> {
    Some(match text.as_bytes().first()? {
        b'n' => ('\n', 1),
        b't' => ('\t', 1),
        b'r' => ('\r', 1),
        b'b' => ('\u{8}', 1),
        b'f' => ('\u{c}', 1),
        b'u' => return code_point(text),
        quoted @ (b'"' | b'\\' | b'/') => (char::from(*quoted), 1),
        _ => return None,
    })
}

fn code_point(text: &str) -> Option<(char, usize)> {
    let unit = |from: usize| u16::from_str_radix(text.get(from..from + 4)?, 16).ok();
    let first = unit(1)?;
    let second = if text.get(5..7) == Some("\\u") { unit(7) } else { None };
    match char::decode_utf16([Some(first), second].into_iter().flatten()).next()? {
        Ok(it) if it.len_utf16() == 2 => Some((it, 11)),
        Ok(it) => Some((it, 5)),
        Err(_) => Some((char::REPLACEMENT_CHARACTER, 5)),
    }
}
