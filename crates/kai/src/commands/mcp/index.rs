//! What was read, kept until a file changes.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use kai_agent::Seal;
use kai_core::{Date, Tree as _, Unwatched};
use kai_report::{graph, json};
use serde_json::Value;

use crate::clock;
use crate::command_line::{Input, Listing};
use crate::disk::Unlisted;
use crate::error::Error;
use crate::file_stamp::FileStamp;
use crate::inputs::Inputs;
use crate::pipeline::{self, Run};

pub(super) const LISTING: Listing = Listing { hidden: false, no_ignore: false };

/// One folder, for as long as the server runs.
pub(crate) struct Index {
    root: Utf8PathBuf,
    kept: Mutex<Option<Kept>>,
    seal: Mutex<Seal>,
}

/// A reading, and what it rests on.
struct Kept {
    listed: Listed,
    unlisted: Unlisted,
    /// Findings may expire.
    day: Option<Date>,
    held: Arc<Held>,
}

/// All listed files, as they were before they were read.
type Listed = Vec<(Utf8PathBuf, Option<FileStamp>)>;

/// One reading of it.
pub(crate) struct Held {
    pub(crate) run: Run,
    review: OnceLock<Value>,
    graph: OnceLock<Value>,
}

impl Held {
    fn of(run: Run) -> Self {
        Self { run, review: OnceLock::new(), graph: OnceLock::new() }
    }

    /// `kai.review/v1`.
    pub(crate) fn review(&self) -> &Value {
        self.review.get_or_init(|| parsed(&json::review(&self.run.assessment)))
    }

    /// `kai.graph/v1`.
    pub(crate) fn graph(&self) -> &Value {
        self.graph.get_or_init(|| parsed(&graph::json(&self.run.reviewed.system)))
    }
}

impl Index {
    /// The folder becomes the working directory, so that every path of an answer is told from it.
    pub(crate) fn open(folder: &Utf8Path) -> Result<Self, Error> {
        let failed = |source| Error::OpenPath { path: folder.to_owned(), source };
        let root = folder.canonicalize_utf8().map_err(failed)?;
        std::env::set_current_dir(&root).map_err(failed)?;
        Ok(Self { root, kept: Mutex::new(None), seal: Mutex::default() })
    }

    #[cfg(unix)]
    pub(super) fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// What stands in the files now.
    pub(crate) fn now(&self) -> Result<Arc<Held>, Error> {
        let input = Input { paths: vec![".".into()], config: None, listing: LISTING };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let inputs = Inputs::open(&input)?;
        let (listed, day) = (listed(&inputs), clock::today());
        if let Some(it) = &*kept
            && it.day == day
            && it.listed == listed
            && it.unlisted.iter().all(|(path, was)| inputs.disk.stamp(path) == *was)
        {
            return Ok(Arc::clone(&it.held));
        }
        let held = Arc::new(Held::of(pipeline::run_on_anything(&inputs, &Unwatched)?));
        let unlisted = inputs.disk.unlisted();
        let old = kept.replace(Kept { listed, unlisted, day, held: Arc::clone(&held) });
        // Nobody waits until a large reading is taken down.
        let _ = std::thread::Builder::new().spawn(move || drop(old));
        Ok(held)
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

fn listed(inputs: &Inputs) -> Listed {
    let files = inputs.disk.files().iter();
    files.map(|it| (it.path.clone(), inputs.disk.stamp(&it.path))).collect()
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
