//! Which files are pipelines, which say how an image is built, and which what a scanner found in one.

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Node, RootKind};
use kai_syntax::dockerfile;

use super::report;
use crate::roots::environment::{self, EnvironmentEvidence};
use crate::{File, Project};

/// A file of steps, and what it says about where they act.
pub(crate) struct PipelineFile {
    pub(crate) path: Utf8PathBuf,
    pub(crate) kind: RootKind,
    pub(crate) reason: &'static str,
    pub(crate) environment: Option<EnvironmentEvidence>,
}

/// Every pipeline of the project, sorted by path.
pub(crate) fn find(project: &Project<'_>) -> Vec<PipelineFile> {
    let found = project.files().filter_map(|file| {
        let node = &file.documents.first()?.node;
        let (kind, reason) = kind(project, file, node)?;
        let environment = environment_of(&file.path, node);
        Some(PipelineFile { path: file.path.clone(), kind, reason, environment })
    });
    found.collect()
}

fn kind(project: &Project<'_>, file: &File, node: &Node) -> Option<(RootKind, &'static str)> {
    if is_gitlab(&file.path) {
        return (!is_below_another(project, &file.path))
            .then_some((RootKind::Pipeline, "GitLab CI runs it"));
    }
    if is_workflow(&file.path) {
        return node.get("jobs").map(|_| (RootKind::Pipeline, "GitHub Actions runs it"));
    }
    if dockerfile::is_dockerfile(&file.path) {
        return Some((RootKind::Image, "it says how an image is built"));
    }
    if file.documents.iter().any(|it| builds_by_skaffold(&it.node)) {
        return Some((RootKind::Pipeline, "Skaffold builds it"));
    }
    if report::is_report(node) {
        return Some((RootKind::ScanReport, "a scanner wrote it"));
    }
    let is_build = file.path.iter().any(|it| it.starts_with("cloudbuild"));
    (is_build && is_cloud_build(node)).then_some((RootKind::Pipeline, "Cloud Build runs it"))
}

/// True for the file that GitLab looks for.
pub(super) fn is_gitlab(path: &Utf8Path) -> bool {
    path.file_name() == Some(".gitlab-ci.yml")
}

/// GitLab runs the file at the top of a repository; others are for it to include.
fn is_below_another(project: &Project<'_>, path: &Utf8Path) -> bool {
    let mut above = path.ancestors().skip(2);
    above.any(|it| project.holds(&it.join(".gitlab-ci.yml")))
}

fn is_workflow(path: &Utf8Path) -> bool {
    path.parent().is_some_and(|it| it.ends_with(".github/workflows"))
}

/// True for a configuration that says which images are built.
fn builds_by_skaffold(node: &Node) -> bool {
    node.str_at(&["apiVersion"]).is_some_and(|it| it.starts_with("skaffold/"))
        && node.at(&["build", "artifacts"]).is_some_and(|it| !it.items().is_empty())
}

fn is_cloud_build(node: &Node) -> bool {
    let first = node.get("steps").and_then(|it| it.items().first());
    first.is_some_and(|it| it.str_at(&["name"]).is_some())
}

/// What its name says, then its variables, then the environments of its jobs where they agree.
fn environment_of(path: &Utf8Path, node: &Node) -> Option<EnvironmentEvidence> {
    const VARIABLES: [&str; 4] = ["ENVIRONMENT", "ENV", "DEPLOY_ENV", "STAGE"];
    environment::of_path(path)
        .or_else(|| {
            let of = |key: &&str| {
                let value = node.str_at(&["env", key])?;
                let environment = environment::of_name(value)?;
                let text = format!("its variable `{key}` is `{value}`");
                Some(EnvironmentEvidence { environment, text })
            };
            VARIABLES.iter().find_map(of)
        })
        .or_else(|| {
            let jobs = node.get("jobs")?.as_map()?;
            let names = jobs.iter().filter_map(|it| {
                let environment = it.node.get("environment")?;
                environment.as_str().or_else(|| environment.str_at(&["name"]))
            });
            let mut said: Vec<_> =
                names.filter_map(|it| Some((environment::of_name(it)?, it))).collect();
            said.sort_unstable();
            let &(environment, name) = said.first()?;
            let text = format!("its jobs act in the environment `{name}`");
            said.iter()
                .all(|it| it.0 == environment)
                .then_some(EnvironmentEvidence { environment, text })
        })
}
