//! Controllers that delete what git no longer holds, state included.

use std::collections::{BTreeMap, BTreeSet};

use kai_core::{
    ComponentId, Edit, Environment, FailureMode, Fix, Hazard, Known, Level, LossClass, Pillar,
    RootId, SmolStr, Term,
};
use kai_graph::{
    Claim, ClaimUse, Component, Datastore, EngineRole, Facts, Nearness, Of, Reconciler,
    Reconciliation, Workload,
};

use crate::command::{kubectl, resource};
use crate::storage::{class_of, is_copied};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "prune-deletes-state",
    pillar: Pillar::Recovery,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("prune_deletes_state.md"),
    check: Check::System(check),
};

/// Objects that are shown beside the order.
const SHOWN: usize = 5;

fn check(ctx: Context<'_>, out: &mut Observed) {
    let pruned = pruned(ctx);
    if pruned.is_empty() {
        return;
    }
    let holders = holders(ctx);
    let mut lost: BTreeMap<ComponentId, Vec<Lost<'_>>> = BTreeMap::new();
    for object in ctx.system.components() {
        let Some(order) = pruned.get(&object.root) else { continue };
        if object.prune_exemption().is_none() {
            lost.entry(order.component.id).or_default().extend(of_object(object, &holders, ctx));
        }
    }
    for order in pruned.values() {
        if let Some(lost) = lost.remove(&order.component.id).filter(|it| !it.is_empty()) {
            out.push(hazard(*order, &lost, ctx));
        }
    }
}

/// The roots of production from which something deletes by itself what they no longer hold.
fn pruned(ctx: Context<'_>) -> BTreeMap<RootId, Of<'_, Reconciliation>> {
    let roots = ctx.system.roots().iter();
    let roots = roots.filter(|it| it.environment == Environment::Production);
    let prunes = |it: &Of<'_, Reconciliation>| {
        it.prunes.value() == Some(&true)
            && it.is_automatic.value() == Some(&true)
            && it.is_suspended.value() != Some(&true)
    };
    roots.filter_map(|it| Some((it.id, ctx.system.orders(it.id).find(prunes)?))).collect()
}

/// Something that goes once its object is not in git any more.
struct Lost<'a> {
    object: &'a Component,
    /// The data that goes with it: `the PostgreSQL data`.
    data: String,
    /// How the one leads to the other, as a clause.
    how: String,
    fate: Fate,
    is_copied: bool,
}

/// What becomes of a volume whose claim is deleted, where it may be deleted too.
#[derive(Clone, PartialEq, Eq)]
enum Fate {
    Deleted,
    /// The class that decides, which is not declared here.
    DecidedBy(SmolStr),
}

/// Somebody who keeps data on volumes, and what becomes of them without their claims.
struct Holder<'a> {
    component: &'a Component,
    engine: &'static str,
    /// Claims that are objects of their own.
    claims: Vec<ComponentId>,
    fate: Fate,
}

/// Volumes that are made by hand.
#[derive(Default)]
struct Volumes {
    /// What becomes of them, by the claims that they are kept for: a namespace and a name.
    policies: BTreeMap<(SmolStr, SmolStr), Known<SmolStr>>,
    /// The classes that they are called by.
    classes: BTreeSet<SmolStr>,
}

fn volumes(ctx: Context<'_>) -> Volumes {
    let mut volumes = Volumes::default();
    for component in ctx.system.components() {
        let Facts::PersistentVolume(facts) = &component.facts else { continue };
        volumes.classes.extend(facts.storage_class.value().cloned());
        if let Some(claim) = &facts.claim {
            volumes.policies.insert(claim.clone(), facts.reclaim_policy.clone());
        }
    }
    volumes
}

fn holders(ctx: Context<'_>) -> Vec<Holder<'_>> {
    let volumes = volumes(ctx);
    let production = ctx
        .system
        .components()
        .iter()
        .filter(|it| ctx.system.environment(it) == Environment::Production);
    let held = production.filter_map(|component| match &component.facts {
        Facts::Workload(_) => of_workload(component.workload()?, &volumes, ctx),
        Facts::Datastore(facts) => of_datastore(Of { component, facts: &**facts }, ctx),
        _ => None,
    });
    held.collect()
}

fn of_workload<'a>(
    workload: Of<'a, Workload>,
    volumes: &Volumes,
    ctx: Context<'a>,
) -> Option<Holder<'a>> {
    let engine = workload.facts.engine.filter(|it| it.role != EngineRole::Cache)?;
    let uses = ctx.system.claims_of(workload);
    let of_use = |it: &ClaimUse<'_>| {
        let name = it.component.map(|it| (it.namespace.clone(), it.name.clone()));
        let kept = name.and_then(|it| volumes.policies.get(&it));
        fate_of_claim(it.claim?, kept.unwrap_or(&it.reclaim_policy), volumes)
    };
    let deleted: Vec<_> = uses.iter().filter_map(|it| Some((it, of_use(it)?))).collect();
    Some(Holder {
        component: workload.component,
        engine: engine.name,
        claims: deleted.iter().filter_map(|it| it.0.component).map(|it| it.id).collect(),
        fate: deleted.first()?.1.clone(),
    })
}

