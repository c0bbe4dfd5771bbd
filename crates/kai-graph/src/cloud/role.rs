//! Roles: who may become one, and what it may do.

use kai_core::{Known, OriginId, SmolStr};

use super::Policy;
use crate::{Component, Facts, Of, System};

/// A role that programs, people and pipelines become.
#[derive(Debug, Clone)]
pub struct CloudRole {
    pub cloud_name: Known<SmolStr>,
    /// Who may become it.
    pub trust: Known<Policy>,
    /// What lets it do everything: the policy, and where it is given.
    pub powers: Vec<(SmolStr, OriginId)>,
    /// Everything that the same configuration gives it.
    pub policies: Vec<GivenPolicy>,
}

/// A policy that a role has.
#[derive(Debug, Clone)]
pub struct GivenPolicy {
    pub name: SmolStr,
    /// What it says, where that was read.
    pub policy: Option<Policy>,
    /// Where it is given.
    pub origin: OriginId,
}

impl System {
    /// The role that a service account of Kubernetes acts as, by the annotation that names it; none where
    /// several roles of its environment have that name.
    #[must_use]
    pub fn role_of(&self, account: &Component) -> Option<Of<'_, CloudRole>> {
        let Facts::Identity(identity) = &account.facts else { return None };
        let arn = identity.in_cloud.as_ref()?.value.as_str();
        let (_, path) = arn.strip_prefix("arn:aws")?.split_once(":role/")?;
        let name = path.rsplit('/').next()?;
        let environment = self.environment(account);
        let roles = self.components().iter().filter_map(|component| match &component.facts {
            Facts::CloudRole(facts) => Some(Of { component, facts: &**facts }),
            _ => None,
        });
        let mut named = roles.filter(|it| {
            let own = it.facts.cloud_name.value();
            own.is_some_and(|it| it == name) && self.environment(it.component) == environment
        });
        let first = named.next()?;
        named.next().is_none().then_some(first)
    }

    /// The service accounts of Kubernetes that act as a role.
    pub fn accounts_of<'a>(&'a self, role: &'a Component) -> impl Iterator<Item = &'a Component> {
        let accounts = self.components().iter();
        accounts.filter(|it| self.role_of(it).is_some_and(|it| it.component.id == role.id))
    }
}
