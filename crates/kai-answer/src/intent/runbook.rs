//! The runbook of a component.

use kai_core::ComponentId;
use kai_graph::Facts;

use super::{Asked, Intent, Wants, answer, deploy};
use crate::answer::{Answer, Section, Statement};
use crate::case::Case;
use crate::part;
use crate::words::{capitalised, list};

pub(super) const INTENT: Intent = Intent {
    id: "runbook",
    example: "write the runbook for X",
    wants: Wants::Component,
    is_played: false,
    patterns: &[
        "runbook*|playbook*",
        "runbook*|playbook* write|draft|give|design|create|make|show|need|for|what|is",
        "what|how do|should|must|can|shall i|we|on-call if|when|once down|fail*|dies|dead|broke*|crash*|stop*|gone",
        ">what do|should|must|shall i|we do",
        "steps|checklist|instructions|procedure|guide X|for|when|if",
        "troubleshoot*|debug*|diagnos*|triage*",
        ">how|where troubleshoot*|debug*|diagnos*|triage* X",
        ">X is|are down|broken|dead|failing|crashing help|now|what",
    ],
    answer: runbook,
};

fn runbook(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    if let (None, Some((id, index))) = (asked.subject, asked.alert) {
        return of_alert(case, id, index);
    }
    let id = asked.component()?;
    let label = case.label(id);
    let radius = part::radius(case, id);
    let direct = Statement::new(
        format!(
            "This is the runbook for `{label}`, from what is declared: use it when it does not answer or its pods are not ready."
        ),
        vec![case.named(id)],
    );
    let mut open = vec![radius.direct(case)];
    open.extend(part::observability(case, id).into_iter().take(1));
    let sections = vec![
        Section::document("What it means", open),
        Section::document("Look", look(case, id)).numbered(),
        Section::document("Likely causes, in the order to rule them out", causes(case, id))
            .numbered(),
        Section::document("Bring it back", repair(case, id)).numbered(),
        Section::document("Call", call(case)),
        Section::document("It is over when", over(case, id, &radius)),
    ];
    Ok(answer(vec![direct], sections, None))
}

/// The page that an alert names.
fn of_alert(case: Case<'_>, id: ComponentId, index: usize) -> Result<Answer, String> {
    let Facts::AlertRules(rules) = &case.component(id).facts else {
        return Err("I need the name of an alert for that".to_owned());
    };
    let alert = &rules.alerts[index];
    let subject = format!("alert {}", alert.name);
    let rule = case.span(&subject, alert.origin);
    let direct = match &alert.runbook {
        Some(page) => {
            Statement::new(format!("The runbook of `{}` is {page}.", alert.name), vec![rule])
        }
        None => Statement::new(
            format!("`{}` names no runbook, so whoever is woken starts from nothing.", alert.name),
            vec![rule, case.absence(subject, "no annotation `runbook_url`", "the rule itself")],
        ),
    };
    Ok(answer(vec![direct], Vec::new(), None))
}

fn look(case: Case<'_>, id: ComponentId) -> Vec<Statement> {
    let line = || vec![case.named(id)];
    if part::is_compose(case, id) {
        let name = &case.component(id).name;
        return vec![
            Statement::new("Is it up, and since when?", line())
                .command(format!("docker compose ps {name}")),
            Statement::new("What did it say last?", line())
                .command(format!("docker compose logs --tail 100 {name}")),
        ];
    }
    let mut steps = Vec::new();
    if let Some(command) = part::on(case, id, "get") {
        steps.push(Statement::new("How many are ready?", line()).command(command));
    }
    if let Some(command) = part::pods(case, id, "get pods", "-o wide") {
        steps.push(
            Statement::new("Which pods, on which machines, restarted how often?", line())
                .command(command),
        );
    }
    if let Some(command) = part::on(case, id, "describe") {
        steps.push(Statement::new("What do its events say?", line()).command(command));
    }
    if let Some(command) = part::pods(case, id, "logs", "--tail 100 --all-containers") {
        steps.push(
            Statement::new("What did it say last? After a crash add `--previous`.", line())
                .command(command),
        );
    }
    if let Some(command) = part::on(case, id, "rollout history")
        .filter(|_| case.workload(id).is_some_and(|it| it.facts.is_rescheduled()))
    {
        steps.push(Statement::new("What was released last?", line()).command(command));
    }
    steps
}

