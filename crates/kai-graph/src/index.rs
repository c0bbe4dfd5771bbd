//! Tables that answer by name, by label and by namespace without looking at every component.
//!
//! Every table is a sorted list of numbers: the hash of what is asked for, and a component's id. A
//! question costs a binary search and what it finds. Different things may have one hash, so that
//! what is found is a candidate; whoever asks compares the names themselves. The order of answers
//! is the order of ids, whatever the hashes are.

use std::hash::{DefaultHasher, Hasher};

use kai_core::{ComponentId, SmolStr};

use crate::{Component, Facts, Labels, Selector};

/// The tables of one system.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Kind, namespace and name; with the names under which a controller makes something of it.
    names: Table,
    pub(crate) pods: Pods,
    pub(crate) budgets: Selections,
    pub(crate) paths: Selections,
    pub(crate) policies: Selections,
    /// Namespace, kind and name of the target.
    autoscaled: Table,
    /// Those that may make objects whose names cannot be told, by namespace; empty for any.
    makers: Table,
    /// By namespace.
    limit_ranges: Table,
    pub(crate) backups: Vec<ComponentId>,
    pub(crate) storage_classes: Vec<ComponentId>,
}

/// Workloads by the labels of their pods.
#[derive(Debug, Default)]
pub(crate) struct Pods {
    /// Namespace, key and value.
    labelled: Table,
    /// Namespace.
    all: Table,
}

/// Components that select pods, each under the label of its selector that the fewest others have.
#[derive(Debug, Default)]
pub(crate) struct Selections {
    /// Namespace, key and value.
    labelled: Table,
    /// Those that name no label, by namespace.
    unlabelled: Table,
}

/// A selector, the namespace where it selects, and who has it.
type Selecting<'a> = (&'a str, &'a Selector, ComponentId);

/// Ids under the hash of some parts.
#[derive(Debug, Default)]
struct Table(Vec<(u64, ComponentId)>);

impl Table {
    fn add(&mut self, parts: &[&str], id: ComponentId) {
        self.0.push((hash(parts), id));
    }

    fn sort(&mut self) {
        self.0.sort_unstable();
    }

    fn get(&self, parts: &[&str]) -> impl ExactSizeIterator<Item = ComponentId> + use<'_> {
        let wanted = hash(parts);
        let start = self.0.partition_point(|it| it.0 < wanted);
        let length = self.0[start..].partition_point(|it| it.0 == wanted);
        self.0[start..start + length].iter().map(|it| it.1)
    }
}

/// Parts are kept apart, so that `["ab", "c"]` and `["a", "bc"]` differ.
fn hash(parts: &[&str]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for part in parts {
        hasher.write(part.as_bytes());
        hasher.write_u8(0xff);
    }
    hasher.finish()
}

impl Index {
    pub(crate) fn of(components: &[Component]) -> Self {
        let mut index = Self::default();
        let (mut budgets, mut paths, mut policies) = (Vec::new(), Vec::new(), Vec::new());
        for component in components {
            index.add(component);
            let namespace = component.namespace.as_str();
            match &component.facts {
                Facts::DisruptionBudget(it) => {
                    note(&mut budgets, namespace, &it.selector, component);
                }
                Facts::NetworkPath(it) => note(&mut paths, namespace, &it.selector, component),
                Facts::NetworkPolicy(it) => {
                    let namespace = if it.is_cluster_wide { "" } else { namespace };
                    note(&mut policies, namespace, &it.selector, component);
                }
                _ => {}
            }
        }
        index.budgets = Selections::of(&budgets);
        index.paths = Selections::of(&paths);
        index.policies = Selections::of(&policies);
        index.sort();
        index
    }

    fn add(&mut self, component: &Component) {
        self.add_names(component);
        let (id, namespace) = (component.id, component.namespace.as_str());
        match &component.facts {
            Facts::Workload(facts) => self.pods.add(component, &facts.pod_labels),
            Facts::Autoscaler(facts) => {
                let target = &facts.target;
                self.autoscaled.add(&[namespace, &target.kind, &target.name], id);
            }
            Facts::Backup(_) => self.backups.push(id),
            Facts::StorageClass(_) => self.storage_classes.push(id),
            Facts::LimitRange(_) => self.limit_ranges.add(&[namespace], id),
            _ => {}
        }
    }

