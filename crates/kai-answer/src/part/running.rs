//! What runs, and how many of it.

use std::collections::{BTreeMap, BTreeSet};

use kai_core::{ComponentId, Environment, Evidence, Finding, Traced};
use kai_graph::{Autoscaler, ComponentKind, Facts, Of, Strength};

use crate::case::Case;

/// What runs in the most important environment that was read, by the journeys that need it and by name.
pub(crate) fn running(case: Case<'_>) -> Vec<ComponentId> {
    let Some(environment) = main_environment(case) else { return Vec::new() };
    let all = case.system().components().iter();
    let mut found: Vec<ComponentId> = all
        .filter(|it| case.system().environment(it) == environment && is_running(case, it.id))
        .map(|it| it.id)
        .collect();
    found.sort_by_cached_key(|it| (usize::MAX - weight(case, *it), case.label(*it), *it));
    // The same lines through several roots are one component to whoever asks. Names tell most apart.
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    found.iter().for_each(|it| *named.entry(case.label(*it)).or_default() += 1);
    let mut seen = BTreeSet::new();
    found.retain(|it| named.get(&case.label(*it)) == Some(&1) || seen.insert(case.named(*it).id));
    found
}

/// How many journeys stop with it, then how much stops with it.
fn weight(case: Case<'_>, id: ComponentId) -> usize {
    case.journeys(id).0.len() * 10_000 + case.system().needed_by(id).count()
}

/// The first environment in the order of a review in which something runs.
pub(crate) fn main_environment(case: Case<'_>) -> Option<Environment> {
    let all = case.system().components().iter().filter(|it| is_running(case, it.id));
    all.map(|it| case.system().environment(it)).min()
}

/// Findings of the most important environment that was read, by rank.
pub(crate) fn main_findings(case: Case<'_>) -> impl Iterator<Item = &Finding> {
    let environment = main_environment(case);
    let all = case.assessment.findings.iter();
    all.filter(move |it| environment.is_none_or(|main| it.environment == main))
}

/// True for what is meant to run for ever, and for databases.
pub(crate) fn is_running(case: Case<'_>, id: ComponentId) -> bool {
    match &case.component(id).facts {
        Facts::Workload(facts) => facts.is_long_running(),
        Facts::Datastore(_) | Facts::ManagedDatabase(_) => true,
        _ => false,
    }
}

/// True for what holds state; what a plan of a cloud copies does.
pub(crate) fn is_stateful(case: Case<'_>, id: ComponentId) -> bool {
    let component = case.component(id);
    if case.system().plans_of(component).next().is_some() {
        return true;
    }
    match &component.facts {
        Facts::Workload(facts) => {
            let workload = Of { component, facts: &**facts };
            facts.is_long_running()
                && (component.kind == ComponentKind::Datastore
                    || component.kind == ComponentKind::Queue
                    || !case.system().claims_of(workload).is_empty())
        }
        Facts::Datastore(_) => component.kind != ComponentKind::Cache,
        Facts::ManagedDatabase(_) | Facts::Bucket(_) | Facts::Claim(_) => true,
        Facts::Named => {
            component.kind == ComponentKind::Datastore && component.api_version.is_empty()
        }
        _ => false,
    }
}

/// How many there are at least, and the line that says so; none where that is not known.
pub(crate) fn count(case: Case<'_>, id: ComponentId) -> Option<(u32, Evidence)> {
    let traced = traced_count(case, id)?;
    Some((traced.value, case.at(id, traced.origin)))
}

/// The same without the line, which takes longer to cite than to count.
pub(crate) fn number(case: Case<'_>, id: ComponentId) -> Option<u32> {
    Some(traced_count(case, id)?.value)
}

fn traced_count(case: Case<'_>, id: ComponentId) -> Option<Traced<u32>> {
    let component = case.component(id);
    match &component.facts {
        Facts::Workload(facts) => {
            let workload = Of { component, facts: &**facts };
            case.system().replicas_of(workload).traced().copied()
        }
        Facts::Datastore(facts) => facts.instances.traced().copied(),
        _ => None,
    }
}

/// The autoscaler that sets its count.
pub(crate) fn autoscaler(case: Case<'_>, id: ComponentId) -> Option<Of<'_, Autoscaler>> {
    case.system().autoscalers_of(case.component(id)).into_iter().next()
}

/// What it needs to do its work, and runs: each once, the nearest first.
pub(crate) fn behind(case: Case<'_>, id: ComponentId) -> Vec<ComponentId> {
    let mut found = vec![id];
    let mut known = BTreeSet::from([id]);
    let mut at = 0;
    while at < found.len() {
        for arrow in case.system().needs(found[at]) {
            let is_followed = arrow.carries_failure() && arrow.strength == Strength::Hard;
            if is_followed && known.insert(arrow.target) {
                found.push(arrow.target);
            }
        }
        at += 1;
    }
    found.remove(0);
    found.retain(|it| is_running(case, *it) || is_outside(case, *it) || is_managed(case, *it));
    found
}

/// True for a cache, a queue or a store that a cloud runs.
fn is_managed(case: Case<'_>, id: ComponentId) -> bool {
    use ComponentKind::{Cache, Datastore, Queue};
    let component = case.component(id);
    matches!(component.kind, Cache | Datastore | Queue)
        && !matches!(component.facts, Facts::Workload(_) | Facts::Datastore(_))
}

/// True for somebody else's system.
fn is_outside(case: Case<'_>, id: ComponentId) -> bool {
    let component = case.component(id);
    component.kind == ComponentKind::ExternalSystem && component.native_kind != "registry"
}
