//! Names that a claim puts together.

use std::collections::BTreeSet;

use kai_core::{Evidence, EvidenceKind};

use super::denial::is_denial;
use super::plain::{is_of_path, is_plain};
use super::quantity::is_number;
use super::refusal::Refusal;
use super::shown::Shown;
use super::words::{Held, clauses, normal, sentences, tokens, whole};

/// What is called by a name: components, and what evidence is about or puts between backticks.
pub(super) struct Names<'a> {
    shown: &'a Shown,
    told: BTreeSet<String>,
}

impl<'a> Names<'a> {
    pub(super) fn of(cited: &[&Evidence], shown: &'a Shown) -> Self {
        let mut told = BTreeSet::new();
        for it in cited {
            let text = whole(it);
            let quoted = text.split('`').skip(1).step_by(2);
            // `alert ShopApiDown`
            let about = it.subject.split_once(' ').map(|it| it.1);
            told.extend(quoted.chain(about).map(normal).filter(|it| is_name(it)));
        }
        Self { shown, told }
    }

    /// True for the name of a component, with its kind or without.
    pub(super) fn is_component(&self, word: &str) -> bool {
        let name = word.rsplit('/').next().unwrap_or(word);
        self.shown.is_component(word) || self.shown.is_component(name)
    }

    /// True where a piece of evidence is of something that has a name.
    pub(super) fn are_in(&self, evidence: &Evidence) -> bool {
        tokens(&normal(&whole(evidence))).iter().any(|it| self.name(it).is_some())
    }

    /// The word, where it is a name, or one with its kind before it.
    pub(super) fn name(&self, word: &str) -> Option<String> {
        let name = word.rsplit('/').next().unwrap_or(word);
        (self.is_component(word) || self.told.contains(name) || self.told.contains(word))
            .then(|| word.to_owned())
    }
}

fn is_name(word: &str) -> bool {
    word.chars().any(char::is_alphabetic)
        && word.chars().all(|it| it.is_alphanumeric() || matches!(it, '-' | '_' | '.' | '/'))
}

/// A part of a sentence with what it is about: its own names, and where it begins with a verb, the first name before it.
pub(super) struct Part {
    pub(super) words: Vec<String>,
    pub(super) names: BTreeSet<String>,
}

/// Words that stand before the name of what a sentence is about.
const BEFORE_NAME: &[&str] = &[
    "the",
    "a",
    "an",
    "its",
    "this",
    "that",
    "these",
    "both",
    "only",
    "all",
    "each",
    "every",
    "if",
    "when",
    "because",
    "while",
    "since",
    "whenever",
    "once",
    "also",
    "then",
    "so",
    "no",
    "none",
    "neither",
    "alert",
    "alerts",
    "receiver",
    "receivers",
    "service",
    "deployment",
    "statefulset",
    "daemonset",
    "ingress",
    "component",
    "workload",
    "job",
    "cronjob",
    "node",
    "zone",
    "database",
    "of",
    "pod",
    "pods",
    "journey",
];

/// The parts of a text of one spelling.
pub(super) fn parts(text: &str, names: &Names<'_>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for sentence in sentences(text) {
        let mut subject: Option<String> = None;
        let mut waiting = BTreeSet::new();
        for clause in clauses(&sentence) {
            let words = tokens(clause);
            let found: Vec<(usize, String)> = words
                .iter()
                .enumerate()
                .filter_map(|(at, it)| Some((at, names.name(it)?)))
                .collect();
            let is_before = |it: &&str| BEFORE_NAME.contains(it) || names.name(it).is_some();
            let own = found.first().filter(|it| words[..it.0].iter().all(is_before));
            let mut all: BTreeSet<String> = found.iter().map(|it| it.1.clone()).collect();
            if words.iter().all(is_before) {
                // `a and b need c`: the verb comes later.
                waiting.extend(all);
                subject = subject.or_else(|| found.first().map(|it| it.1.clone()));
                continue;
            }
            match own {
                Some(it) => subject = Some(it.1.clone()),
                None => all.extend(subject.clone()),
            }
            all.append(&mut waiting);
            subject = subject.or_else(|| all.first().cloned());
            let words = words.iter().map(|it| (*it).to_owned()).collect();
            parts.push(Part { words, names: all });
        }
        if !waiting.is_empty() {
            parts.push(Part { words: Vec::new(), names: waiting });
        }
    }
    parts
}

