//! What documents name exists.

use super::tracked::Tracked;
use super::{layers, rules};

const ARCHITECTURE_LINES_MAX: usize = 200;
/// One screen.
const README_LINES_MAX: usize = 60;

pub(super) fn documents_are_short(tracked: &Tracked) -> Vec<String> {
    let limits = [("ARCHITECTURE.md", ARCHITECTURE_LINES_MAX), ("README.md", README_LINES_MAX)];
    let long = limits.into_iter().filter_map(|(path, max)| {
        let count = tracked.text(path).lines().count();
        (count > max).then(|| format!("{path}: {count} lines, at most {max}"))
    });
    long.collect()
}

/// Crates, commands, rules and paths.
pub(super) fn what_they_name_exists(tracked: &Tracked) -> Vec<String> {
    let commands = commands(tracked);
    let rules = rules::ids(tracked);
    let mut offences = Vec::new();
    for (path, text) in documents(tracked) {
        for (index, line) in text.lines().enumerate() {
            let wrong = unknown_crates(line)
                .chain(unknown_commands(line, &commands, &rules))
                .chain(unknown_paths(line, tracked));
            offences.extend(wrong.map(|it| format!("{path}:{}: {it}", index + 1)));
        }
    }
    offences
}

fn documents(tracked: &Tracked) -> impl Iterator<Item = (&str, &str)> {
    tracked.between("", ".md").filter(|(path, _)| !path.contains('/') || path.starts_with("docs/"))
}

/// Every word that looks like a crate of ours.
fn unknown_crates(line: &str) -> impl Iterator<Item = String> {
    let is_name = |it: char| it.is_ascii_lowercase() || it == '-';
    let words = line.split(move |it: char| !is_name(it)).filter(|it| it.starts_with("kai-"));
    let unknown = words.filter(|word| !layers::LAYERS.iter().any(|(name, _)| name == word));
    unknown.map(|word| format!("there is no crate `{word}`"))
}

/// `kai <command>` in code, and what `kai explain` is asked about.
fn unknown_commands(
    line: &str,
    commands: &[String],
    rules: &[String],
) -> impl Iterator<Item = String> {
    let mut unknown = Vec::new();
    for (at, _) in line.match_indices("`kai ").chain(line.match_indices("$ kai ")) {
        let rest = line[at..].trim_start_matches(['`', '$', ' ']);
        let mut words = rest.split(['`', ' ']).skip(1);
        let command = words.next().unwrap_or_default();
        let is_word = !command.is_empty() && command.bytes().all(|it| it.is_ascii_lowercase());
        if is_word && !commands.iter().any(|it| it == command) {
            unknown.push(format!("there is no command `kai {command}`"));
        }
        let subject = words.next().unwrap_or_default();
        let is_id = subject.contains('-')
            && subject.bytes().all(|it| it.is_ascii_lowercase() || it == b'-');
        if command == "explain" && is_id && !rules.iter().any(|it| it == subject) {
            unknown.push(format!("there is no rule `{subject}`"));
        }
    }
    unknown.into_iter()
}

/// Paths in backticks that begin with a folder of this repository.
fn unknown_paths(line: &str, tracked: &Tracked) -> impl Iterator<Item = String> {
    let quoted = line.split('`').skip(1).step_by(2);
    let paths = quoted.filter(|it| {
        let is_ours = ["crates/", "xtask/", "docs/", "examples/", ".ci/"]
            .iter()
            .any(|top| it.starts_with(top));
        is_ours && !it.contains([' ', '<', '*', '…', '{', ':'])
    });
    let unknown = paths.filter(|path| {
        let folder = format!("{}/", path.trim_end_matches('/'));
        !tracked.sizes.keys().any(|it| it == path || it.starts_with(&folder))
    });
    let unknown: Vec<String> = unknown.map(|path| format!("there is no `{path}`")).collect();
    unknown.into_iter()
}

/// The subcommands that the binary declares.
fn commands(tracked: &Tracked) -> Vec<String> {
    let text = tracked.text("crates/kai/src/command_line.rs");
    let Some((_, rest)) = text.split_once("enum Command {") else { return Vec::new() };
    let (body, _) = rest.split_once("\n}").unwrap_or((rest, ""));
    let variants =
        body.lines().map(str::trim).filter(|it| !it.starts_with("//") && !it.starts_with('#'));
    let names =
        variants.filter_map(|it| it.split(['(', ',', ' ']).next()).filter(|it| !it.is_empty());
    names.map(str::to_lowercase).collect()
}
