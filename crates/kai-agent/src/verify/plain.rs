//! Words that carry no fact.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::words::stems;

static PLAIN: LazyLock<BTreeSet<&'static str>> =
    LazyLock::new(|| include_str!("plain_words.txt").split_whitespace().collect());
static COMMAND: LazyLock<BTreeSet<&'static str>> =
    LazyLock::new(|| include_str!("command_words.txt").split_whitespace().collect());

pub(super) fn is_plain(word: &str) -> bool {
    stems(word).iter().any(|it| PLAIN.contains(it.as_str()))
}

/// The same for commands, which are made of other words.
pub(super) fn is_plain_in_command(word: &str) -> bool {
    COMMAND.contains(word)
}

/// What arrows of the graph mean: a failure goes from what is needed to what needs it.
const OF_PATH: &[&str] = &[
    "affect", "break", "call", "cause", "depend", "fail", "failure", "lead", "need", "rely",
    "require", "stop", "use", "result",
];

/// True for a word that any path of the graph carries.
pub(super) fn is_of_path(word: &str) -> bool {
    stems(word).iter().any(|it| OF_PATH.contains(&it.as_str()))
}
