//! The files that a run may read, whoever holds them.

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
}

/// One file of a tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TreeEntry {
    pub path: Utf8PathBuf,
    /// Size in bytes when it was listed.
    pub size: u64,
}

/// Why a file could not be read.
#[derive(Debug)]
pub enum TreeError {
    NotFound { path: Utf8PathBuf },
    Read { path: Utf8PathBuf, source: io::Error },
}
