//! The whole configuration of a file, with the pipelines that its jobs start.

use camino::Utf8Path;
use kai_core::{Gap, GapKind, Node};

use super::include::Including;
use super::{extend, reference};
use crate::{Composition, Project};

/// GitLab starts no pipeline below the second one.
const DEEPEST: usize = 2;

/// The configuration that a file comes to: what it includes is merged, and the configuration that a job
/// starts stands under `workflow` of it.
pub(crate) fn compose(project: &Project<'_>, path: &Utf8Path) -> Composition {
    let top = path.parent().unwrap_or(Utf8Path::new(""));
    let mut including = Including::new(project, top);
    let Some(merged) = including.file(path, None) else { return Composition::default() };
    let mut whole = effective(merged, &mut including, 0);
    including.keep_foreign(&mut whole);
    Composition {
        objects: vec![whole],
        gaps: including.gaps,
        problems: including.bounds.problems,
        ..Composition::default()
    }
}

fn effective(merged: Node, including: &mut Including<'_>, depth: usize) -> Node {
    let bounds = &mut including.bounds;
    let extended = extend::extended(&merged, bounds);
    let mut whole = reference::resolved(&extended, bounds);
    if let Some(map) = whole.map_mut() {
        for job in map.entries_mut() {
            start(&mut job.node, including, depth);
        }
    }
    whole
}

/// Puts what a job starts below it.
fn start(job: &mut Node, including: &mut Including<'_>, depth: usize) {
    let Some(trigger) = job.get("trigger").filter(|_| depth < DEEPEST).cloned() else { return };
    let project = trigger.get("project").or(Some(&trigger)).filter(|it| it.as_str().is_some());
    if let Some(project) = project {
        let what = format!("the pipeline of {}", project.as_str().unwrap_or_default());
        including.gaps.push(Gap { kind: GapKind::AbsentFile, what, at: Some(project.origin) });
        return;
    }
    let Some(include) = trigger.get("include") else { return };
    let Some(started) = including.all(include) else { return };
    let started = effective(started, including, depth + 1);
    if let Some(map) = job.map_mut() {
        map.set("workflow", include.origin, started);
    }
}
