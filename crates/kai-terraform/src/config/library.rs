//! A tree whose configuration is read once, however many plans need it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Origins, Tree, encrypted_with};

use super::Module;
use super::json::read_json;
use super::source::read_module;
use crate::diagnostic::Diagnostic;
use crate::plan::Generated;
use crate::syntax::{Body, parse_file};

/// The files and modules of a tree. Environments apply the same modules again and again.
pub struct Library<'a> {
    pub(crate) tree: &'a dyn Tree,
    pub(crate) origins: &'a Origins,
    files: Mutex<BTreeMap<Utf8PathBuf, Parsed>>,
    modules: Mutex<BTreeMap<Utf8PathBuf, Found>>,
}

/// What stands in a file, and what is wrong with it.
pub(super) type Parsed = Arc<(Body, Vec<Diagnostic>)>;

/// The module of a folder, none where the folder has no configuration; and what is wrong with its files.
pub(crate) type Found = (Option<Arc<Module>>, Vec<Diagnostic>);

impl<'a> Library<'a> {
    #[must_use]
    pub fn new(tree: &'a dyn Tree, origins: &'a Origins) -> Self {
        Self { tree, origins, files: Mutex::default(), modules: Mutex::default() }
    }

    /// The module of a folder with the files that are written into it.
    pub(crate) fn module(&self, folder: &Utf8Path, generated: &[Generated]) -> Found {
        if !generated.is_empty() {
            return read_module(self, folder, generated);
        }
        if let Some(known) = locked(&self.modules).get(folder) {
            return known.clone();
        }
        let found = read_module(self, folder, generated);
        locked(&self.modules).entry(folder.to_owned()).or_insert(found).clone()
    }

    pub(super) fn file(&self, path: &Utf8Path) -> Parsed {
        if let Some(known) = locked(&self.files).get(path) {
            return Arc::clone(known);
        }
        let parsed = Arc::new(self.parsed(path).unwrap_or_default());
        Arc::clone(locked(&self.files).entry(path.to_owned()).or_insert(parsed))
    }

    fn parsed(&self, path: &Utf8Path) -> Option<(Body, Vec<Diagnostic>)> {
        let bytes = self.tree.bytes(path).ok()?;
        if encrypted_with(&bytes).is_some() {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let document = self.origins.add_document(path.to_owned(), text)?;
        let is_json = path.as_str().ends_with(".json");
        let parse = if is_json { read_json } else { parse_file };
        Some(parse(self.origins, document))
    }
}

/// What a thread that panicked had put in is whole.
fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
