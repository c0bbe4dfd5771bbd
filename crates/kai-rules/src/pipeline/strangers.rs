//! Who may start a job without anybody having looked.

use kai_graph::{Event, Job, Pipeline, Trigger};

/// Events that strangers cause and that come with the repository's own rights.
const OF_STRANGERS: [Event; 3] = [Event::TrustedProposal, Event::Comment, Event::AfterRun];

/// What starts the pipeline for a stranger, with the rights of the repository.
pub(super) fn trigger(pipeline: &Pipeline) -> Option<&Trigger> {
    pipeline.started_by(&OF_STRANGERS)
}

/// True where somebody who may allows it first: a reviewer, a label, a question who it is; also where
/// another job decides, which may ask the same.
pub(super) fn is_guarded(job: &Job, pipeline: &Pipeline) -> bool {
    const QUESTIONS: [&str; 11] = [
        ".actor",
        "author_association",
        "event.workflow_run.event",
        "head.repo.fork",
        "head.repo.full_name",
        "head_repository",
        "inputs.",
        "label",
        "needs.",
        "sender.login",
        "user.login",
    ];
    let asks = |job: &Job| QUESTIONS.iter().any(|it| job.condition.contains(it));
    pipeline.up_to(job).into_iter().any(asks)
}

/// What whoever takes over the job has: `CLOUD_TOKEN` and a token that writes `contents`.
pub(super) fn powers(job: &Job) -> String {
    let of_steps = job.steps.iter().flat_map(|it| &it.secrets);
    let mut secrets: Vec<&str> =
        job.secrets.iter().chain(of_steps).map(|it| it.0.as_str()).collect();
    secrets.sort_unstable();
    secrets.dedup();
    let writes = job.writes.value().map(Vec::as_slice).unwrap_or_default();
    match (secrets.is_empty(), writes.is_empty()) {
        (false, true) => format!("the secrets {}", crate::words::list(&secrets)),
        (true, _) => format!("a token that writes {}", crate::words::list(writes)),
        (false, false) => format!(
            "the secrets {} and a token that writes {}",
            crate::words::list(&secrets),
            crate::words::list(writes)
        ),
    }
}
