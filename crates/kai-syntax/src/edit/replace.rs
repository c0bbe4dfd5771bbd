//! Another value in place of a scalar.

use kai_core::{Edit, OriginId, Origins, Scalar};

use super::place::{Language, Place};
use super::{configuration, quote};

/// Replaces a scalar. Quotes are kept where the new value is a text, and added where it needs
/// them; a block becomes a quoted text.
#[must_use]
pub fn replace_scalar(origins: &Origins, id: OriginId, new: &Scalar) -> Option<Edit> {
    let place = Place::of(origins, id)?;
    if place.language == Language::Configuration {
        return configuration::replace(&place, new);
    }
    let written = place.written();
    let before = place.text()[..place.start()].chars().next_back();
    // An absent value stands right after its colon or dash.
    let gap = if before.is_some_and(|it| matches!(it, ':' | '-' | '?')) { " " } else { "" };
    let text = format!("{gap}{}", quote::like(written, new));
    let is_certain = is_word_for_word(&place, &text);
    let edit = Edit::replace(place.span, text);
    if is_certain { Some(edit) } else { place.verified(vec![edit])?.pop() }
}

/// True where a value of letters and digits replaces another one, which nothing around it notices.
fn is_word_for_word(place: &Place<'_>, new: &str) -> bool {
    let is_word = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric());
    let after = place.text()[place.end()..].trim_start_matches([' ', '\t']);
    is_word(new) && is_word(place.written()) && !after.starts_with(':')
}
