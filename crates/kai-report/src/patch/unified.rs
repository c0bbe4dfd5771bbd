//! Before and after, line by line.

use camino::Utf8PathBuf;
use similar::TextDiff;

use crate::terminal::visible;

/// One diff a file. What a terminal would obey is made visible there; `git apply` needs every byte.
#[must_use]
pub fn unified<'a>(
    files: impl IntoIterator<Item = (Utf8PathBuf, &'a str, &'a str)>,
    is_terminal: bool,
) -> String {
    let mut text = String::new();
    for (path, before, after) in files {
        let diff = TextDiff::from_lines(before, after);
        let (old, new) = (format!("a/{path}"), format!("b/{path}"));
        text.push_str(&diff.unified_diff().header(&old, &new).to_string());
    }
    if is_terminal { text.lines().map(shown).collect() } else { text }
}

fn shown(line: &str) -> String {
    let parts: Vec<String> = line.split(['\t', ' ']).map(visible).collect();
    format!("{}\n", parts.join(" "))
}
