//! Which intent a question has, and what it names.

use super::names::Names;
use super::pattern::{Part, is_spoken_of, matched};
use super::{Target, Token};
use crate::intent::{INTENTS, Intent, Wants};

/// Words that hold a question together and name nothing, unless they are quoted.
const SMALL: &[&str] = &[
    "a",
    "all",
    "am",
    "an",
    "and",
    "any",
    "anybody",
    "anyone",
    "are",
    "as",
    "at",
    "be",
    "been",
    "being",
    "both",
    "but",
    "by",
    "can",
    "component",
    "could",
    "current",
    "currently",
    "did",
    "do",
    "does",
    "ever",
    "every",
    "everything",
    "for",
    "from",
    "get",
    "gets",
    "give",
    "go",
    "goes",
    "going",
    "good",
    "had",
    "has",
    "have",
    "he",
    "her",
    "here",
    "how",
    "i",
    "if",
    "in",
    "into",
    "is",
    "it",
    "its",
    "just",
    "let",
    "like",
    "long",
    "made",
    "make",
    "many",
    "may",
    "me",
    "might",
    "much",
    "must",
    "my",
    "need",
    "no",
    "not",
    "now",
    "of",
    "off",
    "on",
    "one",
    "ones",
    "or",
    "our",
    "out",
    "over",
    "own",
    "part",
    "please",
    "right",
    "run",
    "same",
    "see",
    "service",
    "services",
    "set",
    "she",
    "should",
    "show",
    "so",
    "some",
    "still",
    "such",
    "system",
    "take",
    "tell",
    "than",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "thing",
    "this",
    "those",
    "to",
    "today",
    "too",
    "under",
    "until",
    "up",
    "us",
    "use",
    "very",
    "was",
    "we",
    "well",
    "were",
    "what",
    "when",
    "where",
    "which",
    "while",
    "who",
    "whole",
    "whom",
    "why",
    "will",
    "with",
    "would",
    "you",
    "your",
];

/// Names of up to so many words are put together: `ledger db` is `ledger-db`.
const WORDS_MAX: usize = 4;

/// What was understood.
pub(crate) struct Recognised {
    pub(crate) intent: &'static Intent,
    /// In the order of the question.
    pub(crate) targets: Vec<Target>,
}

/// None where no intent fits.
pub(crate) fn recognise(tokens: &[Token], names: &Names) -> Option<Recognised> {
    let certain = targets(tokens, names, |token| token.is_quoted || !is_word(token));
    let with_words = targets(tokens, names, |token| token.is_quoted || !is_small(token));
    let readings = [certain, with_words];
    let best = readings.into_iter().filter_map(|targets| {
        let parts = parts(tokens, &targets);
        let (intent, score) = best(&parts)?;
        Some((score, intent, targets))
    });
    // Of equal readings the first one, which takes a word for a word.
    let (_, intent, targets) =
        best.reduce(|one, other| if other.0 > one.0 { other } else { one })?;
    Some(Recognised { intent, targets: targets.into_iter().map(|it| it.0).collect() })
}

fn is_small(token: &Token) -> bool {
    SMALL.contains(&token.word.as_str())
}

/// True for a word that questions are made of.
fn is_word(token: &Token) -> bool {
    is_small(token) || is_spoken_of(token, INTENTS.iter().flat_map(|it| it.patterns))
}

/// Words that are no part of any question that can be answered, and no name.
pub(super) fn strangers<'a>(tokens: &'a [Token], names: &Names) -> Vec<&'a Token> {
    let named = targets(tokens, names, |token| token.is_quoted || !is_word(token));
    let is_named =
        |at: usize| named.iter().any(|(it, length)| (it.at..it.at + length).contains(&at));
    let all = tokens.iter().enumerate();
    all.filter(|(at, it)| !is_named(*at) && (it.is_quoted || !is_word(it))).map(|it| it.1).collect()
}

/// Names in the question, the longest first at every place, each with how many words it takes.
fn targets(
    tokens: &[Token],
    names: &Names,
    may_name: impl Fn(&Token) -> bool,
) -> Vec<(Target, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let longest = (1..=WORDS_MAX.min(tokens.len() - at)).rev().find_map(|length| {
            let words = &tokens[at..at + length];
            let is_free =
                if length == 1 { may_name(&words[0]) } else { words.iter().any(&may_name) };
            let said: Vec<&str> = words.iter().map(|it| it.said.as_str()).collect();
            let word: Vec<&str> = words.iter().map(|it| it.word.as_str()).collect();
            let target = is_free.then(|| names.exact(&word.join("-"), &said.join(" "), at));
            Some((target.flatten()?, length))
        });
        match longest {
            Some((target, length)) => {
                found.push((target, length));
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

fn parts<'a>(tokens: &'a [Token], targets: &'a [(Target, usize)]) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match targets.iter().find(|(it, _)| it.at == at) {
            Some((target, length)) => {
                parts.push(Part::Name(target));
                at += length;
            }
            None => {
                parts.push(Part::Word(&tokens[at].word));
                at += 1;
            }
        }
    }
    parts
}

/// The intent whose longest pattern fits, and how well.
fn best(parts: &[Part<'_>]) -> Option<(&'static Intent, i64)> {
    let mut best: Option<(&'static Intent, i64)> = None;
    for intent in INTENTS {
        let lengths = intent.patterns.iter().filter_map(|it| matched(it, parts));
        let Some(length) = lengths.max() else { continue };
        let score = 2 * i64::try_from(length).unwrap_or(0) + fit(intent, parts);
        if best.is_none_or(|it| score > it.1) {
            best = Some((intent, score));
        }
    }
    best
}

/// A question that names what the intent is about fits better, one that names what it has no use for worse.
fn fit(intent: &Intent, parts: &[Part<'_>]) -> i64 {
    let targets = || {
        parts.iter().filter_map(|it| match it {
            Part::Name(target) => Some(target),
            Part::Word(_) => None,
        })
    };
    let has_component = targets().any(|it| !it.components.is_empty());
    let has_alert = targets().any(|it| !it.alerts.is_empty());
    match intent.wants {
        Wants::Component | Wants::Identity | Wants::Secret => i64::from(has_component),
        Wants::MaybeComponent | Wants::Finding | Wants::Revisions => 0,
        Wants::Alert => {
            if has_alert {
                2
            } else {
                -1
            }
        }
        Wants::Nothing => -i64::from(has_component),
    }
}
