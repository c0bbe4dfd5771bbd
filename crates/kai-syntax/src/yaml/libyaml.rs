//! Errors in libyaml's words, which Go programs print.

use granit_parser::{ErrorKind, Event, Parser, ScanError, StrInput};

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

fn unknown_anchor(error: &ScanError, text: &str) -> Option<String> {
    let at = error.marker().byte_offset()?;
    let name = text.get(at..)?.strip_prefix('*')?;
    let end = name.find(|it: char| !it.is_alphanumeric() && it != '_' && it != '-');
    Some(format!("unknown anchor '{}' referenced", &name[..end.unwrap_or(name.len())]))
}
