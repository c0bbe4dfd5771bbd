//! Where one thing is said to be the reason for another.

use kai_core::{Evidence, EvidenceKind};

use super::refusal::Refusal;
use super::relation::Names;
use super::words::{normal, tokens};

/// What stands on which side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leads {
    /// `a because b`; at the beginning `because b, a`.
    FromEffectToCause,
    /// `b, so a`
    FromCauseToEffect,
    /// `b breaks a`, right behind it; otherwise it says of itself that it breaks.
    Onto,
    /// `b is the root cause of a`, `the root cause of a is b`
    Root,
    /// The word does not tell.
    Unsaid,
}

use Leads::{FromCauseToEffect, FromEffectToCause, Onto, Root, Unsaid};

/// Words that always say why.
const REASONS: &[(&[&str], Leads)] = &[
    (&["because"], FromEffectToCause),
    (&["due", "to"], FromEffectToCause),
    (&["owing", "to"], FromEffectToCause),
    (&["thanks", "to"], FromEffectToCause),
    (&["caused", "by"], FromEffectToCause),
    (&["as", "a", "result", "of"], FromEffectToCause),
    (&["since"], FromEffectToCause),
    (&["reason", "is"], FromEffectToCause),
    (&["reason", "for"], FromCauseToEffect),
    (&["root", "cause"], Root),
    (&["culprit"], Root),
    (&["blame"], Root),
    (&["causes"], FromCauseToEffect),
    (&["cause"], FromCauseToEffect),
    (&["caused"], FromCauseToEffect),
    (&["causing"], FromCauseToEffect),
    (&["leads", "to"], FromCauseToEffect),
    (&["lead", "to"], FromCauseToEffect),
    (&["led", "to"], FromCauseToEffect),
    (&["leading", "to"], FromCauseToEffect),
    (&["results", "in"], FromCauseToEffect),
    (&["result", "in"], FromCauseToEffect),
    (&["resulting", "in"], FromCauseToEffect),
    (&["triggers"], FromCauseToEffect),
    (&["triggered"], FromCauseToEffect),
    (&["therefore"], FromCauseToEffect),
    (&["hence"], FromCauseToEffect),
    (&["thus"], FromCauseToEffect),
    (&["consequently"], FromCauseToEffect),
    (&["as", "a", "result"], FromCauseToEffect),
    (&["so"], FromCauseToEffect),
    (&["that", "is", "why"], FromCauseToEffect),
    (&["which", "is", "why"], FromCauseToEffect),
    (&["takes", "down"], FromCauseToEffect),
    (&["take", "down"], FromCauseToEffect),
    (&["brings", "down"], FromCauseToEffect),
    (&["bring", "down"], FromCauseToEffect),
    (&["makes"], FromCauseToEffect),
    (&["thereby"], FromCauseToEffect),
    (&["fault", "of"], FromEffectToCause),
    (&["responsible", "for"], FromCauseToEffect),
    (&["explains"], FromCauseToEffect),
    (&["explained", "by"], FromEffectToCause),
    (&["cascades", "to"], FromCauseToEffect),
    (&["propagates", "to"], FromCauseToEffect),
];

/// Words that say so between the names of two components.
const BETWEEN: &[(&[&str], Leads)] = &[
    (&["breaks"], Onto),
    (&["stops"], Onto),
    (&["kills"], Onto),
    (&["blocks"], Onto),
    (&["affects"], Onto),
    (&["impacts"], Onto),
    (&["depends", "on"], FromEffectToCause),
    (&["relies", "on"], FromEffectToCause),
    (&["needs"], FromEffectToCause),
    (&["requires"], FromEffectToCause),
    (&["calls"], FromEffectToCause),
    (&["uses"], FromEffectToCause),
    (&["depend", "on"], FromEffectToCause),
    (&["rely", "on"], FromEffectToCause),
    (&["need"], FromEffectToCause),
    (&["require"], FromEffectToCause),
    (&["call"], FromEffectToCause),
    (&["use"], FromEffectToCause),
    (&["without"], FromEffectToCause),
    (&["fails", "with"], FromEffectToCause),
    (&["fail", "with"], FromEffectToCause),
    (&["serves"], Onto),
    (&["supports"], Onto),
    (&["after"], FromEffectToCause),
    (&["if"], FromEffectToCause),
    (&["when"], FromEffectToCause),
    (&["once"], FromEffectToCause),
    (&["whenever"], FromEffectToCause),
    (&["down"], Unsaid),
    (&["fail"], Unsaid),
    (&["fails"], Unsaid),
    (&["failed"], Unsaid),
    (&["failure"], Unsaid),
    (&["loses"], Unsaid),
    (&["outage"], Unsaid),
];

