//! Forty rows of one kind are one finding that names them.
//!
//! Causes are put together where one rule says one thing: of several components at one line (a
//! shared patch or template), of keys and passwords in one namespace, of more than five of anything
//! else there, and of more than two anywhere where no journey is known to suffer and nothing
//! irreversible is at stake. The worst one leads.

use std::collections::BTreeMap;

use kai_core::{Environment, LossClass, SmolStr};

use super::cause::Cause;

/// Causes that are shown as one finding.
#[derive(Debug)]
pub(crate) struct Group<'a> {
    pub(crate) lead: Cause<'a>,
    /// The others, in the order of a review.
    pub(crate) rest: Vec<Cause<'a>>,
    /// What they have in common.
    pub(crate) common: Common,
}

impl<'a> Group<'a> {
    /// The leader and the others.
    pub(crate) fn causes(&self) -> impl Iterator<Item = &Cause<'a>> {
        std::iter::once(&self.lead).chain(&self.rest)
    }
}

/// What the causes of a group have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Common {
    /// Nothing: one cause alone.
    Alone,
    Line,
    Namespace(SmolStr),
    Rule,
}

const ALONE_IN_NAMESPACE: usize = 5;
const ALONE_WITHOUT_JOURNEY: usize = 2;

/// Groups causes, which must be in the order of a review, and keeps that order.
pub(crate) fn group(causes: Vec<Cause<'_>>) -> Vec<Group<'_>> {
    let mut counts: BTreeMap<Key, usize> = BTreeMap::new();
    for cause in &causes {
        for key in keys(cause) {
            *counts.entry(key).or_default() += 1;
        }
    }
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut index_by_key: BTreeMap<Key, usize> = BTreeMap::new();
    for cause in causes {
        let Some((key, common)) = shared(&cause, &counts) else {
            groups.push(Group { lead: cause, rest: Vec::new(), common: Common::Alone });
            continue;
        };
        match index_by_key.get(&key) {
            Some(&index) => groups[index].rest.push(cause),
            None => {
                index_by_key.insert(key, groups.len());
                groups.push(Group { lead: cause, rest: Vec::new(), common });
            }
        }
    }
    groups
}

/// Rule, environment, class, and what else must be equal.
type Key = (&'static str, Environment, LossClass, Same);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Same {
    Line(String, u32, u32),
    /// A namespace and the words of the title.
    Words(SmolStr, String),
    Namespace(SmolStr),
    Rule,
}

fn keys(cause: &Cause<'_>) -> Vec<Key> {
    let risk = &cause.risk;
    let key = |same| (risk.hazard.rule, risk.environment, risk.class, same);
    let mut keys = Vec::with_capacity(4);
    if let Some(it) = &risk.place {
        keys.push(key(Same::Line(it.path.to_string(), it.line, it.column)));
    }
    if is_minor(cause) {
        keys.push(key(Same::Rule));
    } else {
        let namespace = &risk.component.namespace;
        // Keys that lie in one namespace are rotated together.
        if risk.class == LossClass::Compromise {
            keys.push(key(Same::Words(namespace.clone(), risk.hazard.title.clone())));
        }
        keys.push(key(Same::Namespace(namespace.clone())));
    }
    keys
}

/// The widest thing that enough causes share.
fn shared(cause: &Cause<'_>, counts: &BTreeMap<Key, usize>) -> Option<(Key, Common)> {
    let enough = |key: &Key| {
        let least = match key.3 {
            Same::Line(..) | Same::Words(..) => 1,
            Same::Namespace(_) => ALONE_IN_NAMESPACE,
            Same::Rule => ALONE_WITHOUT_JOURNEY,
        };
        counts.get(key).is_some_and(|&count| count > least)
    };
    let key = keys(cause).into_iter().rev().find(enough)?;
    let common = match &key.3 {
        Same::Line(..) => Common::Line,
        Same::Words(namespace, _) | Same::Namespace(namespace) => {
            Common::Namespace(namespace.clone())
        }
        Same::Rule => Common::Rule,
    };
    Some((key, common))
}

/// True where no journey is known to suffer and nothing irreversible is at stake.
fn is_minor(cause: &Cause<'_>) -> bool {
    let risk = &cause.risk;
    risk.reach.journeys.is_empty() && matches!(risk.class, LossClass::Degraded | LossClass::Toil)
}
