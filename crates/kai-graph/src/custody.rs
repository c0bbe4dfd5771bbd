//! Where a workload's state lives, and what copies it away.

use kai_core::{ComponentId, Known, Reason, RootId, SmolStr};

use crate::{
    Backup, BackupScope, Claim, Component, DependencyKind, Facts, Labels, Nearness, Of,
    StorageClass, System, Volume, VolumeSource, Workload,
};

/// A claim as a workload uses it.
#[derive(Debug, Clone)]
pub struct ClaimUse<'a> {
    /// The volume's name in the pod.
    pub volume: &'a SmolStr,
    /// The claim's name; of a template, the template's.
    pub name: &'a SmolStr,
    /// None where the claim is not declared.
    pub claim: Option<&'a Claim>,
    /// The claim's own component; a template has none.
    pub component: Option<&'a Component>,
    /// True where every pod gets its own.
    pub is_template: bool,
    /// What happens to the volume when the claim goes: `Delete`, `Retain`.
    pub reclaim_policy: Known<SmolStr>,
}

impl System {
    /// The claims that a workload's pods use, those of its templates included.
    #[must_use]
    pub fn claims_of<'a>(&'a self, workload: Of<'a, Workload>) -> Vec<ClaimUse<'a>> {
        let component = workload.component;
        let templates = workload.facts.claim_templates.iter().map(|it| ClaimUse {
            volume: &it.name,
            name: &it.name,
            claim: Some(&it.claim),
            component: None,
            is_template: true,
            reclaim_policy: self.reclaim_policy(&it.claim, component.root),
        });
        let volumes = workload.facts.pod.volumes.iter();
        let volumes = volumes.filter_map(|it| self.claim_behind(it, component));
        templates.chain(volumes).collect()
    }

    fn claim_behind<'a>(&'a self, volume: &'a Volume, of: &Component) -> Option<ClaimUse<'a>> {
        let VolumeSource::Claim { name } = &volume.source else { return None };
        let component = self.resolve("PersistentVolumeClaim", &of.namespace, name, of.root);
        let claim = component.and_then(|it| match &it.facts {
            Facts::Claim(claim) => Some(&**claim),
            _ => None,
        });
        Some(ClaimUse {
            volume: &volume.name,
            name,
            claim,
            component,
            is_template: false,
            reclaim_policy: match claim {
                Some(claim) => self.reclaim_policy(claim, of.root),
                None => Known::Unknown(Reason::NotInRepository),
            },
        })
    }

    /// Of the volume that the claim names, else of its storage class, else of the default class.
    fn reclaim_policy(&self, claim: &Claim, from: RootId) -> Known<SmolStr> {
        if let Some(name) = &claim.volume_name
            && let Some(volume) = self.resolve("PersistentVolume", "", name, from)
            && let Facts::PersistentVolume(volume) = &volume.facts
        {
            return volume.reclaim_policy.clone();
        }
        match self.storage_class_of(claim, from) {
            Some(class) => class.facts.reclaim_policy.clone(),
            None => Known::Unknown(Reason::NotInRepository),
        }
    }

