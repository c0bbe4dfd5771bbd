//! A group of causes as one finding.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8PathBuf;
use kai_compose::roots::archive_around;
use kai_core::{
    ComponentId, Environment, EvidenceId, Finding, Hazard, Location, LocationRole, Origins, RootId,
    content_id,
};
use kai_graph::{Component, System};
use rayon::prelude::*;

use super::blast_radius::blast_radius;
use super::number::number;
use super::remark::remark;
use super::text::{capitalised, join, list, sentence};
use crate::detection;
use crate::register::{Cause, Common, Group, Identity, Numbers, Risk};

/// Where the roots of a run stand.
#[derive(Debug, Default)]
pub(crate) struct EntryPlaces {
    /// The file that makes each of them one.
    pub(crate) roots: BTreeMap<RootId, Location>,
    /// What asks for a packed chart, by root and archive.
    pub(crate) packed: BTreeMap<(RootId, Utf8PathBuf), Location>,
}

const NAMES: usize = 4;

/// Findings of groups that are in the order of a review.
pub(crate) fn findings(
    groups: &[Group<'_>],
    system: &System,
    origins: &Origins,
    places: &EntryPlaces,
    numbers: &Numbers,
) -> Vec<Finding> {
    let alerting = detection::alerting(system);
    let ctx = Words { system, origins, places, numbers, alerting: &alerting };
    let ids = ids(groups);
    let all = groups.par_iter().zip(ids).zip(1..u32::MAX);
    all.map(|((group, ids), rank)| ctx.finding(group, ids, rank)).collect()
}

/// What a finding and its causes are called.
struct Ids {
    finding: EvidenceId,
    causes: Vec<EvidenceId>,
}

/// Equal parts get a number behind them, in the order of a review, so that ids are one to one.
fn ids(groups: &[Group<'_>]) -> Vec<Ids> {
    let mut taken: BTreeSet<EvidenceId> = BTreeSet::new();
    let mut next = |parts: &[&str]| {
        let mut copies =
            (0..usize::MAX).map(|it| content_id(&[parts, &[&it.to_string()]].concat()));
        let id = copies.find(|&it| taken.insert(it));
        id.expect("there are more numbers than findings")
    };
    let mut of = |group: &Group<'_>| {
        let causes: Vec<_> = group
            .causes()
            .map(|it| next(&cause_parts(it).each_ref().map(String::as_str)))
            .collect();
        let rule = group.lead.identity.rule;
        let environment = group.lead.risk.environment.as_str();
        let finding = match &group.common {
            Common::Alone | Common::Line => causes[0],
            Common::Namespace(namespace) => next(&[rule, "namespace", namespace, environment]),
            Common::Rule => next(&[rule, "rule", environment]),
        };
        Ids { finding, causes }
    };
    groups.iter().map(&mut of).collect()
}

fn cause_parts(cause: &Cause<'_>) -> [String; 5] {
    let Identity { rule, kind, name, path, ordinal, .. } = &cause.identity;
    [rule.to_string(), kind.clone(), name.clone(), path.to_string(), ordinal.to_string()]
}

#[derive(Clone, Copy)]
struct Words<'a> {
    system: &'a System,
    origins: &'a Origins,
    places: &'a EntryPlaces,
    numbers: &'a Numbers,
    /// What alerts and notifies.
    alerting: &'a [&'a Component],
}

