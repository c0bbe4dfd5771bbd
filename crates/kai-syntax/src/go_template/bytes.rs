//! Go's texts hold any bytes. A byte that is no UTF-8 stands in ours as one of the last 128 characters
//! for private use, U+10FF80 to U+10FFFF, so that cutting, joining and searching keep it.
//!
//! Python's `surrogateescape` (PEP 383) does the same with surrogates, which are no characters here.

use std::borrow::Cow;

/// What is added to a byte.
const FIRST: u32 = 0x10_ff00;
/// How the first of those characters begins; those of the other half have one more in the third byte.
const LEAD: [u8; 3] = [0xf4, 0x8f, 0xbe];

/// The text of any bytes.
#[must_use]
pub fn to_text(bytes: Vec<u8>) -> String {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return text,
        Err(error) => error.into_bytes(),
    };
    let mut text = String::with_capacity(bytes.len() * 2);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().filter_map(|&it| char::from_u32(FIRST + u32::from(it))));
    }
    text
}

/// The bytes that a text stands for.
#[must_use]
pub fn of_text(text: &str) -> Cow<'_, [u8]> {
    if !has_raw(text) {
        return text.as_bytes().into();
    }
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        match raw(character) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    bytes.into()
}

/// The byte that a character stands for, where that is no UTF-8.
#[must_use]
pub fn raw(character: char) -> Option<u8> {
    u8::try_from(u32::from(character).checked_sub(FIRST)?).ok().filter(|it| !it.is_ascii())
}

/// True where a byte of it is no UTF-8.
#[must_use]
pub fn has_raw(text: &str) -> bool {
    first_raw(text).is_some()
}

/// Where the first byte that is no UTF-8 stands in our text.
#[must_use]
pub fn first_raw(text: &str) -> Option<usize> {
    memchr::memchr_iter(LEAD[0], text.as_bytes()).find(|&at| {
        matches!(text.as_bytes()[at..], [_, second, third, ..] if second == LEAD[1] && third >= LEAD[2])
    })
}

/// What libyaml says of a text that holds bytes which are no UTF-8.
#[must_use]
pub fn yaml_error(text: &str) -> Option<&'static str> {
    if !has_raw(text) {
        return None;
    }
    let bytes = of_text(text);
    let at = std::str::from_utf8(&bytes).err()?.valid_up_to();
    let width = match bytes[at] {
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf7 => 4,
        _ => return Some("invalid leading UTF-8 octet"),
    };
    let rest = bytes.get(at + 1..at + width);
    let is_trailing = |it: &u8| it & 0xc0 == 0x80;
    Some(match rest {
        None => "incomplete UTF-8 octet sequence",
        Some(rest) if !rest.iter().all(is_trailing) => "invalid trailing UTF-8 octet",
        Some(_) if matches!(bytes[at], 0xc0 | 0xc1) => "invalid length of a UTF-8 sequence",
        Some(rest) if matches!((bytes[at], rest[0]), (0xe0, ..0xa0) | (0xf0, ..0x90)) => {
            "invalid length of a UTF-8 sequence"
        }
        Some(_) => "invalid Unicode character",
    })
}

/// The text with a replacement character for every byte that is no UTF-8.
#[must_use]
pub fn replaced(text: &str) -> Cow<'_, str> {
    if !has_raw(text) {
        return text.into();
    }
    // Halves of a character may have come together.
    let joined = to_text(of_text(text).into_owned());
    joined
        .chars()
        .map(|it| if raw(it).is_some() { char::REPLACEMENT_CHARACTER } else { it })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_come_back() {
        let all: Vec<u8> = (0..=255).chain("é".bytes()).collect();
        let text = to_text(all.clone());
        assert_eq!((of_text(&text).into_owned(), has_raw(&text)), (all, true));
        assert_eq!((has_raw("é\u{10ff7f}"), first_raw("é\u{10ff80}")), (false, Some(2)));
        assert_eq!(replaced("a\u{10ffff}\u{10ffe9}"), "a\u{fffd}\u{fffd}");
        assert_eq!(replaced("\u{10ffc3}\u{10ffa9}"), "é");
    }
}
