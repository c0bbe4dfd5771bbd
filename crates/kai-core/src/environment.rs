//! Where a root runs, and what says so.
//!
//! Names are compared word by word: `product` is not `prod`, `latest` is not `test`. Words that are
//! common in other meanings (`local`, `kind`, `live`) count only as a whole folder name.

use camino::Utf8Path;

use crate::Environment;

/// An environment and the clause that says why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentEvidence {
    pub environment: Environment,
    pub text: String,
}

/// What counts as evidence wherever it is a word of a name.
const WORDS: &[(&str, Environment)] = &[
    ("archive", Environment::Archive),
    ("archived", Environment::Archive),
    ("deprecated", Environment::Archive),
    ("dev", Environment::Development),
    ("development", Environment::Development),
    ("devstg", Environment::Development),
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
    ("chapter", Environment::Example),
    ("chapters", Environment::Example),
    ("ci", Environment::Development),
    ("codelab", Environment::Example),
    ("codelabs", Environment::Example),
    ("contrib", Environment::Example),
    ("demo", Environment::Example),
    ("demos", Environment::Example),
    ("docs", Environment::Example),
    ("exercise", Environment::Example),
    ("exercises", Environment::Example),
    ("extras", Environment::Example),
    ("fixtures", Environment::Example),
    ("hack", Environment::Example),
    ("kind", Environment::Development),
    ("lesson", Environment::Example),
    ("lessons", Environment::Example),
    ("live", Environment::Production),
    ("local", Environment::Development),
    ("minikube", Environment::Development),
    ("node_modules", Environment::Archive),
    ("old", Environment::Archive),
    ("playground", Environment::Development),
    ("tutorial", Environment::Example),
    ("tutorials", Environment::Example),
];

/// What a path says. An example or an archive holds for everything below it; of the rest the
/// deepest folder decides, and none below a folder of tests is production.
#[must_use]
pub fn of_path(path: &Utf8Path) -> Option<EnvironmentEvidence> {
    let mut deepest: Option<EnvironmentEvidence> = None;
    let mut is_in_tests = false;
    for segment in path.iter() {
        let Some(environment) = of_folder(segment) else { continue };
        // What tests expect of production is none.
        if is_in_tests && environment == Environment::Production {
            continue;
        }
        is_in_tests |= holds_tests(segment);
        let text = format!("the path says `{segment}`");
        let found = EnvironmentEvidence { environment, text };
        if environment >= Environment::Example {
            return Some(found);
        }
        deepest = Some(found);
    }
    deepest
}

/// True for `tests` and `integration-tests`, and for environments of the same names.
fn holds_tests(segment: &str) -> bool {
    matches!(words(segment).last().map(String::as_str), Some("e2e" | "test" | "tests"))
}

/// What the name of a folder says.
#[must_use]
pub fn of_folder(segment: &str) -> Option<Environment> {
    let bare = segment.trim_start_matches('.').to_ascii_lowercase();
    let bare = bare.trim_end_matches(|it: char| it.is_ascii_digit() || it == '-' || it == '_');
    lookup(FOLDERS, bare).or_else(|| of_name(segment))
}

/// What a name says, by its words: `neco-dev`, `stage0`, `bank-of-anthos-production`.
#[must_use]
pub fn of_name(name: &str) -> Option<Environment> {
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
#[must_use]
pub fn words(name: &str) -> Vec<String> {
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

/// What is left when nothing says anything.
#[must_use]
pub fn assumed() -> EnvironmentEvidence {
    EnvironmentEvidence {
        environment: Environment::Production,
        text: "assumed: nothing says otherwise".to_owned(),
    }
}
