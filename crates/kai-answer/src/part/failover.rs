//! How soon a name leads elsewhere.

use kai_core::ComponentId;
use kai_graph::{Component, Facts, FailoverRecord, HealthProbe};

use crate::answer::Statement;
use crate::case::Case;

/// The names that lead to a component, or the name itself, with how long people may be led to what is dead.
pub(crate) fn failover(case: Case<'_>, id: ComponentId) -> Vec<Statement> {
    let (hard, soft) = case.journeys(id);
    let hosts: Vec<&str> =
        hard.iter().chain(&soft).filter_map(|it| it.name.split('/').next()).collect();
    let environment = case.environment(id);
    let records = case.system().components().iter().filter_map(|it| match &it.facts {
        Facts::FailoverRecord(facts) => Some((it, &**facts)),
        _ => None,
    });
    let concerned = records.filter(|(component, facts)| {
        let name = facts.cloud_name.value().map(|it| it.trim_end_matches('.'));
        let leads_here = name.is_some_and(|it| hosts.contains(&it));
        component.id == id || (leads_here && case.environment(component.id) == environment)
    });
    concerned.filter_map(|(component, facts)| told(case, component, facts)).collect()
}

fn told(case: Case<'_>, component: &Component, facts: &FailoverRecord) -> Option<Statement> {
    let ttl = facts.ttl.traced()?;
    let astray = facts.leads_astray()?.as_secs();
    let label = component.label();
    let mut evidence = vec![case.at(component.id, ttl.origin)];
    let probe = facts.probe.as_ref().filter(|it| it.notices_within().is_some());
    let text = match probe {
        Some(HealthProbe { interval, failures }) => {
            let (interval, failures) = (interval.traced()?, failures.traced()?);
            evidence.push(case.at(component.id, interval.origin));
            evidence.push(case.at(component.id, failures.origin));
            let (every, many, kept) = (interval.value, failures.value, ttl.value);
            let sum = format!("{every} s × {many} + {kept} s = {astray} s");
            evidence.push(case.number(
                label.clone(),
                format!("{astray} s until the name leads elsewhere"),
                vec![sum.clone()],
            ));
            let often = if many == 1 { "once".to_owned() } else { format!("{many} times") };
            format!(
                "`{label}` leads elsewhere by itself within {astray} s: probes {every} s apart fail {often} in a row, and answers are kept for {kept} s ({sum})."
            )
        }
        None => format!(
            "`{label}` leads elsewhere {astray} s after that is noticed, because answers are kept for so long; when it is noticed is not known here."
        ),
    };
    Some(Statement::new(text, evidence))
}