    /// The class that a claim's volume is made by, if it is declared.
    #[must_use]
    pub fn storage_class_of(&self, claim: &Claim, from: RootId) -> Option<Of<'_, StorageClass>> {
        let component = match &claim.storage_class {
            Known::Value(name) => self.resolve("StorageClass", "", &name.value, from)?,
            Known::Unknown(Reason::NotDeclared) => return self.default_storage_class(from),
            Known::Unknown(_) => return None,
        };
        storage_class(component)
    }

    /// The class marked as default, if it is the only one.
    #[must_use]
    pub fn default_storage_class(&self, from: RootId) -> Option<Of<'_, StorageClass>> {
        let is_default = |it: &ComponentId| {
            storage_class(self.component(*it)).is_some_and(|it| it.facts.is_default)
        };
        let classes = |scope| self.index.storage_classes(scope).filter(is_default);
        match self.nearest(from, Nearness::SameEnvironment, classes)[..] {
            [only] => storage_class(self.component(only)),
            _ => None,
        }
    }

    /// What copies the component's state away: backup objects that cover it or its claims, and
    /// workloads that run a program for backups and call or mount it. The component itself is
    /// among them where one of its own containers does.
    #[must_use]
    pub fn backups_of(&self, component: &Component) -> Vec<&Component> {
        let claims = component.workload().map(|it| self.claims_of(it)).unwrap_or_default();
        let scope = self.widest(component.root, Nearness::SameEnvironment);
        let objects = self.index.backups(scope, &component.namespace).filter(|it| {
            let backup = self.component(*it);
            self.nearness(backup.root, component.root) <= Nearness::SameEnvironment
                && matches!(&backup.facts, Facts::Backup(it) if covers(it, backup, component, &claims))
        });
        let mut found: Vec<ComponentId> = objects.chain(self.copiers_of(component)).collect();
        for claim in claims.iter().filter_map(|it| it.component) {
            found.extend(self.copiers_of(claim).filter(|it| *it != component.id));
        }
        found.extend(self.plans_of(component).map(|it| it.component.id));
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|it| self.component(it)).collect()
    }

    /// Workloads with a program for backups that need the component, directly or by a path.
    fn copiers_of(&self, component: &Component) -> impl Iterator<Item = ComponentId> {
        let users = self.needed_by(component.id).flat_map(|it| {
            let is_path = it.kind == DependencyKind::Routes;
            let behind = is_path.then(|| self.needed_by(it.source).map(|it| it.source));
            std::iter::once(it.source).chain(behind.into_iter().flatten())
        });
        let candidates = std::iter::once(component.id).chain(users);
        candidates.filter(|it| {
            self.component(*it).workload().is_some_and(|it| it.facts.backup_tool.is_some())
        })
    }
}

fn storage_class(component: &Component) -> Option<Of<'_, StorageClass>> {
    match &component.facts {
        Facts::StorageClass(facts) => Some(Of { component, facts }),
        _ => None,
    }
}

fn covers(
    backup: &Backup,
    from: &Component,
    component: &Component,
    claims: &[ClaimUse<'_>],
) -> bool {
    match &backup.scope {
        BackupScope::Namespaces { included, excluded, selector } => {
            let names =
                |list: &[SmolStr]| list.iter().any(|it| it == "*" || *it == component.namespace);
            let labels = match component.workload() {
                Some(workload) => &workload.facts.pod_labels,
                None => &component.labels,
            };
            (included.is_empty() || names(included))
                && !names(excluded)
                && selector
                    .as_ref()
                    .is_none_or(|it| it.matches(labels) || it.matches(&component.labels))
        }
        BackupScope::Object { kind, name } => {
            from.namespace == component.namespace
                && ((component.native_kind == *kind && component.name == *name)
                    || (kind == "PersistentVolumeClaim" && holds(claims, name, component)))
        }
        BackupScope::Labelled(labels) => claims.iter().any(|it| {
            let labels_of = it.component.map(|it| &it.labels);
            labels_of.is_some_and(|it| has_any(it, labels))
        }),
        BackupScope::Unknown => false,
    }
}

fn has_any(own: &Labels, labels: &[SmolStr]) -> bool {
    own.iter().any(|(key, value)| value == "enabled" && labels.contains(key))
}

/// `data-db-0` is a claim that the set `db` makes from its template `data`.
fn holds(claims: &[ClaimUse<'_>], name: &str, component: &Component) -> bool {
    claims.iter().any(|it| {
        let rest = name.strip_prefix(it.name.as_str());
        match rest {
            Some("") => !it.is_template,
            Some(rest) if it.is_template => {
                let rest = rest.strip_prefix('-').and_then(|it| it.strip_prefix(&*component.name));
                rest.is_some_and(|it| it.starts_with('-'))
            }
            _ => false,
        }
    })
}
