//! Patterns for paths, as Argo CD writes them.

use camino::Utf8Path;

/// Part by part; `*` stands for any run of characters within one.
pub(super) fn matches_glob(pattern: &Utf8Path, path: &Utf8Path) -> bool {
    pattern.iter().count() == path.iter().count()
        && pattern.iter().zip(path.iter()).all(|(pattern, part)| matches_part(pattern, part))
}

fn matches_part(pattern: &str, part: &str) -> bool {
    let Some((start, end)) = pattern.split_once('*') else { return pattern == part };
    let Some(rest) = part.strip_prefix(start) else { return false };
    match end.contains('*') {
        true => (0..=rest.len()).any(|at| rest.get(at..).is_some_and(|it| matches_part(end, it))),
        false => rest.ends_with(end),
    }
}
