//! Jobs that wait for a job which somebody starts.

use kai_core::{Entry, Node, SmolStr};
use kai_graph::Event;

use super::job::Read;

/// Leaves to somebody what waits for somebody: a job that needs such a job, or one of a later stage than a
/// job that the pipeline waits for.
pub(super) fn close(jobs: &mut [(&Entry, Read)], whole: &Node) {
    let stages = stages(whole);
    let stage = |entry: &Entry| {
        let name = entry.node.str_at(&["stage"]).unwrap_or("test");
        stages.iter().position(|it| *it == name).unwrap_or(stages.len())
    };
    for _ in 0..jobs.len() {
        let waits = |(entry, read): &&(&Entry, Read)| {
            let before = jobs.iter().find(|(other, gate)| {
                gate.by_hand.is_some()
                    && match entry.node.get("needs") {
                        Some(_) => read.job.needs.contains(&other.key),
                        None => gate.blocks && stage(other) < stage(entry),
                    }
            });
            read.by_hand.is_none() && before.is_some()
        };
        let Some(at) = jobs.iter().position(|it| waits(&it)) else { break };
        jobs[at].1.wait();
    }
    // GitLab makes no pipeline in which what a job needs is missing.
    let sure: Vec<(SmolStr, Vec<Event>)> =
        jobs.iter().map(|it| (it.0.key.clone(), it.1.sure.clone())).collect();
    for (_, read) in jobs.iter_mut() {
        let runs_too = |name: &SmolStr| {
            let events = sure.iter().find(|it| it.0 == *name).map(|it| &it.1);
            read.sure.first().is_some_and(|event| events.is_some_and(|it| it.contains(event)))
        };
        if !read.job.needs.iter().all(runs_too) {
            read.job.any_branch = None;
        }
    }
    for at in 0..jobs.len() {
        let (entry, _) = jobs[at];
        if entry.node.get("needs").is_none() {
            let before = jobs.iter().filter(|it| stage(it.0) < stage(entry));
            jobs[at].1.job.needs = before.map(|it| it.0.key.clone()).collect();
        }
    }
}

/// The stages in their order.
fn stages(whole: &Node) -> Vec<&str> {
    let written = whole.get("stages").map(Node::items).unwrap_or_default();
    let mut stages: Vec<&str> = written.iter().filter_map(Node::as_str).collect();
    if stages.is_empty() {
        stages = vec!["build", "test", "deploy"];
    }
    stages.insert(0, ".pre");
    stages
}
