//! Rules that turn metrics into alerts.

use std::collections::BTreeMap;
use std::time::Duration;

use kai_core::{Known, OriginId, SmolStr, Traced};

use crate::{Component, Facts, LabelSet, Labels, Matcher};

/// The alert rules of one object or file.
#[derive(Debug, Clone, Default)]
pub struct AlertRules {
    pub alerts: Vec<AlertRule>,
}

/// A condition that somebody wants to hear of.
#[derive(Debug, Clone)]
pub struct AlertRule {
    pub name: SmolStr,
    /// The value that names it.
    pub origin: OriginId,
    /// How long the condition must hold; zero where nothing is written.
    pub hold: Known<Duration>,
    /// How often its group is evaluated, where that is written.
    pub interval: Option<Traced<Duration>>,
    /// Those that the rule sets; one that a template fills in is left out.
    pub labels: Labels,
    /// Where the page about it is.
    pub runbook: Option<SmolStr>,
    /// The condition, or the rule where it has none.
    pub expression: OriginId,
    /// True where it asks for a quantile of one series, which is that series for every quantile.
    pub has_quantile_of_one: bool,
    /// True where no dialect could read the condition: a bracket or a quote does not close, or nothing
    /// follows an operator.
    pub is_broken: bool,
    /// What it looks at, or why that is not known.
    pub watches: Known<Vec<Watch>>,
}

/// Series that an expression selects.
#[derive(Debug, Clone)]
pub struct Watch {
    pub metric: SmolStr,
    pub matchers: Vec<Matcher>,
    /// True where the expression asks whether the series are there at all.
    pub is_absence: bool,
    /// True where the expression asks whether the value is 0.
    pub is_zero: bool,
}

impl AlertRule {
    /// The labels that its alerts are sure to have; series may bring more.
    #[must_use]
    pub fn label_set(&self) -> LabelSet {
        let mut known = self.labels.clone();
        known.push((SmolStr::new_static("alertname"), self.name.clone()));
        LabelSet::open(known)
    }

    /// The same without those labels that rules give here and this one has not been given.
    #[must_use]
    pub fn labels_among(&self, given: &[SmolStr]) -> LabelSet {
        self.label_set().without(given)
    }

    /// What its severity label says, in lower case.
    #[must_use]
    pub fn severity(&self) -> Option<String> {
        let found = self.labels.iter().find(|(key, _)| key == "severity");
        found.map(|(_, value)| value.to_ascii_lowercase())
    }

    /// True where it is meant to get somebody up.
    #[must_use]
    pub fn is_critical(&self) -> bool {
        self.severity().is_some_and(|it| matches!(it.as_str(), "critical" | "page" | "emergency"))
    }

    /// True for the alert that always fires, so that its end is heard.
    #[must_use]
    pub fn is_dead_mans_switch(&self) -> bool {
        matches!(self.name.as_str(), "Watchdog" | "DeadMansSwitch" | "DeadMansSnitch")
    }
}

/// Labels that series or servers bring, whatever a rule says.
const BROUGHT: &[&str] = &[
    "alertname",
    "cluster",
    "container",
    "env",
    "environment",
    "instance",
    "job",
    "namespace",
    "node",
    "pod",
    "region",
    "service",
];

/// The alert rules of these components. An object that several roots apply counts once, where it holds
/// most.
#[must_use]
pub fn alert_rules<'a>(components: impl Iterator<Item = &'a Component>) -> Vec<&'a AlertRule> {
    let mut objects: Vec<&AlertRules> = Vec::new();
    let mut index_by_name = BTreeMap::new();
    for component in components {
        let Facts::AlertRules(rules) = &component.facts else { continue };
        let name = (&component.native_kind, &component.namespace, &component.name);
        let index = *index_by_name.entry(name).or_insert(objects.len());
        match objects.get_mut(index) {
            Some(it) if it.alerts.len() < rules.alerts.len() => *it = rules,
            Some(_) => {}
            None => objects.push(rules),
        }
    }
    objects.into_iter().flat_map(|it| &it.alerts).collect()
}

/// Labels that these rules give to their alerts, sorted: whoever leaves one out has none.
pub fn given_labels<'a>(rules: impl Iterator<Item = &'a AlertRule>) -> Vec<SmolStr> {
    let keys = rules.flat_map(|it| &it.labels).map(|it| &it.0);
    let mut keys: Vec<SmolStr> =
        keys.filter(|it| !BROUGHT.contains(&it.as_str())).cloned().collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}
