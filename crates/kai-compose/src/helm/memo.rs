//! What renders of one project share: charts and files of values, read once.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::Node;

use super::chart::{self, Chart, Loader};
use super::functions::Functions;
use super::reference::Sources;
use super::source::ChartSource;
use crate::Project;

/// Charts by where they lie and values by file, or why they cannot be read.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    charts: Shelf<ChartSource, Arc<Chart>>,
    values: Shelf<Utf8PathBuf, Node>,
    sources: OnceLock<Sources>,
}

type Shelf<K, T> = RwLock<BTreeMap<K, Result<T, String>>>;

impl Memo {
    /// The repositories of charts that objects of Flux name.
    pub(super) fn sources(&self, project: &Project<'_>) -> &Sources {
        self.sources.get_or_init(|| Sources::of(project))
    }

    /// A chart, with the charts in it.
    ///
    /// # Errors
    ///
    /// What Helm refuses, in its words.
    pub(super) fn chart(
        &self,
        project: &Project<'_>,
        source: &ChartSource,
    ) -> Result<Arc<Chart>, String> {
        once(&self.charts, source, || {
            let functions = Functions::all();
            let loader = Loader {
                origins: project.origins(),
                is_function: &|it| functions.get(it).is_some(),
                known: &|it| project.known(it),
                stored: &|it| project.stored(it),
            };
            chart::load(&loader, &source.files(project)?).map(Arc::new)
        })
    }

    /// The mapping in a file of values.
    ///
    /// # Errors
    ///
    /// What Helm refuses, in its words.
    pub(super) fn values(&self, project: &Project<'_>, path: &Utf8Path) -> Result<Node, String> {
        once(&self.values, &path.to_owned(), || {
            let file = project.file(path);
            let file = file.ok_or_else(|| format!("open {path}: no such file or directory"))?;
            let mapping = chart::mapping_of(project.origins(), &file);
            mapping.map_err(|it| format!("failed to parse {path}: {it}"))
        })
    }
}

/// What is on the shelf, or else is read now. Two threads may read the same; the first one stays.
fn once<K: Clone + Ord, T: Clone>(
    shelf: &Shelf<K, T>,
    key: &K,
    read: impl FnOnce() -> Result<T, String>,
) -> Result<T, String> {
    let known = shelf.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
    if let Some(known) = known {
        return known;
    }
    let read = read();
    let mut shelf = shelf.write().unwrap_or_else(PoisonError::into_inner);
    shelf.entry(key.clone()).or_insert(read).clone()
}
