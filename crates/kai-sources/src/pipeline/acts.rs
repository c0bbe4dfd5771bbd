//! What a command does to a system.

use kai_graph::ActKind;

/// What a command does and how it is called; none where it does nothing that matters here.
pub(super) fn of<'a>(words: &[&'a str]) -> Option<(ActKind, String)> {
    let words = program(words);
    let (first, rest) = words.split_first()?;
    let name = first.rsplit('/').next().unwrap_or(first);
    let verbs: Vec<&'a str> = rest.iter().filter(|it| !it.starts_with('-')).copied().collect();
    let verb = |at: usize| verbs.get(at).copied().unwrap_or_default();
    let has = |wanted: &str| rest.iter().any(|it| it.starts_with(wanted));
    if has("--help") || has("--version") {
        return None;
    }
    let is_dry = has("--dry-run") && !has("--dry-run=none") && !has("--dry-run=false");
    let kind = match (name, verb(0)) {
        ("kubectl" | "oc", _) if is_dry => return None,
        ("kubectl" | "oc", verb) => kubectl(verb, verbs.get(1).copied().unwrap_or_default())?,
        ("helm", "upgrade" | "install") if is_dry => ActKind::Test,
        ("helm", "upgrade" | "install" | "rollback") | ("helmfile", "apply" | "sync") => {
            ActKind::Deploy
        }
        ("helm", "uninstall" | "delete") => ActKind::Remove,
        ("helm", "lint" | "template" | "test" | "unittest") | ("helmfile", "lint" | "diff") => {
            ActKind::Test
        }
        ("skaffold", "run" | "deploy" | "apply") => ActKind::Deploy,
        ("skaffold", "test" | "verify") => ActKind::Test,
        ("argocd", "app") if verb(1) == "sync" => ActKind::Deploy,
        ("flux", "reconcile") => ActKind::Deploy,
        ("az", "aks") if verb(1) == "create" => ActKind::Playground,
        ("gcloud", "container") if verb(2).starts_with("create") => ActKind::Playground,
        ("gcloud", _) => gcloud(&verbs)?,
        ("aws", "cloudformation") if verb(1) == "deploy" => ActKind::Deploy,
        ("aws", "ecs") if verb(1) == "update-service" => ActKind::Deploy,
        ("aws", "lambda") if verb(1).starts_with("update-function") => ActKind::Deploy,
        ("az", "containerapp" | "webapp") if matches!(verb(1), "up" | "update" | "deploy") => {
            ActKind::Deploy
        }
        ("flyctl" | "fly" | "wrangler" | "serverless" | "sls" | "vercel", "deploy") => {
            ActKind::Deploy
        }
        ("terraform" | "tofu" | "terragrunt", _) => terraform(&verbs, rest)?,
        ("pulumi", "up" | "destroy") if has("--yes") || rest.contains(&"-y") => {
            ActKind::ApplyUnasked
        }
        ("pulumi", "preview") | ("cdk", "diff") => ActKind::Plan,
        ("cdk", "deploy" | "destroy") => {
            match has("--require-approval=never") || verb_after(rest) {
                true => ActKind::ApplyUnasked,
                false => ActKind::Apply,
            }
        }
        ("kind" | "eksctl", "create") | ("minikube", "start") | ("k3d", "cluster") => {
            ActKind::Playground
        }
        _ if is_test(name, &verbs) => ActKind::Test,
        _ => return None,
    };
    let shown: Vec<&str> = std::iter::once(name).chain(shown_verbs(name, &verbs)).collect();
    Some((kind, shown.join(" ")))
}

/// The words from the program on, without what only starts it.
pub(super) fn program<'a, 'b>(words: &'b [&'a str]) -> &'b [&'a str] {
    const STARTERS: [&str; 7] = ["sudo", "time", "nohup", "exec", "command", "env", "xargs"];
    let mut words = words;
    while let [first, rest @ ..] = words {
        if !STARTERS.contains(first) {
            break;
        }
        let plain = rest.iter().position(|it| !it.starts_with('-') && !it.contains('='));
        words = &rest[plain.unwrap_or(rest.len())..];
    }
    words
}

