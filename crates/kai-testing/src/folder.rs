//! Folders on disk.

use std::path::{Path, PathBuf};

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Tree, TreeEntry, TreeError};

/// A folder; files below a hidden name are ignored.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    files: Vec<TreeEntry>,
}

impl Folder {
    #[must_use]
    pub fn read(root: &Path) -> Self {
        let mut files = Vec::new();
        list(root, Utf8Path::new(""), &mut files);
        files.sort();
        Self { root: root.to_owned(), files }
    }
}

/// Every file below a folder with one of the extensions, sorted.
#[must_use]
pub fn files_with(root: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in entries(&folder) {
            let (path, kind) = (entry.path(), kind(&entry));
            let is_wanted =
                path.extension().is_some_and(|it| extensions.iter().any(|wanted| it == *wanted));
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && is_wanted {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn list(root: &Path, below: &Utf8Path, files: &mut Vec<TreeEntry>) {
    for entry in entries(&root.join(below)) {
        let Ok(name) = entry.file_name().into_string() else { continue };
        if kai_core::is_hidden(&name) {
            continue;
        }
        let (path, kind) = (below.join(name), kind(&entry));
        if kind.is_dir() {
            list(root, &path, files);
        } else if kind.is_file() {
            let size = entry.metadata().expect("a listed file has a size").len();
            files.push(TreeEntry { path, size });
        }
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = std::fs::DirEntry> {
    std::fs::read_dir(folder).expect("test data can be read").flatten()
}

fn kind(entry: &std::fs::DirEntry) -> std::fs::FileType {
    entry.file_type().expect("a listed file has a kind")
}

impl Tree for Folder {
    fn files(&self) -> &[TreeEntry] {
        &self.files
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Vec<u8>, TreeError> {
        std::fs::read(self.root.join(path)).map_err(|source| {
            let path: Utf8PathBuf = path.to_owned();
            match source.kind() {
                std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => {
                    TreeError::NotFound { path }
                }
                _ => TreeError::Read { path, source },
            }
        })
    }

    fn is_ignored(&self, path: &Utf8Path) -> bool {
        path.components().any(|it| it.as_str().starts_with('.')) && self.root.join(path).exists()
    }
}
