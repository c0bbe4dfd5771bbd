//! Where a root runs, and what says so.
//!
//! Names are compared word by word: `product` is not `prod`, `latest` is not `test`. Words that are
//! common in other meanings (`local`, `kind`, `live`) count only as a whole folder name.

use std::collections::BTreeMap;

use camino::Utf8Path;
use kai_core::{Environment, Node};

/// An environment and the clause that says why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EnvironmentEvidence {
    pub(crate) environment: Environment,
    pub(crate) text: String,
}

/// What counts as evidence wherever it is a word of a name.
const WORDS: &[(&str, Environment)] = &[
    ("archive", Environment::Archive),
    ("archived", Environment::Archive),
    ("deprecated", Environment::Archive),
    ("dev", Environment::Development),
    ("development", Environment::Development),
    ("e2e", Environment::Development),
    ("example", Environment::Example),
    ("examples", Environment::Example),
    ("nonprod", Environment::Development),
    ("nonproduction", Environment::Development),
    ("prd", Environment::Production),
    ("preprod", Environment::Staging),
    ("preproduction", Environment::Staging),
    ("prod", Environment::Production),
    ("production", Environment::Production),
    ("qa", Environment::Development),
    ("sample", Environment::Example),
    ("samples", Environment::Example),
    ("sandbox", Environment::Development),
    ("stage", Environment::Staging),
    ("staging", Environment::Staging),
    ("stg", Environment::Staging),
    ("test", Environment::Development),
    ("testdata", Environment::Example),
    ("testing", Environment::Development),
    ("tests", Environment::Development),
    ("uat", Environment::Staging),
];

/// What counts only where it is all that a folder is called.
const FOLDERS: &[(&str, Environment)] = &[
    ("attic", Environment::Archive),
    ("ci", Environment::Development),
    ("contrib", Environment::Example),
    ("demo", Environment::Example),
    ("demos", Environment::Example),
    ("docs", Environment::Example),
    ("extras", Environment::Example),
    ("fixtures", Environment::Example),
    ("hack", Environment::Example),
    ("kind", Environment::Development),
    ("live", Environment::Production),
    ("local", Environment::Development),
    ("minikube", Environment::Development),
    ("old", Environment::Archive),
    ("playground", Environment::Development),
    ("tutorial", Environment::Example),
    ("tutorials", Environment::Example),
];

/// Labels whose value names an environment.
const LABELS: &[&str] = &["environment", "env", "app.kubernetes.io/environment"];

/// What a path says. An example or an archive holds for everything below it; of the rest the
/// deepest folder decides.
pub(crate) fn of_path(path: &Utf8Path) -> Option<EnvironmentEvidence> {
    let mut deepest: Option<EnvironmentEvidence> = None;
    for segment in path.iter() {
        let Some(environment) = of_folder(segment) else { continue };
        let text = format!("the path says `{segment}`");
        let found = EnvironmentEvidence { environment, text };
        if environment >= Environment::Example {
            return Some(found);
        }
        deepest = Some(found);
    }
    deepest
}

fn of_folder(segment: &str) -> Option<Environment> {
    let bare = segment.trim_start_matches('.').to_ascii_lowercase();
    let bare = bare.trim_end_matches(|it: char| it.is_ascii_digit() || it == '-' || it == '_');
    lookup(FOLDERS, bare).or_else(|| of_name(segment))
}

/// What a name says, by its words: `neco-dev`, `stage0`, `bank-of-anthos-production`.
pub(crate) fn of_name(name: &str) -> Option<Environment> {
    let words = words(name);
    let mut found = None;
    for (index, word) in words.iter().enumerate() {
        let Some(environment) = of_word(word) else { continue };
        let before = index.checked_sub(1).map(|it| words[it].as_str());
        found = Some(match (environment, before) {
            (Environment::Production, Some("pre")) => Environment::Staging,
            (Environment::Production, Some("non" | "not" | "no")) => Environment::Development,
            _ => environment,
        });
    }
    found
}

