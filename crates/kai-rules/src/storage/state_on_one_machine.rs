//! A database on the disk of one machine, alone and without a declared copy.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{
    Claim, Component, DependencyKind, EngineRole, Facts, Of, PersistentVolume, VolumeSource,
    Workload,
};

use super::holders::{class_of, is_local, machine_of, may_be_copied};
use crate::command::{is_compose, kubectl};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "state-on-one-machine",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("state_on_one_machine.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let is_alone = |it: &Disk| !may_be_copied(component, ctx) && !may_front(it, component, ctx);
    if let Some(disk) = disk(component, ctx).filter(is_alone) {
        out.push(hazard(component, &disk));
    }
}

/// True for a store that serves as a cache as often, where each of its callers is applied together with
/// a database that is copied away: which of the two holds what cannot be lost is the program's affair.
fn may_front(disk: &Disk, component: &Component, ctx: Context<'_>) -> bool {
    let paths = ctx.sources(component.id, DependencyKind::Routes).map(|it| it.id);
    let ways = paths.chain([component.id]);
    let callers: Vec<_> = ways.flat_map(|it| ctx.sources(it, DependencyKind::Calls)).collect();
    let keeps_another = |caller: &&Component| {
        let mut beside = ctx.system.components().iter().filter(|it| it.root == caller.root);
        beside.any(|it| it.id != component.id && is_database(it) && may_be_copied(it, ctx))
    };
    disk.engine == "redis" && !callers.is_empty() && callers.iter().all(keeps_another)
}

fn is_database(component: &Component) -> bool {
    let engine = match &component.facts {
        Facts::Workload(workload) => workload.engine.as_ref(),
        Facts::Datastore(store) => Some(&store.engine),
        _ => None,
    };
    engine.is_some_and(|it| it.role == EngineRole::Datastore && it.name != "redis")
}

/// The machine's disk under the only pod of a database.
struct Disk {
    engine: &'static str,
    /// How one says where it is: `hostPath /data`.
    what: String,
    at: OriginId,
}

fn disk(component: &Component, ctx: Context<'_>) -> Option<Disk> {
    match &component.facts {
        Facts::Workload(workload) => of_workload(Of { component, facts: workload }, ctx),
        Facts::Datastore(store) => {
            let is_alone = store.instances.value() == Some(&1);
            let class = class_of(component, store, ctx)?;
            let provisioner = class.facts.provisioner.value().filter(|it| is_local(it))?;
            let is_store = store.engine.role == EngineRole::Datastore && is_alone;
            is_store.then(|| Disk {
                engine: store.engine.name,
                what: format!("a volume of `{provisioner}`"),
                at: store.storage_class.traced().map_or(component.origin, |it| it.origin),
            })
        }
        _ => None,
    }
}

fn of_workload(workload: Of<'_, Workload>, ctx: Context<'_>) -> Option<Disk> {
    let engine = workload.engine.filter(|it| it.role == EngineRole::Datastore)?.name;
    let is_alone = workload.replicas.value() == Some(&1) && workload.is_rescheduled();
    if !is_alone || is_compose(workload.facts) || !workload.is_long_running() {
        return None;
    }
    let pod = &workload.facts.pod;
    let is_written = |name: &str| {
        let mut mounts = pod.containers.iter().flat_map(|it| &it.mounts);
        mounts.any(|it| it.volume == name && !it.is_read_only && !it.path.starts_with("/etc"))
    };
    let host = pod.volumes.iter().find_map(|it| match &it.source {
        VolumeSource::HostPath { path } if is_written(&it.name) && !is_of_system(path) => {
            Some(Disk { engine, what: format!("`hostPath: {path}`"), at: it.origin })
        }
        _ => None,
    });
    host.or_else(|| {
        let claims = ctx.system.claims_of(workload);
        claims.iter().find_map(|it| {
            let claim = it.claim?;
            let what = local_volume(claim, workload.component, ctx)?;
            Some(Disk { engine, what, at: claim.origin })
        })
    })
}

/// Sockets, clocks and certificates of the machine are no data.
fn is_of_system(path: &str) -> bool {
    ["/etc", "/run", "/var/run", "/sys", "/proc", "/dev", "/usr", "/lib"].iter().any(|it| {
        path.strip_prefix(it).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

fn local_volume(claim: &Claim, of: &Component, ctx: Context<'_>) -> Option<String> {
    if let Some(name) = &claim.volume_name {
        let volume = ctx.system.resolve("PersistentVolume", "", name, of.root)?;
        let Facts::PersistentVolume(facts) = &volume.facts else { return None };
        return is_on_machine(facts).then(|| format!("`{}` of `{name}`", facts.source));
    }
    Some(format!("a volume of `{}`", machine_of(claim, of, ctx)?))
}

fn is_on_machine(volume: &PersistentVolume) -> bool {
    matches!(volume.source.as_str(), "local" | "hostPath")
}

fn hazard(component: &Component, disk: &Disk) -> Hazard {
    let label = component.label();
    let Disk { engine, what, at } = disk;
    let message = format!(
        "`{label}` keeps its {engine} data on {what}, a disk of one machine, in one pod and without a \
         backup that is declared here: when the machine goes, so do the data"
    );
    RULE.worsens(component.id, FailureMode::NodeLoss, Term::Loss, "data on one machine", message)
        .at(*at)
        .loses(loss(component))
        .shows_as(format!("The pod of `{label}` is `Pending` and waits for a machine that is gone"))
        .recover("From the disk, if the machine comes back; else from a copy made elsewhere")
        .remedy("Copy it away, or run a replica on another machine; best, do both")
        .verify(kubectl(component, "get pods -o wide # then drain that machine in a test cluster"))
}

/// It is final only where the object that would carry a backup was read and says that there is none.
fn loss(component: &Component) -> LossClass {
    let says_none =
        matches!(&component.facts, Facts::Datastore(it) if it.has_backup.value() == Some(&false));
    if says_none { LossClass::Irreversible } else { LossClass::Outage }
}
