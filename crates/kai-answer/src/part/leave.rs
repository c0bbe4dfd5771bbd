//! Yes or no, with the worst reason, to who wants to take something away.

use kai_core::{ComponentId, Evidence, Finding};
use kai_graph::{Controller, Facts};

use super::{Radius, count, is_compose, is_stateful, number, on, radius};
use crate::answer::Statement;
use crate::case::Case;
use crate::question::Deed;
use crate::words::first_sentence;

/// The rule by which what stands on the disk of a pod goes with it.
pub(crate) const LOST: &str = "state-dies-with-pod";

/// The finding that says that what it holds goes with its pod.
pub(crate) fn lost_with_pod(case: Case<'_>, id: ComponentId) -> Option<&Finding> {
    case.findings(id).into_iter().find(|it| it.rule == LOST)
}

/// Whether that may be done, as far as is declared; none for what runs to an end and is run again anyway.
pub(crate) fn leave(case: Case<'_>, id: ComponentId, deed: Deed) -> Option<Statement> {
    let controller = case.workload(id).map(|it| it.facts.controller);
    if matches!(controller, Some(Controller::Job | Controller::CronJob)) && deed != Deed::Delete {
        return None;
    }
    if let Some(finding) = lost_with_pod(case, id) {
        let why = super::whose(case, id, finding, first_sentence(&finding.message));
        return Some(Statement::new(format!("No: {why}"), vec![case.finding(finding)]));
    }
    let radius = radius(case, id);
    let (text, evidence) = match deed {
        Deed::Delete => deleted(case, &radius),
        _ if controller == Some(Controller::BarePod) => {
            let label = case.label(id);
            (format!("No: `{label}` has no controller, so nothing starts it again."), Vec::new())
        }
        Deed::DeletePods => all_at_once(case, &radius),
        Deed::DeleteOnePod => one_of_them(case, &radius),
    };
    Some(Statement::new(text, [vec![case.named(id)], evidence].concat()))
}

/// The thing itself.
fn deleted(case: Case<'_>, radius: &Radius<'_>) -> (String, Vec<Evidence>) {
    let holds = match case.component(radius.id).facts {
        Facts::Claim(_) | Facts::PersistentVolume(_) => true,
        _ => is_stateful(case, radius.id),
    };
    match (radius.reached(case), holds) {
        (Some((stops, line)), true) => {
            (format!("No: it keeps state, and {stops} without it."), vec![line])
        }
        (Some((stops, line)), false) => (format!("No: {stops} without it."), vec![line]),
        (None, true) => {
            let text = "No: it keeps state, and who needs that is not known here.".to_owned();
            (text, vec![radius.nobody(case)])
        }
        (None, false) => {
            let text = "Yes, as far as is declared: nothing that I read stops without it; what it does itself ends with it.";
            (text.to_owned(), vec![radius.nobody(case)])
        }
    }
}

fn all_at_once(case: Case<'_>, radius: &Radius<'_>) -> (String, Vec<Evidence>) {
    match radius.reached(case) {
        Some((stops, line)) => (
            format!(
                "No: all of them go at once, and {stops} until the next ones are ready; a restart of the rollout replaces them one after the other."
            ),
            vec![line],
        ),
        None => (
            "Yes, as far as is declared: nothing that I read stops until the next ones are ready."
                .to_owned(),
            vec![radius.nobody(case)],
        ),
    }
}

fn one_of_them(case: Case<'_>, radius: &Radius<'_>) -> (String, Vec<Evidence>) {
    let id = radius.id;
    let line = |it: (u32, Evidence)| it.1;
    let lines: Vec<Evidence> = count(case, id).map(line).into_iter().collect();
    let noun = noun(case, id);
    match (number(case, id), radius.reached(case)) {
        (Some(0), _) => (format!("It is scaled to no {noun} at all."), lines),
        (Some(1), Some((stops, way))) => (
            format!(
                "No, not without an outage: it is one {noun}, and {stops} until the next one is ready."
            ),
            [lines, vec![way]].concat(),
        ),
        (Some(1), None) => (
            format!(
                "Yes, as far as is declared: it is one {noun}, and nothing that I read stops until the next one is ready."
            ),
            [lines, vec![radius.nobody(case)]].concat(),
        ),
        (Some(many), _) => {
            let first = match case.component(id).facts {
                Facts::Datastore(_) => {
                    "; if it is the first one, its operator promotes another, and what is written meanwhile fails"
                }
                _ => "",
            };
            let text = format!(
                "Yes, as far as is declared: it is one of {many} {noun}s, and the others go on where they are ready now{first}."
            );
            (text, lines)
        }
        (None, _) => {
            let text = format!("I cannot say: how many {noun}s of it run is not known here.");
            (text, lines)
        }
    }
}

fn noun(case: Case<'_>, id: ComponentId) -> &'static str {
    match case.component(id).facts {
        Facts::Workload(_) if is_compose(case, id) => "container",
        Facts::Workload(_) => "pod",
        _ => "instance",
    }
}

/// What to do first where what it holds goes with its pod.
pub(crate) fn copied_out(case: Case<'_>, id: ComponentId) -> Option<Statement> {
    let finding = lost_with_pod(case, id)?;
    let step = Statement::new(
        "Copy what it holds out first, and see that the copy can be read: nothing brings it back afterwards.",
        vec![case.finding(finding)],
    );
    Some(match dump(case, id) {
        Some(command) => step.command(command),
        None => step,
    })
}

/// The command that prints all that an engine holds, by the program and the variables of its own image.
fn dump(case: Case<'_>, id: ComponentId) -> Option<String> {
    let component = case.component(id);
    let (program, ending) = match case.workload(id)?.facts.engine?.name {
        "redis" => ("redis-cli --rdb -", "rdb"),
        "valkey" => ("valkey-cli --rdb -", "rdb"),
        "postgresql" => ("sh -c 'pg_dumpall -U \"${POSTGRES_USER:-postgres}\"'", "sql"),
        "mysql" => (
            "sh -c 'mysqldump --all-databases --single-transaction -uroot -p\"$MYSQL_ROOT_PASSWORD\"'",
            "sql",
        ),
        _ => return None,
    };
    let name = &component.name;
    if is_compose(case, id) {
        return Some(format!("docker compose exec -T {name} {program} > {name}.{ending}"));
    }
    let exec = on(case, id, "exec")?;
    Some(format!("{exec} -- {program} > {name}.{ending}"))
}
