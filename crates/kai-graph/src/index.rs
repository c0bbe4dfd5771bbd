//! Tables that answer by name, by label and by namespace without looking at every component.
//!
//! Every table is a sorted list of numbers: the hash of what is asked for, the root that holds it, and
//! a component's id. A question costs a binary search and what it finds, within one root or in all.
//! Different things may have one hash, so that what is found is a candidate; whoever asks compares the
//! names themselves. The order of answers is that of roots and ids, whatever the hashes are.

use kai_core::{ComponentId, RootId, SmolStr};

use crate::{BackupScope, Component, Facts, Labels, Selector};

/// The tables of one system.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Kind, namespace and name; with the names under which a controller makes something of it.
    names: Table,
    /// Kind and name of what stands in any namespace.
    anywhere: Table,
    /// Kind and namespace.
    kinds: Table,
    pub(crate) pods: Pods,
    pub(crate) budgets: Selections,
    pub(crate) paths: Selections,
    pub(crate) policies: Selections,
    /// Namespace, kind and name of the target.
    autoscaled: Table,
    /// Those that may make objects whose names cannot be told: the kind, `*` for every one, and the
    /// namespace, empty for any.
    makers: Table,
    /// By namespace.
    limit_ranges: Table,
    storage_classes: Table,
    machines: Table,
    /// Backups of one object, by namespace.
    object_backups: Table,
    /// Backups of whole namespaces.
    pub(crate) wide_backups: Vec<ComponentId>,
    /// Plans by which a cloud copies what it runs.
    pub(crate) backup_plans: Vec<ComponentId>,
    /// Clusters of Kubernetes that a cloud runs.
    pub(crate) managed_clusters: Vec<ComponentId>,
    /// By the folders that a controller is told to keep applied.
    orders: Table,
}

/// Workloads by the labels of their pods.
#[derive(Debug, Default)]
pub(crate) struct Pods {
    /// Namespace, key and value.
    labelled: Table,
    /// Key and value.
    anywhere: Table,
    /// Namespace.
    by_namespace: Table,
    all: Vec<ComponentId>,
}

/// Components that select pods, each under the label of its selector that the fewest others have.
#[derive(Debug, Default)]
pub(crate) struct Selections {
    /// Namespace, key and value.
    labelled: Table,
    /// Those that name no label, by namespace.
    unlabelled: Table,
}

/// Where to look.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope {
    Root(RootId),
    Everywhere,
}

/// A selector, the namespace where it selects, and who has it.
type Selecting<'a> = (&'a str, &'a Selector, &'a Component);

/// Ids under the hash of some parts.
#[derive(Debug, Default)]
struct Table(Vec<(u64, RootId, ComponentId)>);

impl Table {
    fn add(&mut self, parts: &[&str], component: &Component) {
        self.0.push((hash(parts), component.root, component.id));
    }

    fn sort(&mut self) {
        self.0.sort_unstable();
    }

    fn get(
        &self,
        scope: Scope,
        parts: &[&str],
    ) -> impl ExactSizeIterator<Item = ComponentId> + use<'_> {
        let wanted = hash(parts);
        let order = |it: &(u64, RootId, ComponentId)| match scope {
            Scope::Root(root) => (it.0, it.1).cmp(&(wanted, root)),
            Scope::Everywhere => it.0.cmp(&wanted),
        };
        let start = self.0.partition_point(|it| order(it).is_lt());
        let length = self.0[start..].partition_point(|it| order(it).is_eq());
        self.0[start..start + length].iter().map(|it| it.2)
    }
}

