//! What a broken notification path costs: the sum over everything whose alerts end in it.

use std::collections::BTreeSet;

use kai_core::{Interval, LossClass, two_digits};
use kai_graph::Facts;

use super::level::{Standing, level};
use super::risk::{Numbers, Risk, Value};
use crate::priors::Key;

/// What one risk loses because nobody hears its alert.
#[derive(Debug)]
pub(crate) struct Unheard {
    /// Bad minutes a year that a page would save, over all journeys.
    pub(crate) minutes: Interval,
    pub(crate) alert: String,
    pub(crate) receiver: String,
    pub(crate) routes: kai_core::ComponentId,
    pub(crate) keys: BTreeSet<Key>,
}

/// The sum of a broken path, with its largest parts in words.
#[derive(Debug)]
pub(crate) struct Blinded {
    lines: Vec<String>,
    pub(crate) keys: BTreeSet<Key>,
}

/// Gives every risk that is a broken path the minutes of what it blinds. The worst class among
/// them becomes its own.
pub(crate) fn sum_up(risks: &mut [Risk<'_>], numbers: &Numbers) {
    let sums: Vec<_> = (0..risks.len()).map(|at| sum_of(&risks[at], risks)).collect();
    for (risk, sum) in risks.iter_mut().zip(sums) {
        let Some(Sum { class, minutes, blinded }) = sum else { continue };
        risk.class = class;
        risk.minutes = minutes;
        risk.weighed_minutes = minutes.typical;
        risk.value = Value::Minutes(minutes.typical);
        risk.leveled = level(&Standing {
            class,
            environment: risk.environment,
            reach: &risk.reach,
            is_used: true,
            budget_spent: numbers.objectives.default.budget.spent_by(minutes),
            default_level: risk.rule.default_level,
            is_alerting: true,
        });
        risk.rows.clear();
        risk.blinded = Some(blinded);
    }
}

struct Sum {
    class: LossClass,
    minutes: Interval,
    blinded: Blinded,
}

fn sum_of(path: &Risk<'_>, risks: &[Risk<'_>]) -> Option<Sum> {
    let Facts::Notifications(_) = &path.component.facts else { return None };
    let hazard = path.hazard;
    let mut parts: Vec<(&Risk<'_>, &Unheard)> = risks
        .iter()
        .filter_map(|it| Some((it, it.unheard.as_ref()?)))
        .filter(|(_, it)| {
            it.minutes.typical > 0.0
                && it.routes == path.component.id
                && hazard.silences.contains(&it.receiver)
        })
        .collect();
    let class = parts.iter().map(|it| it.0.class).min()?;
    parts.sort_by(|one, other| {
        let key = |it: &(&Risk<'_>, &Unheard)| (it.0.hazard.rule, it.0.component.label());
        let by_minutes = other.1.minutes.typical.total_cmp(&one.1.minutes.typical);
        by_minutes.then_with(|| key(one).cmp(&key(other)))
    });
    let minutes = parts.iter().map(|it| it.1.minutes).fold(Interval::exactly(0.0), Interval::plus);
    let keys = parts.iter().flat_map(|it| it.1.keys.iter().copied()).collect();
    let lines = lines(&parts, minutes);
    Some(Sum { class, minutes, blinded: Blinded { lines, keys } })
}

fn lines(parts: &[(&Risk<'_>, &Unheard)], minutes: Interval) -> Vec<String> {
    const SHOWN: usize = 5;
    let mut lines = vec!["what a page would save of the risks that it blinds:".to_string()];
    lines.extend(parts.iter().take(SHOWN).map(|(risk, it)| {
        let (label, alert, receiver) = (risk.component.label(), &it.alert, &it.receiver);
        format!(
            "  + {} min a year: `{}` of `{label}`, shown by alert `{alert}`, which ends in `{receiver}`",
            it.minutes, risk.hazard.rule,
        )
    }));
    if let Some((_, rest)) = parts.split_at_checked(SHOWN).filter(|it| !it.1.is_empty()) {
        let typical: f64 = rest.iter().map(|it| it.1.minutes.typical).sum();
        lines.push(format!("  + {} min a year: {} risks more", two_digits(typical), rest.len()));
    }
    lines.push(format!("sum over everything it blinds = {minutes} bad minutes a year"));
    lines
}

impl Blinded {
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        self.lines.iter().cloned()
    }
}
