//! What renders of one project share: charts and files of values, read once.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::Node;

use super::chart::{self, Chart, Folder, Loader};
use super::functions::Functions;
use crate::Project;

/// Charts by folder and values by file, or why they cannot be read.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    charts: Shelf<Arc<Chart>>,
    values: Shelf<Node>,
}

type Shelf<T> = RwLock<BTreeMap<Utf8PathBuf, Result<T, String>>>;

impl Memo {
    /// The chart in a folder, with the charts in it.
    ///
    /// # Errors
    ///
    /// What Helm refuses, in its words.
    pub(super) fn chart(
        &self,
        project: &Project<'_>,
        path: &Utf8Path,
    ) -> Result<Arc<Chart>, String> {
        once(&self.charts, path, || {
            let functions = Functions::all();
            let loader = Loader {
                origins: project.origins(),
                is_function: &|it| functions.get(it).is_some(),
                file: &|it| project.file(it),
                stored: &|it| project.stored(it),
            };
            let folder = Folder::read(project, path)?;
            chart::load(&loader, &folder).map(Arc::new)
        })
    }

    /// The mapping in a file of values.
    ///
    /// # Errors
    ///
    /// What Helm refuses, in its words.
    pub(super) fn values(&self, project: &Project<'_>, path: &Utf8Path) -> Result<Node, String> {
        once(&self.values, path, || {
            let file = project.file(path);
            let file = file.ok_or_else(|| format!("open {path}: no such file or directory"))?;
            let mapping = chart::mapping_of(project.origins(), &file);
            mapping.map_err(|it| format!("failed to parse {path}: {it}"))
        })
    }
}

/// What is on the shelf, or else is read now. Two threads may read the same; the first one stays.
fn once<T: Clone>(
    shelf: &Shelf<T>,
    path: &Utf8Path,
    read: impl FnOnce() -> Result<T, String>,
) -> Result<T, String> {
    let known = shelf.read().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
    if let Some(known) = known {
        return known;
    }
    let read = read();
    let mut shelf = shelf.write().unwrap_or_else(PoisonError::into_inner);
    shelf.entry(path.to_owned()).or_insert(read).clone()
}
