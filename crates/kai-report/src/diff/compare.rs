//! What is new, worse, better and gone.

use std::collections::{BTreeMap, BTreeSet};

use super::rename::renamed;
use super::snapshot::{Entry, Snapshot};
use super::verdict::verdict;

/// Every finding of both reviews once, each list in the order of a review.
#[derive(Debug)]
pub struct Comparison {
    /// One sentence about the change.
    pub verdict: String,
    pub new: Vec<Entry>,
    pub worse: Vec<Change>,
    pub better: Vec<Change>,
    pub gone: Vec<Entry>,
    /// Findings that are as they were.
    pub same: Vec<Entry>,
    /// What is accepted now and was not before.
    pub allowed: Vec<Allowed>,
}

/// A finding that the change accepts.
#[derive(Debug)]
pub struct Allowed {
    pub entry: Entry,
    /// True where it came with the change.
    pub is_new: bool,
}

/// A finding of the later review, as seen from the earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    New,
    Changed,
    Unchanged,
}

/// A finding before and after.
#[derive(Debug)]
pub struct Change {
    pub before: Entry,
    pub after: Entry,
    /// What changed, as a clause: `level medium to high`.
    pub how: String,
}

impl Comparison {
    /// What a change must answer for: the new findings, and the worse ones as they are now.
    pub fn added(&self) -> impl Iterator<Item = &Entry> {
        self.new.iter().chain(self.worse.iter().map(|it| &it.after))
    }

    /// What became of a finding of the later review, accepted or not.
    #[must_use]
    pub fn state(&self, id: &str) -> State {
        let came = self.allowed.iter().filter(|it| it.is_new).map(|it| &it.entry);
        let accepted = self.allowed.iter().filter(|it| !it.is_new).map(|it| &it.entry);
        let changed = self.worse.iter().chain(&self.better).map(|it| &it.after);
        if self.new.iter().chain(came).any(|it| it.id == id) {
            State::New
        } else if changed.chain(accepted).any(|it| it.id == id) {
            State::Changed
        } else {
            State::Unchanged
        }
    }

    /// How many findings were there before and still are.
    #[must_use]
    pub fn known_count(&self) -> usize {
        self.same.len() + self.better.len() + self.worse.len()
    }
}

/// Compares two reviews of one system.
#[must_use]
pub fn compare(base: &Snapshot, head: &Snapshot) -> Comparison {
    let (base, head) = (all(base), all(head));
    let pairing = Pairing::of(&base, &head);
    let mut comparison = Comparison {
        verdict: String::new(),
        new: Vec::new(),
        worse: Vec::new(),
        better: Vec::new(),
        gone: pairing.gone(&base),
        same: Vec::new(),
        allowed: Vec::new(),
    };
    for (index, &after) in head.iter().enumerate() {
        let partners = pairing.partners.get(&index);
        // The ranked ones come first, so that an accepted one is met only where it is alone.
        let before = partners.and_then(|it| it.iter().min().map(|&at| base[at]));
        let is_accepted = before.is_some_and(|it| it.allowance.is_some());
        if after.allowance.is_some() {
            if !is_accepted {
                let entry = after.clone();
                comparison.allowed.push(Allowed { entry, is_new: before.is_none() });
            }
            continue;
        }
        let Some(before) = before else {
            comparison.new.push(after.clone());
            continue;
        };
        let change = |how| Change { before: before.clone(), after: after.clone(), how };
        if is_accepted {
            comparison.worse.push(change(NO_LONGER.to_owned()));
            continue;
        }
        match pairing.judge(index, before, after) {
            Judgement::Worse(how) => comparison.worse.push(change(how)),
            Judgement::Better(how) => comparison.better.push(change(how)),
            Judgement::Same => comparison.same.push(after.clone()),
        }
    }
    comparison.verdict = verdict(&comparison);
    comparison
}

const NO_LONGER: &str = "allowed before, and no longer";

/// The ranked findings, then the accepted ones.
fn all(snapshot: &Snapshot) -> Vec<&Entry> {
    snapshot.findings.iter().chain(&snapshot.allowed).collect()
}

/// Which findings of the one review are findings of the other.
struct Pairing {
    /// By index of the finding in the head: indices in the base.
    partners: BTreeMap<usize, BTreeSet<usize>>,
    /// By index in the head: causes that the base did not have, or had accepted.
    more: BTreeMap<usize, usize>,
    /// By index in the head: causes of its partners that are not there any more.
    fewer: BTreeMap<usize, usize>,
}

enum Judgement {
    Worse(String),
    Better(String),
    Same,
}

