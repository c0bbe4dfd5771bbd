//! A tree as it would be with other texts in some of its files.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use kai_assess::RepairedFile;
use kai_core::{Tree, TreeEntry, TreeError};

/// Files on disk, some of them with another text.
pub(crate) struct Edited<'a> {
    tree: &'a dyn Tree,
    texts: BTreeMap<&'a Utf8Path, &'a str>,
}

impl<'a> Edited<'a> {
    pub(crate) fn new(tree: &'a dyn Tree, files: &'a [RepairedFile]) -> Self {
        let texts = files.iter().map(|it| (it.path.as_path(), it.after.as_str())).collect();
        Self { tree, texts }
    }
}

impl Tree for Edited<'_> {
    fn files(&self) -> &[TreeEntry] {
        self.tree.files()
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Vec<u8>, TreeError> {
        match self.texts.get(path) {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => self.tree.bytes(path),
        }
    }

    fn is_ignored(&self, path: &Utf8Path) -> bool {
        self.tree.is_ignored(path)
    }

    fn hidden_below(&self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        self.tree.hidden_below(folder)
    }
}
