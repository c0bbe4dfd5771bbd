//! A tree of files in memory.

use camino::{Utf8Path, Utf8PathBuf};
use kai_assess::{Assessment, Options, assess};
use kai_core::{Tree, TreeEntry, TreeError};

/// Files by path.
#[derive(Debug, Default, Clone)]
pub(crate) struct Memory {
    entries: Vec<TreeEntry>,
    texts: Vec<String>,
}

impl Memory {
    pub(crate) fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut files: Vec<_> = files.into_iter().collect();
        files.sort_unstable();
        Self::in_this_order(files)
    }

    /// A tree that lists its files in any order, which trees should not.
    pub(crate) fn in_this_order<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut memory = Self::default();
        for (path, text) in files {
            memory.entries.push(TreeEntry { path: path.into(), size: text.len() as u64 });
            memory.texts.push(text.to_string());
        }
        memory
    }

    pub(crate) fn assess(&self) -> Assessment {
        assess(self, &Options::default())
    }
}

impl Tree for Memory {
    fn files(&self) -> &[TreeEntry] {
        &self.entries
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Vec<u8>, TreeError> {
        let at = self.entries.iter().position(|it| it.path == path);
        let missing = || TreeError::NotFound { path: Utf8PathBuf::from(path) };
        Ok(self.texts[at.ok_or_else(missing)?].clone().into_bytes())
    }

    fn is_ignored(&self, _: &Utf8Path) -> bool {
        false
    }
}
