//! What an identity of a cloud can do, and what runs as it.

use std::collections::BTreeSet;

use kai_core::ComponentId;
use kai_graph::{CloudAccount, Component, Facts, Of};

use super::answer;
use super::identity::policies;
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::words::{and, list};

/// More of one kind are not listed.
const SHOWN: usize = 6;

/// The answer about a role or an account of a cloud; none for anything else.
pub(super) fn of_cloud(case: Case<'_>, id: ComponentId) -> Option<Answer> {
    let component = case.component(id);
    let gives = match &component.facts {
        Facts::CloudAccount(facts) => grants(case, Of { component, facts: &**facts }),
        Facts::CloudRole(facts) => policies(case, Of { component, facts: &**facts }),
        _ => return None,
    };
    let (runs, environments) = users(case, component);
    let label = component.label();
    let may = match gives.len() {
        0 => "has no role and no policy that I read".to_owned(),
        count => format!("has {}", crate::words::count(count, "role or policy")),
    };
    let reach = match (runs.is_empty(), environments.is_empty()) {
        (true, _) => "nothing that I read runs as it".to_owned(),
        (false, true) => "what runs as it is below".to_owned(),
        (false, false) => {
            let names: Vec<String> = environments.iter().map(|it| (*it).to_owned()).collect();
            format!("what runs as it is in {}", and(&names))
        }
    };
    let mut evidence = vec![case.named(id)];
    evidence.extend(gives.iter().chain(&runs).take(2).flat_map(|it| it.evidence.clone()));
    if gives.is_empty() || runs.is_empty() {
        evidence.push(case.absence(&label, format!("no more that names `{label}`"), case.scope()));
    }
    let direct = Statement::new(format!("`{label}` {may}, and {reach}."), evidence);
    let absence =
        case.absence("", "no reading of the cloud's own permissions and of groups", case.scope());
    let unseen =
        "What other configurations give it, what its groups have, and what was given by hand.";
    let sections = vec![
        Section::document("What it may do in the cloud", gives.into_iter().take(SHOWN).collect()),
        Section::document("Who acts as it", runs.into_iter().take(SHOWN).collect()),
        Section::new(Step::Unknown, vec![Statement::new(unseen, vec![absence])]),
    ];
    Some(answer(vec![direct], sections, None))
}

/// The roles that an account has in its configuration.
pub(super) fn grants(case: Case<'_>, account: Of<'_, CloudAccount>) -> Vec<Statement> {
    let held = case.system().grants_held_by(account);
    let statement = held.map(|it| {
        let home = it.grant.home.value().map(|it| format!(" on `{it}`")).unwrap_or_default();
        let condition = it.grant.condition.map_or("", |_| ", under a condition");
        let text = format!("It has `{}`{home}{condition}.", it.grant.role);
        Statement::new(text, vec![case.at(it.component.id, it.holder.origin)])
    });
    statement.collect()
}

/// Service accounts of clusters with what runs under them, and programs of the cloud; with the environments of all.
fn users(case: Case<'_>, identity: &Component) -> (Vec<Statement>, BTreeSet<&'static str>) {
    let system = case.system();
    let (mut statements, mut environments) = (Vec::new(), BTreeSet::new());
    for account in system.accounts_of(identity) {
        let environment = system.environment(account).as_str();
        environments.insert(environment);
        let workloads = system.needed_by(account.id).map(|it| system.component(it.source));
        let mut workloads: Vec<String> =
            workloads.filter(|it| it.workload().is_some()).map(Component::label).collect();
        workloads.sort();
        workloads.dedup();
        let under = match &workloads[..] {
            [] => "under which nothing runs that I read".to_owned(),
            [only] => format!("under which `{only}` runs"),
            several => format!("under which {} run", list(several, 4)),
        };
        let label = account.label();
        let text =
            format!("`{label}` of `{}` in {environment} acts as it, {under}.", account.namespace);
        statements
            .push(Statement::new(text, vec![case.named(account.id), case.named(identity.id)]));
    }
    if let Facts::CloudAccount(facts) = &identity.facts {
        if !facts.runs.is_empty() {
            environments.insert(system.environment(identity).as_str());
        }
        statements.extend(facts.runs.iter().map(|it| {
            Statement::new(format!("`{it}` runs as it."), vec![case.named(identity.id)])
        }));
    }
    (statements, environments)
}
