//! Whether a text says that something is not so, and what.

use kai_core::{Evidence, EvidenceKind};

use super::plain::is_plain;
use super::quantity::is_number;
use super::refusal::Refusal;
use super::relation::{Names, holds, parts};
use super::words::{Held, clauses, normal, sentences, stems, tokens};

/// Words that deny a thing.
const OF_THINGS: &[&str] = &[
    "no", "none", "nothing", "nobody", "nowhere", "neither", "nor", "without", "lack", "lacks",
    "lacking", "missing", "absent",
];

/// Words that deny what something does.
const OF_VERBS: &[&str] = &[
    "not",
    "never",
    "cannot",
    "can't",
    "won't",
    "don't",
    "doesn't",
    "didn't",
    "isn't",
    "aren't",
    "wasn't",
    "weren't",
    "hasn't",
    "haven't",
    "shouldn't",
    "couldn't",
    "wouldn't",
];

/// Words that stand behind what they deny.
const BEHIND: &[&str] = &["missing", "absent", "lacking"];

pub(super) fn is_denial(word: &str) -> bool {
    OF_THINGS.contains(&word) || OF_VERBS.contains(&word)
}

/// In words of one spelling.
pub(super) fn denies(words: &[&str]) -> bool {
    words.iter().any(|it| is_denial(it))
}

pub(super) fn evidence_denies(evidence: &Evidence) -> bool {
    evidence.kind == EvidenceKind::Absence || denies(&tokens(&normal(&evidence.text)))
}

/// What is denied: the words behind a denial, to the next one or to the end of the part of the sentence; those before it
/// where there are none, as in `asks for nothing`.
struct Scope {
    is_of_thing: bool,
    words: Vec<String>,
}

fn scopes(words: &[&str]) -> Vec<Scope> {
    let starts: Vec<usize> = (0..words.len()).filter(|it| is_denial(words[*it])).collect();
    let scope = |(index, at): (usize, &usize)| {
        let end = starts.get(index + 1).copied().unwrap_or(words.len());
        let behind = &words[at + 1..end];
        let is_behind = OF_THINGS.contains(&words[*at]) && !behind.iter().any(|it| says(it));
        let denied = if is_behind { &words[..*at] } else { behind };
        Scope {
            is_of_thing: OF_THINGS.contains(&words[*at]),
            words: denied.iter().map(|it| (*it).to_owned()).collect(),
        }
    };
    starts.iter().enumerate().map(scope).collect()
}

/// True for a word that carries a fact.
fn says(word: &str) -> bool {
    word.chars().any(char::is_alphanumeric) && !is_number(word) && !FUNCTION.contains(&word)
}

/// Words that are never what is denied.
const FUNCTION: &[&str] = &[
    "a", "an", "the", "this", "that", "these", "those", "it", "its", "they", "their", "there",
    "any", "is", "are", "be", "been", "was", "were", "has", "have", "had", "can", "could", "may",
    "might", "must", "will", "would", "do", "does", "did", "of", "in", "on", "at", "by", "for",
    "from", "to", "with", "as", "which", "who", "so", "then", "ever", "yet", "i", "we",
];

/// What of the denials of a claim its evidence does not carry, and what it says although its evidence denies it.
pub(super) fn refused(
    text: &str,
    cited: &[&Evidence],
    held: &[Held],
    names: &Names<'_>,
) -> Vec<Refusal> {
    let items: Vec<Item<'_>> =
        cited.iter().zip(held).map(|(it, held)| Item::of(it, held)).collect();
    let affirmed = affirmed(cited);
    let all = Held::of(cited);
    let mut refusals = Vec::new();
    for part in parts(text, names) {
        let words: Vec<&str> = part.words.iter().map(String::as_str).collect();
        let scopes = scopes(&words);
        for scope in &scopes {
            let is_about = |it: &&Item<'_>| part.names.iter().all(|name| holds(it.held, name));
            if !items.iter().filter(is_about).any(|it| it.carries(scope, names)) {
                refusals.push(Refusal::Denies);
            }
        }
        if !scopes.is_empty() {
            continue;
        }
        let is_denied = |it: &&str| {
            let is_word = it.len() > 2 && it.bytes().all(|it| it.is_ascii_lowercase());
            is_word
                && names.name(it).is_none()
                && !is_plain(it)
                && !is_number(it)
                && all.has_form(it)
                && !affirmed.has_form(it)
        };
        if words.iter().any(is_denied) {
            refusals.push(Refusal::DoesNotDeny);
        }
    }
    refusals
}

/// A piece of evidence with what it denies.
struct Item<'a> {
    held: &'a Held,
    is_absence: bool,
    scopes: Vec<Scope>,
}

impl<'a> Item<'a> {
    fn of(evidence: &Evidence, held: &'a Held) -> Self {
        let texts = std::iter::once(&evidence.text).chain(&evidence.details);
        let texts: Vec<String> = texts.map(|it| normal(it)).collect();
        let mut found = Vec::new();
        for text in &texts {
            for sentence in sentences(text) {
                found.extend(clauses(&sentence).into_iter().flat_map(|it| scopes(&tokens(it))));
            }
        }
        let is_absence = evidence.kind == EvidenceKind::Absence;
        Self { held, is_absence, scopes: found }
    }

    /// True where it denies the same: the first word that says something is denied here, too, and so is all the rest. What
    /// is looked for and not found says where, in words of its own.
    fn carries(&self, said: &Scope, names: &Names<'_>) -> bool {
        let words: Vec<&String> =
            said.words.iter().filter(|it| says(it) && names.name(it).is_none()).collect();
        let Some(first) = words.first() else { return false };
        self.scopes.iter().any(|it| {
            let is_same = it.is_of_thing == said.is_of_thing || self.is_absence;
            let is_rest =
                |word: &&&String| it.has(word) || self.is_absence && self.held.has_form(word);
            is_same && it.has(first) && words.iter().all(|it| is_rest(&it))
        })
    }
}

impl Scope {
    fn has(&self, word: &str) -> bool {
        let forms = stems(word);
        self.words.iter().any(|it| stems(it).iter().any(|it| forms.contains(it)))
    }
}

/// What evidence says without what it denies.
fn affirmed(cited: &[&Evidence]) -> Held {
    let pieces: Vec<Evidence> = cited
        .iter()
        .map(|it| Evidence {
            text: affirming(&it.text),
            details: it.details.iter().map(|it| affirming(it)).collect(),
            ..(*it).clone()
        })
        .collect();
    Held::of(&pieces.iter().collect::<Vec<_>>())
}

fn affirming(text: &str) -> String {
    let lower = normal(text);
    if !denies(&tokens(&lower)) {
        return text.to_owned();
    }
    let mut kept = String::new();
    for sentence in sentences(&lower) {
        for clause in clauses(&sentence) {
            let words = tokens(clause);
            let start = words.iter().position(|it| is_denial(it));
            // In `asks for nothing`, the verb is denied, too.
            let end = match start {
                Some(at) if BEHIND.contains(&words[at]) => 0,
                Some(at) if OF_THINGS.contains(&words[at]) => at.saturating_sub(2),
                Some(at) => at,
                None => words.len(),
            };
            kept.push_str(&words[..end].join(" "));
            kept.push('\n');
        }
    }
    kept
}
