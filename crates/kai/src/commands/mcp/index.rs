//! What was read, kept until a file changes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use kai_agent::Seal;
use kai_answer::{Case, Notes, Reply};
use kai_assess::Reviewed;
use kai_core::{Date, Evidence, EvidenceId, Tree as _, Unwatched};
use kai_report::diff::Snapshot;
use kai_report::{graph, json};
use serde_json::Value;

use crate::clock;
use crate::command_line::{Input, Listing};
use crate::disk::Unlisted;
use crate::error::Error;
use crate::file_stamp::FileStamp;
use crate::inputs::Inputs;
use crate::pipeline::{self, Run};

/// More evidence than that of a long session; then it begins anew.
const CITED_MAX: usize = 50_000;
/// Of more components not every answer is made to find what one of them cites.
const SEARCHED_MAX: usize = 500;

pub(super) const LISTING: Listing = Listing { hidden: false, no_ignore: false };

/// One folder, for as long as the server runs.
pub(crate) struct Index {
    root: Utf8PathBuf,
    kept: Mutex<Option<Kept<Held>>>,
    /// What a cluster keeps of objects differs from what a review does.
    clusters: Mutex<Option<Kept<Clusters>>>,
    /// The question whose answer cited it: evidence is found again by asking that, of the files of now.
    cited: Mutex<BTreeMap<EvidenceId, Arc<str>>>,
    seal: Mutex<Seal>,
}

/// A reading, and what it rests on.
struct Kept<T> {
    listed: Listed,
    unlisted: Unlisted,
    /// Findings may expire.
    day: Option<Date>,
    held: Arc<T>,
}

/// All listed files, as they were before they were read.
type Listed = Vec<(Utf8PathBuf, Option<FileStamp>)>;

/// One reading of it.
pub(crate) struct Held {
    pub(crate) run: Run,
    review: OnceLock<Value>,
    graph: OnceLock<Value>,
    /// Revisions that were compared with it, by the names that git gives their content.
    revisions: Mutex<BTreeMap<String, Arc<Snapshot>>>,
    notes: Notes,
}

impl Held {
    /// More revisions are reviewed anew.
    const REVISIONS_MAX: usize = 16;

    fn of(run: Run) -> Self {
        Self {
            run,
            review: OnceLock::new(),
            graph: OnceLock::new(),
            revisions: Mutex::default(),
            notes: Notes::default(),
        }
    }

    fn case(&self) -> Case<'_> {
        let Run { reviewed, assessment, .. } = &self.run;
        Case { reviewed, assessment, ground: reviewed, notes: &self.notes }
    }

    /// `kai.review/v1`.
    pub(crate) fn review(&self) -> &Value {
        self.review.get_or_init(|| parsed(&json::review(&self.run.assessment)))
    }

    /// A commit as it was reviewed before, else what `review` makes of it.
    pub(super) fn revision(
        &self,
        commit: &str,
        review: impl FnOnce() -> Result<Snapshot, String>,
    ) -> Result<Arc<Snapshot>, String> {
        let mut revisions = self.revisions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = revisions.get(commit) {
            return Ok(Arc::clone(known));
        }
        let snapshot = Arc::new(review()?);
        if revisions.len() >= Self::REVISIONS_MAX {
            revisions.clear();
        }
        revisions.insert(commit.to_owned(), Arc::clone(&snapshot));
        Ok(snapshot)
    }

    /// `kai.graph/v1`.
    pub(crate) fn graph(&self) -> &Value {
        self.graph.get_or_init(|| parsed(&graph::json(&self.run.reviewed.system)))
    }
}

/// A reading for failures that are played on it.
pub(crate) struct Clusters {
    pub(crate) reviewed: Reviewed,
    /// What was told of scenarios, sealed. Playing takes longer than reading.
    told: Mutex<BTreeMap<String, Value>>,
}

impl Clusters {
    /// More scenarios are told anew.
    const TOLD_MAX: usize = 16;

    fn of(reviewed: Reviewed) -> Self {
        Self { reviewed, told: Mutex::default() }
    }

    /// What was told of a scenario, else what is told now.
    fn told(
        &self,
        scenario: &str,
        tell: impl FnOnce() -> Result<Value, String>,
    ) -> Result<Value, String> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = told.get(scenario) {
            return Ok(known.clone());
        }
        let value = tell()?;
        if told.len() >= Self::TOLD_MAX {
            told.clear();
        }
        told.insert(scenario.to_owned(), value.clone());
        Ok(value)
    }
}