impl Words<'_> {
    fn finding(self, group: &Group<'_>, ids: Ids, rank: u32) -> Finding {
        let risk = &group.lead.risk;
        let hazard = risk.hazard;
        Finding {
            id: ids.finding,
            causes: ids.causes,
            rule: hazard.rule,
            pillar: risk.rule.pillar,
            level: risk.leveled.level,
            loss_class: risk.class,
            rank,
            bad_minutes: risk.has_minutes().then_some(risk.minutes),
            title: title(group),
            message: self.message(group),
            component: risk.component.label(),
            namespace: risk.component.namespace.to_string(),
            components: components(group),
            environment: risk.environment,
            locations: self.locations(group),
            blast_radius: self.radius(group),
            detection: self.detection(hazard),
            recovery: sentence(&capitalised(&hazard.recovery)),
            remedy: sentence(&hazard.remedy),
            fixes: group.causes().filter_map(|it| it.risk.hazard.fix.clone()).collect(),
            verify: hazard.verify.clone(),
            scope: hazard.scope.clone(),
            arithmetic: risk.arithmetic(self.system, self.numbers),
        }
    }

    /// With what the file itself says of the line, so that a choice is not told as an oversight.
    fn message(self, group: &Group<'_>) -> String {
        let mut message = message(group);
        if let Some(number) = number(group.lead.risk.component, self.origins) {
            message = format!("{message} {number}");
        }
        let at = group.lead.risk.hazard.at;
        if self.origins.is_generated(at) {
            message.push_str(" The chart generates this value when it is rendered.");
        }
        let Some((remark, path)) = remark(self.origins, at) else {
            return message;
        };
        let place = group.lead.risk.place.as_ref();
        let who = match place.is_none_or(|it| it.path == path) {
            true => "The file says of it".to_owned(),
            false => format!("`{path}` says of it"),
        };
        format!("{message} {who}: \u{201c}{remark}\u{201d}.")
    }

    fn detection(self, hazard: &Hazard) -> String {
        let told = detection::sentence(hazard, self.system, self.alerting);
        join(&[sentence(&hazard.detection), told])
    }

    fn radius(self, group: &Group<'_>) -> String {
        let words = blast_radius(group, self.system);
        let risk = &group.lead.risk;
        if risk.environment == Environment::Production {
            return words;
        }
        let root = self.system.root(risk.component.root);
        let environment = risk.environment.as_str();
        let evidence = &root.environment_evidence;
        join(&[words, format!("Ranked after production: this is {environment} ({evidence})")])
    }

    /// The line to edit, what else belongs to it, the other components of the group, and the
    /// other roots that have the same cause.
    fn locations(self, group: &Group<'_>) -> Vec<Location> {
        let mut locations = Vec::new();
        self.add_cause(&group.lead, LocationRole::Primary, &mut locations);
        for cause in &group.rest {
            let label = cause.risk.component.label();
            let role = LocationRole::Related(format!("the same for `{label}`"));
            let place = self.place(&cause.risk, role);
            locations.extend(place.map(|it| self.editable(cause, it).0));
        }
        let same = group.causes().flat_map(|it| &it.same);
        let roots: BTreeSet<_> = same.map(|it| it.component.root).collect();
        let own = group.lead.risk.component.root;
        let mut others: Vec<_> = roots
            .into_iter()
            .filter(|&it| it != own)
            .filter_map(|it| self.places.roots.get(&it).cloned())
            .collect();
        others.sort();
        others.dedup();
        locations.extend(others);
        locations
    }

    fn add_cause(self, cause: &Cause<'_>, role: LocationRole, into: &mut Vec<Location>) {
        if let Some(place) = self.place(&cause.risk, role) {
            let (place, packed) = self.editable(cause, place);
            into.push(place);
            into.extend(packed);
        }
        for related in &cause.risk.hazard.related {
            let role = LocationRole::Related(related.note.clone());
            into.extend(self.origins.location(related.origin, role));
        }
    }

    /// Nobody edits the text of an archive: what asks for it stands for a line in it, which
    /// follows.
    fn editable(self, cause: &Cause<'_>, place: Location) -> (Location, Option<Location>) {
        let archive = archive_around(&place.path).map(ToOwned::to_owned);
        let root = cause.risk.component.root;
        let asked = archive.and_then(|it| self.places.packed.get(&(root, it)));
        match asked {
            Some(asked) => {
                let role = LocationRole::Related("in the packed chart".to_owned());
                (
                    Location { role: place.role.clone(), ..asked.clone() },
                    Some(Location { role, ..place }),
                )
            }
            None => (place, None),
        }
    }

    /// Where a rule names no line, the component's own name stands for it.
    fn place(self, risk: &Risk<'_>, role: LocationRole) -> Option<Location> {
        match &risk.place {
            Some(place) => Some(Location { role, ..place.clone() }),
            None => self.origins.location(risk.component.origin, role),
        }
    }
}

/// Every component of the group, through every root, the leader first.
fn components(group: &Group<'_>) -> Vec<ComponentId> {
    let risks = group.causes().flat_map(|it| std::iter::once(&it.risk).chain(&it.same));
    let mut components: Vec<ComponentId> = Vec::new();
    for risk in risks {
        if !components.contains(&risk.component.id) {
            components.push(risk.component.id);
        }
    }
    components
}

fn title(group: &Group<'_>) -> String {
    let title = &group.lead.risk.hazard.title;
    // As many as the message names: two causes of one component are one of them.
    match other_names(group).len() {
        0 => title.clone(),
        more => format!("{title} (and {more} more)"),
    }
}

fn message(group: &Group<'_>) -> String {
    let message = sentence(&group.lead.risk.hazard.message);
    let names = other_names(group);
    if names.is_empty() {
        return message;
    }
    let title = &group.lead.risk.hazard.title;
    // What else the message says is said of the leader alone.
    let same = match group.rest.iter().all(|it| it.risk.hazard.title == *title) {
        true => format!("the same ({title}) holds for"),
        false => "much the same holds for".to_string(),
    };
    let shared = match &group.common {
        Common::Line => format!("From the same line, {same}"),
        _ => capitalised(&same),
    };
    format!("{message} {shared} {}.", list(&names, NAMES))
}

/// The other components of a group, with their namespace where it is not the leader's.
fn other_names(group: &Group<'_>) -> Vec<String> {
    let own = &group.lead.risk.component.namespace;
    let mut names: Vec<String> = Vec::new();
    let mut seen = BTreeSet::new();
    for cause in &group.rest {
        let component = cause.risk.component;
        let label = component.label();
        let is_namesake = label == group.lead.risk.component.label();
        let name = if component.namespace != *own && !component.namespace.is_empty() {
            format!("{}/{label}", component.namespace)
        } else if is_namesake {
            format!("{label} in {}", cause.identity.path)
        } else {
            label
        };
        if component.id == group.lead.risk.component.id || !seen.insert(component.id) {
            continue;
        }
        match names.contains(&name) {
            true => names.push(format!("{name} in {}", cause.identity.path)),
            false => names.push(name),
        }
    }
    names
}
