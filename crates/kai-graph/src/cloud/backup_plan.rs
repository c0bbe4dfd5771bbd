//! Plans that copy what a cloud runs, and the vaults that keep the copies.

use std::time::Duration;

use kai_core::{ComponentId, Known, OriginId, SmolStr};

use super::{Naming, ResourceRef};
use crate::{BackupScope, Component, DependencyKind, Facts, Of, System};

/// What copies by a schedule what a cloud runs, with what it is told to copy: a plan of AWS Backup, a policy of Azure
/// Backup, a plan of Google's Backup and DR or of its Backup for GKE, a schedule of snapshots.
#[derive(Debug, Clone)]
pub struct BackupPlan {
    pub rules: Vec<BackupRule>,
    /// The types of what it can copy: `aws_db_instance`.
    pub takes: &'static [&'static str],
    /// What it copies, as far as that is named.
    pub copied: Vec<Naming>,
    /// Things of the same configuration that it surely leaves out.
    pub left_out: Vec<ResourceRef>,
    /// Those of them that it has copied and is told to copy no more, with where that stands.
    pub ended: Vec<Naming>,
    /// True where it may copy more: by tags, by patterns, or by what nobody knows.
    pub is_open: bool,
    /// What it takes of each cluster of Kubernetes that it is told to copy.
    pub clusters: Vec<ClusterCopy>,
    /// The setting by which it is told to make no copies: `paused`. Not declared where it makes some.
    pub stopped_by: Known<SmolStr>,
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What a plan takes of a cluster of Kubernetes.
#[derive(Debug, Clone)]
pub struct ClusterCopy {
    /// The cluster; none where nobody knows which.
    pub cluster: Option<ResourceRef>,
    /// The namespaces that are copied; unknown where they are chosen otherwise.
    pub scope: BackupScope,
    /// Whether what is on volumes is copied with the objects.
    pub has_volumes: Known<bool>,
}

/// When a plan copies, and whereto.
#[derive(Debug, Clone)]
pub struct BackupRule {
    /// As it is written, or as one says what blocks say: `daily at 23:00`.
    pub schedule: Known<SmolStr>,
    /// The longest time from one copy to the next; none where the schedule does not tell it.
    pub longest_gap: Option<Duration>,
    /// After how many days a copy is deleted; not declared where it stays.
    pub kept_days: Known<u32>,
    /// The same for each place that a copy is copied on to, and for copies that are kept longer than others.
    pub further_kept_days: Vec<Known<u32>>,
    /// For how many days after it is made nobody can delete a copy.
    pub locked_days: Known<u32>,
    /// True where every moment is kept, and not only that of a copy.
    pub is_continuous: Known<bool>,
    /// Where copies are made, then where they are copied on to.
    pub vaults: Vec<VaultRef>,
    /// True where copies stay beside what is copied, and a vault only orders them.
    pub is_beside: bool,
}

/// A vault as a plan names it, or the place that a plan names instead of one.
#[derive(Debug, Clone)]
pub struct VaultRef {
    /// The vault, where the same configuration declares it.
    pub declared: Option<ResourceRef>,
    /// Its ARN, id or name, where that is written.
    pub text: Option<SmolStr>,
    /// The region or the continent that the plan itself names, where copies are in no vault.
    pub region: Option<SmolStr>,
    pub origin: OriginId,
}

impl VaultRef {
    /// The region, the account and the name in its ARN: `arn:aws:backup:eu-west-1:111122223333:backup-vault:far`.
    #[must_use]
    pub fn place(&self) -> Option<(&str, &str, &str)> {
        let mut parts = self.text.as_deref()?.split(':').skip(2);
        match (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?) {
            ("backup", region, account, "backup-vault", name) => Some((region, account, name)),
            _ => None,
        }
    }
}

/// A vault that keeps copies.
#[derive(Debug, Clone)]
pub struct BackupVault {
    /// What stands before whoever deletes copies.
    pub guard: Known<VaultGuard>,
    /// Over what its cloud spreads what it keeps.
    pub spread: Known<VaultSpread>,
    /// True where its owner may restore in the second region at any time.
    pub restores_across_regions: Known<bool>,
}

