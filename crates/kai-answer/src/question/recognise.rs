//! Which intent a question has, and what it names.

use super::names::Names;
use super::pattern::{Part, is_spoken_of, matched};
use super::{Target, Token};
use crate::intent::{INTENTS, Intent, Wants};

/// Words that hold a question together and name nothing, unless they are quoted.
pub(super) const SMALL: &[&str] = &[
    "a",
    "a.m",
    "able",
    "about",
    "actually",
    "again",
    "all",
    "also",
    "always",
    "am",
    "an",
    "and",
    "any",
    "anybody",
    "anyone",
    "app",
    "application",
    "applications",
    "apps",
    "are",
    "as",
    "asap",
    "at",
    "bad",
    "be",
    "because",
    "become",
    "been",
    "being",
    "big",
    "block",
    "blocks",
    "both",
    "bring",
    "btw",
    "but",
    "by",
    "can",
    "cause",
    "causes",
    "cluster",
    "clusters",
    "code",
    "company",
    "component",
    "components",
    "configuration",
    "could",
    "couple",
    "current",
    "currently",
    "damn",
    "database",
    "databases",
    "day",
    "days",
    "did",
    "different",
    "do",
    "does",
    "done",
    "dude",
    "else",
    "env",
    "environment",
    "ever",
    "every",
    "everybody",
    "everyone",
    "everything",
    "everywhere",
    "few",
    "ffs",
    "folder",
    "folks",
    "for",
    "from",
    "fuck",
    "fucking",
    "get",
    "gets",
    "give",
    "go",
    "goes",
    "going",
    "good",
    "guys",
    "had",
    "hard",
    "has",
    "have",
    "he",
    "hell",
    "hello",
    "her",
    "here",
    "hey",
    "hi",
    "hours",
    "how",
    "i",
    "idea",
    "if",
    "in",
    "infrastructure",
    "instead",
    "into",
    "is",
    "it",
    "its",
    "just",
    "kai",
    "kind",
    "know",
    "kubectl",
    "last",
    "late",
    "later",
    "left",
    "let",
    "like",
    "list",
    "long",
    "made",
    "make",
    "many",
    "may",
    "maybe",
    "me",
    "might",
    "mine",
    "minute",
    "minutes",
    "month",
    "more",
    "most",
    "much",
    "must",
    "my",
    "name",
    "namespace",
    "namespaces",
    "need",
    "new",
    "next",
    "night",
    "no",
    "not",
    "now",
    "number",
    "object",
    "objects",
    "of",
    "off",
    "ok",
    "old",
    "omg",
    "on",
    "one",
    "ones",
    "only",
    "or",
    "order",
    "organisation",
    "other",
    "others",
    "our",
    "out",
    "over",
    "own",
    "p.m",
    "part",
    "people",
    "person",
    "place",
    "platform",
    "please",
    "pls",
    "plz",
    "pod",
    "pods",
    "point",
    "possible",
    "probably",
    "product",
    "production",
    "project",
    "question",
    "quick",
    "quickly",
    "real",
    "really",
    "repo",
    "repository",
    "right",
    "run",
    "same",
    "see",
    "service",
    "services",
    "set",
    "several",
    "she",
    "shit",
    "should",
    "show",
    "site",
    "small",
    "so",
    "software",
    "some",
    "stack",
    "staging",
    "still",
    "stuff",
    "such",
    "sure",
    "system",
    "systems",
    "take",
    "team",
    "teams",
    "tell",
    "than",
    "thanks",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "thing",
    "things",
    "think",
    "this",
    "those",
    "thx",
    "time",
    "times",
    "to",
    "today",
    "too",
    "try",
    "under",
    "until",
    "up",
    "us",
    "use",
    "very",
    "via",
    "want",
    "wants",
    "was",
    "way",
    "ways",
    "we",
    "week",
    "well",
    "were",
    "what",
    "when",
    "where",
    "whether",
    "which",
    "while",
    "who",
    "whole",
    "whom",
    "whose",
    "why",
    "will",
    "with",
    "without",
    "word",
    "work",
    "workload",
    "workloads",
    "would",
    "year",
    "yes",
    "yet",
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
    let certain = targets(tokens, names, is_name_alone);
    let may_name = |token: &Token| token.is_quoted || !is_small(token);
    let with_words = targets(tokens, names, may_name);
    // Something may be called `state` where the question is about the state of something else.
    let is_state = |it: &Token| matches!(it.word.as_str(), "state" | "states" | "tfstate");
    let beside_state = targets(tokens, names, |it| may_name(it) && (it.is_quoted || !is_state(it)));
    let readings = [certain, beside_state, with_words];
    let best = readings.into_iter().filter_map(|targets| {
        let parts = parts(tokens, &targets);
        let (intent, score) = best(&parts)?;
        Some((score, intent, targets))
    });
    // Of equal readings the one with more names: a word that helps no pattern is none of the question.
    let (_, intent, targets) =
        best.reduce(|one, other| if other.0 >= one.0 { other } else { one })?;
    Some(Recognised { intent, targets: targets.into_iter().map(|it| it.0).collect() })
}

/// True for what cannot be a word of a question, whatever it is a name of.
fn is_name_alone(token: &Token) -> bool {
    token.is_quoted || token.word.contains(['-', '.', '/', '_']) || !is_word(token)
}

pub(super) fn is_small(token: &Token) -> bool {
    SMALL.contains(&token.word.as_str()) || is_hour(&token.word)
}

/// `3am`, `03:00`: no answer depends on the hour at which it is asked.
fn is_hour(word: &str) -> bool {
    let is_number =
        |it: &str| (1..=2).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_digit());
    let half = word.strip_suffix("am").or_else(|| word.strip_suffix("pm"));
    half.is_some_and(is_number)
        || word.split_once(':').is_some_and(|(hour, minute)| is_number(hour) && is_number(minute))
}

/// True for a word that questions are made of.
pub(crate) fn is_word(token: &Token) -> bool {
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
            let exact = |it: &str| match length {
                1 => names.exact(it, said[0], at),
                _ => names.written(it, &said.join(" "), at),
            };
            let target =
                is_free.then(|| exact(&word.join("-")).or_else(|| exact_in_one(&word, exact)));
            Some((Target { length, ..target.flatten()? }, length))
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

/// `balance reader` is `balancereader`.
fn exact_in_one(words: &[&str], exact: impl Fn(&str) -> Option<Target>) -> Option<Target> {
    const LETTERS: usize = 3;
    let are_words =
        words.iter().all(|it| it.len() >= LETTERS && it.bytes().all(|it| it.is_ascii_lowercase()));
    let found = (words.len() > 1 && are_words).then(|| exact(&words.concat()))??;
    Some(Target { is_near: true, ..found })
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
        Wants::Component | Wants::Identity | Wants::Secret => {
            if has_component {
                1
            } else {
                -3
            }
        }
        Wants::MaybeComponent | Wants::Finding | Wants::Revisions => 0,
        Wants::Alert => match (has_alert, has_component) {
            (true, _) => 2,
            (false, true) => -6,
            (false, false) => -3,
        },
        Wants::Nothing => -i64::from(has_component),
    }
}
