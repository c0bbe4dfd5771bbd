//! Pods that have some of the labels that a selector asks for, and may get the others later.

use std::collections::BTreeMap;

use kai_core::{ComponentId, RootId, SmolStr};

use crate::{Component, Facts, Labels, Selector, System};

/// Workloads whose pods have the same keys, by root and namespace: there are few of them, however
/// many workloads there are. Made when the first selector finds no pods.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    by_place: BTreeMap<(RootId, SmolStr), Vec<Shape>>,
}

#[derive(Debug)]
struct Shape {
    keys: Vec<SmolStr>,
    workloads: Vec<ComponentId>,
}

impl Shapes {
    fn of(components: &[Component]) -> Self {
        let mut by_keys: BTreeMap<(RootId, &SmolStr, Vec<&SmolStr>), Vec<ComponentId>> =
            BTreeMap::new();
        for component in components {
            let Facts::Workload(facts) = &component.facts else { continue };
            let keys = facts.pod_labels.iter().map(|(key, _)| key).collect();
            let key = (component.root, &component.namespace, keys);
            by_keys.entry(key).or_default().push(component.id);
        }
        let mut shapes = Self::default();
        for ((root, namespace, keys), workloads) in by_keys {
            let keys = keys.into_iter().cloned().collect();
            let place = shapes.by_place.entry((root, namespace.clone())).or_default();
            place.push(Shape { keys, workloads });
        }
        shapes
    }
}

impl System {
    /// True where pods of the root in the namespace have some of the wanted labels and lack only
    /// such as something adds to them when they run (`vault-active`, `role: master`).
    #[must_use]
    pub fn has_unfinished_pods(&self, selector: &Selector, namespace: &str, root: RootId) -> bool {
        let shapes = self.shapes.get_or_init(|| Shapes::of(self.components()));
        let place = (root, SmolStr::new(namespace));
        shapes.by_place.get(&place).into_iter().flatten().any(|shape| {
            let (known, added): (Labels, Labels) =
                selector.labels.iter().cloned().partition(|(key, _)| shape.keys.contains(key));
            if known.is_empty() || added.is_empty() {
                return false;
            }
            let rest = Selector { labels: known, ..selector.clone() };
            let mut workloads =
                shape.workloads.iter().filter_map(|it| self.component(*it).workload());
            workloads.any(|it| {
                let sides = &it.facts.rollout.side_labels;
                let is_added = |(key, value): &(SmolStr, SmolStr)| {
                    is_added_later(key, value) || sides.contains(key)
                };
                added.iter().all(is_added) && rest.matches(&it.pod_labels)
            })
        })
    }

    /// True where the selector matches pods of the root in another namespace.
    #[must_use]
    pub fn has_pods_elsewhere(&self, selector: &Selector, namespace: &str, root: RootId) -> bool {
        let is_elsewhere = |it: &Component| it.root == root && it.namespace != namespace;
        self.pods_anywhere(selector).any(is_elsewhere)
    }

    /// True where the selector matches pods of any root in any namespace.
    #[must_use]
    pub fn has_pods_anywhere(&self, selector: &Selector) -> bool {
        self.pods_anywhere(selector).next().is_some()
    }

    fn pods_anywhere(&self, selector: &Selector) -> impl Iterator<Item = &Component> {
        let candidates = self.index.pods.anywhere(selector).into_iter();
        candidates
            .map(|it| self.component(it))
            .filter(|it| it.workload().is_some_and(|it| selector.matches(&it.pod_labels)))
    }
}

/// True for a label that a controller or the program itself gives to a pod. What automates writes keys
/// with a domain before them, which people need not (kubernetes.io/docs/concepts/overview/
/// working-with-objects/labels/#syntax-and-character-set); the words are exceptions that are in use.
fn is_added_later(key: &str, value: &str) -> bool {
    // Vault says of itself whether it is initialized, sealed or a standby.
    const WORDS: [&str; 11] = [
        "active",
        "hash",
        "index",
        "initialized",
        "leader",
        "master",
        "primary",
        "role",
        "sealed",
        "standby",
        "uid",
    ];
    const BY_PEOPLE: [&str; 2] = ["app.kubernetes.io", "helm.sh"];
    match key.split_once('/') {
        Some((domain, _)) => !BY_PEOPLE.contains(&domain),
        None => {
            let mut words = [key, value].into_iter().flat_map(|it| it.split(['-', '_', '.']));
            words.any(|it| WORDS.contains(&it))
        }
    }
}
