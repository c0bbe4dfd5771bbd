//! One run from files to values.

use std::sync::atomic::Ordering;

use kai_assess::{Assessment, Keep, LocatedProblem, Options, Reviewed};
use kai_compose::helm::use_deep_threads;
use kai_core::{Origins, Tree, Unwatched, Watch};

use crate::charts::Cache;
use crate::clock;
use crate::error::Error;
use crate::inputs::Inputs;
use crate::progress::Progress;
use crate::settings::{self, Place};

/// Everything that a command may print.
pub(crate) struct Run {
    pub(crate) reviewed: Reviewed,
    pub(crate) assessment: Assessment,
    /// True where no file could be used and none is broken, so that a page would have nothing to say.
    pub(crate) is_empty: bool,
}

/// Reads, composes, links and assesses what was asked for, where there is something.
pub(crate) fn run(inputs: &Inputs, watch: &dyn Watch) -> Result<Run, Error> {
    let run = run_on_anything(inputs, watch)?;
    if run.is_empty { Err(inputs.nothing_readable()) } else { Ok(run) }
}

/// The same, with what a control plane would have.
pub(crate) fn run_with_clusters(inputs: &Inputs) -> Result<Run, Error> {
    let run = run_keeping(inputs, &Unwatched, Keep::Clusters)?;
    if run.is_empty { Err(inputs.nothing_readable()) } else { Ok(run) }
}

/// The first, for who has a document to write even of nothing.
pub(crate) fn run_on_anything(inputs: &Inputs, watch: &dyn Watch) -> Result<Run, Error> {
    run_keeping(inputs, watch, Keep::Nothing)
}

fn run_keeping(inputs: &Inputs, watch: &dyn Watch, keep: Keep) -> Result<Run, Error> {
    use_deep_threads();
    let _progress = progress(inputs);
    let origins = Origins::new();
    let settings = settings::read(&inputs.disk, inputs.settings_place(), &origins)?;
    let cache = Cache::of_user();
    let mut reviewed = kai_assess::read(
        &inputs.disk,
        Cache::store(cache.as_ref()),
        origins,
        settings,
        watch,
        keep,
    );
    let is_empty = reviewed.reading.document_count == 0 && reviewed.problems.is_empty();
    add_problems(&mut reviewed.problems, inputs);
    let assessment = kai_assess::assess_reviewed(&reviewed, &options(), watch);
    Ok(Run { reviewed, assessment, is_empty })
}

/// Reads, composes and links, and keeps what a control plane would have; nothing is judged.
pub(crate) fn clusters(inputs: &Inputs) -> Result<Reviewed, Error> {
    use_deep_threads();
    let _progress = progress(inputs);
    let origins = Origins::new();
    let settings = settings::read(&inputs.disk, inputs.settings_place(), &origins)?;
    let cache = Cache::of_user();
    let store = Cache::store(cache.as_ref());
    let reviewed =
        kai_assess::read(&inputs.disk, store, origins, settings, &Unwatched, Keep::Clusters);
    if reviewed.reading.document_count == 0 {
        return Err(inputs.nothing_readable());
    }
    Ok(reviewed)
}

/// Reads, composes and links, and keeps what Terraform would plan; nothing is judged.
pub(crate) fn configurations(inputs: &Inputs) -> Result<Reviewed, Error> {
    use_deep_threads();
    let _progress = progress(inputs);
    let origins = Origins::new();
    let settings = settings::read(&inputs.disk, inputs.settings_place(), &origins)?;
    let cache = Cache::of_user();
    let store = Cache::store(cache.as_ref());
    let (disk, watch) = (&inputs.disk, &Unwatched);
    Ok(kai_assess::read(disk, store, origins, settings, watch, Keep::Configurations))
}

/// An assessment of a tree that is not on disk, where nothing to read is nothing to say.
pub(crate) fn assess(tree: &dyn Tree, place: Place<'_>) -> Result<Assessment, Error> {
    use_deep_threads();
    let origins = Origins::new();
    let settings = settings::read(tree, place, &origins)?;
    let cache = Cache::of_user();
    let store = Cache::store(cache.as_ref());
    let reviewed = kai_assess::read(tree, store, origins, settings, &Unwatched, Keep::Nothing);
    Ok(kai_assess::assess_reviewed(&reviewed, &options(), &Unwatched))
}

fn options() -> Options {
    Options { today: clock::today() }
}

fn progress(inputs: &Inputs) -> Progress {
    let read_count = inputs.disk.read_count();
    let file_count = inputs.disk.files().len();
    Progress::start(move || {
        let read = read_count.load(Ordering::Relaxed);
        format!("read {read} of {file_count} files, thinking")
    })
}

/// What could not even be listed stands beside what could not be read.
fn add_problems(problems: &mut Vec<LocatedProblem>, inputs: &Inputs) {
    problems.extend(inputs.disk.problems.iter().map(|it| LocatedProblem {
        path: it.path.clone().unwrap_or_default(),
        line: 0,
        message: it.message.clone(),
        remedy: it.remedy.clone(),
    }));
    problems.sort();
}
