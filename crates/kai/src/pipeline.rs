//! One run from files to values.

use std::sync::atomic::Ordering;

use kai_assess::{Assessment, LocatedProblem, Reading};
use kai_compose::Project;
use kai_core::{LocationRole, Origins, Problem, Tree as _};
use kai_graph::System;

use crate::error::Error;
use crate::inputs::Inputs;
use crate::progress::Progress;

/// Everything that a command may print.
pub(crate) struct Run {
    pub(crate) origins: Origins,
    pub(crate) system: System,
    pub(crate) assessment: Assessment,
}

/// Reads, composes, links and assesses what was asked for.
pub(crate) fn run(inputs: &Inputs) -> Result<Run, Error> {
    let _progress = progress(inputs);
    let origins = Origins::new();
    let project = Project::load(&inputs.disk, &origins);
    let file_count = project.files().count();
    if file_count == 0 && project.problems().is_empty() {
        return Err(inputs.nothing_readable());
    }
    let in_files = project.files().flat_map(|it| &it.problems);
    let all = inputs.disk.problems.iter().chain(project.problems()).chain(in_files);
    let mut problems: Vec<_> = all.map(|it| located(it, &origins)).collect();
    problems.sort();
    let document_count = project.files().map(|it| it.documents.len()).sum();
    let assessment = Assessment {
        reading: Reading { file_count, document_count, ..Reading::default() },
        problems,
        ..Assessment::default()
    };
    Ok(Run { system: System::default(), assessment, origins })
}

fn progress(inputs: &Inputs) -> Progress {
    let read_count = inputs.disk.read_count();
    let file_count = inputs.disk.files().len();
    Progress::start(move || {
        let read = read_count.load(Ordering::Relaxed);
        format!("read {read} of {file_count} files, thinking")
    })
}

fn located(problem: &Problem, origins: &Origins) -> LocatedProblem {
    let place = problem.span.map(|it| origins.location_of(it, LocationRole::Primary));
    let (path, line) = match place {
        Some(place) => (place.path, place.line),
        None => (problem.path.clone().unwrap_or_default(), 0),
    };
    LocatedProblem { path, line, message: problem.message.clone(), remedy: problem.remedy.clone() }
}
