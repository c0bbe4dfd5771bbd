//! Everything that a word of a question can name.

use std::collections::{BTreeMap, BTreeSet};

use kai_core::ComponentId;
use kai_graph::{Component, ComponentKind, Facts};

use crate::case::Case;

/// Something that has a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// As it was said.
    pub(crate) said: String,
    /// Components of that name, through every root.
    pub(crate) components: Vec<ComponentId>,
    /// Alert rules of that name: who holds them, and their place in it.
    pub(crate) alerts: Vec<(ComponentId, usize)>,
    /// How the name is written, where what was said is only near it.
    pub(crate) is_near: bool,
    /// The place of its first word in the question.
    pub(crate) at: usize,
    /// How many words of the question it takes.
    pub(crate) length: usize,
}

/// Names in lower case.
#[derive(Debug, Default)]
pub(crate) struct Names {
    components: BTreeMap<String, Vec<ComponentId>>,
    alerts: BTreeMap<String, Vec<(ComponentId, usize)>>,
    /// `deployment`, `statefulset`: the kinds of what is named.
    kinds: BTreeSet<String>,
    /// `redis`, `rds`: the software that runs, and the services of clouds, each with what it is here.
    products: BTreeMap<String, Vec<ComponentId>>,
}

/// What `kubectl` calls kinds for short.
const SHORT_KINDS: &[(&str, &str)] = &[
    ("deploy", "deployment"),
    ("deployments", "deployment"),
    ("sts", "statefulset"),
    ("statefulsets", "statefulset"),
    ("ds", "daemonset"),
    ("daemonsets", "daemonset"),
    ("svc", "service"),
    ("services", "service"),
    ("ing", "ingress"),
    ("cm", "configmap"),
    ("sa", "serviceaccount"),
    ("cj", "cronjob"),
    ("hpa", "horizontalpodautoscaler"),
    ("pdb", "poddisruptionbudget"),
    ("pvc", "persistentvolumeclaim"),
    ("netpol", "networkpolicy"),
    ("app", "application"),
    ("apps", "application"),
];
const PODS: &[&str] = &["po", "pod", "pods"];
/// Kinds of what runs, of which people name the one that they mean by its name alone.
const WORKLOADS: &[&str] = &["deployment", "statefulset", "daemonset"];

/// Other words for software.
const PRODUCTS: &[(&str, &str)] = &[
    ("postgres", "postgresql"),
    ("pg", "postgresql"),
    ("mongo", "mongodb"),
    ("elastic", "elasticsearch"),
    ("rabbit", "rabbitmq"),
    ("maria", "mariadb"),
];

impl Names {
    pub(crate) fn of(case: Case<'_>) -> Self {
        let mut names = Self::default();
        for component in case.system().components() {
            let name = component.name.to_lowercase();
            let kind = component.native_kind.to_lowercase();
            let mut add = |key: String| names.components.entry(key).or_default().push(component.id);
            add(format!("{kind}/{name}"));
            if !component.namespace.is_empty() {
                let namespace = component.namespace.to_lowercase();
                add(format!("{namespace}/{kind}/{name}"));
                add(format!("{namespace}/{name}"));
            }
            add(name);
            names.kinds.insert(kind);
            for product in products(component) {
                names.products.entry(product).or_default().push(component.id);
            }
            if let Facts::AlertRules(rules) = &component.facts {
                for (index, alert) in rules.alerts.iter().enumerate() {
                    let key = alert.name.to_lowercase();
                    names.alerts.entry(key).or_default().push((component.id, index));
                }
            }
        }
        names
    }

    /// What has exactly this name, also where it is written as `kubectl` takes and prints it.
    pub(crate) fn exact(&self, word: &str, said: &str, at: usize) -> Option<Target> {
        let written = |it: &str| self.written(it, said, at);
        written(word).or_else(|| self.of_kubectl(word, &written))
    }

    fn of_kubectl(&self, word: &str, written: &dyn Fn(&str) -> Option<Target>) -> Option<Target> {
        let near = |it: Target| Target { is_near: true, ..it };
        let Some((place, name)) = word.rsplit_once('/') else {
            return written(owner(word).filter(|it| self.is_workload(it))?).map(near);
        };
        let (namespace, kind) = match place.rsplit_once('/') {
            Some((namespace, kind)) => (format!("{namespace}/"), kind),
            None => (String::new(), place),
        };
        let named = |it: &str| written(&format!("{namespace}{it}"));
        if PODS.contains(&kind) {
            return owner(name).and_then(named).or_else(|| named(name)).map(near);
        }
        let long = SHORT_KINDS.iter().find(|it| it.0 == kind).map_or(kind, |it| it.1);
        let found = named(&format!("{long}/{name}")).or_else(|| {
            // What runs is called by another kind than it has.
            WORKLOADS.contains(&long).then(|| named(name))?.map(near)
        });
        // A namespace and a pod.
        let pod = || written(&format!("{place}/{}", owner(name)?)).map(near);
        found.or_else(pod)
    }

    fn is_workload(&self, name: &str) -> bool {
        WORKLOADS.iter().any(|kind| self.components.contains_key(&format!("{kind}/{name}")))
    }

