//! What questions of one kind look like.
//!
//! A pattern is a line of groups: `what|which break*|fail* if|when`. Every group must match a word, in any
//! order; after `>` in this order. `X` is a name, `#` a multiple, `@` what clouds name regions and zones like, and `*` stands for any ending.

use super::place::is_place_name;
use super::tokens::multiple;
use super::{Target, Token};

/// A word that was said, or something of the system that it names.
#[derive(Debug, Clone)]
pub(crate) enum Part<'a> {
    Word(&'a str),
    Name(&'a Target),
}

/// How many groups the pattern has, if all match.
pub(crate) fn matched(pattern: &str, parts: &[Part<'_>]) -> Option<usize> {
    if let Some(ordered) = pattern.strip_prefix('>') {
        let mut rest = parts.iter();
        let mut groups = ordered.split_whitespace();
        return groups
            .try_fold(0, |count, group| rest.any(|it| is_in(it, group)).then_some(count + 1));
    }
    let groups = pattern.split_whitespace();
    groups
        .into_iter()
        .try_fold(0, |count, group| parts.iter().any(|it| is_in(it, group)).then_some(count + 1))
}

fn is_in(part: &Part<'_>, group: &str) -> bool {
    match part {
        Part::Name(_) => group.split('|').any(|it| it == "X"),
        Part::Word(word) => group.split('|').any(|it| is_meant(word, it)),
    }
}

fn is_meant(word: &str, alternative: &str) -> bool {
    match alternative.strip_suffix('*') {
        Some(start) => word.starts_with(start),
        None if alternative == "#" => multiple(word).is_some(),
        None if alternative == "@" => is_place_name(word),
        None => word == alternative,
    }
}

/// True where some pattern speaks of the word.
pub(crate) fn is_spoken_of<'a>(
    token: &Token,
    patterns: impl Iterator<Item = &'a &'static str>,
) -> bool {
    let mut groups = patterns.flat_map(|it| it.trim_start_matches('>').split_whitespace());
    groups.any(|group| group != "X" && is_in(&Part::Word(&token.word), group))
}
