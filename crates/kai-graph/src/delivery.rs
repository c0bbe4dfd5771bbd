//! Which roots put something where, and which of them leave something unread.
//!
//! Seen from roots of one environment the same others are near, so that the answers are lists by
//! environment and namespace, and a question costs no look at every root.

use std::collections::BTreeMap;

use kai_core::{Environment, Root, RootId, SmolStr};

use crate::Nearness;

/// What is near the roots of each environment.
#[derive(Debug, Default)]
pub(crate) struct Deliveries {
    by_environment: BTreeMap<Environment, Surroundings>,
}

/// Roots that are not apart from those of an environment, by id; without those that stand for
/// themselves.
#[derive(Debug, Default)]
pub(crate) struct Surroundings {
    all: Vec<RootId>,
    by_namespace: BTreeMap<SmolStr, Vec<RootId>>,
    /// Those with gaps.
    unread_by_namespace: BTreeMap<SmolStr, Vec<RootId>>,
    /// Those with gaps that put nothing anywhere that was read.
    unread_anywhere: Vec<RootId>,
}

impl Deliveries {
    /// `namespaces` holds what each root delivers to.
    pub(crate) fn of(roots: &[Root], namespaces: &[Vec<SmolStr>]) -> Self {
        let mut deliveries = Self::default();
        for root in roots.iter().filter(|it| !Nearness::is_alone(it)) {
            deliveries.by_environment.entry(root.environment).or_default();
        }
        for (root, namespaces) in
            roots.iter().zip(namespaces).filter(|it| !Nearness::is_alone(it.0))
        {
            let is_shared = root.is_environment_assumed();
            for (environment, near) in &mut deliveries.by_environment {
                if *environment == root.environment || is_shared {
                    near.add(root, namespaces);
                }
            }
        }
        deliveries
    }

    /// What is near a root, itself included; nothing is where it stands for itself.
    pub(crate) fn around(&self, root: &Root) -> Option<&Surroundings> {
        if Nearness::is_alone(root) { None } else { self.by_environment.get(&root.environment) }
    }
}

impl Surroundings {
    fn add(&mut self, root: &Root, namespaces: &[SmolStr]) {
        self.all.push(root.id);
        for namespace in namespaces {
            self.by_namespace.entry(namespace.clone()).or_default().push(root.id);
        }
        if root.gaps.is_empty() {
            return;
        }
        if namespaces.is_empty() {
            self.unread_anywhere.push(root.id);
        }
        for namespace in namespaces {
            self.unread_by_namespace.entry(namespace.clone()).or_default().push(root.id);
        }
    }

    /// The roots that put something into the namespace; all of them where it is empty.
    pub(crate) fn delivering(&self, namespace: &str) -> &[RootId] {
        if namespace.is_empty() {
            return &self.all;
        }
        self.by_namespace.get(namespace).map_or(&[], Vec::as_slice)
    }

    /// The roots with gaps that may put something into the namespace, by id.
    pub(crate) fn unread(&self, namespace: &str) -> impl Iterator<Item = RootId> {
        let here = self.unread_by_namespace.get(namespace).map_or(&[][..], Vec::as_slice);
        let mut lists = [here, self.unread_anywhere.as_slice()];
        std::iter::from_fn(move || {
            let list = lists.iter_mut().filter(|it| !it.is_empty()).min_by_key(|it| it[0])?;
            let (first, rest) = list.split_first()?;
            *list = rest;
            Some(*first)
        })
    }
}
