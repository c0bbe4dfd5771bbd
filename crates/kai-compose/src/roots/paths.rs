//! Patterns for paths, as Argo CD writes them.

use camino::Utf8Path;

/// Part by part; `*` stands for any run of characters within one, and `**` for any parts.
pub(super) fn matches_glob(pattern: &Utf8Path, path: &Utf8Path) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.iter().collect(), path.iter().collect());
    matches_parts(&pattern, &path)
}

fn matches_parts(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), _) => (0..=path.len()).any(|it| matches_parts(rest, &path[it..])),
        (Some((pattern, rest)), Some((part, behind))) => {
            matches_part(pattern, part) && matches_parts(rest, behind)
        }
        _ => false,
    }
}

fn matches_part(pattern: &str, part: &str) -> bool {
    let Some((start, end)) = pattern.split_once('*') else { return pattern == part };
    let Some(rest) = part.strip_prefix(start) else { return false };
    match end.contains('*') {
        true => (0..=rest.len()).any(|at| rest.get(at..).is_some_and(|it| matches_part(end, it))),
        false => rest.ends_with(end),
    }
}
