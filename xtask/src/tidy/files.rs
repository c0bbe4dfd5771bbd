//! What no file may hold.

use super::tracked::Tracked;

const SIZE_MAX: u64 = 256 << 10;
/// Taken apart, so that this file does not hold what it looks for.
const UNFINISHED: &str = concat!("FIX", "ME");
/// Folders of one machine.
const MACHINES: &[&str] = &[concat!("/wo", "rk/"), concat!("/ho", "me/"), concat!("/ro", "ot/")];
/// The only crates that touch the world; `kai-testing` is in no binary.
const OUTER: &[&str] = &["crates/kai-connect/", "crates/kai-testing/", "crates/kai/", "xtask/"];

pub(super) fn nothing_is_unfinished(tracked: &Tracked) -> Vec<String> {
    lines_with(tracked, |line| line.contains(UNFINISHED), "finish it, or leave it out")
}

pub(super) fn no_path_of_a_machine(tracked: &Tracked) -> Vec<String> {
    // In the middle of a path a folder may have such a name.
    let is_inside = |before: &str| before.ends_with(|it: char| it.is_alphanumeric() || it == '-');
    let names = |line: &str| {
        let mut found = MACHINES.iter().flat_map(|it| line.match_indices(it));
        found.any(|(at, _)| !is_inside(&line[..at]))
    };
    lines_with(tracked, names, "this path exists on one machine only")
}

pub(super) fn files_are_small(tracked: &Tracked) -> Vec<String> {
    let large = tracked.sizes.iter().filter(|(_, size)| **size > SIZE_MAX);
    large.map(|(path, size)| format!("{path}: {size} bytes, at most {SIZE_MAX}")).collect()
}

/// Reading the world is allowed in few places, and tests of other crates that read recorded data.
pub(super) fn only_the_binary_reads_the_world(tracked: &Tracked) -> Vec<String> {
    let opening = concat!("clippy::dis", "allowed_methods");
    let sources = tracked.between("", ".rs").filter(|(path, _)| {
        let is_test =
            path.contains("/tests/") || path.ends_with("/tests.rs") || path.contains("/benches/");
        !is_test && !OUTER.iter().any(|it| path.starts_with(it))
    });
    sources
        .filter(|(_, text)| text.contains(opening))
        .map(|(path, _)| format!("{path}: only the binary reads files, clocks and the environment"))
        .collect()
}

fn lines_with(tracked: &Tracked, is_wrong: impl Fn(&str) -> bool, why: &str) -> Vec<String> {
    let mut offences = Vec::new();
    for (path, text) in &tracked.texts {
        let wrong = text.lines().enumerate().filter(|(_, line)| is_wrong(line));
        offences.extend(wrong.map(|(index, _)| format!("{path}:{}: {why}", index + 1)));
    }
    offences
}
