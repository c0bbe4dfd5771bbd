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
    pub origin: OriginId,
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