/// What is wrong with the reasons that a claim gives.
pub(super) fn refused(claim: &str, cited: &[&Evidence], names: &Names<'_>) -> Vec<Refusal> {
    let words = tokens(claim);
    // Of what is no component, nothing but a path could say that it fails.
    let is_failing = |at: usize| {
        names.name(words[at]).is_some() && words.get(at + 1).is_some_and(|it| FAILS.contains(it))
    };
    let components =
        words.iter().enumerate().filter(|it| names.is_component(it.1) || is_failing(it.0));
    let named: Vec<(usize, String)> = components.map(|(at, it)| (at, (*it).to_owned())).collect();
    let mut different: Vec<&String> = Vec::new();
    for (_, it) in &named {
        if !different.iter().any(|known| is_same(known, it)) {
            different.push(it);
        }
    }
    let has_two = different.len() > 1;
    let mut reasons = found(&words, REASONS);
    if has_two {
        reasons.extend(found(&words, BETWEEN));
    }
    if reasons.is_empty() {
        return Vec::new();
    }
    let paths: Vec<Vec<String>> =
        cited.iter().filter(|it| it.kind == EvidenceKind::Path).map(|it| way(it)).collect();
    if paths.is_empty() {
        let said = words[reasons[0].0..reasons[0].1].join(" ");
        return vec![Refusal::NoPath(said)];
    }
    // A reason that no two components stand around is one that no path can carry.
    if !has_two {
        return vec![Refusal::NoPath("one component alone".to_owned())];
    }
    let mut refusals = Vec::new();
    let pairs: Vec<(String, String)> = reasons.iter().filter_map(|it| pair(*it, &named)).collect();
    if pairs.is_empty() {
        refusals.push(Refusal::NoPath("which of them needs which, is not said, so it".to_owned()));
    }
    for (effect, cause) in pairs {
        if !paths.iter().any(|it| leads_to(it, &effect, &cause)) {
            refusals.push(Refusal::OtherPath { effect, cause });
        }
    }
    // Every component that takes part stands on one of the paths.
    for name in different {
        if !paths.iter().flatten().any(|it| is_same(it, name)) {
            refusals.push(Refusal::OtherPath {
                effect: name.clone(),
                cause: "any other that it names".to_owned(),
            });
        }
    }
    refusals.sort();
    refusals.dedup();
    refusals
}

/// Effect and cause around a word that says why, where two names stand there.
fn pair(
    (start, end, leads): (usize, usize, Leads),
    named: &[(usize, String)],
) -> Option<(String, String)> {
    let before = named.iter().rev().find(|it| it.0 < start).map(|it| &it.1);
    let mut behind = named.iter().filter(|it| it.0 >= end);
    let first = behind.next();
    let is_other = |it: &&(usize, String)| first.is_some_and(|first| !is_same(&first.1, &it.1));
    let other = behind.find(is_other).map(|it| &it.1);
    let is_next = first.is_some_and(|it| it.0 == end);
    let first = first.map(|it| &it.1);
    let (effect, cause) = match (leads, before) {
        (FromEffectToCause, Some(before)) => (Some(before), first),
        (FromEffectToCause, None) => (other, first),
        (FromCauseToEffect | Root, Some(before)) => (first, Some(before)),
        (Onto, Some(before)) if is_next => (first, Some(before)),
        (Root, None) => (first, other),
        (Onto | FromCauseToEffect, _) | (Unsaid, _) => return None,
    };
    let (effect, cause) = (effect?, cause?);
    (!is_same(effect, cause)).then(|| (effect.clone(), cause.clone()))
}

const FAILS: &[&str] =
    &["fails", "fail", "failed", "stops", "stop", "breaks", "break", "dies", "crashes"];

/// One without its kind is any of that name.
fn is_same(one: &str, other: &str) -> bool {
    let name = |it: &str| it.rsplit('/').next().map(str::to_owned);
    if one.contains('/') && other.contains('/') { one == other } else { name(one) == name(other) }
}

fn found(words: &[&str], all: &[(&[&str], Leads)]) -> Vec<(usize, usize, Leads)> {
    let mut found: Vec<(usize, usize, Leads)> = Vec::new();
    for at in 0..words.len() {
        let here = all.iter().filter(|it| words[at..].starts_with(it.0));
        if let Some((phrase, leads)) = here.max_by_key(|it| it.0.len()) {
            let is_inside = found.last().is_some_and(|it| at < it.1);
            if !is_inside {
                found.push((at, at + phrase.len(), *leads));
            }
        }
    }
    found
}

/// Labels along a path, what needs before what is needed.
fn way(path: &Evidence) -> Vec<String> {
    let mut way: Vec<String> = Vec::new();
    for arrow in &path.details {
        let mut words = arrow.split_whitespace();
        let (Some(first), Some(last)) = (words.next(), words.next_back()) else { continue };
        if way.is_empty() {
            way.push(normal(first));
        }
        way.push(normal(last));
    }
    way
}

fn leads_to(way: &[String], effect: &str, cause: &str) -> bool {
    let effect = way.iter().position(|it| is_same(it, effect));
    let cause = way.iter().rposition(|it| is_same(it, cause));
    matches!((effect, cause), (Some(effect), Some(cause)) if effect < cause)
}