    fn add_names(&mut self, component: &Component) {
        let Component { id, namespace, native_kind, name, .. } = component;
        // A Service that is a way in as well is found as the path that it is.
        if !component.is_second_face() {
            self.names.add(&[native_kind, namespace, name], *id);
        }
        let Some(makes) = &component.makes else { return };
        let namespace = makes.namespace.as_ref().unwrap_or(namespace);
        for (kind, name) in &makes.named {
            self.names.add(&[kind, namespace, name], *id);
        }
        if !makes.kinds.is_empty() {
            self.makers.add(&[namespace], *id);
        }
    }

    fn sort(&mut self) {
        for table in [
            &mut self.names,
            &mut self.pods.labelled,
            &mut self.pods.all,
            &mut self.autoscaled,
            &mut self.makers,
            &mut self.limit_ranges,
        ] {
            table.sort();
        }
    }

    pub(crate) fn named(
        &self,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> impl Iterator<Item = ComponentId> {
        self.names.get(&[kind, namespace, name])
    }

    pub(crate) fn autoscalers(
        &self,
        namespace: &str,
        kind: &str,
        name: &str,
    ) -> impl Iterator<Item = ComponentId> {
        self.autoscaled.get(&[namespace, kind, name])
    }

    /// Those that may make something in the namespace.
    pub(crate) fn makers(&self, namespace: &str) -> impl Iterator<Item = ComponentId> {
        self.makers.get(&[""]).chain(self.makers.get(&[namespace]))
    }

    pub(crate) fn limit_ranges(&self, namespace: &str) -> impl Iterator<Item = ComponentId> {
        self.limit_ranges.get(&[namespace])
    }
}

fn note<'a>(
    all: &mut Vec<Selecting<'a>>,
    namespace: &'a str,
    selector: &'a Option<Selector>,
    component: &Component,
) {
    all.extend(selector.iter().map(|it| (namespace, it, component.id)));
}

impl Pods {
    fn add(&mut self, component: &Component, labels: &Labels) {
        let (id, namespace) = (component.id, component.namespace.as_str());
        self.all.add(&[namespace], id);
        for (key, value) in labels {
            self.labelled.add(&[namespace, key, value], id);
        }
    }

    /// Workloads of the namespace whose pods may satisfy the selector, by id.
    pub(crate) fn candidates(&self, namespace: &str, selector: &Selector) -> Vec<ComponentId> {
        let lists =
            own_labels(selector).map(|(key, value)| self.labelled.get(&[namespace, key, value]));
        match lists.min_by_key(ExactSizeIterator::len) {
            Some(fewest) => fewest.collect(),
            None => self.all.get(&[namespace]).collect(),
        }
    }
}

impl Selections {
    fn of(selectors: &[Selecting<'_>]) -> Self {
        let mut frequency = Table::default();
        for (namespace, selector, id) in selectors {
            for (key, value) in own_labels(selector) {
                frequency.add(&[namespace, key, value], *id);
            }
        }
        frequency.sort();
        let mut selections = Self::default();
        for (namespace, selector, id) in selectors {
            let count =
                |(key, value): &(&SmolStr, &SmolStr)| frequency.get(&[namespace, key, value]).len();
            match own_labels(selector).min_by_key(count) {
                Some((key, value)) => selections.labelled.add(&[namespace, key, value], *id),
                None => selections.unlabelled.add(&[namespace], *id),
            }
        }
        selections.labelled.sort();
        selections.unlabelled.sort();
        selections
    }

    /// Components of the namespace that may select pods with these labels, by id.
    pub(crate) fn candidates(&self, namespace: &str, labels: &Labels) -> Vec<ComponentId> {
        let mut found: Vec<ComponentId> = self.unlabelled.get(&[namespace]).collect();
        for (key, value) in labels {
            found.extend(self.labelled.get(&[namespace, key, value]));
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The labels of a selector that a template may hold.
fn own_labels(selector: &Selector) -> impl Iterator<Item = (&SmolStr, &SmolStr)> {
    let labels = selector.labels.iter().filter(|(key, _)| !is_given_by_controller(key));
    labels.map(|(key, value)| (key, value))
}

/// Labels that controllers put on pods by themselves, so that no template holds them.
pub(crate) fn is_given_by_controller(key: &str) -> bool {
    matches!(
        key,
        "statefulset.kubernetes.io/pod-name"
            | "apps.kubernetes.io/pod-index"
            | "pod-template-hash"
            | "rollouts-pod-template-hash"
            | "controller-revision-hash"
            | "job-name"
            | "batch.kubernetes.io/job-name"
            | "controller-uid"
            | "batch.kubernetes.io/controller-uid"
    )
}