/// What stands before whoever deletes copies, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VaultGuard {
    Nothing,
    /// What is deleted can be had back for some days.
    SoftDelete,
    /// A lock or a policy, which somebody may lift.
    Policy,
    /// A lock that nobody lifts.
    Lock,
}

/// Where the cloud keeps further copies of what is in a vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VaultSpread {
    Datacenter,
    Zones,
    Regions,
}

impl ClusterCopy {
    /// Whether the namespace of the component is copied; none where that is not told by namespaces. One that is written
    /// without a namespace may be applied to any.
    #[must_use]
    pub fn takes(&self, component: &Component) -> Option<bool> {
        let BackupScope::Namespaces { included, excluded, selector: None } = &self.scope else {
            return None;
        };
        let names =
            |list: &[SmolStr]| list.iter().any(|it| it == "*" || *it == component.namespace);
        let takes = (included.is_empty() || names(included)) && !names(excluded);
        (takes || component.namespace != "default").then_some(takes)
    }
}

impl BackupPlan {
    /// How much is lost at most between two copies of a thing of a type (`aws_db_instance`), by the rule that copies
    /// most often; none where a rule keeps every moment of it, or no schedule tells it.
    #[must_use]
    pub fn longest_gap(&self, kind: &str) -> Option<Duration> {
        let gaps = self.rules.iter().filter_map(|it| it.longest_gap);
        gaps.min().filter(|_| self.continuous(kind).is_none())
    }

    /// True where it is told to make no copies.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped_by.value().is_some()
    }

    /// For how long a copy is kept, and how far apart copies are made, where each is deleted before the next one. Several
    /// rules may always leave a copy together, and a plan that is stopped makes no next one.
    #[must_use]
    pub fn expires_early(&self) -> Option<(Duration, Duration)> {
        let [rule] = &self.rules[..] else { return None };
        let may_be_continuous =
            rule.is_continuous.value().map_or(!rule.is_continuous.is_not_declared(), |it| *it);
        if may_be_continuous || self.is_stopped() {
            return None;
        }
        let kept = rule.further_kept_days.iter().chain([&rule.kept_days]).map(Known::value);
        let kept_days = kept.collect::<Option<Vec<&u32>>>()?.into_iter().max()?;
        let kept_for = DAY * *kept_days;
        let longest = rule.longest_gap?;
        (!kept_for.is_zero() && kept_for < longest).then_some((kept_for, longest))
    }

    /// The rule that keeps every moment of a thing of a type. AWS Backup does so for databases of RDS and Aurora and for
    /// buckets, and copies everything else as it is at the time
    /// (docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html).
    #[must_use]
    pub fn continuous(&self, kind: &str) -> Option<&BackupRule> {
        const OF_AMAZON: &[&str] = &["aws_db_instance", "aws_rds_cluster", "aws_s3_bucket"];
        let is_kept = !kind.starts_with("aws_") || OF_AMAZON.contains(&kind);
        let mut rules = self.rules.iter().filter(|_| is_kept);
        rules.find(|it| it.is_continuous.value() == Some(&true))
    }
}

