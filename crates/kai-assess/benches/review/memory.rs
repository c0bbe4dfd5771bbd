//! A tree of files in memory.

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Tree, TreeEntry, TreeError};

/// Files by path, sorted.
#[derive(Debug)]
pub(crate) struct Memory {
    entries: Vec<TreeEntry>,
    texts: Vec<Vec<u8>>,
}

impl Memory {
    pub(crate) fn new(mut files: Vec<(Utf8PathBuf, Vec<u8>)>) -> Self {
        files.sort();
        let entry = |(path, text): &(Utf8PathBuf, Vec<u8>)| TreeEntry {
            path: path.clone(),
            size: text.len() as u64,
        };
        Self {
            entries: files.iter().map(entry).collect(),
            texts: files.into_iter().map(|it| it.1).collect(),
        }
    }

    pub(crate) fn size(&self) -> u64 {
        self.entries.iter().map(|it| it.size).sum()
    }

    pub(crate) fn text(&self, path: &Utf8Path) -> Option<&str> {
        let at = self.entries.binary_search_by(|it| it.path.as_path().cmp(path)).ok()?;
        std::str::from_utf8(&self.texts[at]).ok()
    }
}

impl Tree for Memory {
    fn files(&self) -> &[TreeEntry] {
        &self.entries
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Vec<u8>, TreeError> {
        let missing = |_| TreeError::NotFound { path: path.to_owned() };
        let at =
            self.entries.binary_search_by(|it| it.path.as_path().cmp(path)).map_err(missing)?;
        Ok(self.texts[at].clone())
    }

    fn is_ignored(&self, _: &Utf8Path) -> bool {
        false
    }
}
