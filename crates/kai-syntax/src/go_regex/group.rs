//! What stands behind `(?`.

use super::error::{PatternError, PatternFault};

/// The opening of a group that begins with `(?`, as the other dialect writes it.
pub(super) struct Opening<'p> {
    pub written: String,
    pub length: usize,
    pub name: Option<&'p str>,
    /// `(?i)` sets flags and opens nothing.
    pub is_open: bool,
}

pub(super) fn opening(pattern: &str) -> Result<Opening<'_>, PatternError> {
    let rest = &pattern[2..];
    if let Some(behind) = rest.strip_prefix("P<").or_else(|| rest.strip_prefix('<')) {
        // Looking behind is what other engines do.
        if rest.starts_with("<=") || rest.starts_with("<!") {
            return Err(PatternError::new(PatternFault::PerlSyntax, &pattern[..4]));
        }
        return named(pattern, behind);
    }
    flags(pattern)
}

fn named<'p>(pattern: &'p str, behind: &'p str) -> Result<Opening<'p>, PatternError> {
    let start = pattern.len() - behind.len();
    let Some(end) = behind.find('>') else {
        return Err(PatternError::new(PatternFault::GroupName, pattern));
    };
    let name = &behind[..end];
    let is_word = |it: char| it == '_' || it.is_alphanumeric();
    if name.is_empty() || !name.chars().all(is_word) {
        return Err(PatternError::new(PatternFault::GroupName, &pattern[..=start + end]));
    }
    let written = format!("(?P<{name}>");
    Ok(Opening { written, length: start + end + 1, name: Some(name), is_open: true })
}

fn flags(pattern: &str) -> Result<Opening<'_>, PatternError> {
    let (mut is_negative, mut is_empty) = (false, true);
    for (at, it) in pattern.char_indices().skip(2) {
        let written = || pattern[..=at].to_owned();
        match it {
            'i' | 'm' | 's' | 'U' => is_empty = false,
            '-' if !is_negative => (is_negative, is_empty) = (true, true),
            ':' | ')' if !(is_negative && is_empty) => {
                let is_open = it == ':';
                // `(?)` sets no flag, which only one dialect can say.
                let written = if pattern.starts_with("(?)") { "(?:)".into() } else { written() };
                return Ok(Opening { written, length: at + 1, name: None, is_open });
            }
            _ => {
                let end = at + it.len_utf8();
                return Err(PatternError::new(PatternFault::PerlSyntax, &pattern[..end]));
            }
        }
    }
    Err(PatternError::new(PatternFault::MissingParenthesis, pattern))
}
