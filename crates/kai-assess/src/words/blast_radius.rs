//! What goes down with it.

use std::collections::BTreeSet;

use kai_core::{ComponentId, LossClass};
use kai_graph::{Strength, System};

use super::text::list;
use crate::detection::is_alerting;
use crate::register::Group;

const NAMES: usize = 3;

/// The journeys and components that the causes of a finding reach, in words.
pub(crate) fn blast_radius(group: &Group<'_>, system: &System) -> String {
    let reach = Reached::of(group);
    let class = group.lead.risk.class;
    let mut sentences = Vec::new();
    let hard = reach.journeys(system, Strength::Hard);
    let soft = reach.journeys(system, Strength::Soft);
    if !hard.is_empty() {
        let verb = match (class, hard.len()) {
            (LossClass::Outage, 1) => "is down",
            (LossClass::Outage, _) => "are down",
            (LossClass::Degraded, 1) => "gets worse or loses its reserve",
            (LossClass::Degraded, _) => "get worse or lose their reserve",
            (_, 1) => "depends on it",
            (_, _) => "depend on it",
        };
        sentences.push(format!("{} {verb}", list(&hard, NAMES)));
    }
    if !soft.is_empty() {
        let verb = if soft.len() == 1 { "gets" } else { "get" };
        sentences.push(format!("{} {verb} worse and can do without", list(&soft, NAMES)));
    }
    let dependants = reach.labels(system);
    if !dependants.is_empty() {
        sentences.push(format!("{} cannot work without it", list(&dependants, NAMES)));
    }
    if sentences.is_empty() {
        return nothing_known(group);
    }
    super::text::join(&sentences)
}

fn nothing_known(group: &Group<'_>) -> String {
    if is_alerting(group.lead.risk.component) {
        return "No journey needs it; a failure that only an alert would show lasts longer."
            .to_string();
    }
    if group.lead.risk.reach.knows_journeys {
        "No journey that I know needs it, and nothing declared here calls it.".to_string()
    } else {
        "I know no journey here and nothing that calls it, so its reach is not known.".to_string()
    }
}

/// Everything that any cause of a group reaches.
struct Reached {
    journeys: Vec<(usize, Strength)>,
    dependants: Vec<ComponentId>,
}

impl Reached {
    fn of(group: &Group<'_>) -> Self {
        let mut journeys = Vec::new();
        let mut dependants = Vec::new();
        let mut seen = BTreeSet::new();
        for cause in std::iter::once(&group.lead).chain(&group.rest) {
            journeys.extend(cause.risk.reach.journeys.iter().copied());
            let new = cause.risk.reach.dependants.iter().filter(|&&it| seen.insert(it));
            dependants.extend(new.copied());
        }
        journeys.sort_unstable();
        journeys.dedup_by_key(|it| it.0);
        Self { journeys, dependants }
    }

    fn journeys<'a>(&self, system: &'a System, strength: Strength) -> Vec<&'a str> {
        let all = self.journeys.iter().filter(|it| it.1 == strength);
        let mut names: Vec<_> = all.map(|it| system.journeys()[it.0].name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Each once, although every environment may have its own.
    fn labels(&self, system: &System) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let all = self.dependants.iter().map(|&it| system.component(it).label());
        all.filter(|it| seen.insert(it.clone())).collect()
    }
}
