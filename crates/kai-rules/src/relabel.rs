//! A selector that misses what it is for by one label.

use kai_core::{Edit, Fix, OriginId, Scalar, SmolStr};
use kai_graph::{Component, Labels, Selector};

use crate::likeness::{is_named_after, is_slip};
use crate::{Context, words};

/// What has labels and may be what a selector is for.
#[derive(Clone, Copy)]
pub(crate) struct Candidate<'a> {
    pub(crate) name: &'a str,
    pub(crate) labels: &'a Labels,
}

impl<'a> Candidate<'a> {
    /// The pods of a workload.
    pub(crate) fn pods(component: &'a Component) -> Option<Self> {
        let labels = &component.workload()?.facts.pod_labels;
        Some(Self { name: &component.name, labels })
    }
}

type Label = (SmolStr, SmolStr);

/// One label that is asked for, and the one that is there instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Relabel {
    from: Label,
    to: Label,
}

impl Relabel {
    /// The one label to change so that the selector of `user` takes the only candidate that it can mean;
    /// none where it can mean several, or misses by more.
    pub(crate) fn of<'a>(
        selector: &Selector,
        user: &str,
        candidates: impl IntoIterator<Item = Candidate<'a>>,
    ) -> Option<Self> {
        let mut found: Vec<Self> =
            candidates.into_iter().filter_map(|it| one(selector, user, it)).collect();
        found.dedup();
        match found.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        }
    }

    /// True where the label that is there has this value.
    pub(crate) fn is_to(&self, value: &str) -> bool {
        self.to.1 == value
    }

    /// What the change does, as the title of a fix: "Select `app=shop`".
    pub(crate) fn title(&self) -> String {
        format!("Select {}", words::list(&[format!("{}={}", self.to.0, self.to.1)]))
    }

    /// The edits in the mapping of the labels, which is at the end of these keys from a mapping down.
    pub(crate) fn edits(
        &self,
        mapping: OriginId,
        keys: &[&str],
        ctx: Context<'_>,
    ) -> Option<Vec<Edit>> {
        let keys: Vec<&str> = keys.iter().copied().chain([self.from.0.as_str()]).collect();
        let entry = ctx.entry(mapping, &keys)?;
        let mut edits = Vec::new();
        if self.from.0 != self.to.0 {
            edits.push(ctx.give_key(&entry, &self.to.0)?);
        }
        if self.from.1 != self.to.1 {
            edits.push(ctx.rewrite(&entry, &self.from.1, &Scalar::string(&*self.to.1))?);
        }
        Some(edits)
    }
}

/// A fix that leads to pods: what is a finding only where users reach them comes to light.
pub(crate) fn lead_to_pods(title: impl Into<String>, edits: Vec<Edit>) -> Fix {
    let fix = Fix::unsafely(title, edits);
    [
        "lone-replica",
        "readiness-missing",
        "requests-missing",
        "drain-unbounded",
        "service-port-unknown",
    ]
    .into_iter()
    .fold(fix, Fix::reveals)
}

fn one(selector: &Selector, user: &str, candidate: Candidate<'_>) -> Option<Relabel> {
    let has = |it: &&Label| candidate.labels.contains(it);
    let (met, missed): (Vec<&Label>, Vec<&Label>) = selector.labels.iter().partition(has);
    let rest = Selector { labels: Vec::new(), ..selector.clone() };
    let [from] = missed.as_slice() else { return None };
    if !rest.matches(candidate.labels) || selector.is_open() {
        return None;
    }
    let to = instead(from, &met, candidate.labels)?;
    let is_same_word = from.0 == to.0 && is_slip(&from.1, &to.1) || from.1 == to.1;
    let is_alike = is_named_after(user, candidate.name) || is_named_after(candidate.name, user);
    (is_same_word || is_alike || !met.is_empty())
        .then(|| Relabel { from: (*from).clone(), to: to.clone() })
}

/// The label under the same key, else the only one with the same value.
fn instead<'a>(from: &Label, met: &[&Label], labels: &'a Labels) -> Option<&'a Label> {
    if let Some(same_key) = labels.iter().find(|it| it.0 == from.0) {
        return Some(same_key);
    }
    let mut same_value = labels.iter().filter(|it| it.1 == from.1 && !met.contains(it));
    same_value.next().filter(|_| same_value.next().is_none())
}
