//! The files that a run may read, whoever holds them.

use std::cmp::Ordering;
use std::io;

use camino::{Utf8Path, Utf8PathBuf};

/// A tree of files: a folder on disk, a git revision, an archive, or memory. Paths are relative to
/// the tree, with `/` between parts and no `.` or `..`.
pub trait Tree: Send + Sync {
    /// Every file that is not ignored, sorted by path.
    fn files(&self) -> &[TreeEntry];

    /// The bytes of one file, ignored or not.
    ///
    /// # Errors
    /// The file is not there, or the world would not give it.
    fn bytes(&self, path: &Utf8Path) -> Result<Vec<u8>, TreeError>;

    /// True when the file exists but is left out of [`Tree::files`], because git ignores it or it
    /// is hidden.
    fn is_ignored(&self, path: &Utf8Path) -> bool;

    /// Files below a folder that only hidden names keep out of [`Tree::files`], sorted: those that
    /// git ignores are not among them.
    fn hidden_below(&self, _folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        Vec::new()
    }
}

/// One file of a tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TreeEntry {
    pub path: Utf8PathBuf,
    /// Size in bytes when it was listed.
    pub size: u64,
}

/// True for the name of a file or folder that is hidden, unless it is where pipelines are kept by
/// convention, or where Helm is told what is no part of a chart.
#[must_use]
pub fn is_hidden(name: &str) -> bool {
    const READ: [&str; 5] =
        [".github", ".gitlab", ".gitlab-ci.yaml", ".gitlab-ci.yml", ".helmignore"];
    name.starts_with('.') && !READ.contains(&name)
}

/// The order of paths part by part, for paths as trees have them: a slash goes before every other
/// sign, and nothing has to be taken apart.
#[must_use]
pub fn path_order(one: &Utf8Path, other: &Utf8Path) -> Ordering {
    let (one, other) = (one.as_str().as_bytes(), other.as_str().as_bytes());
    let length = shared_length(one, other);
    match (one.get(length), other.get(length)) {
        (Some(b'/'), Some(_)) => Ordering::Less,
        (Some(_), Some(b'/')) => Ordering::Greater,
        (a, b) => a.cmp(&b),
    }
}

/// How many bytes two texts begin with alike. Paths of one folder share most of theirs, so they are
/// compared by many bytes at once.
fn shared_length(one: &[u8], other: &[u8]) -> usize {
    let (pieces, _) = one.as_chunks::<16>();
    let (others, _) = other.as_chunks::<16>();
    let alike = pieces.iter().zip(others).take_while(|(a, b)| a == b).count() * 16;
    alike + one[alike..].iter().zip(&other[alike..]).take_while(|(a, b)| a == b).count()
}

/// Why a file could not be read.
#[derive(Debug)]
pub enum TreeError {
    NotFound { path: Utf8PathBuf },
    Read { path: Utf8PathBuf, source: io::Error },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_ordered_part_by_part() {
        let mut paths = ["a-b/c", "a/c", "a", "a/b.yaml", "a/b/c", "a.b/c", "b", "", "ä/a", "a/b"]
            .map(Utf8PathBuf::from);
        let mut expected = paths.clone();
        expected.sort();
        paths.sort_by(|one, other| path_order(one, other));
        assert_eq!(paths, expected);
    }
}
