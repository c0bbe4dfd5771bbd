//! Text without what nobody sees: colours, titles and links of terminals, letters without width, turns of direction.
//!
//! A secret that is cut by them is whole for who reads it, and what is hidden in them speaks to models alone.

use std::borrow::Cow;

pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_hidden) {
        shown.push_str(&rest[..at]);
        rest = after(&rest[at..]);
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

fn is_hidden(letter: char) -> bool {
    matches!(
        letter,
        '\u{1b}'
            | '\u{9b}'
            | '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// What follows a hidden letter, or all of the sequence that it begins.
fn after(text: &str) -> &str {
    let mut letters = text.chars();
    let first = letters.next();
    let rest = letters.as_str();
    let end = match (first, rest.chars().next()) {
        (Some('\u{1b}'), Some('[')) => {
            rest[1..].find(|it: char| ('@'..='~').contains(&it)).map(|it| it + 2)
        }
        (Some('\u{9b}'), _) => rest.find(|it: char| ('@'..='~').contains(&it)).map(|it| it + 1),
        // Titles and links end in a bell, or in `ESC \\`, whose second letter is taken here.
        (Some('\u{1b}'), Some(']')) => rest.find(['\u{7}', '\u{1b}']).map(|it| {
            let is_bell = rest[it..].starts_with('\u{7}');
            it + 1 + usize::from(!is_bell && rest[it + 1..].starts_with('\\'))
        }),
        _ => Some(0),
    };
    &rest[end.unwrap_or(0).min(rest.len())..]
}