impl System {
    /// The plans that surely copy the component.
    pub fn plans_of(&self, component: &Component) -> impl Iterator<Item = Of<'_, BackupPlan>> {
        let copied = self.needed_by(component.id).filter(|it| it.kind == DependencyKind::BacksUp);
        copied.filter_map(|it| backup_plan(self.component(it.source)))
    }

    /// The plans that may copy the component, and of which nobody can say whether they do: they select by tags or by
    /// patterns, or are told elsewhere what to copy.
    pub fn plans_that_may_copy<'a>(
        &'a self,
        component: &'a Component,
    ) -> impl Iterator<Item = Of<'a, BackupPlan>> {
        self.backup_plans().filter(|it| {
            let is_it = |left: &ResourceRef| self.is_meant(left, *it, component);
            match component.api_version.is_empty() {
                true => {
                    it.facts.is_open
                        && it.facts.takes.contains(&component.native_kind.as_str())
                        && !it.facts.left_out.iter().any(is_it)
                }
                false => self.may_reach_into_cluster(it, component),
            }
        })
    }

    /// The plans that have copied the component and are told to copy it no more, with where that stands.
    pub fn ended_plans_of<'a>(
        &'a self,
        component: &'a Component,
    ) -> impl Iterator<Item = (Of<'a, BackupPlan>, OriginId)> {
        self.backup_plans().filter_map(|plan| {
            let mut ended = plan.facts.ended.iter();
            let is_it =
                |it: &&Naming| it.resource().is_some_and(|it| self.is_meant(it, plan, component));
            ended.find(is_it).map(|it| (plan, it.origin))
        })
    }

    /// True where a plan means the component, which is of the same configuration, by its type and its name.
    fn is_meant(&self, it: &ResourceRef, plan: Of<'_, BackupPlan>, component: &Component) -> bool {
        it.kind == component.native_kind
            && it.name == component.name
            && self.is_same_configuration(plan.component, component)
    }

    /// Every plan that was read, by id.
    pub fn backup_plans(&self) -> impl Iterator<Item = Of<'_, BackupPlan>> {
        self.index.backup_plans.iter().filter_map(|it| backup_plan(self.component(*it)))
    }

    /// What plans take of the cluster that the component of Kubernetes runs in. None where several clusters of its
    /// environment were read: nobody says in which of them it runs.
    pub fn cluster_copies_of<'a>(
        &'a self,
        component: &'a Component,
    ) -> impl Iterator<Item = (Of<'a, BackupPlan>, &'a ClusterCopy)> {
        let is_here = |it: &Of<'_, BackupPlan>| {
            !component.api_version.is_empty()
                && self.environment(it.component) == self.environment(component)
                && self.is_of_only_cluster(it.component)
        };
        let near = self.backup_plans().filter(is_here);
        let copies = near.flat_map(|plan| plan.facts.clusters.iter().map(move |it| (plan, it)));
        copies.filter(|it| it.1.cluster.is_some())
    }

    /// True where the environment of a plan has one cluster that a cloud runs.
    fn is_of_only_cluster(&self, plan: &Component) -> bool {
        let environment = self.environment(plan);
        let is_near = |it: &&ComponentId| self.environment(self.component(**it)) == environment;
        self.index.managed_clusters.iter().filter(is_near).count() == 1
    }

    /// True where a plan of the same environment may copy what the component keeps on volumes, and nobody can say.
    fn may_reach_into_cluster(&self, plan: &Of<'_, BackupPlan>, component: &Component) -> bool {
        const CLUSTERS: &[&str] = &["azurerm_kubernetes_cluster", "google_container_cluster"];
        if self.environment(plan.component) != self.environment(component) {
            return false;
        }
        let is_certain = self.is_of_only_cluster(plan.component);
        let may_take = |it: &ClusterCopy| {
            it.has_volumes.value() != Some(&false)
                && match it.takes(component) {
                    Some(takes) => takes && !(is_certain && it.cluster.is_some()),
                    None => true,
                }
        };
        let is_of_clusters = plan.facts.takes.iter().any(|it| CLUSTERS.contains(it));
        let is_open = plan.facts.is_open && plan.facts.clusters.is_empty() && is_of_clusters;
        is_open || plan.facts.clusters.iter().any(may_take)
    }

    /// The region of a vault that a plan names, where that is declared.
    #[must_use]
    pub fn region_of_vault<'a>(&'a self, named: &'a VaultRef, plan: &Component) -> Option<&'a str> {
        match self.vault(named, plan) {
            Some(vault) => vault.component.label_value("region"),
            None => named.region.as_deref().or_else(|| named.place().map(|it| it.0)),
        }
    }

    /// The vault that a plan names, if it was read.
    #[must_use]
    pub fn vault(&self, named: &VaultRef, plan: &Component) -> Option<Of<'_, BackupVault>> {
        let component = self.referred(named.declared.as_ref()?, plan.root)?;
        match &component.facts {
            Facts::BackupVault(facts) => Some(Of { component, facts }),
            _ => None,
        }
    }
}

fn backup_plan(component: &Component) -> Option<Of<'_, BackupPlan>> {
    match &component.facts {
        Facts::BackupPlan(facts) => Some(Of { component, facts }),
        _ => None,
    }
}
