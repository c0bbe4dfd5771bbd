//! Modules say what they are for, and list exactly what is there.

use std::collections::BTreeSet;

use super::tracked::Tracked;

pub(super) fn docs_come_first(tracked: &Tracked) -> Vec<String> {
    parents(tracked)
        .filter(|(_, text)| !text.starts_with("//! "))
        .map(|(path, _)| format!("{path}: begin with `//!`, saying what this is for"))
        .collect()
}

pub(super) fn lists_equal_the_folder(tracked: &Tracked) -> Vec<String> {
    let mut offences = Vec::new();
    for (path, text) in parents(tracked) {
        let (folder, _) = path.rsplit_once('/').unwrap_or(("", path));
        let declared: Vec<&str> = text.lines().filter_map(declared).collect();
        let there = children(tracked, folder);
        let missing = there.iter().filter(|it| !declared.contains(&it.as_str()));
        offences
            .extend(missing.map(|it| format!("{path}: `{it}` is in the folder, not in the list")));
        let gone = declared.iter().filter(|it| !there.contains(**it));
        offences.extend(gone.map(|it| format!("{path}: `{it}` is in the list, not in the folder")));
        offences.extend(unsorted(text).map(|it| format!("{path}: `mod {it}` is out of order")));
    }
    offences
}

/// `lib.rs`, `main.rs` and `mod.rs` of every crate.
fn parents(tracked: &Tracked) -> impl Iterator<Item = (&str, &str)> {
    tracked.texts.iter().filter_map(|(path, text)| {
        let is_root = path.ends_with("/src/lib.rs") || path.ends_with("/src/main.rs");
        let is_parent = is_root || path.ends_with("/mod.rs");
        is_parent.then_some((path.as_str(), text.as_str()))
    })
}

/// The name of a module in a file of its own.
fn declared(line: &str) -> Option<&str> {
    let line = line.strip_prefix("pub(crate) ").or(line.strip_prefix("pub ")).unwrap_or(line);
    line.strip_prefix("mod ")?.strip_suffix(';')
}

fn children(tracked: &Tracked, folder: &str) -> BTreeSet<String> {
    let inside =
        tracked.texts.keys().filter_map(|path| path.strip_prefix(folder)?.strip_prefix('/'));
    let names = inside.filter_map(|rest| match rest.split_once('/') {
        None => rest.strip_suffix(".rs"),
        Some((child, "mod.rs")) => Some(child),
        Some(_) => None,
    });
    names.filter(|it| !matches!(*it, "mod" | "lib" | "main")).map(str::to_owned).collect()
}

/// The first module that stands after a later one; what is built for tests only stands apart.
fn unsorted(text: &str) -> Option<&str> {
    let lines: Vec<&str> = text.lines().collect();
    let is_conditional = |index: usize| index > 0 && lines[index - 1].starts_with("#[cfg");
    let names = lines.iter().enumerate().filter(|(index, _)| !is_conditional(*index));
    let names: Vec<&str> = names.filter_map(|(_, line)| declared(line)).collect();
    names.windows(2).find(|pair| pair[0] > pair[1]).map(|pair| pair[1])
}
