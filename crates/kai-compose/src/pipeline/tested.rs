//! Whether the repository that a pipeline is of holds tests.

use camino::{Utf8Path, Utf8PathBuf};

use crate::Project;

/// What other build services, hooks of git and builders of images are told in, by its name.
const OTHERS: [&str; 30] = [
    ".appveyor.yml",
    ".buildkite/pipeline.yml",
    ".circleci/config.yml",
    ".cirrus.yml",
    ".drone.yml",
    ".husky/pre-commit",
    ".husky/pre-push",
    ".pre-commit-config.yaml",
    ".prow.yaml",
    ".semaphore/semaphore.yml",
    ".teamcity/pom.xml",
    ".teamcity/settings.kts",
    ".tekton/pull-request.yaml",
    ".tekton/push.yaml",
    ".travis.yml",
    ".woodpecker.yml",
    "Containerfile",
    "Jenkinsfile",
    "Tiltfile",
    "appveyor.yml",
    "azure-pipelines.yaml",
    "azure-pipelines.yml",
    "bamboo-specs/bamboo.yml",
    "bitbucket-pipelines.yml",
    "buildspec.yaml",
    "buildspec.yml",
    "codemagic.yaml",
    "lefthook.yaml",
    "lefthook.yml",
    "wercker.yml",
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
    let found = files.find(|it| it.starts_with(&top) && is_test(it) && holds_tests(it, project))?;
    let is_hidden_there = OTHERS.iter().any(|it| tree.bytes(&top.join(it)).is_ok());
    let is_other = |path: &Utf8Path| OTHERS.iter().any(|it| path.ends_with(it));
    let mut below = tree.files().iter().filter(|it| it.path.starts_with(&top));
    let is_other_there = is_hidden_there || below.any(|it| is_other(&it.path));
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

/// A script of Python may be called so because it tests a connection.
fn holds_tests(path: &Utf8Path, project: &Project<'_>) -> bool {
    let is_python = path.extension() == Some("py");
    !is_python
        || project.tree().bytes(path).is_ok_and(|it| {
            let text = String::from_utf8_lossy(&it);
            text.contains("def test") || text.contains("TestCase")
        })
}
