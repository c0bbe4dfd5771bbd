//! Errors in libyaml's words, which Go programs print.

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StrInput};
use kai_core::{Scalar, ScalarKind};

use super::resolve;
use crate::go_template::quoted;

/// What libyaml says of a text that it does not take, as Go's port of it words it; nothing where
/// the text is YAML, or where its words are not known.
#[must_use]
pub fn libyaml_error(text: &str) -> Option<String> {
    // Where a block may begin, a tab is no space.
    if text.trim_start_matches([' ', '\n']).starts_with('\t') {
        return Some("found character that cannot start any token".into());
    }
    let mut parser: Parser<'_, StrInput<'_>> = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        match next {
            Ok((Event::StreamEnd, _)) => return None,
            Ok(_) => {}
            Err(error) => return words(&error, text),
        }
    }
    None
}

/// What Go's conversion to JSON says of a null key, where one scalar is all that it holds; nothing
/// where there is none, or where its words are not known.
#[must_use]
pub fn null_key_error(text: &str) -> Option<String> {
    let mut parser: Parser<'_, StrInput<'_>> = Parser::new_from_str(text);
    // What is open, and for a mapping whether a key comes next.
    let mut open: Vec<Option<bool>> = Vec::new();
    let mut is_null = false;
    while let Some(Ok((event, _))) = parser.next_event() {
        let is_start = matches!(event, Event::MappingStart(..) | Event::SequenceStart(..));
        let is_value = is_start || matches!(event, Event::Scalar(..) | Event::Alias(_));
        if is_null && is_value {
            return scalar_in_go(&event).map(|value| {
                format!("unsupported map key of type: %!s(<nil>), key: <nil>, value: {value}")
            });
        }
        if is_value && let Some(Some(awaits_key)) = open.last_mut() {
            is_null = *awaits_key && scalar_in_go(&event).is_some_and(|it| it == "<nil>");
            *awaits_key = !*awaits_key;
        }
        match event {
            Event::MappingStart(..) => open.push(Some(true)),
            Event::SequenceStart(..) => open.push(None),
            Event::MappingEnd | Event::SequenceEnd => drop(open.pop()),
            _ => {}
        }
    }
    None
}

/// An untagged scalar as Go's `%#v` shows it.
fn scalar_in_go(event: &Event<'_>) -> Option<String> {
    let Event::Scalar(text, style, _, None) = event else { return None };
    let kind = if *style == ScalarStyle::Plain { resolve(text) } else { ScalarKind::Str };
    let scalar = Scalar { text: text.as_ref().into(), kind, style: kai_core::ScalarStyle::Plain };
    match kind {
        ScalarKind::Null => Some("<nil>".into()),
        ScalarKind::Str => Some(quoted(text)),
        ScalarKind::Bool => scalar.as_bool().map(|it| it.to_string()),
        ScalarKind::Int => scalar.as_int().map(|it| it.to_string()),
        ScalarKind::Float => None,
    }
}

fn words(error: &ScanError, text: &str) -> Option<String> {
    use ErrorKind as Kind;
    let words = match error.kind() {
        Kind::MappingValueNotAllowed | Kind::InvalidColonPlacement => {
            "mapping values are not allowed in this context"
        }
        Kind::BlockSequenceEntryNotAllowed => {
            "block sequence entries are not allowed in this context"
        }
        Kind::UnclosedQuotedScalar => "found unexpected end of stream",
        Kind::DocumentIndicatorInQuotedScalar => "found unexpected document indicator",
        Kind::UnknownQuotedScalarEscape => "found unknown escape character",
        Kind::UnexpectedCharacter { .. } => "found character that cannot start any token",
        Kind::UnclosedFlowCollection { open } => return Some(unclosed(*open, error, text)),
        Kind::SimpleKeyExpected => return Some(key_without_colon(error, text)),
        Kind::UnknownAnchor => return unknown_anchor(error, text),
        _ => return None,
    };
    // The first line goes unnamed.
    Some(match error.marker().line() {
        0 | 1 => words.into(),
        line => format!("line {line}: {words}"),
    })
}

/// The parser of libyaml counts lines from nought, and names the one where the text ends if the
/// bracket stands in the first one.
fn unclosed(open: char, error: &ScanError, text: &str) -> String {
    let close = if open == '{' { '}' } else { ']' };
    let last = text.matches('\n').count() + usize::from(!text.ends_with('\n'));
    let line = match error.marker().line() {
        0 | 1 => last,
        line => line - 1,
    };
    format!("line {line}: did not find expected ',' or '{close}'")
}

/// Only where the next token stands is it clear that no colon comes any more; a last line that is
/// not ended counts twice.
fn key_without_colon(error: &ScanError, text: &str) -> String {
    let behind = text.split('\n').enumerate().skip(error.marker().line());
    let holds_token = |it: &str| !it.trim().is_empty() && !it.trim_start().starts_with('#');
    let next = behind.into_iter().find(|(_, line)| holds_token(line)).map(|(index, _)| index + 1);
    let end = text.matches('\n').count() + 1 + usize::from(!text.ends_with('\n'));
    format!("line {}: could not find expected ':'", next.unwrap_or(end))
}

fn unknown_anchor(error: &ScanError, text: &str) -> Option<String> {
    let at = error.marker().byte_offset()?;
    let name = text.get(at..)?.strip_prefix('*')?;
    let end = name.find(|it: char| !it.is_alphanumeric() && it != '_' && it != '-');
    Some(format!("unknown anchor '{}' referenced", &name[..end.unwrap_or(name.len())]))
}
