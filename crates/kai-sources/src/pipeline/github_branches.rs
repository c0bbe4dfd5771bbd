//! Whether a workflow of GitHub Actions does the same for every branch.

use kai_core::{Entry, Node, OriginId, Value};

/// What starts a job for every branch that is pushed; none where a condition, or anything else in it, asks
/// for the branch or may.
pub(super) fn any(entry: &Entry, workflow: &Node) -> Option<OriginId> {
    let job = &entry.node;
    let steps = job.get("steps").map(Node::items).unwrap_or_default();
    let is_conditional = job.get("if").is_some() || steps.iter().any(|it| it.get("if").is_some());
    let asks = mentions(job) || workflow.get("env").is_some_and(mentions);
    let origin = unfiltered_push(workflow)?;
    (!is_conditional && !asks && needs_no_condition(job, workflow)).then_some(origin)
}

/// `on: push` without a word about branches or tags.
fn unfiltered_push(workflow: &Node) -> Option<OriginId> {
    const FILTERS: [&str; 4] = ["branches", "branches-ignore", "tags", "tags-ignore"];
    let on = workflow.get("on").or_else(|| workflow.get("true"))?;
    match &on.value {
        Value::Scalar(it) => (it.text == "push").then_some(on.origin),
        Value::Seq(items) => {
            items.iter().find(|it| it.as_str() == Some("push")).map(|it| it.origin)
        }
        Value::Map(map) => {
            let push = map.entry("push")?;
            let is_filtered = FILTERS.iter().any(|it| push.node.get(it).is_some());
            (!is_filtered).then_some(push.key_origin)
        }
        Value::Unknown(_) => None,
    }
}

/// A job that is skipped takes along what needs it.
fn needs_no_condition(job: &Node, workflow: &Node) -> bool {
    let Some(needs) = job.get("needs") else { return true };
    let names = if needs.is_seq() { needs.items() } else { std::slice::from_ref(needs) };
    names.iter().all(|name| {
        let needed = name.as_str().and_then(|it| workflow.at(&["jobs", it]));
        needed.is_some_and(|it| it.get("if").is_none() && it.get("needs").is_none())
    })
}

/// True where a text of it asks for the branch.
fn mentions(node: &Node) -> bool {
    const WORDS: [&str; 5] = ["branch", "GITHUB_REF", "github.event", "github.ref", "head_ref"];
    match &node.value {
        Value::Scalar(it) => WORDS.iter().any(|word| it.text.contains(word)),
        Value::Seq(items) => items.iter().any(mentions),
        Value::Map(map) => map.iter().any(|it| mentions(&it.node)),
        Value::Unknown(_) => true,
    }
}
