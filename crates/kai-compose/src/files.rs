//! The parsed files of a project.

use std::sync::Arc;

use camino::Utf8Path;
use kai_core::Lookup;

use crate::File;

/// Files sorted by path, each found without comparing paths: those are long and much alike.
#[derive(Debug, Clone, Default)]
pub(crate) struct Files {
    sorted: Vec<Arc<File>>,
    places: Lookup<String, usize>,
}

impl Files {
    /// The files must be sorted by path.
    pub(crate) fn new(sorted: Vec<Arc<File>>) -> Self {
        let mut places = Lookup::new();
        for (at, file) in sorted.iter().enumerate() {
            places.insert(file.path.as_str().to_owned(), at);
        }
        Self { sorted, places }
    }

    pub(crate) fn all(&self) -> &[Arc<File>] {
        &self.sorted
    }

    pub(crate) fn get(&self, path: &Utf8Path) -> Option<&Arc<File>> {
        self.places.get(path.as_str()).map(|&at| &self.sorted[at])
    }

    /// Puts a file in the place of the one with its path; false where there is none.
    pub(crate) fn replace(&mut self, file: &Arc<File>) -> bool {
        let Some(&at) = self.places.get(file.path.as_str()) else { return false };
        self.sorted[at] = Arc::clone(file);
        true
    }
}
