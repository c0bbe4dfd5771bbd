//! What copies state away, and whose.

use kai_core::{ComponentId, OriginId};
use kai_graph::{
    Backup, BackupScope, Component, ComponentKind, DependencyKind, Facts, Strength, VolumeSource,
    Workload,
};

use super::arrows::Arrows;

/// Links backups with what they copy: those that operators make by what they name, and jobs that run
/// a backup program by what they call and mount.
pub(super) fn link(arrows: &mut Arrows<'_>, calls: &[(ComponentId, ComponentId, OriginId)]) {
    for component in arrows.index.components {
        match &component.facts {
            Facts::Backup(backup) => declared(arrows, component, backup),
            Facts::Workload(workload) if workload.backup_tool.is_some() => {
                job(arrows, component, workload, calls);
            }
            _ => {}
        }
    }
}

fn declared(arrows: &mut Arrows<'_>, component: &Component, backup: &Backup) {
    match &backup.scope {
        BackupScope::Object { kind, name } => {
            let target = arrows.index.object(component, kind, &component.namespace, name);
            if let Some(target) = target {
                add(arrows, component, target, component.origin);
            }
        }
        BackupScope::Namespaces { included, excluded, selector } => {
            let is_all = included.is_empty() || included.iter().any(|it| it == "*");
            for target in arrows.index.components {
                let namespace = &target.namespace;
                let is_covered = (is_all || included.contains(namespace))
                    && !excluded.contains(namespace)
                    && selector.as_ref().is_none_or(|it| it.matches(labels(target)));
                let is_near = arrows.index.environment(target.root)
                    == arrows.index.environment(component.root);
                if is_covered && is_near && holds_state(target) {
                    add(arrows, component, target.id, component.origin);
                }
            }
        }
        BackupScope::Unknown => {}
    }
}

fn labels(component: &Component) -> &kai_graph::Labels {
    match &component.facts {
        Facts::Workload(workload) => &workload.pod_labels,
        _ => &component.labels,
    }
}

fn holds_state(component: &Component) -> bool {
    match &component.facts {
        Facts::Claim(_) | Facts::Datastore(_) => true,
        Facts::Workload(workload) => {
            let mut volumes = workload.pod.volumes.iter();
            !workload.claim_templates.is_empty()
                || volumes.any(|it| matches!(it.source, VolumeSource::Claim { .. }))
        }
        _ => false,
    }
}

/// A job that runs `pg_dump` copies the datastores that it calls, and the claims that it mounts
/// together with somebody else.
fn job(
    arrows: &mut Arrows<'_>,
    component: &Component,
    workload: &Workload,
    calls: &[(ComponentId, ComponentId, OriginId)],
) {
    let start = calls.partition_point(|it| it.0 < component.id);
    for &(source, target, origin) in &calls[start..] {
        if source != component.id {
            break;
        }
        if arrows.index.get(target).kind == ComponentKind::Datastore {
            add(arrows, component, target, origin);
        }
    }
    for volume in &workload.pod.volumes {
        let VolumeSource::Claim { name } = &volume.source else { continue };
        let is_claim = |it: &Component| matches!(it.facts, Facts::Claim(_));
        let namespace = &component.namespace;
        let claim = arrows.index.nearest_object(component, namespace, name, is_claim);
        if let Some(claim) = claim.filter(|_| is_shared(arrows, component, name)) {
            add(arrows, component, claim, volume.origin);
        }
    }
}

/// A claim that only the job mounts is where the copies go.
fn is_shared(arrows: &Arrows<'_>, component: &Component, claim: &str) -> bool {
    arrows.index.workloads().any(|(other, workload)| {
        let mut volumes = workload.pod.volumes.iter();
        other.id != component.id
            && other.namespace == component.namespace
            && workload.backup_tool.is_none()
            && volumes.any(|it| matches!(&it.source, VolumeSource::Claim { name } if name == claim))
    })
}

fn add(arrows: &mut Arrows<'_>, component: &Component, target: ComponentId, origin: OriginId) {
    arrows.add(component.id, target, DependencyKind::BacksUp, Strength::Hard, origin);
}
