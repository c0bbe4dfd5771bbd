//! Who keeps state, and on volumes of which class.

use std::collections::BTreeMap;

use kai_core::{ComponentId, Known};
use kai_graph::{Claim, Component, Datastore, EngineRole, Facts, Of, StorageClass, Workload};

use crate::Context;

/// Something that keeps state of its own on a volume.
#[derive(Clone, Copy)]
pub(super) struct Holder<'a> {
    pub(super) component: &'a Component,
    pub(super) engine: &'static str,
}

/// The databases and queues by the declared class of their volumes.
pub(super) fn by_class(ctx: Context<'_>) -> BTreeMap<ComponentId, Vec<Holder<'_>>> {
    let mut found: BTreeMap<ComponentId, Vec<Holder<'_>>> = BTreeMap::new();
    for component in ctx.system.components() {
        let Some((engine, classes)) = state(component, ctx) else { continue };
        for class in classes {
            let holders = found.entry(class.component.id).or_default();
            if holders.last().is_none_or(|it| it.component.id != component.id) {
                holders.push(Holder { component, engine });
            }
        }
    }
    found
}

fn state<'a>(
    component: &'a Component,
    ctx: Context<'a>,
) -> Option<(&'static str, Vec<Of<'a, StorageClass>>)> {
    match &component.facts {
        Facts::Workload(workload) => of_workload(component, workload, ctx),
        Facts::Datastore(store) if store.engine.role != EngineRole::Cache => {
            Some((store.engine.name, class_of(component, store, ctx).into_iter().collect()))
        }
        _ => None,
    }
}

fn of_workload<'a>(
    component: &'a Component,
    workload: &'a Workload,
    ctx: Context<'a>,
) -> Option<(&'static str, Vec<Of<'a, StorageClass>>)> {
    let engine = workload.engine.filter(|it| it.role != EngineRole::Cache)?;
    let claims = ctx.system.claims_of(component.workload()?);
    let classes = claims.iter().filter_map(|it| it.claim);
    let classes = classes.filter_map(|it| ctx.system.storage_class_of(it, component.root));
    Some((engine.name, classes.collect()))
}

/// The class that an operator makes volumes by, if it is declared.
pub(crate) fn class_of<'a>(
    component: &Component,
    store: &Datastore,
    ctx: Context<'a>,
) -> Option<Of<'a, StorageClass>> {
    let Known::Value(name) = &store.storage_class else { return None };
    let component = ctx.system.resolve("StorageClass", "", &name.value, component.root)?;
    match &component.facts {
        Facts::StorageClass(facts) => Some(Of { component, facts }),
        _ => None,
    }
}

/// True where something that is declared copies its state away.
pub(crate) fn is_copied(component: &Component, ctx: Context<'_>) -> bool {
    let says_so =
        matches!(&component.facts, Facts::Datastore(it) if it.has_backup.value() == Some(&true));
    says_so || !ctx.system.backups_of(component).is_empty()
}

/// True where something may copy its state away, and nobody can say whether it does.
pub(super) fn may_be_copied(component: &Component, ctx: Context<'_>) -> bool {
    is_copied(component, ctx) || ctx.system.plans_that_may_copy(component).next().is_some()
}

/// Volumes of this kind stay on the machine that they were made on.
pub(super) fn is_local(provisioner: &str) -> bool {
    const LOCAL: [&str; 8] = [
        "kubernetes.io/no-provisioner",
        "rancher.io/local-path",
        "openebs.io/local",
        "local.csi.openebs.io",
        "topolvm.io",
        "topolvm.cybozu.com",
        "k8s.io/minikube-hostpath",
        "microk8s.io/hostpath",
    ];
    LOCAL.contains(&provisioner)
}

/// Volumes of this kind stay in the zone that they were made in.
pub(super) fn is_zonal(provisioner: &str) -> bool {
    const ZONAL: [&str; 9] = [
        "ebs.csi.aws.com",
        "kubernetes.io/aws-ebs",
        "pd.csi.storage.gke.io",
        "kubernetes.io/gce-pd",
        "disk.csi.azure.com",
        "kubernetes.io/azure-disk",
        "cinder.csi.openstack.org",
        "kubernetes.io/cinder",
        "csi.vsphere.vmware.com",
    ];
    ZONAL.contains(&provisioner)
}

/// What keeps the volume of a claim on the machine where it was made: its class, declared or known
/// by the name that its distribution gives it.
pub(crate) fn machine_of(claim: &Claim, of: &Component, ctx: Context<'_>) -> Option<String> {
    // k3s brings this class along.
    const BROUGHT: &str = "local-path";
    if let Some(class) = ctx.system.storage_class_of(claim, of.root) {
        return class.facts.provisioner.value().filter(|it| is_local(it)).map(ToString::to_string);
    }
    let named = claim.storage_class.value().filter(|it| it.as_str() == BROUGHT)?;
    Some(named.to_string())
}

/// What keeps the volume of a claim in the zone where it was made: a class of cloud disks whose
/// parameters do not ask for a second zone.
pub(crate) fn zonal_disk(claim: &Claim, of: &Component, ctx: Context<'_>) -> Option<String> {
    const DISKS: [&str; 6] = [
        "ebs.csi.aws.com",
        "kubernetes.io/aws-ebs",
        "pd.csi.storage.gke.io",
        "kubernetes.io/gce-pd",
        "disk.csi.azure.com",
        "kubernetes.io/azure-disk",
    ];
    let class = ctx.system.storage_class_of(claim, of.root)?.facts;
    let provisioner = class.provisioner.value()?;
    let is_kept = DISKS.contains(&provisioner.as_str()) && !class.may_span_zones;
    is_kept.then(|| provisioner.to_string())
}
