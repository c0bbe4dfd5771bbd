//! What commands make and take away.

use kai_graph::ActTarget;

use super::acts;

/// What a command makes or takes away, as far as its words say; `directory` is where it runs.
pub(super) fn of(words: &[&str], directory: &str) -> Vec<ActTarget> {
    let [first, rest @ ..] = acts::program(words) else { return Vec::new() };
    let name = first.rsplit('/').next().unwrap_or(first);
    let plain = plain(rest);
    match (name, &plain[..]) {
        ("terraform" | "tofu" | "terragrunt" | "pulumi", _) => vec![of_directory(rest, directory)],
        ("cdk", [_, stacks @ ..]) => {
            let place = format!("the directory {directory}").into();
            vec![ActTarget { name: stacks.join(" ").into(), place }]
        }
        ("helm", ["upgrade" | "install", release, ..]) => vec![in_namespace(release, rest)],
        ("helm", ["uninstall" | "delete", releases @ ..]) => {
            releases.iter().map(|it| in_namespace(it, rest)).collect()
        }
        ("kubectl" | "oc", ["delete", "namespace" | "namespaces" | "ns", names @ ..]) => {
            names.iter().map(|it| ActTarget { name: "".into(), place: namespace(it) }).collect()
        }
        ("kubectl" | "oc", _) => vec![in_namespace("objects", rest)],
        _ => Vec::new(),
    }
}

/// Follows a shell through its directories.
pub(super) fn change_directory(directory: &mut String, program: Option<&str>, to: &str) {
    match (program, to) {
        (Some("popd"), _) | (Some("cd"), "-") => {
            directory.truncate(directory.rfind('/').unwrap_or(0));
        }
        (Some("cd" | "pushd"), _) => {
            if to.is_empty() || to.starts_with(['/', '$', '~']) {
                directory.clear();
            }
            let to = to.trim_start_matches("./").trim_end_matches('/').replace('/', "\u{1f}");
            directory.push('/');
            directory.push_str(&to);
        }
        _ => {}
    }
}

/// A directory of the repository as a shell comes to it.
pub(super) fn below(directory: &str) -> String {
    let mut at = String::new();
    if !directory.is_empty() {
        change_directory(&mut at, Some("cd"), directory);
    }
    at
}

/// The words that are neither options nor their values.
fn plain<'a>(words: &[&'a str]) -> Vec<&'a str> {
    const ALONE: [&str; 20] = [
        "--all",
        "--atomic",
        "--cleanup-on-fail",
        "--create-namespace",
        "--debug",
        "--dependency-update",
        "--devel",
        "--force",
        "--ignore-not-found",
        "--install",
        "--keep-history",
        "--no-hooks",
        "--now",
        "--purge",
        "--reset-values",
        "--reuse-values",
        "--rollback-on-failure",
        "--skip-crds",
        "--wait",
        "-i",
    ];
    let mut plain = Vec::new();
    let mut is_value = false;
    for word in words {
        if word.starts_with('-') {
            is_value = !word.contains('=') && !ALONE.contains(word) && *word != "--wait-for-jobs";
        } else {
            if !is_value {
                plain.push(*word);
            }
            is_value = false;
        }
    }
    plain
}

fn in_namespace(name: &str, words: &[&str]) -> ActTarget {
    let given = option(words, &["-n", "--namespace"]).unwrap_or_default();
    ActTarget { name: name.into(), place: namespace(given) }
}

fn namespace(name: &str) -> kai_core::SmolStr {
    format!("the namespace {name}").into()
}

fn of_directory(words: &[&str], directory: &str) -> ActTarget {
    const MOVES: [&str; 5] = ["-chdir", "--chdir", "-C", "--cwd", "--terragrunt-working-dir"];
    let mut directory = directory.to_owned();
    if let Some(below) = option(words, &MOVES) {
        change_directory(&mut directory, Some("cd"), below);
    }
    let stack = option(words, &["-s", "--stack"]).unwrap_or_default();
    ActTarget { name: stack.into(), place: format!("the directory {directory}").into() }
}

/// The value of an option, behind `=` or as the next word.
fn option<'a>(words: &[&'a str], names: &[&str]) -> Option<&'a str> {
    words.iter().enumerate().find_map(|(at, word)| {
        let (name, value) = word.split_once('=').map_or((*word, None), |it| (it.0, Some(it.1)));
        let value = value.or_else(|| words.get(at + 1).copied());
        value.filter(|_| names.contains(&name))
    })
}
