//! Who may do what with things that a cloud runs.
//!
//! A reference to something of the same configuration has its type as kind and its address without
//! the type as name; one to anything else has no kind, and the cloud's own name.

use kai_core::{Known, OriginId, RootKind, SmolStr};

use crate::{Cloud, Component, Facts, ManagedCluster, ManagedDatabase, ObjectRef, Of, System};

/// An identity of a cloud that programs run as.
#[derive(Debug, Clone)]
pub struct CloudAccount {
    pub cloud: Cloud,
    /// What the cloud calls it, without its project.
    pub cloud_name: Known<SmolStr>,
}

/// Roles that one block gives.
#[derive(Debug, Clone)]
pub struct CloudGrants {
    pub cloud: Cloud,
    pub grants: Vec<CloudGrant>,
}

/// One role, and who has it.
#[derive(Debug, Clone)]
pub struct CloudGrant {
    /// As the cloud calls it.
    pub role: SmolStr,
    pub powers: &'static [CloudPower],
    pub holders: Vec<ObjectRef>,
    pub scope: CloudScope,
    /// Where it says that it holds under a condition only.
    pub condition: Option<OriginId>,
}

/// What a role allows, as far as it can end a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CloudPower {
    /// Everything in its scope.
    Everything,
    /// Puts workloads on clusters, and takes them away.
    Clusters,
    /// Opens connections to databases.
    Databases,
    /// Acts as other identities.
    Accounts,
}

/// What a grant holds for.
#[derive(Debug, Clone)]
pub enum CloudScope {
    /// Everything of one project or account.
    Home(Known<SmolStr>),
    /// One thing.
    One(ObjectRef),
}

/// A grant that an identity has, and where it says so.
#[derive(Debug, Clone, Copy)]
pub struct HeldGrant<'a> {
    pub component: &'a Component,
    pub grant: &'a CloudGrant,
    pub holder: &'a ObjectRef,
}

impl CloudGrant {
    #[must_use]
    pub fn has(&self, power: CloudPower) -> bool {
        self.powers.iter().any(|it| *it == power || *it == CloudPower::Everything)
    }

    /// True where it holds for all of a project or account, without a condition.
    #[must_use]
    pub fn holds_throughout(&self, home: &Known<SmolStr>) -> bool {
        let CloudScope::Home(scope) = &self.scope else { return false };
        self.condition.is_none() && scope.value().is_some() && scope.value() == home.value()
    }
}

impl System {
    /// True where one configuration of infrastructure declares both, whatever their environments.
    #[must_use]
    pub fn is_same_configuration(&self, one: &Component, other: &Component) -> bool {
        let (one, other) = (self.root(one.root), self.root(other.root));
        one.kind == RootKind::Terraform
            && one.kind == other.kind
            && one.path == other.path
            && one.release == other.release
    }

    /// The identity that `from` refers to, where the same configuration declares it.
    #[must_use]
    pub fn cloud_account(
        &self,
        from: &Component,
        reference: &ObjectRef,
    ) -> Option<Of<'_, CloudAccount>> {
        self.cloud_accounts().find(|it| {
            self.is_same_configuration(it.component, from) && it.answers_to(it.component, reference)
        })
    }

    pub fn cloud_accounts(&self) -> impl Iterator<Item = Of<'_, CloudAccount>> {
        self.components().iter().filter_map(|component| match &component.facts {
            Facts::CloudAccount(facts) => Some(Of { component, facts: &**facts }),
            _ => None,
        })
    }

    /// Every grant that an identity has in its configuration.
    pub fn grants_held_by<'a>(
        &'a self,
        account: Of<'a, CloudAccount>,
    ) -> impl Iterator<Item = HeldGrant<'a>> {
        let blocks = self.components().iter().filter_map(|component| match &component.facts {
            Facts::CloudGrants(facts) => Some(Of { component, facts: &**facts }),
            _ => None,
        });
        blocks
            .filter(move |it| self.is_same_configuration(it.component, account.component))
            .flat_map(|block| block.facts.grants.iter().map(move |grant| (block.component, grant)))
            .flat_map(move |(component, grant)| {
                let holders = grant.holders.iter();
                let own = holders.filter(move |it| account.answers_to(account.component, it));
                own.map(move |holder| HeldGrant { component, grant, holder })
            })
    }

    pub fn managed_clusters(&self) -> impl Iterator<Item = Of<'_, ManagedCluster>> {
        self.components().iter().filter_map(|component| match &component.facts {
            Facts::ManagedCluster(facts) => Some(Of { component, facts: &**facts }),
            _ => None,
        })
    }

    pub fn managed_databases(&self) -> impl Iterator<Item = Of<'_, ManagedDatabase>> {
        self.components().iter().filter_map(|component| match &component.facts {
            Facts::ManagedDatabase(facts) => Some(Of { component, facts: &**facts }),
            _ => None,
        })
    }
}

impl CloudAccount {
    /// True where a reference of the same configuration means it: by its address, or by its name in
    /// the cloud, after which an `@` and the project may come.
    fn answers_to(&self, component: &Component, reference: &ObjectRef) -> bool {
        if reference.kind.is_empty() {
            let name = reference.name.split('@').next().unwrap_or_default();
            return self.cloud_name.value().is_some_and(|it| it == name);
        }
        reference.kind == component.native_kind && reference.name == component.name
    }
}
