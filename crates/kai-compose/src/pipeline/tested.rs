//! Whether the repository that a pipeline is of holds tests.

use camino::{Utf8Path, Utf8PathBuf};

use crate::Project;

/// What other build services, and hooks of git, are told in.
const OTHERS: [&str; 15] = [
    ".buildkite/pipeline.yml",
    ".circleci/config.yml",
    ".cirrus.yml",
    ".drone.yml",
    ".husky/pre-commit",
    ".husky/pre-push",
    ".pre-commit-config.yaml",
    ".semaphore/semaphore.yml",
    ".travis.yml",
    ".woodpecker.yml",
    "Jenkinsfile",
    "appveyor.yml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    "lefthook.yml",
];

/// The first file of tests, by path; none where something else may run them.
pub(crate) fn tests_beside(project: &Project<'_>, pipeline: &Utf8Path) -> Option<Utf8PathBuf> {
    let is_workflow = pipeline.iter().any(|it| it == ".github");
    let top: Utf8PathBuf = match is_workflow {
        true => pipeline.iter().take_while(|it| *it != ".github").collect(),
        false => pipeline.parent()?.to_owned(),
    };
    let tree = project.tree();
    let mut files = tree.files().iter().map(|it| &it.path);
    let found = files.find(|it| it.starts_with(&top) && is_test(it))?;
    let is_other_there = OTHERS.iter().any(|it| tree.bytes(&top.join(it)).is_ok());
    (!is_other_there).then(|| found.clone())
}

/// True for what programs that run tests look for by its name.
fn is_test(path: &Utf8Path) -> bool {
    const ENDS: [&str; 12] = [
        "Test.java",
        "Test.kt",
        "Tests.cs",
        "_spec.rb",
        "_test.go",
        "_test.py",
        ".spec.js",
        ".spec.ts",
        ".test.js",
        ".test.jsx",
        ".test.ts",
        ".test.tsx",
    ];
    let is_taken_along =
        |it: &str| matches!(it, "node_modules" | "third_party" | "vendor" | "examples");
    let Some(name) = path.file_name() else { return false };
    let is_named = ENDS.iter().any(|it| name.ends_with(it))
        || name.starts_with("test_") && name.ends_with(".py");
    is_named && !path.iter().any(is_taken_along)
}
