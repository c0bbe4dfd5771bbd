//! Secrets of a job: those that it names, and variables that only settings define and whose names say what
//! they are.

use kai_core::{Node, OriginId, SmolStr};

use super::variables::written;

/// Words at the end of names of secrets.
const ENDINGS: &[&str] = &[
    "CREDENTIALS",
    "KEY",
    "KUBECONFIG",
    "KUBE_CONFIG",
    "PASSWD",
    "PASSWORD",
    "PRIVATE",
    "SECRET",
    "TOKEN",
];

/// What every job of GitLab has for itself, or what is known to everybody.
const OF_EVERY_JOB: &[&str] = &["CI_", "GITLAB_FEATURES", "GITLAB_USER_"];

pub(super) fn of(job: &Node, scripts: &[&Node], variables: &[&Node]) -> Vec<(SmolStr, OriginId)> {
    let mut secrets: Vec<(SmolStr, OriginId)> = Vec::new();
    for key in ["secrets", "id_tokens"] {
        let named = job.get(key).and_then(Node::as_map).into_iter().flat_map(|it| it.iter());
        secrets.extend(named.map(|it| (it.key.clone(), it.key_origin)));
    }
    for script in scripts {
        for name in used(script.as_str().unwrap_or_default()) {
            let is_here = written(name, variables).is_some();
            if is_secret(name) && !is_here && !secrets.iter().any(|it| it.0 == name) {
                secrets.push((name.into(), script.origin));
            }
        }
    }
    secrets
}

fn is_secret(name: &str) -> bool {
    let is_of_every_job = OF_EVERY_JOB.iter().any(|it| name.starts_with(it));
    let says = |ending: &str| {
        let before = name.strip_suffix(ending);
        before.is_some_and(|it| it.is_empty() || it.ends_with('_'))
    };
    !is_of_every_job && ENDINGS.iter().any(|it| says(it))
}

/// The names of the variables in a text.
fn used(text: &str) -> impl Iterator<Item = &str> {
    text.split('$').skip(1).map(|it| {
        let it = it.strip_prefix('{').unwrap_or(it);
        let end = it.find(|it: char| !it.is_ascii_alphanumeric() && it != '_');
        &it[..end.unwrap_or(it.len())]
    })
}
