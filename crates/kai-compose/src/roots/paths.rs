//! Patterns for paths, as Argo CD and Helmfile read them.

use camino::{Utf8Path, Utf8PathBuf};

use crate::Project;

/// Part by part; `*` stands for any run of characters within one, and `**` for any parts.
pub(super) fn matches_glob(pattern: &Utf8Path, path: &Utf8Path) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.iter().collect(), path.iter().collect());
    matches(&pattern, &path, |it| *it == "**", |pattern, part| matches_part(pattern, part))
}

/// The files that a pattern stands for, those of a folder before those of the folders in it; none for
/// what is no pattern.
pub(super) fn files_of(project: &Project<'_>, pattern: &Utf8Path) -> Vec<Utf8PathBuf> {
    if !is_glob(pattern.as_str()) {
        return Vec::new();
    }
    let files = project.tree().files().iter().map(|it| &it.path);
    let mut found: Vec<_> = files.filter(|it| matches_glob(pattern, it)).cloned().collect();
    found.sort_by_cached_key(|path| {
        let depth = path.iter().count();
        let parts = path.iter().enumerate();
        parts.map(|(at, part)| (at + 1 < depth, part.to_owned())).collect::<Vec<_>>()
    });
    found
}

/// As Go's `path.Match`: no `*` reaches into a folder, and two are as good as one.
pub(super) fn matches_path(pattern: &str, path: &Utf8Path) -> bool {
    let pattern = pattern.trim_end_matches('/');
    let pattern: Vec<_> = pattern.split('/').collect();
    let path: Vec<_> = path.iter().collect();
    pattern.len() == path.len()
        && pattern.iter().zip(path).all(|(pattern, part)| matches_part(pattern, part))
}

/// As `git ls-files` takes it: a folder stands for what is in it, and `*` reaches into folders.
pub(super) fn matches_git(pattern: &str, path: &Utf8Path) -> bool {
    path.starts_with(pattern.trim_end_matches('/')) || matches_part(pattern, path.as_str())
}

/// True where a path has signs that stand for others.
fn is_glob(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

/// A sign of a pattern.
enum Sign {
    /// Any run of characters.
    Run,
    Any,
    Letter(char),
    /// One of some ranges, or of none of them.
    Set {
        ranges: Vec<(char, char)>,
        is_inverted: bool,
    },
}

impl Sign {
    fn takes(&self, it: char) -> bool {
        match self {
            Self::Run => false,
            Self::Any => true,
            Self::Letter(letter) => *letter == it,
            Self::Set { ranges, is_inverted } => {
                ranges.iter().any(|(from, to)| (*from..=*to).contains(&it)) != *is_inverted
            }
        }
    }
}

/// `*` stands for any run of characters, `?` for one, and brackets for one of a set.
fn matches_part(pattern: &str, text: &str) -> bool {
    if !is_glob(pattern) {
        return pattern == text;
    }
    let Some(signs) = signs(pattern) else { return false };
    let text: Vec<char> = text.chars().collect();
    matches(&signs, &text, |it| matches!(it, Sign::Run), |sign, it| sign.takes(*it))
}

/// Signs against what they stand for, one by one, where some take any run. Only what the last of
/// these takes ever has to change, so that the work is that of one by the other.
fn matches<S, T>(
    signs: &[S],
    items: &[T],
    is_run: impl Fn(&S) -> bool,
    takes: impl Fn(&S, &T) -> bool,
) -> bool {
    let (mut sign, mut at) = (0, 0);
    // Where the last run stands, and how far it reaches.
    let mut run: Option<(usize, usize)> = None;
    while at < items.len() {
        match (signs.get(sign), &mut run) {
            (Some(it), _) if is_run(it) => {
                run = Some((sign, at));
                sign += 1;
            }
            (Some(it), _) if takes(it, &items[at]) => {
                (sign, at) = (sign + 1, at + 1);
            }
            (_, Some((start, end))) => {
                *end += 1;
                (sign, at) = (*start + 1, *end);
            }
            (_, None) => return false,
        }
    }
    signs[sign..].iter().all(is_run)
}

/// Nothing for a pattern that is none.
fn signs(pattern: &str) -> Option<Vec<Sign>> {
    let mut signs = Vec::new();
    let mut rest = pattern.chars();
    while let Some(it) = rest.next() {
        signs.push(match it {
            '*' => Sign::Run,
            '?' => Sign::Any,
            '\\' => Sign::Letter(rest.next()?),
            '[' => {
                let (set, behind) = rest.as_str().split_once(']')?;
                rest = behind.chars();
                let inner = set.strip_prefix(['^', '!']);
                let is_inverted = inner.is_some();
                Sign::Set { ranges: ranges(inner.unwrap_or(set)), is_inverted }
            }
            it => Sign::Letter(it),
        });
    }
    Some(signs)
}

fn ranges(set: &str) -> Vec<(char, char)> {
    let letters: Vec<char> = set.chars().collect();
    let mut ranges = Vec::new();
    let mut at = 0;
    while let Some(&from) = letters.get(at) {
        let to = match letters[at + 1..] {
            ['-', to, ..] => Some(to),
            _ => None,
        };
        ranges.push((from, to.unwrap_or(from)));
        at += if to.is_some() { 3 } else { 1 };
    }
    ranges
}