/// Parts are kept apart, so that `["ab", "c"]` and `["a", "bc"]` differ. Eight bytes at a time; whoever
/// makes names with equal hashes gains a longer list of candidates and no wrong answer.
fn hash(parts: &[&str]) -> u64 {
    let mix = |hash: u64, word: u64| {
        let product = u128::from(hash ^ word) * 0x9e37_79b9_7f4a_7c15;
        (product >> 64) as u64 ^ product as u64
    };
    let of_part = |hash: u64, part: &&str| {
        let (words, rest) = part.as_bytes().as_chunks::<8>();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        let hash = words.iter().fold(hash, |hash, it| mix(hash, u64::from_le_bytes(*it)));
        mix(mix(hash, u64::from_le_bytes(last)), part.len() as u64)
    };
    parts.iter().fold(0x517c_c1b7_2722_0a95, of_part)
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
        let namespace = component.namespace.as_str();
        match &component.facts {
            Facts::Workload(facts) => self.pods.add(component, &facts.pod_labels),
            Facts::Autoscaler(facts) => {
                let target = &facts.target;
                self.autoscaled.add(&[namespace, &target.kind, &target.name], component);
            }
            Facts::Backup(it) if matches!(it.scope, BackupScope::Object { .. }) => {
                self.object_backups.add(&[namespace], component);
            }
            Facts::Backup(_) => self.wide_backups.push(component.id),
            Facts::BackupPlan(_) => self.backup_plans.push(component.id),
            Facts::ManagedCluster(_) => self.managed_clusters.push(component.id),
            Facts::StorageClass(_) => self.storage_classes.add(&[], component),
            Facts::Reconciliation(it) => {
                for folder in it.folders() {
                    self.orders.add(&[folder], component);
                }
            }
            Facts::Machine(_) => self.machines.add(&[], component),
            Facts::LimitRange(_) => self.limit_ranges.add(&[namespace], component),
            _ => {}
        }
    }

    fn add_names(&mut self, component: &Component) {
        let Component { namespace, native_kind, name, .. } = component;
        // A Service that is a way in as well is found as the path that it is.
        if !component.is_second_face() {
            self.names.add(&[native_kind, namespace, name], component);
        }
        self.anywhere.add(&[native_kind, name], component);
        self.kinds.add(&[native_kind, namespace], component);
        let Some(makes) = &component.makes else { return };
        let namespace = makes.namespace.as_ref().unwrap_or(namespace);
        for (kind, name) in &makes.named {
            self.names.add(&[kind, namespace, name], component);
        }
        for kind in &makes.kinds {
            self.makers.add(&[kind, namespace], component);
        }
    }

    fn sort(&mut self) {
        for table in [
            &mut self.names,
            &mut self.anywhere,
            &mut self.kinds,
            &mut self.pods.labelled,
            &mut self.pods.anywhere,
            &mut self.pods.by_namespace,
            &mut self.autoscaled,
            &mut self.makers,
            &mut self.limit_ranges,
            &mut self.storage_classes,
            &mut self.machines,
            &mut self.orders,
            &mut self.object_backups,
        ] {
            table.sort();
        }
    }

    /// What has the kind, the namespace and the name, or makes it.
    pub(crate) fn named(
        &self,
        scope: Scope,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> impl Iterator<Item = ComponentId> {
        self.names.get(scope, &[kind, namespace, name])
    }

    /// What has the kind and the name in any namespace.
    pub(crate) fn anywhere(
        &self,
        scope: Scope,
        kind: &str,
        name: &str,
    ) -> impl Iterator<Item = ComponentId> {
        self.anywhere.get(scope, &[kind, name])
    }

    /// What has the kind in the namespace.
    pub(crate) fn of_kind(
        &self,
        scope: Scope,
        kind: &str,
        namespace: &str,
    ) -> impl Iterator<Item = ComponentId> {
        self.kinds.get(scope, &[kind, namespace])
    }

    pub(crate) fn autoscalers(
        &self,
        scope: Scope,
        namespace: &str,
        kind: &str,
        name: &str,
    ) -> impl Iterator<Item = ComponentId> {
        self.autoscaled.get(scope, &[namespace, kind, name])
    }

    /// Those that may make something of this kind in the namespace; `*` stands for any kind.
    pub(crate) fn makers(
        &self,
        scope: Scope,
        kind: &str,
        namespace: &str,
    ) -> impl Iterator<Item = ComponentId> {
        self.makers.get(scope, &[kind, namespace])
    }

    pub(crate) fn limit_ranges(
        &self,
        scope: Scope,
        namespace: &str,
    ) -> impl Iterator<Item = ComponentId> {
        self.limit_ranges.get(scope, &[namespace])
    }

    /// What may copy away something in the namespace.
    pub(crate) fn backups(
        &self,
        scope: Scope,
        namespace: &str,
    ) -> impl Iterator<Item = ComponentId> {
        let wide = self.wide_backups.iter().copied();
        self.object_backups.get(scope, &[namespace]).chain(wide)
    }

    pub(crate) fn orders(&self, folder: &str) -> impl Iterator<Item = ComponentId> {
        self.orders.get(Scope::Everywhere, &[folder])
    }

    pub(crate) fn storage_classes(&self, scope: Scope) -> impl Iterator<Item = ComponentId> {
        self.storage_classes.get(scope, &[])
    }

    pub(crate) fn machines(&self, scope: Scope) -> impl Iterator<Item = ComponentId> {
        self.machines.get(scope, &[])
    }
}

