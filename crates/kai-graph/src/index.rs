//! Tables that answer by name, by label and by namespace without looking at every component.
//!
//! Every table is a sorted list that holds ids and shared strings, so that a question costs a
//! binary search and what it finds.

use kai_core::{ComponentId, SmolStr};

use crate::{Component, Facts, Labels, Selector};

/// The tables of one system.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Kind, namespace and name; with the names under which a controller makes something of it.
    names: Vec<(SmolStr, SmolStr, SmolStr, ComponentId)>,
    pub(crate) pods: Pods,
    pub(crate) budgets: Selections,
    pub(crate) paths: Selections,
    pub(crate) policies: Selections,
    /// Namespace, kind and name of the target.
    autoscaled: Vec<(SmolStr, SmolStr, SmolStr, ComponentId)>,
    /// Those that may make objects whose names cannot be told, by namespace; empty for any.
    makers: Vec<(SmolStr, ComponentId)>,
    /// By kind of facts.
    pub(crate) backups: Vec<ComponentId>,
    pub(crate) storage_classes: Vec<ComponentId>,
    pub(crate) limit_ranges: Vec<(SmolStr, ComponentId)>,
}

/// Workloads by the labels of their pods.
#[derive(Debug, Default)]
pub(crate) struct Pods {
    labelled: Vec<Posting>,
    all: Vec<(SmolStr, ComponentId)>,
}

/// Components that select pods, each under the label of its selector that the fewest others have.
#[derive(Debug, Default)]
pub(crate) struct Selections {
    labelled: Vec<Posting>,
    /// Those that name no label.
    unlabelled: Vec<(SmolStr, ComponentId)>,
}

/// Namespace, key, value.
type Posting = (SmolStr, SmolStr, SmolStr, ComponentId);

impl Index {
    pub(crate) fn of(components: &[Component]) -> Self {
        let mut index = Self::default();
        let (mut budgets, mut paths, mut policies) = (Vec::new(), Vec::new(), Vec::new());
        for component in components {
            index.add_names(component);
            let entry = |it| (component.namespace.clone(), it, component.id);
            match &component.facts {
                Facts::Workload(facts) => index.pods.add(component, &facts.pod_labels),
                Facts::DisruptionBudget(facts) => {
                    budgets.extend(facts.selector.as_ref().map(entry));
                }
                Facts::NetworkPath(facts) => paths.extend(facts.selector.as_ref().map(entry)),
                Facts::NetworkPolicy(facts) if facts.is_cluster_wide => {
                    let selector = facts.selector.as_ref();
                    policies.extend(selector.map(|it| (SmolStr::default(), it, component.id)));
                }
                Facts::NetworkPolicy(facts) => policies.extend(facts.selector.as_ref().map(entry)),
                Facts::Autoscaler(facts) => index.autoscaled.push((
                    component.namespace.clone(),
                    facts.target.kind.clone(),
                    facts.target.name.clone(),
                    component.id,
                )),
                Facts::Backup(_) => index.backups.push(component.id),
                Facts::StorageClass(_) => index.storage_classes.push(component.id),
                Facts::LimitRange(_) => {
                    index.limit_ranges.push((component.namespace.clone(), component.id));
                }
                _ => {}
            }
        }
        index.names.sort_unstable();
        index.pods.labelled.sort_unstable();
        index.pods.all.sort_unstable();
        index.autoscaled.sort_unstable();
        index.makers.sort_unstable();
        index.limit_ranges.sort_unstable();
        index.budgets = Selections::of(budgets);
        index.paths = Selections::of(paths);
        index.policies = Selections::of(policies);
        index
    }

    fn add_names(&mut self, component: &Component) {
        let namespace = &component.namespace;
        // A Service that is a way in as well is found as the path that it is.
        if !component.is_second_face() {
            let (kind, name) = (component.native_kind.clone(), component.name.clone());
            self.names.push((kind, namespace.clone(), name, component.id));
        }
        let Some(makes) = &component.makes else { return };
        for (kind, name) in &makes.named {
            let namespace = makes.namespace.as_ref().unwrap_or(namespace);
            self.names.push((kind.clone(), namespace.clone(), name.clone(), component.id));
        }
        if !makes.kinds.is_empty() {
            self.makers.push((makes.namespace.as_ref().unwrap_or(namespace).clone(), component.id));
        }
    }

