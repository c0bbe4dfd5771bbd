//! One database that several owners write to.

use std::collections::BTreeMap;

use kai_core::{ComponentId, FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, DependencyKind, EngineRole, Facts};

use crate::command::kubectl;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "shared-datastore",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("shared_datastore.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let engine = match &component.facts {
        Facts::Workload(facts) => facts.engine,
        Facts::Datastore(facts) => Some(facts.engine),
        _ => None,
    };
    let Some(engine) = engine.filter(|it| it.role == EngineRole::Datastore) else { return };
    if !is_transactional(engine.name) {
        return;
    }
    // One caller for each owner, the first by id.
    let mut by_owner: BTreeMap<&str, (&Component, OriginId)> = BTreeMap::new();
    for (caller, origin) in callers(component.id, ctx) {
        if let Some(owner) = owner(caller) {
            by_owner.entry(owner).or_insert((caller, origin));
        }
    }
    if by_owner.len() > 1 {
        out.push(hazard(component, engine.name, &by_owner));
    }
}

/// Where locks, long transactions and migrations of one user stop the others. Search and telemetry
/// are shared on purpose.
fn is_transactional(engine: &str) -> bool {
    const NAMES: [&str; 7] =
        ["cockroachdb", "mariadb", "mongodb", "mysql", "neo4j", "postgresql", "sqlserver"];
    NAMES.contains(&engine)
}

/// Workloads that call it, by its name or through a path, with the text that shows it.
fn callers(id: ComponentId, ctx: Context<'_>) -> Vec<(&Component, OriginId)> {
    let system = ctx.system;
    let paths = ctx.sources(id, DependencyKind::Routes).map(|it| it.id);
    let targets: Vec<_> = std::iter::once(id).chain(paths).collect();
    let arrows = targets.into_iter().flat_map(|it| system.needed_by(it));
    let mut callers: Vec<_> = arrows
        .filter(|it| it.kind == DependencyKind::Calls)
        .map(|it| (system.component(it.source), it.origin))
        .filter(|(it, _)| it.workload().is_some_and(|it| it.is_long_running()))
        .filter(|(it, _)| it.workload().is_some_and(|it| it.facts.engine.is_none()))
        .collect();
    callers.sort_by_key(|it| it.0.id);
    callers
}

/// Who answers for a workload, where its labels say so.
fn owner(component: &Component) -> Option<&str> {
    ["team", "owner", "app.kubernetes.io/owner"]
        .into_iter()
        .find_map(|it| component.label_value(it))
}

fn hazard(
    store: &Component,
    engine: &str,
    by_owner: &BTreeMap<&str, (&Component, OriginId)>,
) -> Hazard {
    let label = store.label();
    let owners: Vec<_> = by_owner.keys().collect();
    let callers: Vec<_> = by_owner.values().map(|it| it.0.label()).collect();
    let message = format!(
        "{} of different owners ({}) use one {engine}, `{label}`; a migration, a lock or a full disk \
         of one stops the others, and no owner can restore alone",
        words::list(&callers),
        owners.iter().map(|it| it.to_string()).collect::<Vec<_>>().join(", "),
    );
    let title = "several owners on one database";
    let hazard = RULE
        .worsens(store.id, FailureMode::DependencyLoss, Term::Frequency, title, message)
        .at(store.origin)
        .loses(LossClass::Degraded)
        .shows_as(format!("Latency of all of them rises together while `{label}` is busy"))
        .recover("Find the session that holds the lock and end it; its owner may be another team")
        .remedy("Give each owner a database of its own, or one owner and an API in front")
        .verify(kubectl(store, "get pods -l team # each team's pods name their own database"));
    by_owner.values().fold(hazard, |hazard, it| hazard.related(it.1, "calls it"))
}
