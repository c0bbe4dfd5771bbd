//! State whose owner says that nothing copies it away.

use kai_core::{
    Environment, FailureMode, Hazard, Level, LocationRole, LossClass, OriginId, Pillar, Term,
};
use kai_graph::{
    Absence, Backup, BackupScope, Component, EngineRole, Facts, Volume, VolumeSource, Workload,
};

use crate::command::kubectl;
use crate::storage::plans;
use crate::{Check, Context, Doubt, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "state-without-backup",
    pillar: Pillar::Recovery,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("state_without_backup.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    for component in ctx.system.components() {
        let Some(state) = state(component, ctx) else {
            out.doubts.extend(unnamed(component, ctx).then(|| doubt(component)));
            continue;
        };
        if !ctx.system.backups_of(component).is_empty() || is_shown_beside(component, ctx) {
            continue;
        }
        match proof(component, &state, ctx) {
            Some(proof) => out.push(hazard(component, &state, &proof)),
            None if state.is_backed_up == Some(true) => {}
            None => out.doubt(doubt(component)),
        }
    }
}

/// True for an example that leaves backups to another one in its folder, which shows them.
fn is_shown_beside(component: &Component, ctx: Context<'_>) -> bool {
    let folder = |it: &Component| {
        let path = ctx.origins.location(it.origin, LocationRole::Primary)?.path;
        path.parent().map(ToString::to_string)
    };
    let shows = |it: &&Component| {
        it.native_kind == component.native_kind
            && matches!(&it.facts, Facts::Datastore(it) if it.has_backup.value() == Some(&true))
    };
    let example = Environment::Example;
    let mut others = ctx.system.components().iter().filter(shows);
    ctx.system.environment(component) == example
        && matches!(component.facts, Facts::Datastore(_))
        && others.any(|it| ctx.system.environment(it) == example && folder(it) == folder(component))
}

/// Something that holds the only copy of its data.
struct State {
    engine: &'static str,
    /// What the object that would carry the setting says.
    is_backed_up: Option<bool>,
    /// True where further instances hold the data too.
    has_others: bool,
    at: OriginId,
}

/// Caches can be filled again, and what is on an emptyDir has a rule of its own.
fn state(component: &Component, ctx: Context<'_>) -> Option<State> {
    match &component.facts {
        Facts::Datastore(facts) if facts.engine.role == EngineRole::Datastore => Some(State {
            engine: facts.engine.name,
            is_backed_up: facts.has_backup.value().copied(),
            has_others: facts.instances.value().is_some_and(|&it| it > 1),
            at: facts.has_backup.traced().map_or(component.origin, |it| it.origin),
        }),
        Facts::Workload(facts) => of_workload(component, facts, ctx),
        _ => None,
    }
}

/// True for what a journey cannot do without and keeps something on a volume, whatever it is.
fn unnamed(component: &Component, ctx: Context<'_>) -> bool {
    let Some(workload) = component.workload() else { return false };
    workload.facts.engine.is_none()
        && workload.is_long_running()
        && ctx.system.environment(component) == Environment::Production
        && !ctx.journeys_that_need(component.id).is_empty()
        && !ctx.system.claims_of(workload).is_empty()
        && ctx.system.backups_of(component).is_empty()
}

fn of_workload(component: &Component, workload: &Workload, ctx: Context<'_>) -> Option<State> {
    let engine = workload.engine.filter(|it| it.role == EngineRole::Datastore)?;
    let claims = ctx.system.claims_of(component.workload()?);
    let is_named = |it: &Volume| matches!(it.source, VolumeSource::Named { .. });
    let is_kept = !claims.is_empty() || workload.pod.volumes.iter().any(is_named);
    let is_kept = is_kept && workload.is_long_running();
    is_kept.then_some(State {
        engine: engine.name,
        is_backed_up: None,
        has_others: false,
        at: component.origin,
    })
}

