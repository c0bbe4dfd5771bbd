//! Environment files: `.env` beside a project, and what `env_file` names.
//!
//! The format is that of compose-go's `dotenv` package: `KEY=value`, `KEY: value`, `export KEY=…`,
//! a name alone to pass a variable on, quotes, and comments that begin with ` #`. Lines that are
//! none of these are left out.

use kai_core::SmolStr;

/// One line that sets a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) key: SmolStr,
    pub(super) value: Written,
    /// The bytes of the value, quotes included.
    pub(super) span: (u32, u32),
}

/// What stands behind the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Written {
    /// In single quotes: as it is.
    Literal(SmolStr),
    /// Variables in it are filled in.
    Template(SmolStr),
    /// A name alone: the value comes from whoever starts the project.
    Inherited,
}

/// The variables of a text, in order.
pub(super) fn parse(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut at = 0;
    while at < text.len() {
        at += text[at..].len() - text[at..].trim_start().len();
        let rest = &text[at..];
        let end = at + rest.find('\n').unwrap_or(rest.len());
        if rest.starts_with('#') || rest.is_empty() {
            at = end;
            continue;
        }
        let (line, next) = statement(text, at, end);
        lines.extend(line);
        at = next;
    }
    lines
}

/// The statement that starts at `at`, and where the next one may start.
fn statement(text: &str, at: usize, end: usize) -> (Option<Line>, usize) {
    let line = &text[at..end];
    let start = match line.strip_prefix("export") {
        Some(rest) if rest.starts_with([' ', '\t']) => end - rest.trim_start().len(),
        _ => at,
    };
    let Some(sign) = text[start..end].find(['=', ':']) else {
        let key = text[start..end].trim();
        let span = span(start, start + key.len());
        let line = Line { key: key.into(), value: Written::Inherited, span };
        return (is_name(key).then_some(line), end);
    };
    let key = text[start..start + sign].trim();
    let after = start + sign + 1;
    let value = &text[after..end];
    let from = end - value.trim_start().len();
    let (value, from, to, next) = match text[from..end].chars().next() {
        Some(quote @ ('"' | '\'')) => match quoted(text, from, quote) {
            Some((value, to)) => {
                let next = to + text[to..].find('\n').unwrap_or(text.len() - to);
                (value, from, to, next)
            }
            None => return (None, end),
        },
        _ => {
            let value = text[from..end].split(" #").next().unwrap_or_default().trim_end();
            // A comment right behind the sign leaves nothing.
            let value = if value.starts_with('#') && from > after { "" } else { value };
            (Written::Template(value.into()), from, from + value.len(), end)
        }
    };
    (is_name(key).then(|| Line { key: key.into(), value, span: span(from, to) }), next)
}

/// A value in quotes, which may go over several lines, and where it ends.
fn quoted(text: &str, from: usize, quote: char) -> Option<(Written, usize)> {
    let mut value = String::new();
    let mut escaped = false;
    for (at, letter) in text[from + 1..].char_indices() {
        if letter == quote && !escaped {
            let to = from + 1 + at + 1;
            let written = match quote {
                '"' => Written::Template(unescaped(&value).into()),
                _ => Written::Literal(value.into()),
            };
            return Some((written, to));
        }
        if escaped && letter != quote {
            value.push('\\');
        }
        escaped = letter == '\\' && !escaped;
        if !escaped {
            value.push(letter);
        }
    }
    None
}

fn unescaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, letter == '\\') {
            (_, true) => match letters.next() {
                Some('n') => result.push('\n'),
                Some('r') => result.push('\r'),
                Some('t') => result.push('\t'),
                Some(other @ ('"' | '\\')) => result.push(other),
                // An escaped dollar stays one for the variables that are filled in next.
                Some('$') => result.push_str("$$"),
                Some(other) => result.extend(['\\', other]),
                None => result.push('\\'),
            },
            (other, false) => result.push(other),
        }
    }
    result
}

fn is_name(key: &str) -> bool {
    let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '.' | '-' | '[' | ']');
    !key.is_empty() && key.chars().all(is_part)
}

fn span(from: usize, to: usize) -> (u32, u32) {
    let to_u32 = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
    (to_u32(from), to_u32(to))
}
