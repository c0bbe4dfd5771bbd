//! Words of a question that its answer would leave out.

use super::names::Names;
use super::pattern::is_spoken_of;
use super::place::Place;
use super::recognise::is_small;
use super::tokens::multiple;
use super::{Target, Token};
use crate::intent::{Intent, Wants};

/// Words that change no answer, besides those that only hold a question together.
pub(super) const EMPTY: &[&str] = &[
    "answer",
    "anything",
    "api",
    "backend",
    "brief",
    "briefly",
    "cache",
    "container",
    "containers",
    "crash",
    "crashed",
    "crashes",
    "customers",
    "data",
    "db",
    "dead",
    "detail",
    "details",
    "dev",
    "development",
    "die",
    "died",
    "dies",
    "down",
    "during",
    "entirely",
    "exactly",
    "explain",
    "explained",
    "fail",
    "failed",
    "failing",
    "fails",
    "failure",
    "failures",
    "frontend",
    "fully",
    "happen",
    "happened",
    "happening",
    "happens",
    "hurt",
    "incident",
    "incidents",
    "instance",
    "instances",
    "issue",
    "issues",
    "mean",
    "means",
    "nothing",
    "on-call",
    "open",
    "outage",
    "outages",
    "parts",
    "plan",
    "plans",
    "preprod",
    "problem",
    "problems",
    "process",
    "prod",
    "queue",
    "safely",
    "server",
    "servers",
    "somebody",
    "someone",
    "something",
    "stage",
    "suddenly",
    "unexpectedly",
    "users",
    "view",
    "website",
];

/// Words that turn what follows around.
const NEGATIONS: &[&str] =
    &["not", "never", "don't", "doesn't", "didn't", "isn't", "won't", "wouldn't", "aren't"];
const FAILS: &[&str] = &["fail", "break", "die", "crash", "stop", "down", "gone", "lost", "dead"];

/// What neither the intent nor a name in the question explains, in its order.
pub(crate) fn leftover<'a>(
    tokens: &'a [Token],
    intent: &Intent,
    targets: &[Target],
    places: &[Place],
    names: &Names,
) -> Vec<&'a Token> {
    let is_named = |at: usize| {
        let of = |it: &Target| (it.at..it.at + it.length).contains(&at);
        targets.iter().any(of) || places.iter().any(|it| it.at == at)
    };
    let is_number = |it: &Token| {
        let ranks = intent.wants == Wants::Finding || intent.id == "fix";
        let is_rank = it.word.trim_start_matches('#').parse::<u32>().is_ok();
        (ranks && is_rank) || (intent.id == "load" && multiple(&it.word).is_some())
    };
    let is_explained = |it: &Token| {
        let word = it.word.as_str();
        !it.is_quoted
            && (is_small(it)
                || EMPTY.contains(&word)
                || names.is_kind(word)
                || is_spoken_of(it, intent.patterns.iter()))
            || is_number(it)
            || !word.contains(char::is_alphanumeric)
    };
    let all = tokens.iter().enumerate();
    all.filter(|(at, it)| !is_named(*at) && !is_explained(it)).map(|it| it.1).collect()
}

/// A word that turns the question around, where the intent has no answer to that.
pub(crate) fn turned<'a>(
    tokens: &'a [Token],
    intent: &Intent,
    targets: &[Target],
) -> Option<&'a Token> {
    let is_named = |at: usize| targets.iter().any(|it| (it.at..it.at + it.length).contains(&at));
    let condition = tokens.iter().position(is_condition).unwrap_or(tokens.len());
    let asked = tokens.iter().enumerate().take(condition);
    let is_turned = |(at, it): &(usize, &Token)| {
        it.is_negation() && !is_named(*at) && !is_spoken_of(it, intent.patterns.iter())
    };
    asked.into_iter().find(is_turned).map(|it| it.1)
}

fn is_condition(token: &Token) -> bool {
    matches!(token.word.as_str(), "if" | "when" | "once" | "while")
}

/// The words of "if it does not fail", which no answer is about.
pub(crate) fn negated(tokens: &[Token]) -> Option<String> {
    let at = tokens.iter().position(|it| NEGATIONS.contains(&it.word.as_str()))?;
    let next = tokens.get(at + 1)?;
    let fails = FAILS.iter().any(|it| next.word.starts_with(it));
    let is_asked = fails && tokens[..at].iter().any(is_condition);
    is_asked.then(|| format!("{} {}", tokens[at].said, next.said))
}
