//! Whether a job does the same for every branch.

use kai_core::Node;

use super::super::each_push::{self, Words};

/// What differs between branches and pushes, as GitLab names it.
const WORDS: Words = Words {
    branch: &[
        "ci_commit_branch",
        "ci_commit_ref",
        "ci_commit_tag",
        "ci_default_branch",
        "ci_environment",
        "ci_merge_request",
        "git branch",
    ],
    push: &[
        "ci_commit_",
        "ci_concurrent_",
        "ci_job_id",
        "ci_job_started",
        "ci_job_url",
        "ci_open_merge",
        "ci_pipeline_",
        "gitlab_user_",
    ],
    // What decides whether it runs is asked elsewhere.
    skipped: &["rules", "workflow"],
};

/// True where a text of them asks for the branch, or gives each push a place of its own.
pub(super) fn are_asked_for(nodes: &[&Node]) -> bool {
    each_push::differs(nodes, &WORDS)
}
