//! How a text is quoted: `analyze_scalar` and `select_scalar_style` of go-yaml version 2.

use super::super::{resolve, timestamp};
use super::writer::Place;
use kai_core::ScalarKind;

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
}

/// True for a text that needs no quotes as a value of a block collection.
pub(crate) fn is_plain(text: &str) -> bool {
    of_text(text, Place::Value) == Style::Plain
}

/// The style of a text, which is quoted where it would read as a number, boolean, null or time.
/// A key `<<` is quoted too, unlike in go-yaml, so that it is not read as a merge.
pub(super) fn of_text(text: &str, place: Place) -> Style {
    let shape = Shape::of(text);
    let wanted = if text.contains('\n') {
        Style::Literal
    } else if reads_as_text(text) && !(text == "<<" && place == Place::SimpleKey) {
        Style::Plain
    } else {
        Style::DoubleQuoted
    };
    match wanted {
        Style::Literal if place == Place::SimpleKey || !shape.allows_block() => Style::DoubleQuoted,
        Style::Plain if !shape.allows_plain() => {
            if shape.allows_single_quotes() {
                Style::SingleQuoted
            } else {
                Style::DoubleQuoted
            }
        }
        other => other,
    }
}

/// The style of a text that is quoted whatever it reads as.
pub(super) fn always_quoted(text: &str, place: Place) -> Style {
    let is_block = text.contains('\n') && place == Place::Value && Shape::of(text).allows_block();
    if is_block { Style::Literal } else { Style::DoubleQuoted }
}

fn reads_as_text(text: &str) -> bool {
    resolve(text) == ScalarKind::Str && timestamp::normalize(text).is_none() && !is_base_60(text)
}

/// `1:30`, a number of YAML 1.1: `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`.
fn is_base_60(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let Some((first, rest)) = text.split_once(':') else { return false };
    let (sixties, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    let digits_or_scores = |it: &str| it.bytes().all(|it| it.is_ascii_digit() || it == b'_');
    first.starts_with(|it: char| it.is_ascii_digit())
        && digits_or_scores(first)
        && digits_or_scores(fraction)
        && sixties.split(':').all(|it| match it.as_bytes() {
            [digit] => digit.is_ascii_digit(),
            [tens, digit] => (b'0'..=b'5').contains(tens) && digit.is_ascii_digit(),
            _ => false,
        })
}

/// What there is in a text that some style cannot hold.
#[derive(Debug, Default)]
struct Shape {
    indicators: bool,
    line_breaks: bool,
    special: bool,
    edge_space: bool,
    trailing_space: bool,
    space_after_break: bool,
    space_before_break: bool,
}

impl Shape {
    fn of(text: &str) -> Self {
        if is_word(text) {
            return Self::default();
        }
        let mut shape = Self {
            indicators: starts_with_indicator(text),
            edge_space: text.starts_with(is_space_or_break) || text.ends_with(is_space_or_break),
            trailing_space: text.ends_with(' '),
            ..Self::default()
        };
        let mut previous = None;
        let mut rest = text.chars().peekable();
        while let Some(it) = rest.next() {
            let before_blank = rest.peek().is_none_or(|it| matches!(it, ' ' | '\t'));
            shape.indicators |= it == ':' && previous.is_some() && before_blank;
            shape.indicators |= it == '#' && previous.is_some_and(is_blank_or_break);
            shape.special |= !is_printable(it);
            shape.space_after_break |= it == ' ' && previous.is_some_and(is_break);
            shape.space_before_break |= is_break(it) && previous == Some(' ');
            shape.line_breaks |= is_break(it);
            previous = Some(it);
        }
        shape
    }

    fn allows_plain(&self) -> bool {
        !(self.indicators
            || self.line_breaks
            || self.special
            || self.edge_space
            || self.space_after_break
            || self.space_before_break)
    }

    fn allows_single_quotes(&self) -> bool {
        !(self.special || self.space_after_break || self.space_before_break)
    }

    fn allows_block(&self) -> bool {
        !(self.special || self.trailing_space || self.space_before_break)
    }
}

/// True for most texts: nothing in them means anything to YAML.
fn is_word(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '/')
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_./=+@".contains(&it))
}

fn starts_with_indicator(text: &str) -> bool {
    let blank_follows = matches!(text.as_bytes().get(1), None | Some(b' ' | b'\t'));
    match text.as_bytes().first() {
        Some(
            b'#' | b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\''
            | b'"' | b'%' | b'@' | b'`',
        ) => true,
        Some(b'?' | b':' | b'-') if blank_follows => true,
        _ => text.starts_with("---") || text.starts_with("..."),
    }
}

fn is_space_or_break(it: char) -> bool {
    it == ' ' || is_break(it)
}

fn is_blank_or_break(it: char) -> bool {
    matches!(it, ' ' | '\t' | '\0') || is_break(it)
}

pub(super) fn is_break(it: char) -> bool {
    matches!(it, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// As go-yaml sees it: tabs and everything beyond the basic plane have to be escaped.
pub(super) fn is_printable(it: char) -> bool {
    matches!(it, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
        && it != '\u{feff}'
}
