//! Lines of files, as answers cite them.

use std::sync::{Arc, Mutex, PoisonError};

use kai_core::{Document, DocumentId, Lookup};

use crate::safe::{hidden_lines, safe_line};

/// No line is cited at such a length; a dump may be one of hundreds of megabytes.
const LINE_MAX: usize = 64 << 10;

/// Which lines of which file are hidden, found when the first one of it is cited: what a secret is, the
/// lines around it say, and a dump has millions of them. Of one reading: it knows files by their numbers.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    hidden: Mutex<Lookup<DocumentId, Arc<[bool]>>>,
}

impl Lines {
    /// The line of a place, without what may be secret.
    pub(crate) fn cited(&self, document: &Document, at: u32) -> Option<String> {
        let number = document.position(at).line.checked_sub(1)?;
        let hidden = self.hidden(document);
        let is_hidden = *hidden.get(usize::try_from(number).ok()?)?;
        Some(safe_line(line(&document.text, at as usize), is_hidden))
    }

    fn hidden(&self, document: &Document) -> Arc<[bool]> {
        let mut all = self.hidden.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.get_or_insert_with(document.id, || hidden_lines(&document.text).into()))
    }
}

/// The line around a byte. Of a very long one whole words from its beginning.
fn line(text: &str, at: usize) -> &str {
    let start = text[..boundary(text, at)].rfind('\n').map_or(0, |it| it + 1);
    let rest = &text[start..];
    let near = &rest[..boundary(rest, LINE_MAX)];
    match near.split_once('\n') {
        Some((line, _)) => line.strip_suffix('\r').unwrap_or(line),
        None if near.len() == rest.len() => rest,
        None => &near[..near.rfind([' ', ',']).unwrap_or(0)],
    }
}

/// The last byte up to there at which a character begins.
fn boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|it| text.is_char_boundary(*it)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, at: usize, expected: &str) {
        assert_eq!(line(text, at), expected);
    }

    #[test]
    fn a_line_is_found_from_any_byte_of_it() {
        for at in 3..7 {
            check("a\r\nbüc\r\nd", at, "büc");
        }
        check("a\n", 2, "");
        check("a\nb", 99, "b");
    }

    #[test]
    fn of_a_line_without_end_whole_words_are_left() {
        let text = format!("{{\"a\": 1, {}", "x".repeat(LINE_MAX));
        check(&text, 5, "{\"a\": 1,");
    }
}
