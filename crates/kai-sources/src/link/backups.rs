//! What copies state away, and whose.

use std::collections::{BTreeMap, BTreeSet};

use kai_core::{ComponentId, OriginId, SmolStr};
use kai_graph::{
    BackupScope, ClusterCopy, Component, ComponentKind, DependencyKind, Facts, Strength, Volume,
    VolumeSource, Workload,
};

use super::arrows::Arrows;

/// Links backups with what they copy: those that operators make by what they name, and jobs that run
/// a backup program by what they call and mount.
pub(super) fn link(arrows: &mut Arrows<'_>, calls: &[(ComponentId, ComponentId, OriginId)]) {
    let states = States::of(arrows.index.components);
    for component in arrows.index.components {
        match &component.facts {
            Facts::Backup(backup) => scoped(arrows, component, &backup.scope, &states),
            Facts::BackupPlan(plan) if is_only_cluster(arrows, component) => {
                let has_volumes = |it: &&ClusterCopy| {
                    it.cluster.is_some() && it.has_volumes.value() == Some(&true)
                };
                for copy in plan.clusters.iter().filter(has_volumes) {
                    scoped(arrows, component, &copy.scope, &states);
                }
            }
            Facts::Workload(workload) if workload.backup_tool.is_some() => {
                job(arrows, component, workload, calls, &states);
            }
            _ => {}
        }
    }
}

/// What can be copied, and who writes it.
#[derive(Default)]
struct States<'a> {
    /// What holds state, by namespace.
    holders: BTreeMap<&'a SmolStr, Vec<ComponentId>>,
    /// Namespace and name of each claim that something mounts which copies nothing away.
    in_use: BTreeSet<(&'a SmolStr, &'a SmolStr)>,
}

impl<'a> States<'a> {
    fn of(components: &'a [Component]) -> Self {
        let mut states = Self::default();
        for component in components.iter().filter(|it| holds_state(it)) {
            states.holders.entry(&component.namespace).or_default().push(component.id);
            let Facts::Workload(workload) = &component.facts else { continue };
            if workload.backup_tool.is_none() {
                let claims = workload.pod.volumes.iter().filter_map(claim_of);
                states.in_use.extend(claims.map(|it| (&component.namespace, it)));
            }
        }
        states
    }
}

fn claim_of(volume: &Volume) -> Option<&SmolStr> {
    if let VolumeSource::Claim { name } = &volume.source { Some(name) } else { None }
}

/// True for a plan whose environment has one cluster that a cloud runs: what is applied to a cluster there is applied to
/// that one.
fn is_only_cluster(arrows: &Arrows<'_>, plan: &Component) -> bool {
    let environment = arrows.index.environment(plan.root);
    let clusters = arrows.index.components.iter().filter(|it| {
        matches!(it.facts, Facts::ManagedCluster(_))
            && arrows.index.environment(it.root) == environment
    });
    clusters.count() == 1
}

fn scoped(
    arrows: &mut Arrows<'_>,
    component: &Component,
    scope: &BackupScope,
    states: &States<'_>,
) {
    match scope {
        BackupScope::Object { kind, name } => {
            let target = arrows.index.object(component, kind, &component.namespace, name);
            if let Some(target) = target {
                add(arrows, component, target, component.origin);
            }
        }
        BackupScope::Namespaces { included, excluded, selector } => {
            let is_all = included.is_empty() || included.iter().any(|it| it == "*");
            let environment = arrows.index.environment(component.root);
            let holders = states.holders.iter().filter(|(namespace, _)| {
                (is_all || included.contains(namespace)) && !excluded.contains(namespace)
            });
            for &target in holders.flat_map(|(_, it)| it) {
                let holder = arrows.index.get(target);
                // What Compose runs is in no cluster.
                if component.api_version.is_empty() && holder.api_version.is_empty() {
                    continue;
                }
                let is_covered = selector.as_ref().is_none_or(|it| it.matches(labels(holder)));
                if is_covered && arrows.index.environment(holder.root) == environment {
                    add(arrows, component, target, component.origin);
                }
            }
        }
        // Which pods hold such a claim is asked of the graph.
        BackupScope::Labelled(_) | BackupScope::Unknown => {}
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
            !workload.claim_templates.is_empty()
                || workload.pod.volumes.iter().any(|it| claim_of(it).is_some())
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
    states: &States<'_>,
) {
    let start = calls.partition_point(|it| it.0 < component.id);
    for &(source, target, origin) in &calls[start..] {
        if source != component.id {
            break;
        }
        // What is outside has no place in the index, and nobody knows what it keeps.
        let called = arrows.index.components.get(target.0 as usize);
        if called.is_some_and(|it| it.kind == ComponentKind::Datastore) {
            add(arrows, component, target, origin);
        }
    }
    for volume in &workload.pod.volumes {
        let Some(name) = claim_of(volume) else { continue };
        let is_claim = |it: &Component| matches!(it.facts, Facts::Claim(_));
        let namespace = &component.namespace;
        let claim = arrows.index.nearest_object(component, namespace, name, is_claim);
        // A claim that only the job mounts is where the copies go.
        let is_shared = states.in_use.contains(&(namespace, name));
        if let Some(claim) = claim.filter(|_| is_shared) {
            add(arrows, component, claim, volume.origin);
        }
    }
}

fn add(arrows: &mut Arrows<'_>, component: &Component, target: ComponentId, origin: OriginId) {
    arrows.add(component.id, target, DependencyKind::BacksUp, Strength::Hard, origin);
}
