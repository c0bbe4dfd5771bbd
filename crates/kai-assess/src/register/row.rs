//! One row of the register: one trigger of one failure mode of one component.

use kai_core::Interval;

use super::quantity::{Part, Quantity};
use crate::priors::Key;

/// What happens, how often, what it costs while it lasts, and how long it lasts.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// What happens, as a clause: "the node under it is drained".
    pub(crate) trigger: &'static str,
    /// Per year.
    pub(crate) frequency: Quantity,
    /// Share of the component lost while it lasts.
    pub(crate) impact: Quantity,
    /// Minutes.
    pub(crate) detect: Quantity,
    /// Minutes.
    pub(crate) recover: Quantity,
    /// The term that would be different without the hazard.
    pub(crate) without: Without,
}

/// The term that a fix replaces, and what it becomes.
#[derive(Debug, Clone)]
pub(crate) enum Without {
    Frequency(Quantity),
    Impact(Quantity),
    Detect(Quantity),
    Recover(Quantity),
    /// The minutes stay; what is lost does not.
    Loss,
}

impl Row {
    /// Bad minutes of the component in a year.
    pub(crate) fn minutes(&self) -> Interval {
        minutes(&self.frequency, &self.impact, &self.detect, &self.recover)
    }

    /// The same without the hazard.
    pub(crate) fn minutes_without(&self) -> Interval {
        let Self { frequency, impact, detect, recover, without, .. } = self;
        match without {
            Without::Frequency(it) => minutes(it, impact, detect, recover),
            Without::Impact(it) => minutes(frequency, it, detect, recover),
            Without::Detect(it) => minutes(frequency, impact, it, recover),
            Without::Recover(it) => minutes(frequency, impact, detect, it),
            Without::Loss => self.minutes(),
        }
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = Key> {
        let terms = [&self.frequency, &self.impact, &self.detect, &self.recover];
        terms.into_iter().flat_map(Quantity::keys)
    }

    /// The row's working, one line a term.
    pub(crate) fn lines(&self, into: &mut Vec<String>) {
        into.push(format!("{}:", self.trigger));
        self.frequency.lines("f", "a year", into);
        self.impact.lines("i", "", into);
        self.detect.lines("TTD", "min", into);
        self.recover.lines("TTR", "min", into);
        into.push(format!("  f × i × (TTD + TTR) = {} min a year", self.minutes()));
        match &self.without {
            Without::Frequency(it) => it.lines("without the hazard, f", "a year", into),
            Without::Impact(it) => it.lines("without the hazard, i", "", into),
            Without::Detect(it) => it.lines("without the hazard, TTD", "min", into),
            Without::Recover(it) => it.lines("without the hazard, TTR", "min", into),
            Without::Loss => {}
        }
    }
}

fn minutes(f: &Quantity, i: &Quantity, detect: &Quantity, recover: &Quantity) -> Interval {
    let lasts = kai_slo::sum(&[detect.interval, recover.interval]);
    kai_slo::product(&[f.interval, i.interval, lasts])
}

/// A quantity that is exactly so, and why.
pub(crate) fn exactly(value: f64, what: &'static str, working: &'static str) -> Quantity {
    Quantity::sum(vec![Part::derived(what, Interval::exactly(value), "", working)])
}
