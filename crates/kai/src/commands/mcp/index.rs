//! What was read, kept until a file changes.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};
use kai_agent::Seal;
use kai_core::{Tree as _, Unwatched};
use kai_report::{graph, json};
use serde_json::Value;

use crate::command_line::{Input, Listing};
use crate::error::Error;
use crate::inputs::Inputs;
use crate::pipeline::{self, Run};

pub(super) const LISTING: Listing = Listing { hidden: false, no_ignore: false };

/// One folder, for as long as the server runs.
pub(crate) struct Index {
    root: Utf8PathBuf,
    held: Mutex<Option<(Stamp, Arc<Held>)>>,
    seal: Mutex<Seal>,
}

/// One reading of it.
pub(crate) struct Held {
    pub(crate) run: Run,
    /// `kai.review/v1`.
    pub(crate) review: Value,
    /// `kai.graph/v1`.
    pub(crate) graph: Value,
}

/// Paths, sizes and times of all files: what changes when one of them does.
type Stamp = Vec<(Utf8PathBuf, u64, Option<SystemTime>)>;

impl Index {
    /// The folder becomes the working directory, so that every path of an answer is told from it.
    pub(crate) fn open(folder: &Utf8Path) -> Result<Self, Error> {
        let failed = |source| Error::OpenPath { path: folder.to_owned(), source };
        let root = folder.canonicalize_utf8().map_err(failed)?;
        std::env::set_current_dir(&root).map_err(failed)?;
        Ok(Self { root, held: Mutex::new(None), seal: Mutex::default() })
    }

    /// What stands in the files now.
    pub(crate) fn now(&self) -> Result<Arc<Held>, Error> {
        let input = Input { paths: vec![".".into()], config: None, listing: LISTING };
        let inputs = Inputs::open(&input)?;
        let stamp = self.stamp(&inputs);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, held)) = &*held
            && *known == stamp
        {
            return Ok(Arc::clone(held));
        }
        let run = pipeline::run_on_anything(&inputs, &Unwatched)?;
        let review = parsed(&json::review(&run.assessment));
        let graph = parsed(&graph::json(&run.reviewed.system));
        let fresh = Arc::new(Held { run, review, graph });
        *held = Some((stamp, Arc::clone(&fresh)));
        Ok(fresh)
    }

    fn stamp(&self, inputs: &Inputs) -> Stamp {
        let files = inputs.disk.files().iter();
        let settings = ["kai.yaml".into()];
        let paths = files.map(|it| it.path.clone()).chain(settings);
        paths
            .map(|path| {
                let metadata = std::fs::metadata(self.root.join(&path)).ok();
                let size = metadata.as_ref().map_or(0, std::fs::Metadata::len);
                (path, size, metadata.and_then(|it| it.modified().ok()))
            })
            .collect()
    }

    /// The text without secrets. One secret has one name in all that this server says.
    pub(super) fn seal(&self, text: &str) -> String {
        self.seal.lock().unwrap_or_else(PoisonError::into_inner).text(text)
    }

    /// A path of a client, if it lies below the folder, links followed.
    pub(crate) fn below(&self, path: &str) -> Option<Utf8PathBuf> {
        let canonical = self.root.join(path).canonicalize_utf8().ok()?;
        canonical.starts_with(&self.root).then_some(canonical)
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