/// Names, and words about them, that no single piece of evidence holds together.
pub(super) fn refused(
    text: &str,
    cited: &[&Evidence],
    held: &[Held],
    names: &Names<'_>,
) -> Vec<Refusal> {
    let has_path = cited.iter().any(|it| it.kind == EvidenceKind::Path);
    // What names nothing may be about anything.
    let is_open: Vec<bool> = cited.iter().map(|it| !names.are_in(it)).collect();
    let mut refusals = Vec::new();
    for part in parts(text, names).iter().filter(|it| !it.names.is_empty()) {
        let is_about: Vec<bool> =
            held.iter().map(|held| part.names.iter().all(|it| holds(held, it))).collect();
        if part.names.len() > 1 && !is_about.contains(&true) {
            refusals.push(Refusal::Joined(part.names.iter().cloned().collect()));
            continue;
        }
        let is_exempt = |it: &str| {
            it.bytes().any(|it| !it.is_ascii_lowercase())
                || names.name(it).is_some()
                || is_plain(it)
                || is_denial(it)
                || is_number(it)
                || has_path && is_of_path(it)
        };
        for word in part.words.iter().filter(|it| !is_exempt(it)) {
            let mut pieces = (0..held.len()).filter(|at| held[*at].has_form(word)).peekable();
            if pieces.peek().is_some() && !pieces.any(|at| is_about[at] || is_open[at]) {
                let mut all: Vec<String> = part.names.iter().cloned().collect();
                all.push(word.clone());
                refusals.push(Refusal::Joined(all));
            }
        }
        refusals.extend(repeated(&part.words, cited, names));
    }
    refusals.extend(misnamed(text, cited, names));
    refusals.extend(turned(text, cited));
    refusals
}

/// A name that is said of itself, where no sentence of the evidence does.
fn repeated(words: &[String], cited: &[&Evidence], names: &Names<'_>) -> Option<Refusal> {
    let found: Vec<String> = words.iter().filter_map(|it| names.name(it)).collect();
    let twice = |found: &[String], name: &str| found.iter().filter(|it| *it == name).count() > 1;
    let name = found.iter().find(|it| twice(&found, it))?;
    let is_in_evidence = cited.iter().any(|it| {
        sentences(&normal(&whole(it))).iter().any(|it| {
            let found: Vec<String> = tokens(it).iter().filter_map(|it| names.name(it)).collect();
            twice(&found, name)
        })
    });
    (!is_in_evidence).then(|| Refusal::Joined(vec![name.clone(), name.clone()]))
}

/// `alert x`, where the evidence nowhere calls it one.
fn misnamed(text: &str, cited: &[&Evidence], names: &Names<'_>) -> Vec<Refusal> {
    const KINDS: &[&str] = &["alert", "receiver"];
    let named = |text: &str| -> BTreeSet<(String, String)> {
        let words = tokens(text);
        let pairs = words.windows(2).filter(|it| KINDS.contains(&it[0]));
        pairs.filter_map(|it| Some((it[0].to_owned(), names.name(it[1])?))).collect()
    };
    let known: BTreeSet<(String, String)> =
        cited.iter().flat_map(|it| named(&normal(&whole(it)))).collect();
    let unknown = named(text).into_iter().filter(|it| !known.contains(it));
    unknown.map(|(kind, name)| Refusal::Joined(vec![kind, name])).collect()
}

