//! Whether a job does the same for every branch.

use kai_core::{Node, Value};

/// True where a text asks for the branch, or for what GitLab makes of it.
pub(super) fn are_asked_for(node: &Node) -> bool {
    const WORDS: [&str; 6] = [
        "CI_COMMIT_BRANCH",
        "CI_COMMIT_REF",
        "CI_COMMIT_TAG",
        "CI_DEFAULT_BRANCH",
        "CI_ENVIRONMENT",
        "CI_MERGE_REQUEST",
    ];
    match &node.value {
        Value::Scalar(it) => WORDS.iter().any(|word| it.text.contains(word)),
        Value::Seq(items) => items.iter().any(are_asked_for),
        Value::Map(map) => {
            // What decides whether it runs is asked elsewhere.
            let mut entries =
                map.iter().filter(|it| !matches!(it.key.as_str(), "rules" | "workflow"));
            entries.any(|it| are_asked_for(&it.node))
        }
        Value::Unknown(_) => true,
    }
}
