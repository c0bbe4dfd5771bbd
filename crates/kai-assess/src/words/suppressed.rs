//! Findings that somebody accepted.

use std::collections::BTreeMap;

use kai_core::{Origins, Suppressed, Suppression};
use kai_graph::System;

use super::finding::{EntryPlaces, findings};
use crate::register::{Common, Group, Numbers, Risk, merge};

/// One finding for each cause, with who accepted it and why: by place, and in the order of a review
/// where one place accepts several.
pub(crate) fn suppressed(
    accepted: Vec<(Suppression, Risk<'_>)>,
    system: &System,
    origins: &Origins,
    places: &EntryPlaces,
    numbers: &Numbers,
) -> Vec<Suppressed> {
    let mut by_reason: BTreeMap<Suppression, Vec<Risk<'_>>> = BTreeMap::new();
    for (by, risk) in accepted {
        by_reason.entry(by).or_default().push(risk);
    }
    let mut all = Vec::new();
    for (by, risks) in by_reason {
        let alone = |lead| Group { lead, rest: Vec::new(), common: Common::Alone };
        let groups: Vec<_> = merge(risks, origins).into_iter().map(alone).collect();
        for mut finding in findings(&groups, system, origins, places, numbers) {
            finding.rank = 0;
            all.push(Suppressed { finding, by: by.clone() });
        }
    }
    all.sort_by(|one, other| {
        let place = |it: &Suppressed| it.finding.locations.first().cloned();
        place(one).cmp(&place(other)).then_with(|| one.finding.rule.cmp(other.finding.rule))
    });
    all
}