/// What it needs, then what is known to be weak about it.
fn causes(case: Case<'_>, id: ComponentId) -> Vec<Statement> {
    let mut causes = Vec::new();
    let behind = part::behind(case, id);
    let needs: Vec<String> = behind.iter().map(|it| case.label(*it)).collect();
    if !needs.is_empty() {
        let ways = behind.iter().take(3).map(|it| case.path(&case.way(id, *it))).collect();
        causes.push(Statement::new(
            format!(
                "Something that it cannot work without is away: {}. Their runbooks come first.",
                list(&needs, 6)
            ),
            ways,
        ));
    }
    for finding in case.findings(id).into_iter().take(3) {
        causes.push(Statement::new(
            format!(
                "{}{}.",
                capitalised(part::title_of_one(finding)),
                how(&part::own(case, id, finding, &finding.detection))
            ),
            vec![case.finding(finding)],
        ));
    }
    if case.workload(id).is_some() {
        causes.push(Statement::new(
            "A release: compare the time of the first error with the rollout history.",
            vec![case.named(id)],
        ));
    }
    causes
}

/// The sign of a finding, without what is said of alerts.
fn how(detection: &str) -> String {
    let sign = detection.split(kai_assess::NO_ALERT_RULES).next().unwrap_or_default().trim();
    let sign = sign.split("None of the ").next().unwrap_or_default().trim().trim_end_matches('.');
    if sign.is_empty() { String::new() } else { format!(". You see it so: {sign}") }
}

fn repair(case: Case<'_>, id: ComponentId) -> Vec<Statement> {
    let mut steps: Vec<Statement> = Vec::new();
    if case.workload(id).is_some_and(|it| it.facts.is_rescheduled()) && !part::is_stateful(case, id)
    {
        match part::copied_out(case, id) {
            Some(copy) => steps.push(copy),
            None => steps.extend(deploy::back(case, id)),
        }
        if let Some(command) = part::on(case, id, "rollout restart") {
            steps.push(
                Statement::new(
                    "If no release is near and nothing behind it is away: restart it, once.",
                    vec![case.named(id)],
                )
                .command(command),
            );
        }
    }
    if part::is_compose(case, id) {
        let command = format!("docker compose up -d {}", case.component(id).name);
        steps.push(Statement::new("Start it again.", vec![case.named(id)]).command(command));
    }
    if part::is_stateful(case, id) {
        steps.push(Statement::new("It holds state: take a copy of what is there before you restart, scale or delete anything.", vec![case.named(id)]));
        steps.extend(
            super::backup::copies(case, id)
                .statements
                .into_iter()
                .take(1)
                .map(super::backup::plain),
        );
    }
    // The way back from a release is told already.
    let is_told = |it: &Statement| it.text.contains("rollout undo") && !steps.is_empty();
    let others = part::recovery(case, id, 2, |_| true);
    let others: Vec<Statement> = others.into_iter().filter(|it| !is_told(it)).collect();
    steps.extend(others);
    steps
}

pub(super) fn call(case: Case<'_>) -> Vec<Statement> {
    vec![
        part::person(case, "First", "first", |it| &it.first),
        part::person(case, "After 5 minutes without an answer", "second", |it| &it.second),
        part::person(case, "Meet in", "channel", |it| &it.channel),
    ]
}

fn over(case: Case<'_>, id: ComponentId, radius: &part::Radius<'_>) -> Vec<Statement> {
    let mut statements = Vec::new();
    if let Some((many, line)) = part::count(case, id) {
        let text = match many {
            1 => "Its pod is ready, and stays so for 10 minutes.".to_owned(),
            many => format!("{many} of it are ready, and stay so for 10 minutes."),
        };
        statements.push(Statement::new(text, vec![line]));
    }
    if let Some(journey) = radius.stops.first() {
        statements.push(Statement::new(
            format!("`{}` answers from outside.", journey.name),
            vec![case.path(&case.way(journey.entry, id))],
        ));
    }
    statements
}