/// Why it is certain that nothing copies it away.
enum Proof<'a> {
    /// The object says so itself.
    Said,
    /// Backups are declared by namespace, and this one is in none of them.
    LeftOut { backups: Vec<&'a Component>, scope: String },
    /// A plan copies the objects of its cluster, and nothing of what is on volumes.
    WithoutVolumes { plan: &'a Component, at: OriginId, scope: String },
}

fn proof<'a>(component: &'a Component, state: &State, ctx: Context<'a>) -> Option<Proof<'a>> {
    if state.is_backed_up.is_some() {
        return (state.is_backed_up == Some(false)).then_some(Proof::Said);
    }
    if ctx.system.plans_that_may_copy(component).next().is_some() {
        return None;
    }
    let environment = ctx.system.environment(component);
    // What is written without a namespace may be applied to any.
    let is_placed = component.namespace != "default";
    let near = ctx.system.wide_backups().filter(|it| {
        is_placed
            && is_by_namespace(it.facts)
            && ctx.system.environment(it.component) == environment
    });
    let copies = || ctx.system.cluster_copies_of(component);
    let elsewhere = copies().filter(|it| it.1.takes(component) == Some(false));
    let elsewhere = elsewhere.map(|it| it.0.component);
    let mut backups: Vec<_> = near.map(|it| it.component).chain(elsewhere).collect();
    backups.dedup_by(|a, b| a.name == b.name);
    let without_volumes = copies().find_map(|(plan, copy)| {
        let flag = copy.has_volumes.traced().filter(|it| !it.value)?;
        (copy.takes(component) == Some(true)).then_some((plan.component, flag.origin))
    });
    if backups.is_empty() && without_volumes.is_none() {
        return None;
    }
    let Absence::Certain { scope } =
        ctx.system.absence(component, "VolumeSnapshot", &component.namespace, "")
    else {
        return None;
    };
    Some(match without_volumes {
        Some((plan, at)) => Proof::WithoutVolumes { plan, at, scope },
        None => Proof::LeftOut { backups, scope },
    })
}

fn is_by_namespace(backup: &Backup) -> bool {
    matches!(&backup.scope, BackupScope::Namespaces { .. })
}

fn hazard(component: &Component, state: &State, proof: &Proof<'_>) -> Hazard {
    let label = component.label();
    let engine = state.engine;
    let why = match proof {
        Proof::Said => "declares no backup".to_string(),
        Proof::LeftOut { backups, .. } => {
            let names: Vec<_> = backups.iter().map(|it| it.label()).collect();
            format!("is left out of {}", words::list(&names))
        }
        Proof::WithoutVolumes { plan, .. } => {
            format!("`{}` copies its objects without what is on their volumes", plan.label())
        }
    };
    // Another instance brings back what one volume lost.
    let lost = match state.has_others {
        true => "a dropped table or a lost cluster",
        false => "a dropped table, a deleted volume or a lost cluster",
    };
    let message = format!("`{label}` holds {engine} data and {why}; {lost} is final");
    let hazard = RULE
        .worsens(component.id, FailureMode::DataLoss, Term::Loss, "no backup", message)
        .at(state.at)
        .loses(LossClass::Irreversible)
        .shows_as(format!("A list of backups that does not hold `{}`", component.name))
        .recover("From a copy made elsewhere, restored beside it and compared; else none")
        .remedy(remedy(component, proof))
        .verify(verify(component, proof));
    match proof {
        Proof::Said => hazard,
        Proof::LeftOut { backups, scope } => {
            backups.iter().fold(hazard.searched(scope.clone()), |hazard, it| {
                hazard.related(it.origin, format!("copies {}", covered(it)))
            })
        }
        Proof::WithoutVolumes { plan, at, scope } => {
            let hazard = hazard.searched(scope.clone());
            hazard.related(*at, format!("`{}` leaves volumes out", plan.label()))
        }
    }
}

fn covered(backup: &Component) -> String {
    let scope = match &backup.facts {
        Facts::Backup(facts) => Some(&facts.scope),
        Facts::BackupPlan(facts) => facts.clusters.first().map(|it| &it.scope),
        _ => None,
    };
    match scope.unwrap_or(&BackupScope::Unknown) {
        BackupScope::Namespaces { included, excluded, .. } if included.is_empty() => {
            format!("every namespace but {}", words::list(excluded))
        }
        BackupScope::Namespaces { included, .. } => words::list(included),
        BackupScope::Object { name, .. } => format!("`{name}`"),
        BackupScope::Labelled(labels) => format!("claims with {}", words::list(labels)),
        BackupScope::Unknown => "something else".to_string(),
    }
}

fn remedy(component: &Component, proof: &Proof<'_>) -> String {
    match proof {
        Proof::Said => {
            "Declare backups to object storage elsewhere, and restore one on a schedule".to_string()
        }
        Proof::LeftOut { backups, .. } => format!(
            "Take namespace `{}` into {}, and restore it once",
            component.namespace,
            words::list(&backups.iter().map(|it| it.label()).collect::<Vec<_>>()),
        ),
        Proof::WithoutVolumes { plan, .. } => {
            let setting = match plan.native_kind.as_str() {
                "google_gke_backup_backup_plan" => "include_volume_data",
                _ => "volume_snapshot_enabled",
            };
            format!(
                "Set `{setting} = true` where `{}` is told what to copy, and restore a copy once",
                plan.label()
            )
        }
    }
}

fn verify(component: &Component, proof: &Proof<'_>) -> String {
    let after = "# then restore the newest beside it";
    match proof {
        Proof::Said => format!("{} {after}", kubectl(component, "get backups,scheduledbackups")),
        Proof::WithoutVolumes { plan, .. } => format!("{} {after}", plans::copies(plan)),
        Proof::LeftOut { backups, .. }
            if backups.iter().all(|it| matches!(it.facts, Facts::BackupPlan(_))) =>
        {
            format!("{} {after}", plans::copies(backups[0]))
        }
        Proof::LeftOut { .. } => {
            format!(
                "velero backup describe --details $(velero backup get -o name | tail -1) {after}"
            )
        }
    }
}

fn doubt(component: &Component) -> Doubt {
    Doubt {
        rule: RULE.id,
        component: component.id,
        question: "whether what is kept on volumes is copied away",
        reason:
            "no backup of it is declared here, and a provider, an operator or another repository \
                 may make them"
                .to_string(),
        at: component.origin,
    }
}
