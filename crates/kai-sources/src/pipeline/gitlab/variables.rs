//! What variables are before a pipeline runs.

use kai_core::{Node, SmolStr};
use kai_graph::Event;

use super::condition::Value;

/// One way in which a pipeline starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Start {
    pub(super) event: Event,
    /// As `CI_PIPELINE_SOURCE` says it, but for pushes of tags.
    pub(super) name: &'static str,
    /// On the default branch.
    pub(super) is_default: bool,
}

/// The ways that are asked about. Schedules and pipelines by hand run on the default branch mostly.
pub(super) const STARTS: [Start; 7] = [
    Start { event: Event::Push, name: "push", is_default: true },
    OTHER_BRANCH,
    Start { event: Event::Push, name: "tag", is_default: false },
    PROPOSAL,
    Start { event: Event::Schedule, name: "schedule", is_default: true },
    Start { event: Event::Manual, name: "web", is_default: true },
    Start { event: Event::Called, name: "pipeline", is_default: true },
];

pub(super) const OTHER_BRANCH: Start =
    Start { event: Event::Push, name: "push", is_default: false };

pub(super) const PROPOSAL: Start =
    Start { event: Event::Proposal, name: "merge_request_event", is_default: false };

impl Start {
    /// What GitLab says of a variable, or the text does, in the pipeline or in one that it started.
    pub(super) fn value(self, name: &str, is_child: bool, variables: &[&Node]) -> Value {
        let is_proposal = self.event == Event::Proposal;
        let set = |is_set| if is_set { Value::Set } else { Value::Null };
        match name {
            "CI_PIPELINE_SOURCE" if is_child => Value::Text("parent_pipeline".into()),
            "CI_PIPELINE_SOURCE" if self.name == "tag" => Value::Text("push".into()),
            "CI_PIPELINE_SOURCE" => Value::Text(self.name.into()),
            "CI_COMMIT_TAG" => set(self.name == "tag"),
            "CI_COMMIT_BRANCH" if is_proposal || self.name == "tag" => Value::Null,
            "CI_COMMIT_BRANCH" => self.branch(),
            "CI_COMMIT_REF_NAME" if !is_proposal && self.name != "tag" => self.branch(),
            "CI_DEFAULT_BRANCH" => Value::DefaultBranch,
            "CI_MERGE_REQUEST_ID" | "CI_MERGE_REQUEST_IID" => set(is_proposal),
            _ if name.starts_with("CI_MERGE_REQUEST_") && !is_proposal => Value::Null,
            _ => match (written(name, variables), name) {
                (Some(text), _) => Value::Text(text),
                (None, "CI" | "GITLAB_CI") => Value::Text("true".into()),
                (None, _) => Value::Unknown,
            },
        }
    }

    fn branch(self) -> Value {
        if self.is_default { Value::DefaultBranch } else { Value::OtherBranch }
    }
}

/// A variable as the nearest of some `variables:` says it.
pub(super) fn written(name: &str, variables: &[&Node]) -> Option<SmolStr> {
    let value = variables.iter().find_map(|it| it.get(name))?;
    value.text().or_else(|| value.get("value")?.text()).map(Into::into)
}
