//! Which rights bindings give to whom.

use std::collections::BTreeMap;

use kai_core::{ComponentId, RootId, SmolStr};

use crate::{Binding, Component, Facts, Nearness, Of, Power, Role, Subject, System};

/// Bindings by kind, namespace and name of their subjects. Made when somebody first asks for one.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    by_subject: BTreeMap<Key, Vec<(ComponentId, usize)>>,
}

/// Kind, namespace and name.
type Key = (SmolStr, SmolStr, SmolStr);

/// One binding, seen from one of its subjects.
#[derive(Debug, Clone, Copy)]
pub struct Grant<'a> {
    pub binding: Of<'a, Binding>,
    pub subject: &'a Subject,
    /// The role that it gives, if that was read.
    pub role: Option<Of<'a, Role>>,
}

impl Grants {
    fn of(components: &[Component]) -> Self {
        let mut grants = Self::default();
        for component in components {
            let Facts::Binding(binding) = &component.facts else { continue };
            for (index, subject) in binding.subjects.iter().enumerate() {
                let found = grants.by_subject.entry(key(subject)).or_default();
                found.push((component.id, index));
            }
        }
        grants
    }
}

/// A service account may be written as the user as which it signs in.
fn key(subject: &Subject) -> Key {
    let account = subject.name.strip_prefix("system:serviceaccount:");
    match account.filter(|_| subject.kind == "User").and_then(|it| it.split_once(':')) {
        Some((namespace, name)) => {
            (SmolStr::new_static("ServiceAccount"), namespace.into(), name.into())
        }
        None => (subject.kind.clone(), subject.namespace.clone(), subject.name.clone()),
    }
}

impl System {
    /// What bindings of the root and its environment give to a service account by its own name, by
    /// id. What its groups have is not counted: everybody has that.
    #[must_use]
    pub fn grants_to(&self, namespace: &str, account: &str, from: RootId) -> Vec<Grant<'_>> {
        let grants = self.grants.get_or_init(|| Grants::of(self.components()));
        let key: Key = (SmolStr::new_static("ServiceAccount"), namespace.into(), account.into());
        let found = grants.by_subject.get(&key).into_iter().flatten();
        let near = found.filter(|(id, _)| {
            self.nearness(self.component(*id).root, from) <= Nearness::SameEnvironment
        });
        near.filter_map(|(id, index)| self.grant(self.component(*id), *index)).collect()
    }

    /// A binding as one of its subjects sees it.
    #[must_use]
    pub fn grant<'a>(&'a self, component: &'a Component, subject: usize) -> Option<Grant<'a>> {
        let Facts::Binding(facts) = &component.facts else { return None };
        let role = self.resolve_ref(&facts.role, component).and_then(|it| match &it.facts {
            Facts::Role(role) => Some(Of { component: it, facts: &**role }),
            _ => None,
        });
        let binding = Of { component, facts: &**facts };
        Some(Grant { binding, subject: facts.subjects.get(subject)?, role })
    }
}

impl<'a> Grant<'a> {
    /// Where it holds; empty for everywhere.
    #[must_use]
    pub fn namespace(&self) -> &'a str {
        &self.binding.component.namespace
    }

    /// The powers that the role holds, the worst first, each with the place that gives it.
    #[must_use]
    pub fn powers(&self) -> Vec<(Power, kai_core::OriginId)> {
        let role = &self.binding.facts.role;
        match self.role {
            Some(read) => read.facts.powers(),
            None if role.kind == "ClusterRole" => {
                Power::of_built_in(&role.name).iter().map(|it| (*it, role.origin)).collect()
            }
            None => Vec::new(),
        }
    }
}