fn of_datastore<'a>(store: Of<'a, Datastore>, ctx: Context<'a>) -> Option<Holder<'a>> {
    if store.engine.role == EngineRole::Cache {
        return None;
    }
    let class = class_of(store.component, store.facts, ctx).or_else(|| {
        let is_default = store.storage_class.is_not_declared();
        ctx.system.default_storage_class(store.component.root).filter(|_| is_default)
    });
    let policy = class.map(|it| it.facts.reclaim_policy.clone()).unwrap_or_default();
    Some(Holder {
        component: store.component,
        engine: store.engine.name,
        claims: Vec::new(),
        fate: fate(&store.storage_class, &policy)?,
    })
}

/// A volume that is made by hand and named by its claim is kept, unless it says otherwise.
fn fate_of_claim(claim: &Claim, policy: &Known<SmolStr>, volumes: &Volumes) -> Option<Fate> {
    let is_by_hand = |class: &SmolStr| class.is_empty() || volumes.classes.contains(class);
    let is_static =
        claim.volume_name.is_some() || claim.storage_class.value().is_some_and(is_by_hand);
    match policy.value() {
        None if is_static => None,
        _ => fate(&claim.storage_class, policy),
    }
}

/// None where the volume stays.
fn fate(class: &Known<SmolStr>, policy: &Known<SmolStr>) -> Option<Fate> {
    match (policy.value().map(SmolStr::as_str), class) {
        (Some("Delete"), _) => Some(Fate::Deleted),
        (Some(_), _) => None,
        (None, Known::Value(it)) if it.value.to_lowercase().contains("retain") => None,
        (None, Known::Value(it)) => Some(Fate::DecidedBy(it.value.clone())),
        (None, Known::Unknown(_)) => Some(Fate::DecidedBy(SmolStr::default())),
    }
}

/// What goes with one object. A StatefulSet leaves its claims, unless it says otherwise, which has a rule of its own.
fn of_object<'a>(
    object: &'a Component,
    holders: &[Holder<'a>],
    ctx: Context<'_>,
) -> Option<Lost<'a>> {
    let is_near = |it: &&Holder<'_>| {
        ctx.system.nearness(it.component.root, object.root) <= Nearness::SameEnvironment
            && !are_in_other_clusters(it.component.root, object.root, ctx)
    };
    let (held, how): (Vec<&Holder<'_>>, String) = match &object.facts {
        Facts::Claim(_) => {
            let held = holders.iter().filter(|it| it.claims.contains(&object.id)).collect();
            (held, "the claim is an object in git".to_owned())
        }
        Facts::Datastore(_) => {
            let operator = deleting_operator(object)?;
            let held = holders.iter().filter(|it| it.component.id == object.id).collect();
            (held, format!("{operator} deletes the claims of what is deleted"))
        }
        Facts::Named if object.native_kind == "Namespace" => {
            let held: Vec<_> = holders
                .iter()
                .filter(|it| it.component.namespace == object.name)
                .filter(is_near)
                .collect();
            let names: Vec<String> = held.iter().map(|it| it.component.label()).collect();
            (held, format!("every claim in it goes, those of {} too", words::list(&names)))
        }
        _ => return None,
    };
    let first = held.first()?;
    let fate = held.iter().map(|it| &it.fate).find(|it| **it == Fate::Deleted);
    Some(Lost {
        object,
        data: data(&held),
        how,
        fate: fate.unwrap_or(&first.fate).clone(),
        is_copied: held.iter().all(|it| is_copied(it.component, ctx)),
    })
}

