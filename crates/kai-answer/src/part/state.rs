//! Solid, fragile, missing: what is written of a component.

use kai_core::{ComponentId, Known, LossClass};
use kai_graph::{Facts, Strategy};

use crate::answer::Statement;
use crate::case::Case;
use crate::part::whose;
use crate::words::{count, first_sentence};

/// What one component is, what is right with it, and what is wrong.
pub(crate) fn state(case: Case<'_>, id: ComponentId, shown: usize) -> Vec<Statement> {
    let mut statements: Vec<Statement> = replicas(case, id).into_iter().collect();
    statements.extend(solid(case, id));
    let findings = case.findings(id);
    let worst = findings.iter().take(shown).map(|it| {
        let word = if it.scope.is_some() { "Missing" } else { fragile(it.loss_class) };
        let text = whose(case, id, it, first_sentence(&it.message));
        let text = format!("{word}: {text}");
        Statement::new(text, vec![case.finding(it)])
    });
    statements.extend(worst);
    if let Some(next) = findings.get(shown).filter(|_| shown > 0) {
        let more = findings.len() - shown;
        let text = format!(
            "{} more of lower rank; `kai explain {}` is the next.",
            count(more, "finding"),
            next.rank
        );
        statements.push(Statement::new(text, vec![case.finding(next)]));
    }
    statements
}

fn fragile(class: LossClass) -> &'static str {
    match class {
        LossClass::Irreversible => "Can be lost for good",
        LossClass::Compromise => "Open",
        LossClass::Outage | LossClass::Degraded => "Fragile",
        LossClass::Toil => "Toil",
    }
}

/// How many of it there are.
pub(crate) fn replicas(case: Case<'_>, id: ComponentId) -> Option<Statement> {
    let component = case.component(id);
    match &component.facts {
        Facts::Workload(facts) => {
            let workload = component.workload()?;
            if !facts.is_long_running() {
                return None;
            }
            let autoscaler = case.system().autoscalers_of(component);
            if let Some(autoscaler) = autoscaler.first()
                && let (Known::Value(min), Known::Value(max)) =
                    (&autoscaler.facts.replicas_min, &autoscaler.facts.replicas_max)
            {
                let text = format!(
                    "It runs {} to {} pods, as `{}` decides.",
                    min.value,
                    max.value,
                    autoscaler.component.label()
                );
                return Some(Statement::new(
                    text,
                    vec![case.at(autoscaler.component.id, max.origin)],
                ));
            }
            let count = case.system().replicas_of(workload);
            let traced = count.traced()?;
            let how = match facts.rollout.strategy.value() {
                Some(Strategy::Recreate) => ", and every release stops it before it starts again",
                _ => "",
            };
            let text = match traced.value {
                1 => format!("It is one pod{how}."),
                0 => "It is scaled to no pod at all.".to_owned(),
                many => format!("It runs {many} pods{how}."),
            };
            Some(Statement::new(text, vec![case.at(id, traced.origin)]))
        }
        Facts::Datastore(facts) => {
            let instances = facts.instances.traced()?;
            let text = match instances.value {
                1 => format!("It is one instance of {}.", facts.engine.name),
                many => format!("It runs {many} instances of {}.", facts.engine.name),
            };
            Some(Statement::new(text, vec![case.at(id, instances.origin)]))
        }
        _ => None,
    }
}

fn solid(case: Case<'_>, id: ComponentId) -> Vec<Statement> {
    let label = case.label(id);
    let own = case.assessment.solid.iter().filter(|it| it.component == label);
    own.take(2)
        .map(|it| {
            let places = it.locations.first().cloned().into_iter().collect();
            let kind = kai_core::EvidenceKind::Span;
            let evidence =
                kai_core::Evidence::new(kind, label.clone(), it.title.clone(), Vec::new(), places);
            Statement::new(format!("Solid: {}.", it.title.trim_end_matches('.')), vec![evidence])
        })
        .collect()
}