fn note<'a>(
    all: &mut Vec<Selecting<'a>>,
    namespace: &'a str,
    selector: &'a Option<Selector>,
    component: &'a Component,
) {
    all.extend(selector.iter().map(|it| (namespace, it, component)));
}

impl Pods {
    fn add(&mut self, component: &Component, labels: &Labels) {
        let namespace = component.namespace.as_str();
        self.all.push(component.id);
        self.by_namespace.add(&[namespace], component);
        for (key, value) in labels {
            self.labelled.add(&[namespace, key, value], component);
            self.anywhere.add(&[key, value], component);
        }
    }

    /// Workloads of the namespace whose pods may satisfy the selector.
    pub(crate) fn candidates(
        &self,
        scope: Scope,
        namespace: &str,
        selector: &Selector,
    ) -> Vec<ComponentId> {
        let lists = own_labels(selector)
            .map(|(key, value)| self.labelled.get(scope, &[namespace, key, value]));
        match lists.min_by_key(ExactSizeIterator::len) {
            Some(fewest) => fewest.collect(),
            None => self.in_namespace(scope, namespace).collect(),
        }
    }

    /// The same in every namespace.
    pub(crate) fn anywhere(&self, selector: &Selector) -> Vec<ComponentId> {
        let lists = own_labels(selector)
            .map(|(key, value)| self.anywhere.get(Scope::Everywhere, &[key, value]));
        match lists.min_by_key(ExactSizeIterator::len) {
            Some(fewest) => fewest.collect(),
            None => self.all.clone(),
        }
    }

    pub(crate) fn in_namespace(
        &self,
        scope: Scope,
        namespace: &str,
    ) -> impl Iterator<Item = ComponentId> {
        self.by_namespace.get(scope, &[namespace])
    }
}

impl Selections {
    fn of(selectors: &[Selecting<'_>]) -> Self {
        let mut frequency = Table::default();
        for (namespace, selector, component) in selectors {
            for (key, value) in own_labels(selector) {
                frequency.add(&[namespace, key, value], component);
            }
        }
        frequency.sort();
        let mut selections = Self::default();
        for (namespace, selector, component) in selectors {
            let count = |(key, value): &(&SmolStr, &SmolStr)| {
                frequency.get(Scope::Everywhere, &[namespace, key, value]).len()
            };
            match own_labels(selector).min_by_key(count) {
                Some((key, value)) => {
                    selections.labelled.add(&[namespace, key, value], component);
                }
                None => selections.unlabelled.add(&[namespace], component),
            }
        }
        selections.labelled.sort();
        selections.unlabelled.sort();
        selections
    }

    /// Components of the namespace that may select pods with these labels, by id.
    pub(crate) fn candidates(
        &self,
        scope: Scope,
        namespace: &str,
        labels: &Labels,
    ) -> Vec<ComponentId> {
        let mut found: Vec<ComponentId> = self.unlabelled.get(scope, &[namespace]).collect();
        for (key, value) in labels {
            found.extend(self.labelled.get(scope, &[namespace, key, value]));
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
