//! What looks made by a generator of secrets: letters of both cases and digits that change all the time.

use super::{Seal, words};

/// In characters.
const SHORTEST: usize = 16;

pub(super) fn seal(seal: &mut Seal, line: &str) -> String {
    let is_part = |it: char| it.is_ascii_alphanumeric() || matches!(it, '+' | '=');
    words::seal(seal, line, is_part, is_random)
}

/// Names in camel case have long runs of small letters, digests have no capitals.
fn is_random(word: &str) -> bool {
    let kind = |it: u8| (it.is_ascii_uppercase(), it.is_ascii_lowercase(), it.is_ascii_digit());
    let bytes = word.as_bytes();
    let has_all = bytes.iter().any(u8::is_ascii_uppercase)
        && bytes.iter().any(u8::is_ascii_lowercase)
        && bytes.iter().any(u8::is_ascii_digit);
    let changes = bytes.windows(2).filter(|it| kind(it[0]) != kind(it[1])).count();
    let run =
        word.split(|it: char| !it.is_ascii_lowercase()).map(str::len).max().unwrap_or_default();
    bytes.len() >= SHORTEST && has_all && changes * 10 >= bytes.len() * 3 && run <= 5
}
