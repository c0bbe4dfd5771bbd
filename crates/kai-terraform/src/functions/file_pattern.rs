//! Patterns of `fileset`, which are those of Go's `doublestar`.

use regex::Regex;

/// A pattern that paths are held against.
pub(super) struct FilePattern {
    regex: Regex,
}

impl FilePattern {
    /// None for a pattern that cannot be read.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        let mut regex = String::from("^(?s:");
        translate(pattern, &mut regex)?;
        regex.push_str(")$");
        Regex::new(&regex).ok().map(|regex| Self { regex })
    }

    pub(super) fn matches(&self, path: &str) -> bool {
        self.regex.is_match(path)
    }
}

fn translate(pattern: &str, regex: &mut String) -> Option<()> {
    let mut open = 0_u32;
    let mut at = 0;
    while let Some(it) = pattern[at..].chars().next() {
        let rest = &pattern[at..];
        let is_part_start = at == 0 || pattern[..at].ends_with(['/', '{', ',']);
        at += it.len_utf8();
        match it {
            // Two stars that are a whole part stand for any number of parts.
            '*' if is_part_start && rest.starts_with("**/") => {
                regex.push_str("(?:.*/)?");
                at += 2;
            }
            '*' if is_part_start && rest == "**" => {
                regex.push_str(".*");
                at += 1;
            }
            '*' => regex.push_str("[^/]*"),
            '?' => regex.push_str("[^/]"),
            '{' => {
                open += 1;
                regex.push_str("(?:");
            }
            '}' if open > 0 => {
                open -= 1;
                regex.push(')');
            }
            ',' if open > 0 => regex.push('|'),
            '[' => at += class(&pattern[at..], regex)?,
            '\\' => {
                let escaped = pattern[at..].chars().next()?;
                at += escaped.len_utf8();
                regex.push_str(&regex::escape(escaped.encode_utf8(&mut [0; 4])));
            }
            it => regex.push_str(&regex::escape(it.encode_utf8(&mut [0; 4]))),
        }
    }
    (open == 0).then_some(())
}

/// What stands behind `[`; gives its length.
fn class(rest: &str, regex: &mut String) -> Option<usize> {
    let end = rest.char_indices().skip(1).find(|(_, it)| *it == ']')?.0;
    let inside = &rest[..end];
    let (mark, inside) = match inside.strip_prefix(['!', '^']) {
        Some(inside) => ("^/", inside),
        None => ("", inside),
    };
    regex.push('[');
    regex.push_str(mark);
    for it in inside.chars() {
        match it {
            '-' => regex.push('-'),
            it => regex.push_str(&regex::escape(it.encode_utf8(&mut [0; 4]))),
        }
    }
    regex.push(']');
    Some(end + 1)
}