pub(super) fn holds(held: &Held, name: &str) -> bool {
    held.has(name) || held.has_token(name)
}

/// What arrows of the graph say, and other words for it.
const ARROWS: &[(&[&str], &str)] = &[
    (&["routes", "to"], "routes to"),
    (&["route", "to"], "routes to"),
    (&["routes", "traffic", "to"], "routes to"),
    (&["routes", "requests", "to"], "routes to"),
    (&["sends", "traffic", "to"], "routes to"),
    (&["sends", "requests", "to"], "routes to"),
    (&["forwards", "to"], "routes to"),
    (&["points", "to"], "routes to"),
    (&["points", "at"], "routes to"),
    (&["exposes"], "routes to"),
    (&["calls"], "calls"),
    (&["call"], "calls"),
    (&["waits", "for"], "waits for"),
    (&["mounts"], "mounts"),
    (&["reads", "settings", "from"], "reads settings from"),
    (&["reads", "secrets", "from"], "reads secrets from"),
    (&["acts", "as"], "acts as"),
    (&["pulls", "from"], "pulls from"),
    (&["controls"], "controls"),
    (&["backs", "up"], "backs up"),
];

/// Where something is said to do what an arrow says, and no arrow, or row of arrows, does so in this direction.
fn turned(text: &str, cited: &[&Evidence]) -> Vec<Refusal> {
    let rows: Vec<Vec<Arrow>> =
        cited.iter().filter(|it| it.kind == EvidenceKind::Path).map(|it| arrows(it)).collect();
    let is_end = |word: &str| {
        let mut ends = rows.iter().flatten().flat_map(|it| [&it.from, &it.to]);
        ends.any(|it| is_called(it, word))
    };
    let mut refusals = Vec::new();
    for sentence in sentences(text) {
        let words = tokens(&sentence);
        for at in 0..words.len() {
            let here = ARROWS.iter().filter(|it| words[at..].starts_with(it.0));
            let Some((phrase, how)) = here.max_by_key(|it| it.0.len()) else { continue };
            let from = words[..at].iter().rev().find(|it| is_end(it));
            let to = words[at + phrase.len()..].iter().find(|it| is_end(it));
            let (Some(from), Some(to)) = (from, to) else { continue };
            if !rows.iter().any(|it| leads(it, from, how, to)) {
                let (effect, cause) = ((*from).to_owned(), (*to).to_owned());
                refusals.push(Refusal::OtherPath { effect, cause });
            }
        }
    }
    refusals
}

struct Arrow {
    from: String,
    how: String,
    to: String,
}

/// `Service/a routes to Deployment/b`, one behind the other.
fn arrows(path: &Evidence) -> Vec<Arrow> {
    let mut arrows: Vec<Arrow> = Vec::new();
    for line in &path.details {
        let line = normal(line);
        let words: Vec<&str> = line.split_whitespace().collect();
        let [from, how @ .., to] = &words[..] else { continue };
        let goes_on = arrows.last().is_none_or(|it| it.to == **from);
        if goes_on && from.contains('/') && to.contains('/') && !how.is_empty() {
            let (from, to) = ((*from).to_owned(), (*to).to_owned());
            arrows.push(Arrow { from, how: how.join(" "), to });
        }
    }
    arrows
}

/// True where a word is the label `kind/name` or the name in it.
fn is_called(label: &str, word: &str) -> bool {
    label == word || !word.contains('/') && label.rsplit('/').next() == Some(word)
}

/// True where a part of the row leads from one to the other and says this; what is only handed on to it counts, too.
fn leads(row: &[Arrow], from: &str, how: &str, to: &str) -> bool {
    (0..row.len()).filter(|it| is_called(&row[*it].from, from)).any(|start| {
        (start..row.len()).filter(|it| is_called(&row[*it].to, to)).any(|end| {
            let between = &row[start..=end];
            between[0].how == how && between[1..].iter().all(|it| it.how == "routes to")
        })
    })
}
