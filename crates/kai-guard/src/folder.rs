//! What is there, for commands that do not name the files they print.

use crate::paths::matches;

/// A folder whose files may be asked about. Paths are told from it; `""` is the folder itself.
pub trait Folder {
    /// The names right below a folder, none below what is no folder; nothing where they are not known: outside, or too
    /// many.
    fn entries(&self, folder: &str) -> Option<Vec<String>>;

    /// The paths that `git` prints with these words, each ended by a zero byte, where they are run in a folder; nothing
    /// where it fails. The words only list.
    fn git(&self, folder: &str, words: &[String]) -> Option<Vec<String>>;
}

/// Nothing is known of any file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Nowhere;

impl Folder for Nowhere {
    fn entries(&self, _: &str) -> Option<Vec<String>> {
        None
    }

    fn git(&self, _: &str, _: &[String]) -> Option<Vec<String>> {
        None
    }
}

/// What the shell makes of a pattern in a place, in order; nothing where that is not known. More may be named than there
/// is, never less.
pub(crate) fn found(there: &dyn Folder, place: &str, pattern: &str) -> Option<Vec<String>> {
    const FOUND_MAX: usize = 1000;
    // `.*` is the folder above, too.
    let leads_out = |it: &str| it == ".." || it.starts_with(".*") || it.starts_with(".?");
    if pattern.starts_with(['/', '~']) || pattern.split('/').any(leads_out) {
        return None;
    }
    let mut found = vec![String::new()];
    for (depth, part) in pattern.split('/').enumerate() {
        let slash = if depth == 0 { "" } else { "/" };
        let mut next = Vec::new();
        for before in &found {
            if !part.contains(['*', '?', '[']) {
                next.push(format!("{before}{slash}{part}"));
                continue;
            }
            let mut names = there.entries(&joined(place, before))?;
            names.sort();
            let names = names.iter().filter(|it| matches(part, it));
            next.extend(names.map(|it| format!("{before}{slash}{it}")));
        }
        if next.len() > FOUND_MAX {
            return None;
        }
        found = next;
    }
    Some(found)
}

/// A path in a place.
pub(crate) fn joined(place: &str, path: &str) -> String {
    match (place, path) {
        ("", path) => path.to_owned(),
        (place, "") => place.to_owned(),
        (place, path) => format!("{place}/{path}"),
    }
}
