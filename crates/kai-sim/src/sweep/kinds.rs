//! Classes, services and controllers, found without a walk over all of them.

use kai_core::Lookup;
use smol_str::SmolStr;

use crate::model::{
    AffinityTerm, Cluster, Controller, Controllers, Operator, Pod, Selector, Service,
};

/// Numbers are those of classes.
pub(super) struct Kinds<'a> {
    pub(super) cluster: &'a Cluster,
    namespaces: Vec<Namespace<'a>>,
    controllers: Controllers<'a>,
}

#[derive(Default)]
struct Namespace<'a> {
    name: SmolStr,
    all: Vec<usize>,
    labelled: Lookup<(&'a SmolStr, &'a SmolStr), Vec<usize>>,
    services: Vec<&'a Service>,
}

impl<'a> Kinds<'a> {
    pub(super) fn new(cluster: &'a Cluster, classes: &[&'a Pod]) -> Self {
        let mut namespaces: Vec<Namespace<'a>> = Vec::new();
        let mut numbers: Lookup<&SmolStr, usize> = Lookup::new();
        let mut number = |name: &'a SmolStr, namespaces: &mut Vec<Namespace<'a>>| {
            *numbers.get_or_insert_with(name, || {
                namespaces.push(Namespace { name: name.clone(), ..Namespace::default() });
                namespaces.len() - 1
            })
        };
        for (at, pod) in classes.iter().enumerate() {
            let namespace = number(&pod.namespace, &mut namespaces);
            let namespace = &mut namespaces[namespace];
            namespace.all.push(at);
            for label in &pod.labels {
                namespace.labelled.get_or_insert_with(label, Vec::new).push(at);
            }
        }
        for service in &cluster.services {
            let namespace = number(&service.key.namespace, &mut namespaces);
            namespaces[namespace].services.push(service);
        }
        let controllers = Controllers::of(cluster);
        namespaces.sort_by(|one, other| one.name.cmp(&other.name));
        Self { cluster, namespaces, controllers }
    }

    pub(super) fn services(&self, pod: &Pod) -> impl Iterator<Item = &'a Service> {
        self.namespace(&pod.namespace).into_iter().flat_map(|it| it.services.iter().copied())
    }

    pub(super) fn controller_of(&self, pod: &'a Pod) -> Option<&'a Controller> {
        let owner = pod.owner.as_ref()?;
        self.controllers.named(owner.kind?, &pod.namespace, &owner.name)
    }

    /// A few classes of a namespace, among them all that the selector selects.
    pub(super) fn selected(&self, namespace: &str, selector: &Selector) -> Vec<usize> {
        let Some(namespace) = self.namespace(namespace) else { return Vec::new() };
        namespace.selected(selector).to_vec()
    }

    /// A few classes, among them all that the term speaks of.
    pub(super) fn met(&self, term: &AffinityTerm) -> Vec<usize> {
        let Some(selector) = &term.selector else { return Vec::new() };
        let is_meant = |it: &&Namespace<'_>| {
            let labels = self.cluster.namespace_labels(&it.name);
            term.namespaces.contains(&it.name)
                || term.namespace_selector.as_ref().is_some_and(|it| it.matches(labels))
        };
        let meant = self.namespaces.iter().filter(is_meant);
        meant.flat_map(|it| it.selected(selector)).copied().collect()
    }

    fn namespace(&self, name: &str) -> Option<&Namespace<'a>> {
        let found = self.namespaces.binary_search_by(|it| it.name.as_str().cmp(name));
        found.ok().map(|it| &self.namespaces[it])
    }
}

impl Namespace<'_> {
    fn selected<'n>(&'n self, selector: &'n Selector) -> &'n [usize] {
        let equalities = selector.requirements.iter().filter(|it| it.operator == Operator::In);
        let lists = equalities.filter_map(|it| match it.values.as_slice() {
            [value] => Some(self.labelled.get(&(&it.key, value)).map_or(&[][..], Vec::as_slice)),
            _ => None,
        });
        lists.min_by_key(|it| it.len()).unwrap_or(&self.all)
    }
}