impl Pairing {
    fn of(base: &[&Entry], head: &[&Entry]) -> Self {
        let by_cause = index(base);
        let left = index(head);
        let is_ranked = |at: &usize| base[*at].allowance.is_none();
        let was_ranked = |cause: &String| by_cause.get(cause.as_str()).is_some_and(is_ranked);
        let mut pairing =
            Self { partners: BTreeMap::new(), more: BTreeMap::new(), fewer: BTreeMap::new() };
        for (at, entry) in head.iter().enumerate() {
            let partners: BTreeSet<usize> =
                names(entry).filter_map(|it| by_cause.get(it).copied()).collect();
            if partners.is_empty() {
                continue;
            }
            let more = entry.causes.iter().filter(|it| !was_ranked(it));
            let lost = |partner: &usize| {
                base[*partner].causes.iter().filter(|it| !left.contains_key(it.as_str())).count()
            };
            pairing.more.insert(at, more.count());
            let had = partners.iter().filter(|it| is_ranked(it));
            pairing.fewer.insert(at, had.map(lost).sum());
            pairing.partners.insert(at, partners);
        }
        pairing.add_renamed(base, head);
        pairing
    }

    fn add_renamed(&mut self, base: &[&Entry], head: &[&Entry]) {
        let paired: BTreeSet<usize> = self.partners.values().flatten().copied().collect();
        let gone = base.iter().copied().enumerate();
        let gone: Vec<_> = gone.filter(|(at, _)| !paired.contains(at)).collect();
        let is_new = |at: &usize| !self.partners.contains_key(at);
        let new: Vec<_> = head.iter().copied().enumerate().filter(|(at, _)| is_new(at)).collect();
        for (before, after) in renamed(&gone, &new) {
            let (had, has) = (base[before].causes.len(), head[after].causes.len());
            self.more.insert(after, has.saturating_sub(had));
            self.fewer.insert(after, had.saturating_sub(has));
            self.partners.insert(after, BTreeSet::from([before]));
        }
    }

    /// What was accepted was nobody's concern, so that nobody hears that it went.
    fn gone(&self, base: &[&Entry]) -> Vec<Entry> {
        let paired: BTreeSet<usize> = self.partners.values().flatten().copied().collect();
        let gone = base.iter().enumerate().filter(|(at, _)| !paired.contains(at));
        gone.filter(|(_, it)| it.allowance.is_none()).map(|(_, it)| (*it).clone()).collect()
    }

    /// The order of a review: environment, loss class, level; then how many, then bad minutes.
    fn judge(&self, index: usize, before: &Entry, after: &Entry) -> Judgement {
        let standing = |it: &Entry| (it.environment, it.loss_class, it.level);
        let (more, fewer) = (self.more[&index], self.fewer[&index]);
        let step = || steps(before, after);
        // The worst comes first.
        match standing(after).cmp(&standing(before)) {
            std::cmp::Ordering::Less => return Judgement::Worse(step()),
            _ if more > 0 => return Judgement::Worse(format!("{more} more")),
            std::cmp::Ordering::Greater => return Judgement::Better(step()),
            std::cmp::Ordering::Equal => {}
        }
        if fewer > 0 {
            return Judgement::Better(format!("{fewer} fewer"));
        }
        match (before.bad_minutes, after.bad_minutes) {
            (Some(had), Some(has)) if is_clearly_more(has, had) => {
                Judgement::Worse(minutes(had, has))
            }
            (Some(had), Some(has)) if is_clearly_more(had, has) => {
                Judgement::Better(minutes(had, has))
            }
            _ => Judgement::Same,
        }
    }
}

/// Findings by their own name and by those of their causes; the ranked one where two have a name.
fn index<'a>(entries: &[&'a Entry]) -> BTreeMap<&'a str, usize> {
    let all = entries.iter().copied().enumerate().rev();
    all.flat_map(|(at, entry)| names(entry).map(move |it| (it, at))).collect()
}

fn names(entry: &Entry) -> impl Iterator<Item = &str> {
    std::iter::once(&entry.id).chain(&entry.causes).map(String::as_str)
}

fn steps(before: &Entry, after: &Entry) -> String {
    let steps = [
        ("environment", before.environment.as_str(), after.environment.as_str()),
        ("class", before.loss_class.as_str(), after.loss_class.as_str()),
        ("level", before.level.as_str(), after.level.as_str()),
    ];
    let changed = steps.into_iter().filter(|(_, had, has)| had != has);
    let changed: Vec<_> =
        changed.map(|(what, had, has)| format!("{what} {had} to {has}")).collect();
    changed.join(", ")
}

/// Priors are known to one digit, so less than a tenth says nothing.
fn is_clearly_more(one: f64, other: f64) -> bool {
    one > other * 1.1
}

fn minutes(had: f64, has: f64) -> String {
    format!("{} to {} bad minutes a year", short(had), short(has))
}

/// With two digits where they say something.
pub(super) fn short(minutes: f64) -> String {
    if minutes < 10.0 { format!("{minutes:.1}") } else { format!("{minutes:.0}") }
}
