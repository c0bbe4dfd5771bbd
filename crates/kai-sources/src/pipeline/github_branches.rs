//! Whether a workflow of GitHub Actions does the same for every branch.

use kai_core::{Entry, Node, OriginId, Value};

use super::each_push::{self, Words};

/// What differs between branches and pushes, as expressions, scripts and JavaScript name it.
const WORDS: Words = Words {
    branch: &[
        "branch",
        "context.",
        "(github)",
        "( github )",
        "github.*",
        "github.event",
        "github.ref",
        "github[",
        "github_event",
        "github_ref",
        "base_ref",
        "head_ref",
        "workflow_ref",
    ],
    push: &[
        "github.actor",
        "github.run_",
        "github.sha",
        "github_actor",
        "github_run_",
        "github_sha",
        "needs.",
        "steps.",
        "triggering_actor",
        "workflow_sha",
    ],
    skipped: &[],
};

/// What starts a job for every branch that is pushed, else for every one that is proposed; none where a condition, or anything else in it, asks
/// for the branch or may, and where each push may have a place of its own.
pub(super) fn any(entry: &Entry, workflow: &Node) -> Option<OriginId> {
    let job = &entry.node;
    let around = workflow.get("env");
    let origin = unfiltered_push(workflow).or_else(|| proposal(workflow))?;
    let all: Vec<&Node> = around.into_iter().chain([job]).collect();
    let is_same = !has_condition(job) && !each_push::differs(&all, &WORDS);
    (is_same && needs_no_branch(job, workflow)).then_some(origin)
}

/// True where it, a step of it, or one of an action in it is skipped sometimes.
fn has_condition(node: &Node) -> bool {
    match &node.value {
        Value::Seq(items) => items.iter().any(has_condition),
        Value::Map(map) => map.iter().any(|it| it.key == "if" || has_condition(&it.node)),
        _ => false,
    }
}

/// `on: push` that leaves out no branch.
fn unfiltered_push(workflow: &Node) -> Option<OriginId> {
    let on = workflow.get("on").or_else(|| workflow.get("true"))?;
    match &on.value {
        Value::Scalar(it) => (it.text == "push").then_some(on.origin),
        Value::Seq(items) => {
            items.iter().find(|it| it.as_str() == Some("push")).map(|it| it.origin)
        }
        Value::Map(map) => {
            let push = map.entry("push")?;
            is_for_all_branches(&push.node).then_some(push.key_origin)
        }
        Value::Unknown(_) => None,
    }
}

/// `on: pull_request`, whose branches are those that it is to be merged into.
fn proposal(workflow: &Node) -> Option<OriginId> {
    const NAME: &str = "pull_request";
    let on = workflow.get("on").or_else(|| workflow.get("true"))?;
    match &on.value {
        Value::Scalar(it) => (it.text == NAME).then_some(on.origin),
        Value::Seq(items) => items.iter().find(|it| it.as_str() == Some(NAME)).map(|it| it.origin),
        Value::Map(map) => {
            let entry = map.entry(NAME)?;
            // Once it is closed it is merged, mostly.
            entry.node.get("types").is_none().then_some(entry.key_origin)
        }
        Value::Unknown(_) => None,
    }
}

/// Without a word about branches or tags, or with a pattern that every branch matches and none that takes
/// some back. `*` does not match names with a slash.
fn is_for_all_branches(push: &Node) -> bool {
    const FILTERS: [&str; 3] = ["branches-ignore", "tags", "tags-ignore"];
    match push.get("branches") {
        Some(named) => {
            let names = if named.is_seq() { named.items() } else { std::slice::from_ref(named) };
            let is = |test: fn(&str) -> bool| names.iter().any(|it| it.as_str().is_none_or(test));
            names.iter().any(|it| it.as_str() == Some("**")) && !is(|it| it.starts_with('!'))
        }
        None => FILTERS.iter().all(|it| push.get(it).is_none()),
    }
}

/// A job that is skipped, or that fails for some branches, takes along what needs it.
fn needs_no_branch(job: &Node, workflow: &Node) -> bool {
    let Some(needs) = job.get("needs") else { return true };
    let names = if needs.is_seq() { needs.items() } else { std::slice::from_ref(needs) };
    let is_plain = |it: &Node| {
        it.get("if").is_none()
            && it.get("needs").is_none()
            && !each_push::asks_for_branch(&[it], &WORDS)
    };
    names.iter().all(|name| {
        let needed = name.as_str().and_then(|it| workflow.at(&["jobs", it]));
        needed.is_some_and(is_plain)
    })
}