fn of_word(word: &str) -> Option<Environment> {
    lookup(WORDS, word)
        .or_else(|| lookup(WORDS, word.trim_end_matches(|it: char| it.is_ascii_digit())))
}

fn lookup(table: &[(&str, Environment)], word: &str) -> Option<Environment> {
    table.iter().find(|(it, _)| *it == word).map(|&(_, environment)| environment)
}

/// The words of a name in lower case, split at signs and at humps.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for letter in name.chars() {
        if !letter.is_ascii_alphanumeric() || (was_lower && letter.is_ascii_uppercase()) {
            words.push(String::new());
        }
        was_lower = letter.is_ascii_lowercase();
        if let (true, Some(word)) = (letter.is_ascii_alphanumeric(), words.last_mut()) {
            word.push(letter.to_ascii_lowercase());
        }
    }
    words.retain(|it| !it.is_empty());
    words
}

/// What the objects say: first their labels, then their namespaces; all that say anything must
/// agree.
pub(crate) fn of_objects(objects: &[Node]) -> Option<EnvironmentEvidence> {
    of_labels(objects).or_else(|| of_namespaces(objects))
}

/// What a Compose project calls itself, or the network that its services share.
pub(crate) fn of_compose(objects: &[Node]) -> Option<EnvironmentEvidence> {
    const SHOWN: &[&str] = &["demo", "demos", "playground", "tutorial", "tutorials"];
    let [model] = objects else { return None };
    let network = model.str_at(&["networks", "default", "name"]);
    let names = [("project", model.str_at(&["name"])), ("network", network)];
    names.into_iter().find_map(|(what, name)| {
        let name = name?;
        let is_shown = || words(name).iter().any(|it| SHOWN.contains(&it.as_str()));
        let environment = of_name(name).or_else(|| is_shown().then_some(Environment::Example))?;
        Some(EnvironmentEvidence { environment, text: format!("the {what} is called `{name}`") })
    })
}

fn of_labels(objects: &[Node]) -> Option<EnvironmentEvidence> {
    let mut said: BTreeMap<Environment, (usize, String)> = BTreeMap::new();
    for object in objects {
        let Some(labels) = object.at(&["metadata", "labels"]).and_then(Node::as_map) else {
            continue;
        };
        let Some((key, value)) =
            LABELS.iter().find_map(|key| Some((key, labels.get(key)?.as_str()?)))
        else {
            continue;
        };
        if let Some(environment) = of_folder(value) {
            said.entry(environment).or_insert_with(|| (0, format!("{key}: {value}"))).0 += 1;
        }
    }
    let (environment, (count, label)) = only(said)?;
    let total = objects.len();
    let text = format!("{count} of {total} objects carry the label `{label}`");
    Some(EnvironmentEvidence { environment, text })
}

fn of_namespaces(objects: &[Node]) -> Option<EnvironmentEvidence> {
    let mut said = BTreeMap::new();
    let mut last = None;
    for object in objects {
        let name = match object.str_at(&["metadata", "namespace"]) {
            Some(namespace) => namespace,
            None if object.str_at(&["kind"]) == Some("Namespace") => {
                object.str_at(&["metadata", "name"]).unwrap_or_default()
            }
            None => continue,
        };
        // Neighbours mostly share a namespace.
        if last.replace(name) == Some(name) {
            continue;
        }
        let environment = of_name(name);
        said.entry(environment).or_insert_with(|| name.to_owned());
    }
    let (environment, namespace) = only(said)?;
    let text = format!("the namespace is `{namespace}`");
    Some(EnvironmentEvidence { environment: environment?, text })
}

/// The single entry of a map that holds one.
fn only<K: Ord, V>(map: BTreeMap<K, V>) -> Option<(K, V)> {
    let mut entries = map.into_iter();
    let first = entries.next()?;
    entries.next().is_none().then_some(first)
}

/// What is left when nothing says anything.
pub(crate) fn assumed() -> EnvironmentEvidence {
    EnvironmentEvidence {
        environment: Environment::Production,
        text: "assumed: nothing says otherwise".to_owned(),
    }
}
