//! Whether git ignores a file: `.env` is hidden in any case, so that alone says nothing.
//!
//! Reads the `.gitignore` files on the way to it, with the patterns that people write: names, paths
//! from the folder of the file, `*`, `?` and `**`, and `!` to take one back.

use camino::Utf8Path;
use kai_core::Tree;

/// True for a file that exists here and in no clone.
pub(super) fn is_ignored(tree: &dyn Tree, path: &Utf8Path) -> bool {
    if !tree.is_ignored(path) {
        return false;
    }
    let mut folders: Vec<&Utf8Path> = path.ancestors().skip(1).collect();
    folders.reverse();
    let mut is_ignored = false;
    for folder in folders {
        let Ok(bytes) = tree.bytes(&folder.join(".gitignore")) else { continue };
        let below = path.strip_prefix(folder).unwrap_or(path);
        for line in String::from_utf8_lossy(&bytes).lines() {
            if let Some(verdict) = verdict(line.trim(), below.as_str()) {
                is_ignored = verdict;
            }
        }
    }
    is_ignored
}

/// What a line says of a path: ignored, not ignored, or nothing.
fn verdict(line: &str, path: &str) -> Option<bool> {
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let (pattern, is_ignored) = match line.strip_prefix('!') {
        Some(pattern) => (pattern, false),
        None => (line, true),
    };
    let (pattern, is_folder) = match pattern.strip_suffix('/') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let is_anchored = pattern.contains('/');
    let pattern = pattern.trim_start_matches('/').trim_start_matches("**/");
    let parts: Vec<&str> = path.split('/').collect();
    // A folder that is ignored takes along what is below it.
    let matched = (1..=parts.len()).filter(|&it| !is_folder || it < parts.len()).any(|length| {
        let candidate = parts[..length].join("/");
        matches(pattern, &candidate) || (!is_anchored && matches(pattern, parts[length - 1]))
    });
    matched.then_some(is_ignored)
}

/// `*` and `?` stop at `/`, `**` does not.
fn matches(pattern: &str, text: &str) -> bool {
    // Positions in the pattern that the text so far may have led to.
    let pattern: Vec<char> = pattern.replace("**", "\u{1}").chars().collect();
    let mut states = vec![false; pattern.len() + 1];
    states[0] = true;
    let skip = |states: &mut Vec<bool>| {
        for at in 0..pattern.len() {
            if states[at] && matches!(pattern[at], '*' | '\u{1}') {
                states[at + 1] = true;
            }
        }
    };
    skip(&mut states);
    for letter in text.chars() {
        let mut next = vec![false; pattern.len() + 1];
        for at in (0..pattern.len()).filter(|&it| states[it]) {
            match pattern[at] {
                '\u{1}' => next[at] = true,
                '*' if letter != '/' => next[at] = true,
                '?' if letter != '/' => next[at + 1] = true,
                other if other == letter => next[at + 1] = true,
                _ => {}
            }
        }
        states = next;
        skip(&mut states);
    }
    states[pattern.len()]
}
