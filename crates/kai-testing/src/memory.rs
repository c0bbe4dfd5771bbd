//! Trees of files in memory.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Tree, TreeEntry, TreeError};

/// Files by path; those below a hidden name are ignored.
#[derive(Debug, Default, Clone)]
pub struct Memory {
    entries: Vec<TreeEntry>,
    texts: BTreeMap<Utf8PathBuf, Vec<u8>>,
}

impl Memory {
    /// Listed by path, as every tree should.
    pub fn new<P: Into<Utf8PathBuf>, T: Into<Vec<u8>>>(
        files: impl IntoIterator<Item = (P, T)>,
    ) -> Self {
        let mut memory = Self::in_this_order(files);
        memory.entries.sort();
        memory
    }

    /// A tree that lists its files in any order, which trees should not.
    pub fn in_this_order<P: Into<Utf8PathBuf>, T: Into<Vec<u8>>>(
        files: impl IntoIterator<Item = (P, T)>,
    ) -> Self {
        let mut memory = Self::default();
        for (path, text) in files {
            let (path, text) = (path.into(), text.into());
            if !is_hidden(&path) {
                memory.entries.push(TreeEntry { path: path.clone(), size: text.len() as u64 });
            }
            memory.texts.insert(path, text);
        }
        memory
    }

    /// Files as one text, in which a line `== path` begins a file.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let files = text.split("== ").skip(1);
        Self::new(files.map(|part| {
            let (path, text) = part.split_once('\n').unwrap_or((part, ""));
            (path.trim(), text)
        }))
    }

    /// Bytes of all listed files.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.entries.iter().map(|it| it.size).sum()
    }

    /// The text of a file, where it is one.
    #[must_use]
    pub fn text(&self, path: &Utf8Path) -> Option<&str> {
        self.texts.get(path).and_then(|it| std::str::from_utf8(it).ok())
    }
}

fn is_hidden(path: &Utf8Path) -> bool {
    path.iter().any(kai_core::is_hidden)
}

impl Tree for Memory {
    fn files(&self) -> &[TreeEntry] {
        &self.entries
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Vec<u8>, TreeError> {
        self.texts.get(path).cloned().ok_or(TreeError::NotFound { path: path.to_owned() })
    }

    fn is_ignored(&self, path: &Utf8Path) -> bool {
        is_hidden(path) && self.texts.contains_key(path)
    }

    fn hidden_below(&self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        let below = self.texts.keys().filter(|it| it.starts_with(folder) && is_hidden(it));
        below.cloned().collect()
    }
}
