//! Plans that copy what a cloud runs, and the vaults that keep the copies.

use kai_core::{Known, OriginId, SmolStr};

use super::{Naming, ResourceRef};
use crate::{Component, DependencyKind, Facts, Of, System};

/// A plan of AWS Backup with what it is told to copy.
#[derive(Debug, Clone)]
pub struct BackupPlan {
    pub rules: Vec<BackupRule>,
    /// What it copies, as far as that is named.
    pub copied: Vec<Naming>,
    /// Things of the same configuration that it surely leaves out.
    pub left_out: Vec<ResourceRef>,
    /// True where it may copy more: by tags, by patterns, or by what nobody knows.
    pub is_open: bool,
}

/// When a plan copies, and whereto.
#[derive(Debug, Clone)]
pub struct BackupRule {
    pub schedule: Known<SmolStr>,
    /// After how many days a copy is deleted; not declared where it stays.
    pub kept_days: Known<u32>,
    /// The same for each place that a copy is copied on to.
    pub copies_kept_days: Vec<Known<u32>>,
    /// True where every moment is kept, and not only that of a copy.
    pub is_continuous: Known<bool>,
    /// Where copies are made, then where they are copied on to.
    pub vaults: Vec<VaultRef>,
}

/// A vault as a plan names it.
#[derive(Debug, Clone)]
pub struct VaultRef {
    /// The vault, where the same configuration declares it.
    pub declared: Option<ResourceRef>,
    /// Its ARN, where that is written.
    pub arn: Option<SmolStr>,
    pub origin: OriginId,
}

impl VaultRef {
    /// The region, the account and the name in its ARN: `arn:aws:backup:eu-west-1:111122223333:backup-vault:far`.
    #[must_use]
    pub fn place(&self) -> Option<(&str, &str, &str)> {
        let mut parts = self.arn.as_deref()?.split(':').skip(2);
        match (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?) {
            ("backup", region, account, "backup-vault", name) => Some((region, account, name)),
            _ => None,
        }
    }
}

/// A vault that keeps copies.
#[derive(Debug, Clone)]
pub struct BackupVault {
    /// True where a lock or a policy of its own stands before whoever deletes copies.
    pub is_guarded: Known<bool>,
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
            let is_it = |left: &ResourceRef| {
                left.kind == component.native_kind
                    && left.name == component.name
                    && self.is_same_configuration(it.component, component)
            };
            it.facts.is_open && !it.facts.left_out.iter().any(is_it)
        })
    }

    /// Every plan that was read.
    pub fn backup_plans(&self) -> impl Iterator<Item = Of<'_, BackupPlan>> {
        self.components().iter().filter_map(backup_plan)
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
