//! Text that Markdown shows as it is.

use std::fmt::Write as _;

use crate::terminal::clean;

/// Text with names in backticks: the names stay code, the rest means nothing to Markdown.
pub(crate) fn prose(text: &str) -> String {
    let text = clean(text);
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        // A backtick without its pair would swallow what follows.
        return plain(&text);
    }
    let mut escaped = String::new();
    for (index, part) in parts.into_iter().enumerate() {
        if index.is_multiple_of(2) {
            escaped.push_str(&plain(part));
        } else {
            escaped.push_str(&code(part));
        }
    }
    escaped
}

/// Text as code, whatever backticks it holds.
pub(crate) fn code(text: &str) -> String {
    let text = clean(text);
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    match text.as_str() {
        "" => String::new(),
        it if it.starts_with('`') || it.ends_with('`') => format!("{fence} {it} {fence}"),
        it => format!("{fence}{it}{fence}"),
    }
}

/// Markdown within a cell of a table, where even code ends at a bar.
pub(crate) fn cell(markdown: &str) -> String {
    markdown.replace('|', "\\|")
}

fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            // An empty comment keeps the name of a person or the number of an issue from being one.
            '@' | '#' => {
                let _ = write!(escaped, "{it}<!-- -->");
            }
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '!' | '$' => {
                escaped.push('\\');
                escaped.push(it);
            }
            it => escaped.push(it),
        }
    }
    // An address becomes a link by itself.
    escaped.replace("://", ":<!-- -->//").replace("www.", "www<!-- -->.")
}
