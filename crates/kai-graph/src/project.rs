//! What somebody may deliver, and where to.

use kai_core::{OriginId, SmolStr};

use crate::{Component, Delivered, Facts, Nearness, Of, Periods, SyncWindow, System, WindowKind};

/// A project of Argo CD: bounds of the applications in it, and groups that manage them.
#[derive(Debug, Clone)]
pub struct Project {
    /// Repositories that deliver; `*` for any.
    pub sources: Vec<SmolStr>,
    pub destinations: Vec<Destination>,
    /// Kinds that may be delivered into namespaces; empty for all but the denied.
    pub allowed_kinds: Vec<SmolStr>,
    pub denied_kinds: Vec<SmolStr>,
    /// Groups of people that may create or change applications in it.
    pub managers: Vec<SmolStr>,
    /// When applications may be brought in line with what is written, and when not.
    pub windows: Vec<SyncWindow>,
    /// What it says at all.
    pub origin: OriginId,
}

#[derive(Debug, Clone)]
pub struct Destination {
    /// `*` for every namespace.
    pub namespace: SmolStr,
    pub origin: OriginId,
}

/// Why the project of an application is not known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoProject {
    /// Its name is filled in later.
    Unnamed,
    /// Nothing that was read declares the project of this name.
    Undeclared(SmolStr),
    /// More than one of this name may be meant.
    Several(SmolStr),
}

impl Project {
    /// When Argo CD brings an application of it in line by itself; nothing where that hangs on a window that
    /// cannot be told. A window that denies wins, and where some allow, the rest of the time is closed
    /// (argo-cd, `SyncWindows.CanSync` in `pkg/apis/application/v1alpha1/types.go`).
    #[must_use]
    pub fn synced(&self, delivered: &Delivered) -> Option<Periods> {
        let (mut allowed, mut denied) = (None, Periods::default());
        for window in &self.windows {
            if !window.holds_for(delivered)? {
                continue;
            }
            let periods = window.periods()?;
            match window.kind {
                WindowKind::Denies => denied = denied.or(periods),
                WindowKind::Allows => {
                    allowed = Some(Periods::or(allowed.unwrap_or_default(), periods));
                }
                WindowKind::Other(_) => return None,
            }
        }
        Some(allowed.unwrap_or_else(Periods::always).without(&denied))
    }
}

impl System {
    /// The project that an application is in, the nearest of its name.
    ///
    /// # Errors
    ///
    /// Says why it is not known.
    pub fn project_of(
        &self,
        order: &Component,
        delivered: &Delivered,
    ) -> Result<Of<'_, Project>, NoProject> {
        let name = delivered.project.value().filter(|it| !it.contains("{{"));
        let name = match name.ok_or(NoProject::Unnamed)?.as_str() {
            "" => "default",
            name => name,
        };
        let root = |it: &Component| self.root(it.root);
        let named = self.components().iter().filter_map(|component| match &component.facts {
            Facts::Project(facts) if component.name == name => {
                Some(Of { component, facts: &**facts })
            }
            _ => None,
        });
        let mut found: Vec<(Nearness, Of<'_, Project>)> = named
            .map(|it| (Nearness::between(root(order), root(it.component)), it))
            .filter(|it| it.0 < Nearness::Apart)
            .collect();
        found.sort_by_key(|it| it.0);
        match found.as_slice() {
            [] => Err(NoProject::Undeclared(name.into())),
            [one, other, ..] if one.0 == other.0 => Err(NoProject::Several(name.into())),
            [one, ..] => Ok(one.1),
        }
    }
}
