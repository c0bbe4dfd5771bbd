//! Whether something is the same for each push: it asks for no branch, and no push gets a place of its own.

use kai_core::{Node, Value};

/// How a service names what differs from push to push, in small letters.
pub(super) struct Words {
    /// What is, or depends on, the branch.
    pub(super) branch: &'static [&'static str],
    /// What no two pushes share, and what may be such.
    pub(super) push: &'static [&'static str],
    /// Keys below which whether it runs is said, which is asked elsewhere.
    pub(super) skipped: &'static [&'static str],
}

/// Ways to ask git for the branch, or for what differs between branches.
const OF_GIT: &[&str] = &[
    "abbrev-ref",
    "symbolic-",
    ".git/head",
    "git describe",
    "git diff",
    "git for-each-ref",
    "git log",
    "git ls-remote",
    "git merge-base",
    "git name-rev",
    "git rev-list",
    "git show",
    "git status",
    "git tag",
];

const OF_CHANCE: &[&str] = &["rev-parse", "uuidgen", "$random", "${random", "$(date", "`date"];

/// True where a text of them asks for the branch.
pub(super) fn asks_for_branch(nodes: &[&Node], words: &Words) -> bool {
    let Some(texts) = texts(nodes, words) else { return true };
    let asks = |it: &String| words.branch.iter().chain(OF_GIT).any(|word| it.contains(word));
    texts.iter().any(asks)
}

/// True where what they do may be something else, or somewhere else, for another push. A version that is
/// named after the push, as a tag of an image is, goes to the same place.
pub(super) fn differs(nodes: &[&Node], words: &Words) -> bool {
    let Some(texts) = texts(nodes, words) else { return true };
    let fixed = words.push.iter().chain(OF_CHANCE);
    let mut names: Vec<String> = fixed.map(|it| (*it).to_owned()).collect();
    let mut at = 0;
    while let Some(name) = names.get(at).cloned() {
        let uses = texts
            .iter()
            .flat_map(|text| text.match_indices(&name).map(|(place, _)| version(&text[..place])));
        for variable in uses {
            let Some(variable) = variable else { return true };
            add_uses(variable, &mut names);
        }
        at += 1;
    }
    asks_for_branch(nodes, words)
}

/// A variable that holds what differs is asked like it.
fn add_uses(variable: &str, names: &mut Vec<String>) {
    for start in ["$", "${", "env.", "outputs."] {
        let used = format!("{start}{variable}");
        if !variable.is_empty() && !names.contains(&used) {
            names.push(used);
        }
    }
}

/// The texts in small letters, each behind its key; none where one is not known.
fn texts(nodes: &[&Node], words: &Words) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    nodes.iter().try_for_each(|it| add("", it, words, &mut texts))?;
    Some(texts)
}

fn add(key: &str, node: &Node, words: &Words, texts: &mut Vec<String>) -> Option<()> {
    match &node.value {
        Value::Scalar(it) => {
            texts.push(format!("{key}={}", it.text).to_lowercase());
            Some(())
        }
        Value::Seq(items) => items.iter().try_for_each(|it| add(key, it, words, texts)),
        Value::Map(map) => {
            let mut entries = map.iter().filter(|it| !words.skipped.contains(&it.key.as_str()));
            entries.try_for_each(|it| add(&it.key, &it.node, words, texts))
        }
        Value::Unknown(_) => None,
    }
}

/// The name under which a version is kept, which is empty for a tag of an image; none where what comes
/// after the text is no version.
fn version(before: &str) -> Option<&str> {
    const KINDS: [&str; 9] =
        ["commit", "digest", "image", "images", "revision", "sha", "tag", "tags", "version"];
    let line = outside(before).rsplit('\n').next()?;
    let line = line.trim_end_matches(['$', '{', '(', '"', '\'']);
    let (line, word) = line.rsplit_once(char::is_whitespace).unwrap_or(("", line));
    if word.rsplit_once(':').is_some_and(|(name, tag)| is_tag(name, tag)) {
        return Some("");
    }
    let key = match word.rsplit_once('=') {
        Some((key, _)) => key,
        // An option stands before its value.
        None => line.rsplit(char::is_whitespace).next().filter(|it| it.starts_with("--"))?,
    };
    let name = key.rsplit(['.', ',', '-', '=', '"', '\'']).next()?;
    KINDS.iter().any(|it| name.ends_with(it)).then_some(name)
}

/// What stands before the expression or the command in brackets that the text ends in.
fn outside(before: &str) -> &str {
    let opened = [("${{", "}}"), ("$(", ")")]
        .into_iter()
        .filter_map(|(open, close)| before.rfind(open).filter(|it| !before[*it..].contains(close)));
    &before[..opened.min().unwrap_or(before.len())]
}

/// `${NAME:-default}` is none.
fn is_tag(name: &str, tag: &str) -> bool {
    !name.is_empty() && !tag.starts_with('-') && !tag.contains(['/', '='])
}
