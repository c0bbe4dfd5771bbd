//! What renders of one project share: charts and files of values, read once.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::Node;

use super::chart::{self, Chart, Folder, Loader, MOST_BESIDE};
use super::reference::Sources;
use super::source::ChartSource;
use super::template::Refused;
use crate::Project;

/// Charts by where they lie and values by file, or why they cannot be read.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    charts: Shelf<ChartSource, Arc<Chart>, String>,
    values: Shelf<Utf8PathBuf, Node, Refused>,
    sources: OnceLock<Sources>,
    /// Folders where a chart is named that the tree does not list.
    sought: Mutex<BTreeSet<Utf8PathBuf>>,
}

type Shelf<K, T, E> = RwLock<BTreeMap<K, Result<T, E>>>;

impl Memo {
    /// True where the tree lists a chart in a folder. Where not, the folder is remembered.
    pub(crate) fn finds(&self, project: &Project<'_>, folder: &Utf8Path) -> bool {
        let is_there = project.paths_below(&folder.join("Chart.yaml")).next().is_some();
        if !is_there {
            let mut sought = self.sought.lock().unwrap_or_else(PoisonError::into_inner);
            sought.insert(folder.to_owned());
        }
        is_there
    }

    /// Where charts were looked for that the tree does not list.
    pub(crate) fn sought(&self) -> Vec<Utf8PathBuf> {
        let sought = self.sought.lock().unwrap_or_else(PoisonError::into_inner);
        sought.iter().cloned().collect()
    }

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
            let loader = Loader {
                origins: project.origins(),
                known: &|it| project.known(it),
                stored: &|it| project.stored(it),
                beside: &|it| {
                    project
                        .charts
                        .finds(project, it)
                        .then(|| Folder::read(project, it).ok())
                        .flatten()
                },
                entered: RefCell::default(),
                left: Cell::new(MOST_BESIDE),
            };
            chart::load(&loader, &source.files(project)?).map(Arc::new)
        })
    }

    /// The mapping in a file of values.
    ///
    /// # Errors
    ///
    /// What Helm refuses, in its words.
    pub(crate) fn values(&self, project: &Project<'_>, path: &Utf8Path) -> Result<Node, String> {
        self.placed_values(project, path).map_err(|it| it.message)
    }

    /// The same, with the place of what is refused.
    ///
    /// # Errors
    ///
    /// What Helm refuses, in its words.
    pub(super) fn placed_values(
        &self,
        project: &Project<'_>,
        path: &Utf8Path,
    ) -> Result<Node, Refused> {
        once(&self.values, &path.to_owned(), || {
            let file = project.file(path);
            let file = file.ok_or_else(|| format!("open {path}: no such file or directory"))?;
            let mapping = chart::mapping_of(project.origins(), &file);
            mapping.map_err(|it| Refused {
                message: format!("failed to parse {path}: {it}"),
                at: file.problems.first().and_then(|it| it.span),
            })
        })
    }
}

/// What is on the shelf, or else is read now. Two threads may read the same; the first one stays.
fn once<K: Clone + Ord, T: Clone, E: Clone>(
    shelf: &Shelf<K, T, E>,
    key: &K,
    read: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let known = shelf.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
    if let Some(known) = known {
        return known;
    }
    let read = read();
    let mut shelf = shelf.write().unwrap_or_else(PoisonError::into_inner);
    shelf.entry(key.clone()).or_insert(read).clone()
}