    pub(crate) fn named(
        &self,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> impl Iterator<Item = ComponentId> {
        range(&self.names, |it| (&*it.0, &*it.1, &*it.2).cmp(&(kind, namespace, name)))
            .iter()
            .map(|it| it.3)
    }

    pub(crate) fn autoscalers(
        &self,
        namespace: &str,
        kind: &str,
        name: &str,
    ) -> impl Iterator<Item = ComponentId> {
        range(&self.autoscaled, |it| (&*it.0, &*it.1, &*it.2).cmp(&(namespace, kind, name)))
            .iter()
            .map(|it| it.3)
    }

    /// Those that may make something in the namespace.
    pub(crate) fn makers(&self, namespace: &str) -> impl Iterator<Item = ComponentId> {
        in_namespace(&self.makers, "").chain(in_namespace(&self.makers, namespace))
    }
}

impl Pods {
    fn add(&mut self, component: &Component, labels: &Labels) {
        let namespace = &component.namespace;
        self.all.push((namespace.clone(), component.id));
        for (key, value) in labels {
            self.labelled.push((namespace.clone(), key.clone(), value.clone(), component.id));
        }
    }

    /// Workloads of the namespace whose pods may satisfy the selector, by id.
    pub(crate) fn candidates(&self, namespace: &str, selector: &Selector) -> Vec<ComponentId> {
        let labels = selector.labels.iter().filter(|(key, _)| !is_given_by_controller(key));
        let postings = labels.map(|(key, value)| {
            range(&self.labelled, |it| (&*it.0, &*it.1, &*it.2).cmp(&(namespace, key, value)))
        });
        match postings.min_by_key(|it| it.len()) {
            Some(fewest) => fewest.iter().map(|it| it.3).collect(),
            None => in_namespace(&self.all, namespace).collect(),
        }
    }
}

impl Selections {
    fn of(selectors: Vec<(SmolStr, &Selector, ComponentId)>) -> Self {
        let mut all: Vec<(&SmolStr, &SmolStr, &SmolStr)> = selectors
            .iter()
            .flat_map(|(namespace, it, _)| it.labels.iter().map(move |(k, v)| (namespace, k, v)))
            .collect();
        all.sort_unstable();
        let frequency =
            |label: (&SmolStr, &SmolStr, &SmolStr)| range(&all, |it| it.cmp(&label)).len();
        let mut selections = Self::default();
        for (namespace, selector, id) in &selectors {
            let labels = selector.labels.iter().filter(|(key, _)| !is_given_by_controller(key));
            match labels.min_by_key(|(key, value)| frequency((namespace, key, value))) {
                Some((key, value)) => {
                    let posting = (namespace.clone(), key.clone(), value.clone(), *id);
                    selections.labelled.push(posting);
                }
                None => selections.unlabelled.push((namespace.clone(), *id)),
            }
        }
        selections.labelled.sort_unstable();
        selections.unlabelled.sort_unstable();
        selections
    }

    /// Components of the namespace that may select pods with these labels, by id.
    pub(crate) fn candidates(&self, namespace: &str, labels: &Labels) -> Vec<ComponentId> {
        let mut found: Vec<ComponentId> = in_namespace(&self.unlabelled, namespace).collect();
        for (key, value) in labels {
            let postings =
                range(&self.labelled, |it| (&*it.0, &*it.1, &*it.2).cmp(&(namespace, key, value)));
            found.extend(postings.iter().map(|it| it.3));
        }
        found.sort_unstable();
        found
    }
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

/// The part of a sorted list that compares equal.
fn range<T>(sorted: &[T], compare: impl Fn(&T) -> std::cmp::Ordering) -> &[T] {
    let start = sorted.partition_point(|it| compare(it).is_lt());
    let length = sorted[start..].partition_point(|it| compare(it).is_eq());
    &sorted[start..start + length]
}

pub(crate) fn in_namespace<'a>(
    sorted: &'a [(SmolStr, ComponentId)],
    namespace: &str,
) -> impl Iterator<Item = ComponentId> + use<'a> {
    range(sorted, |it| it.0.as_str().cmp(namespace)).iter().map(|it| it.1)
}