    /// Everything that is made of this software, or is this service of a cloud: one target for each name.
    pub(crate) fn product(&self, word: &str, said: &str, at: usize) -> Vec<Target> {
        let long = PRODUCTS.iter().find(|it| it.0 == word).map_or(word, |it| it.1);
        let Some(ids) = self.products.get(long) else { return Vec::new() };
        let named = self.components.iter().filter(|it| !it.0.contains('/'));
        let named = named.filter(|it| it.1.iter().any(|it| ids.contains(it))).map(|it| it.1);
        let only =
            |all: &Vec<ComponentId>| all.iter().copied().filter(|it| ids.contains(it)).collect();
        let targets = named.map(|it| Target {
            said: said.to_owned(),
            components: only(it),
            alerts: Vec::new(),
            is_near: true,
            at,
            length: 1,
        });
        targets.collect()
    }

    /// What has exactly this name, as it is written.
    pub(super) fn written(&self, word: &str, said: &str, at: usize) -> Option<Target> {
        let components = self.components.get(word).cloned().unwrap_or_default();
        let alerts = self.alerts.get(word).cloned().unwrap_or_default();
        let is_known = !components.is_empty() || !alerts.is_empty();
        is_known.then(|| Target {
            said: said.to_owned(),
            components,
            alerts,
            is_near: false,
            at,
            length: 1,
        })
    }

    /// True for the kind of something, in any number.
    pub(crate) fn is_kind(&self, word: &str) -> bool {
        self.kinds.contains(word) || self.kinds.contains(word.trim_end_matches('s'))
    }

    /// Every alert rule, by name.
    pub(crate) fn all_alerts(&self) -> Vec<(ComponentId, usize)> {
        self.alerts.values().flatten().copied().collect()
    }

    /// Names that are near to a word: with it in them, else a slip of the hand away.
    pub(crate) fn near(&self, word: &str) -> Vec<&str> {
        let all = || self.components.keys().chain(self.alerts.keys()).map(String::as_str);
        let has_part = |it: &&str| {
            let mut parts = it.split(['-', '.', '_', '/']);
            !it.contains('/')
                && parts.any(|part| part == word || part == word.trim_end_matches('s'))
        };
        let mut near: Vec<&str> = all().filter(has_part).collect();
        if near.is_empty() && word.len() >= 4 {
            let slips = if word.len() >= 8 { 2 } else { 1 };
            let is_slip = |it: &&str| {
                let mut parts = it.split(['-', '.', '_']).filter(|part| part.len() >= 4);
                distance(it, word) <= slips || parts.any(|part| distance(part, word) == 1)
            };
            near = all().filter(|it| !it.contains('/')).filter(is_slip).collect();
        }
        if near.is_empty() && word.len() >= 4 {
            near = all().filter(|it| !it.contains('/') && it.contains(word)).collect();
        }
        near.sort_unstable();
        near.dedup();
        near
    }
}

/// The software that a component is, and the words of its kind where that is one of a cloud.
fn products(component: &Component) -> Vec<String> {
    use ComponentKind::{Cache, Datastore, Queue, Workload};
    if !matches!(component.kind, Cache | Datastore | Queue | Workload) {
        return Vec::new();
    }
    let engine = match &component.facts {
        Facts::Workload(facts) => facts.engine.map(|it| it.name.to_owned()),
        Facts::Datastore(facts) => Some(facts.engine.name.to_owned()),
        Facts::ManagedCache(facts) => facts.engine.value().map(ToString::to_string),
        _ => None,
    };
    let mut words: Vec<String> = engine.into_iter().collect();
    let kind = component.native_kind.to_lowercase();
    words.extend(kind.split('_').skip(1).map(str::to_owned));
    // What a cloud calls otherwise than everybody else.
    match kind.as_str() {
        "aws_db_instance" => words.push("rds".to_owned()),
        "aws_elasticache_replication_group" => words.push("redis".to_owned()),
        _ => {}
    }
    words.sort_unstable();
    words.dedup();
    words
}

/// Whose pod it is, by how Kubernetes calls pods: `api-7d9f8b6c5d-x2x4z`, `ledger-db-0`.
fn owner(pod: &str) -> Option<&str> {
    const RANDOM: usize = 5;
    let (rest, last) = pod.rsplit_once('-')?;
    if last.bytes().all(|it| it.is_ascii_digit()) && !last.is_empty() {
        return Some(rest);
    }
    let is_drawn = |it: &str| it.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
    let (name, hash) = rest.rsplit_once('-').unwrap_or((rest, ""));
    let is_hash = (8..=10).contains(&hash.len())
        && is_drawn(hash)
        && hash.contains(|it: char| it.is_ascii_digit());
    (last.len() == RANDOM && is_drawn(last)).then_some(if is_hash { name } else { rest })
}

/// How many letters are to be put in, taken out, replaced or swapped with the next one.
pub(super) fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > 2 {
        return usize::MAX;
    }
    let mut rows = vec![(0..=other.len()).collect::<Vec<usize>>()];
    for i in 1..=one.len() {
        let mut row = vec![i];
        for j in 1..=other.len() {
            let differs = usize::from(one[i - 1] != other[j - 1]);
            let mut best =
                (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + differs);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}
