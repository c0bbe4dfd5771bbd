//! The words of a line, each of which may be a secret.

use super::Seal;

/// The line, with a placeholder for every word that is one; a word is the longest run of characters
/// that may be part of it.
pub(super) fn seal(
    seal: &mut Seal,
    line: &str,
    is_part: impl Fn(char) -> bool + Copy,
    is_secret: impl Fn(&str) -> bool,
) -> String {
    let mut result = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find(is_part) {
        let (before, word) = rest.split_at(start);
        result.push_str(before);
        let end = word.find(|it| !is_part(it)).unwrap_or(word.len());
        let (word, after) = word.split_at(end);
        if is_secret(word) {
            result.push_str(&seal.stand_in(word));
        } else {
            result.push_str(word);
        }
        rest = after;
    }
    result.push_str(rest);
    result
}