impl Index {
    /// The folder becomes the working directory, so that every path of an answer is told from it.
    pub(crate) fn open(folder: &Utf8Path) -> Result<Self, Error> {
        let failed = |source| Error::OpenPath { path: folder.to_owned(), source };
        let root = folder.canonicalize_utf8().map_err(failed)?;
        std::env::set_current_dir(&root).map_err(failed)?;
        let (kept, clusters) = (Mutex::new(None), Mutex::new(None));
        Ok(Self { root, kept, clusters, cited: Mutex::default(), seal: Mutex::default() })
    }

    #[cfg(unix)]
    pub(super) fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// What stands in the files now.
    pub(crate) fn now(&self) -> Result<Arc<Held>, Error> {
        current(&self.kept, |it| pipeline::run_on_anything(it, &Unwatched).map(Held::of))
    }

    /// The same, with what a control plane would have of it.
    pub(crate) fn clusters(&self) -> Result<Arc<Clusters>, Error> {
        current(&self.clusters, |it| pipeline::clusters(it).map(Clusters::of))
    }

    /// What was told of a scenario on the files of now, else what is told of it.
    pub(super) fn played(
        &self,
        scenario: &str,
        tell: impl FnOnce() -> Result<Value, String>,
    ) -> Result<Value, String> {
        self.clusters().map_err(|it| it.chain())?.told(scenario, tell)
    }

    /// The answer to a question in words. What is asked of load and of zones is played on nodes of a dump.
    pub(crate) fn reply(&self, question: &str, held: &Held) -> Result<Reply, Error> {
        let case = held.case();
        let reply = if kai_answer::wants_clusters(question, case) {
            let clusters = self.clusters()?;
            kai_answer::ask_about(question, Case { ground: &clusters.reviewed, ..case })
        } else {
            kai_answer::ask_about(question, case)
        };
        if let Reply::Answer(answer) = &reply {
            self.remember(question, &answer.evidence());
        }
        Ok(reply)
    }

    fn remember(&self, question: &str, evidence: &[&Evidence]) {
        let question: Arc<str> = question.into();
        let mut cited = self.cited.lock().unwrap_or_else(PoisonError::into_inner);
        if cited.len() >= CITED_MAX {
            cited.clear();
        }
        cited.extend(evidence.iter().map(|it| (it.id, Arc::clone(&question))));
    }

    /// The evidence of an id: what an answer of this server cited is found by its question, findings and
    /// names of components where they stand, and the rest, that of plays too, in all answers that there
    /// are; of a large system nobody waits for those.
    pub(super) fn evidence(&self, id: &str, held: &Held) -> Result<Evidence, String> {
        let case = held.case();
        let found = self.cited_again(id, held).or_else(|| kai_answer::stated(id, case));
        if let Some(found) = found {
            return Ok(found);
        }
        if held.run.reviewed.system.components().len() > SEARCHED_MAX {
            return Err(format!(
                "`{id}` is no finding, and no answer that I gave rests on it now; ask the question again whose answer cites it"
            ));
        }
        let found = if kai_answer::has_unread_nodes(case.reviewed) {
            let clusters = self.clusters().map_err(|it| it.chain())?;
            kai_answer::evidence(id, Case { ground: &clusters.reviewed, ..case })
        } else {
            kai_answer::evidence(id, case)
        };
        found.ok_or_else(|| format!("no answer about this system rests on `{id}`"))
    }

    fn cited_again(&self, id: &str, held: &Held) -> Option<Evidence> {
        let id = kai_answer::evidence_id(id)?;
        let question = {
            let cited = self.cited.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(cited.get(&id)?)
        };
        let Ok(Reply::Answer(answer)) = self.reply(&question, held) else { return None };
        answer.evidence().into_iter().find(|it| it.id == id).cloned()
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

/// What is kept where no file has changed, else what is read now.
fn current<T: Send + Sync + 'static>(
    kept: &Mutex<Option<Kept<T>>>,
    read: impl FnOnce(&Inputs) -> Result<T, Error>,
) -> Result<Arc<T>, Error> {
    let input = Input { paths: vec![".".into()], config: None, listing: LISTING };
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    let inputs = Inputs::open(&input)?;
    let (listed, day) = (listed(&inputs), clock::today());
    if let Some(it) = &*kept
        && it.day == day
        && it.listed == listed
        && it.unlisted.iter().all(|(path, was)| inputs.disk.stamp(path) == *was)
    {
        return Ok(Arc::clone(&it.held));
    }
    let held = Arc::new(read(&inputs)?);
    let unlisted = inputs.disk.unlisted();
    let old = kept.replace(Kept { listed, unlisted, day, held: Arc::clone(&held) });
    // Nobody waits until a large reading is taken down.
    let _ = std::thread::Builder::new().spawn(move || drop(old));
    Ok(held)
}

fn listed(inputs: &Inputs) -> Listed {
    let files = inputs.disk.files().iter();
    files.map(|it| (it.path.clone(), inputs.disk.stamp(&it.path))).collect()
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