/// True where Argo CD delivers one of them to other clusters than the other.
fn are_in_other_clusters(one: RootId, other: RootId, ctx: Context<'_>) -> bool {
    let clusters = |root: RootId| -> BTreeSet<SmolStr> {
        let delivered = ctx.system.orders(root).filter_map(|it| it.facts.delivered.as_ref());
        let all = delivered.flat_map(|it| it.clusters.iter().filter_map(|it| it.value().cloned()));
        all.filter(|it| !it.is_empty()).collect()
    };
    let (one, other) = (clusters(one), clusters(other));
    !one.is_empty() && !other.is_empty() && one.is_disjoint(&other)
}

fn data(held: &[&Holder<'_>]) -> String {
    let mut engines: Vec<&str> = held.iter().map(|it| it.engine).collect();
    engines.sort_unstable();
    engines.dedup();
    format!("the {} data", words::clauses(&engines))
}

/// Operators whose claims belong to the object, so that the API server deletes them with it
/// (cloudnative-pg, `pkg/reconciler/persistentvolumeclaim`; PGO, "Delete a Postgres Cluster"; cluster-operator of
/// RabbitMQ, `internal/resource/statefulset.go`).
fn deleting_operator(object: &Component) -> Option<&'static str> {
    match (object.api_group(), object.native_kind.as_str()) {
        ("postgresql.cnpg.io", "Cluster") => Some("CloudNativePG"),
        ("postgres-operator.crunchydata.com", "PostgresCluster") => Some("PGO"),
        ("rabbitmq.com", "RabbitmqCluster") => Some("the RabbitMQ operator"),
        _ => None,
    }
}

fn hazard(order: Of<'_, Reconciliation>, lost: &[Lost<'_>], ctx: Context<'_>) -> Hazard {
    let component = order.component;
    let names: Vec<String> = lost.iter().map(|it| it.object.label()).collect();
    let first = &lost[0];
    let is_copied = lost.iter().all(|it| it.is_copied);
    let is_sure = lost.iter().any(|it| it.fate == Fate::Deleted && !it.is_copied);
    let rest = match (is_copied, &first.fate) {
        (true, _) => ", back to the last backup".to_owned(),
        (false, Fate::Deleted) => ", for good as far as is declared here".to_owned(),
        (false, Fate::DecidedBy(class)) if class.is_empty() => {
            ", unless the cluster's default class retains its volumes".to_owned()
        }
        (false, Fate::DecidedBy(class)) => {
            format!(", unless `{class}`, which is not declared here, retains its volumes")
        }
    };
    let message = format!(
        "`{}` deletes what git no longer holds, and nothing exempts {}: a file that is renamed or a line that is lost in a \
         list deletes {} with `{}` ({}){rest}",
        component.label(),
        words::list(&names),
        first.data,
        first.object.label(),
        first.how,
    );
    let (key, value) = exemption(order.controller);
    let prune = order.prunes.traced().map_or(component.origin, |it| it.origin);
    let hazard = RULE
        .worsens(component.id, FailureMode::DataLoss, Term::Frequency, "pruning takes data along", message)
        .at(ctx.shown(prune, component))
        .loses(if is_sure { LossClass::Degraded } else { LossClass::Toil })
        .shows_as("Claims are `Terminating` minutes after a commit that only moved files")
        .recover(
            "Suspend the controller before anything else, then revert the commit; while a volume is still `Released`, bind a \
             new claim to it, else restore a backup",
        )
        .remedy(format!(
            "Annotate {} with `{key}: {value}`, and delete by hand what nobody needs any more",
            words::list(&names),
        ))
        .fix(fix(lost, key, value, ctx))
        .verify(kubectl(
            first.object,
            format!("get {} -o jsonpath='{{.metadata.annotations}}'", resource(first.object)),
        ));
    lost.iter().take(SHOWN).fold(hazard, |hazard, it| {
        hazard.related(it.object.origin, format!("with it goes {}: {}", it.data, it.how))
    })
}

/// The annotation that exempts an object from pruning.
fn exemption(controller: Reconciler) -> (&'static str, &'static str) {
    match controller {
        Reconciler::ArgoCd => ("argocd.argoproj.io/sync-options", "Prune=false,Delete=false"),
        Reconciler::Flux => ("kustomize.toolkit.fluxcd.io/prune", "disabled"),
    }
}

/// Only where every one of them can be annotated.
fn fix(lost: &[Lost<'_>], key: &str, value: &str, ctx: Context<'_>) -> Option<Fix> {
    let edits: Option<Vec<Vec<Edit>>> =
        lost.iter().map(|it| ctx.annotate(it.object, key, value)).collect();
    Some(Fix::unsafely("Exempt them from pruning", edits?.concat()))
}
