//! Who may do what with all that a project or account of a cloud holds.

use kai_core::{Known, OriginId, RootKind, SmolStr};

use super::Naming;
use crate::{Cloud, Component, Facts, ManagedCluster, ManagedDatabase, Of, System};

/// An identity of a cloud that programs run as.
#[derive(Debug, Clone)]
pub struct CloudAccount {
    pub cloud: Cloud,
    /// What the cloud calls it, without its project.
    pub cloud_name: Known<SmolStr>,
    /// The programs that run as it, as far as the same configuration says: `google_cloud_run_service.api`.
    pub runs: Vec<String>,
    /// Service accounts of clusters that may be it, as far as the same configuration says.
    pub lent_to: Vec<LentTo>,
}

/// A service account of a cluster that is let act as an identity of the cloud.
#[derive(Debug, Clone)]
pub struct LentTo {
    pub namespace: SmolStr,
    pub name: SmolStr,
    pub origin: OriginId,
}

impl LentTo {
    /// `shop/web`, or `system:serviceaccount:shop:web`.
    #[must_use]
    pub fn parse(subject: &str, origin: OriginId) -> Option<Self> {
        let (namespace, name) = match subject.strip_prefix("system:serviceaccount:") {
            Some(rest) => rest.split_once(':')?,
            None => subject.split_once('/')?,
        };
        let is_name = |it: &str| {
            !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || b"-.".contains(&it))
        };
        (is_name(namespace) && is_name(name)).then(|| Self {
            namespace: namespace.into(),
            name: name.into(),
            origin,
        })
    }

    #[must_use]
    pub fn is(&self, account: &Component) -> bool {
        self.namespace == account.namespace && self.name == account.name
    }
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
    pub holders: Vec<Naming>,
    /// The project or account that it holds for.
    pub home: Known<SmolStr>,
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

/// A grant that an identity has, and where it says so.
#[derive(Debug, Clone, Copy)]
pub struct HeldGrant<'a> {
    pub component: &'a Component,
    pub grant: &'a CloudGrant,
    pub holder: &'a Naming,
}

impl CloudGrant {
    #[must_use]
    pub fn has(&self, power: CloudPower) -> bool {
        self.powers.iter().any(|it| *it == power || *it == CloudPower::Everything)
    }

    /// True where it certainly holds for everything that is in the home, without a condition.
    #[must_use]
    pub fn holds_throughout(&self, home: &Known<SmolStr>) -> bool {
        let is_there = self.home.value().is_some() && self.home.value() == home.value();
        is_there && self.condition.is_none()
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

    /// The identity that `from` names, where the same configuration declares it.
    #[must_use]
    pub fn cloud_account(&self, from: &Component, naming: &Naming) -> Option<Of<'_, CloudAccount>> {
        self.cloud_accounts().find(|it| {
            self.is_same_configuration(it.component, from) && it.answers_to(it.component, naming)
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
    /// True where a service account of Kubernetes acts as it. At Google an annotation names it, and whom it is lent to
    /// decides where that is written (cloud.google.com/kubernetes-engine, "Workload Identity"); at Azure the subject of
    /// the federation decides alone. `project` is where it is made, if that is written.
    #[must_use]
    pub fn is_named_by(&self, account: &Component, project: Option<&str>) -> bool {
        let Facts::Identity(identity) = &account.facts else { return false };
        let is_lent = self.lent_to.iter().any(|it| it.is(account));
        match self.cloud {
            Cloud::Google => {
                let named = identity.in_cloud.as_ref().and_then(|it| it.value.split_once('@'));
                let is_named = named.is_some_and(|(name, home)| {
                    let home = home.strip_suffix(".iam.gserviceaccount.com");
                    home.is_some_and(|it| project.is_none_or(|project| is_project(project, it)))
                        && self.cloud_name.value().is_some_and(|it| it == name)
                });
                is_named && (is_lent || self.lent_to.is_empty())
            }
            _ => is_lent,
        }
    }

    /// True where a text of the same configuration means it: by what it is put together from, or by
    /// its name in the cloud, after which an `@` and the project may come.
    fn answers_to(&self, component: &Component, naming: &Naming) -> bool {
        match (&naming.resources[..], &naming.text) {
            ([it], _) if !naming.is_open && it.root.is_empty() => {
                it.kind == component.native_kind && it.name == component.name
            }
            ([], Some(text)) => {
                let name = text.split('@').next().unwrap_or_default();
                self.cloud_name.value().is_some_and(|it| it == name)
            }
            _ => false,
        }
    }
}

/// True where a text may be the project. One that is to come stands as the address of what is in it, which no project
/// is called like: it may be any.
fn is_project(text: &str, project: &str) -> bool {
    text.contains('.') || text == project
}