fn kubectl(verb: &str, next: &str) -> Option<ActKind> {
    match (verb, next) {
        ("apply" | "replace", _) | ("set", "image" | "env") | ("rollout", "restart" | "undo") => {
            Some(ActKind::Deploy)
        }
        ("diff", _) => Some(ActKind::Plan),
        ("delete", "namespace" | "namespaces" | "ns") => Some(ActKind::Remove),
        _ => None,
    }
}

fn gcloud(verbs: &[&str]) -> Option<ActKind> {
    let verbs = match verbs {
        ["alpha" | "beta", rest @ ..] => rest,
        all => all,
    };
    match verbs {
        ["deploy", "releases", "create" | "promote", ..]
        | ["run", "deploy", ..]
        | ["run", "services", "update" | "replace", ..]
        | ["app", "deploy", ..]
        | ["functions", "deploy", ..] => Some(ActKind::Deploy),
        _ => None,
    }
}

/// `-auto-approve` asks nobody, unless a plan is given that was shown before.
fn terraform(verbs: &[&str], words: &[&str]) -> Option<ActKind> {
    let verbs = match verbs {
        ["run-all", rest @ ..] | ["run", "--all", rest @ ..] | ["run", rest @ ..] => rest,
        all => all,
    };
    let is_unasked = words
        .iter()
        .any(|it| matches!(it.trim_start_matches('-'), "auto-approve" | "auto-approve=true"));
    match verbs {
        ["plan" | "validate", ..] => Some(ActKind::Plan),
        ["apply", rest @ ..] => {
            // What follows an option without `=` may be its value.
            let has_plan = rest.last().is_some_and(|it| words.last() == Some(it))
                && words.len() > 1
                && !words[words.len() - 2].starts_with("-var")
                && !words[words.len() - 2].starts_with("-target");
            match is_unasked && !has_plan {
                true => Some(ActKind::ApplyUnasked),
                false => Some(ActKind::Apply),
            }
        }
        ["destroy", ..] if is_unasked => Some(ActKind::ApplyUnasked),
        _ => None,
    }
}

/// `--require-approval never`
fn verb_after(words: &[&str]) -> bool {
    words.windows(2).any(|it| it == ["--require-approval", "never"])
}

fn is_test(name: &str, verbs: &[&str]) -> bool {
    const TESTERS: [&str; 20] = [
        "act",
        "ansible-lint",
        "checkov",
        "conftest",
        "ct",
        "golangci-lint",
        "hadolint",
        "kube-linter",
        "kubeconform",
        "kubeval",
        "mypy",
        "phpunit",
        "promtool",
        "pytest",
        "rspec",
        "shellcheck",
        "tflint",
        "tfsec",
        "tox",
        "trivy",
    ];
    const RUNNERS: [&str; 13] = [
        "bundle", "cargo", "dotnet", "go", "gradle", "gradlew", "just", "make", "mvn", "mvnw",
        "npm", "pnpm", "yarn",
    ];
    let is_word = |it: &&str| {
        it.split([':', '-', '_'])
            .any(|it| matches!(it, "test" | "tests" | "check" | "verify" | "lint" | "ci"))
    };
    TESTERS.contains(&name) || RUNNERS.contains(&name) && verbs.iter().any(is_word)
}

/// As many words as name the command and nothing that somebody chose.
fn shown_verbs<'a, 'b>(
    name: &str,
    verbs: &'b [&'a str],
) -> impl Iterator<Item = &'a str> + use<'a, 'b> {
    let count = match name {
        "gcloud" => 3,
        "aws" | "argocd" => 2,
        "kubectl" if matches!(verbs.first(), Some(&"set" | &"rollout")) => 2,
        "terragrunt" if matches!(verbs.first(), Some(&"run" | &"run-all")) => 2,
        _ => 1,
    };
    verbs.iter().take(count).copied()
}
