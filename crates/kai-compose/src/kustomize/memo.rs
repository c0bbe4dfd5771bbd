//! What builds of one project share.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use camino::{Utf8Path, Utf8PathBuf};

use super::accumulate::Accumulated;
use super::kustomization::{self, Kustomization};
use crate::{Project, Refusal};

/// What was gathered for folders, and their kustomization files as read.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    bases: RwLock<BTreeMap<Utf8PathBuf, Arc<Accumulated>>>,
    files: RwLock<BTreeMap<Utf8PathBuf, Option<ReadFile>>>,
}

/// A kustomization file, or why Kustomize would refuse it.
pub(crate) type ReadFile = Result<Arc<Kustomization>, Refusal>;

impl Memo {
    /// The kustomization file of a folder; nothing where the folder has none.
    pub(crate) fn kustomization(&self, project: &Project<'_>, dir: &Utf8Path) -> Option<ReadFile> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = files.get(dir) {
            return known.clone();
        }
        drop(files);
        let read = kustomization::load(project, dir);
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        files.entry(dir.to_owned()).or_insert(read).clone()
    }

    /// What was gathered for a folder before.
    pub(crate) fn base(&self, dir: &Utf8Path) -> Option<Arc<Accumulated>> {
        self.bases.read().unwrap_or_else(PoisonError::into_inner).get(dir).map(Arc::clone)
    }

    /// Keeps what was gathered for a folder, unless another thread was first.
    ///
    /// Refusals are not kept: which one is found in a circle of folders depends on where it is
    /// entered, and the result must not depend on who was first.
    pub(crate) fn keep_base(&self, dir: &Utf8Path, gathered: Arc<Accumulated>) -> Arc<Accumulated> {
        let mut bases = self.bases.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(bases.entry(dir.to_owned()).or_insert(gathered))
    }
}
