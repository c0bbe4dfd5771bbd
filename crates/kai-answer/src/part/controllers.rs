//! What keeps a component applied, and who may change it in the cluster.

use kai_core::{ComponentId, Environment};
use kai_graph::{Component, Facts, Nearness, Of, Power, Reconciler, Reconciliation, Upstream};

use crate::answer::Statement;
use crate::case::Case;
use crate::words::count;

/// More of them are only counted.
const SHOWN: usize = 6;

/// What keeps it applied; of production, where nothing is asked about.
pub(crate) fn by_controllers(case: Case<'_>, subject: Option<ComponentId>) -> Vec<Statement> {
    let system = case.system();
    let orders: Vec<Of<'_, Reconciliation>> = match subject {
        Some(id) => system.orders(case.component(id).root).collect(),
        None => production(case)
            .filter_map(order_of)
            .filter(|it| it.folders().next().is_some())
            .collect(),
    };
    orders.into_iter().take(SHOWN).map(|it| by_controller(case, it)).collect()
}

fn production<'a>(case: Case<'a>) -> impl Iterator<Item = &'a Component> {
    let system = case.system();
    system.components().iter().filter(move |it| system.environment(it) == Environment::Production)
}

fn order_of(component: &Component) -> Option<Of<'_, Reconciliation>> {
    match &component.facts {
        Facts::Reconciliation(facts) => Some(Of { component, facts: &**facts }),
        _ => None,
    }
}

fn by_controller(case: Case<'_>, order: Of<'_, Reconciliation>) -> Statement {
    let component = order.component;
    let mut sources = order.facts.sources.iter();
    // Of several sources the folder is what is asked about.
    let source = sources.find(|it| !it.path.is_empty()).or(order.facts.sources.first());
    let fetched = source.and_then(|it| it.object.as_ref());
    let fetched =
        fetched.and_then(|it| case.system().resolve_ref(it, component)).and_then(order_of);
    let upstream = fetched.and_then(|it| it.facts.sources.first()).or(source);
    let what = source.map_or("", |it| it.chart.as_ref().unwrap_or(&it.path).as_str());
    let (repository, revision) = match upstream {
        Some(it) if !it.repository.is_empty() => {
            let revision = it.revision.value().filter(|it| !it.is_empty());
            (format!(" of `{}`", it.repository), revision.map(ToString::to_string))
        }
        _ => (String::new(), None),
    };
    let is_unread = fetched.is_none() && source.is_some_and(|it| it.object.is_some());
    let at = match &revision {
        _ if is_unread => ", whose branch or tag is not declared here,".to_owned(),
        Some(revision) => format!(" at `{revision}`"),
        None => " at its default branch".to_owned(),
    };
    let label = component.label();
    let is_automatic = order.facts.is_automatic.value() == Some(&true);
    let text = match (order.facts.is_suspended.value(), is_automatic) {
        (Some(true), _) => format!(
            "`{label}` would apply `{what}`{repository}{at} and is suspended: nobody, until it is resumed."
        ),
        (_, true) if upstream.is_some_and(Upstream::is_pinned) => format!(
            "`{label}` applies `{what}`{repository}{at} by itself: whoever may change that revision in `{label}` deploys it."
        ),
        (_, true) => format!(
            "`{label}` applies `{what}`{repository}{at} by itself: whoever may push or merge there deploys it."
        ),
        (_, false) => format!(
            "`{label}` applies `{what}`{repository}{at} once somebody syncs it: whoever may sync it in {}.",
            match order.facts.controller {
                Reconciler::ArgoCd => "Argo CD",
                Reconciler::Flux => "Flux",
            }
        ),
    };
    let mut evidence = vec![case.named(component.id)];
    evidence.extend(
        upstream.and_then(|it| it.revision.traced()).map(|it| case.at(component.id, it.origin)),
    );
    Statement::new(text, evidence)
}

/// Whom a role lets start pods where it runs.
pub(crate) fn by_accounts(case: Case<'_>, subject: Option<ComponentId>) -> Vec<Statement> {
    let system = case.system();
    let Some(id) = subject.filter(|it| case.component(*it).workload().is_some()) else {
        return Vec::new();
    };
    let component = case.component(id);
    let mut statements: Vec<Statement> = Vec::new();
    for binding in system.components() {
        let Facts::Binding(facts) = &binding.facts else { continue };
        if system.nearness(binding.root, component.root) > Nearness::SameEnvironment {
            continue;
        }
        for index in 0..facts.subjects.len() {
            let Some(grant) = system.grant(binding, index) else { continue };
            let is_there = grant.namespace().is_empty() || grant.namespace() == component.namespace;
            let leads =
                |it: &Power| matches!(it, Power::Everything | Power::Escalation | Power::Pods);
            let powers = grant.powers();
            let Some((power, origin)) = powers.iter().find(|it| leads(&it.0)).filter(|_| is_there)
            else {
                continue;
            };
            let place = match grant.namespace() {
                "" => "in every namespace".to_owned(),
                namespace => format!("in `{namespace}`"),
            };
            let text = format!(
                "`{}/{}` may {} {place}.",
                grant.subject.kind,
                grant.subject.name,
                power.as_clause()
            );
            if statements.iter().all(|it| it.text != text) {
                let evidence = vec![
                    case.at(binding.id, grant.subject.origin),
                    case.span(&binding.label(), *origin),
                ];
                statements.push(Statement::new(text, evidence));
            }
        }
    }
    let left = statements.len().saturating_sub(SHOWN);
    statements.truncate(SHOWN);
    if left > 0 {
        let evidence = statements[0].evidence.clone();
        statements.push(Statement::new(format!("And {} more.", count(left, "subject")), evidence));
    }
    statements
}
