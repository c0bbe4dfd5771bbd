//! The on-call rotation.

use kai_core::ComponentId;
use kai_graph::Facts;

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement};
use crate::case::Case;
use crate::incident::{self, Mode};
use crate::part;
use crate::words::{count, list};

pub(super) const INTENT: Intent = Intent {
    id: "rotation",
    example: "design the on-call rotation",
    wants: Wants::MaybeComponent,
    is_played: false,
    patterns: &[
        "on-call|oncall",
        "design|write|draft|plan|prepare|create|make|set|organise|organize on-call|oncall|rotation|rota|escalation|pager*|shifts",
        "rotation|rota|roster",
        "escalat* policy|path|chain|plan|who|how|to|design|X|for",
        "pager* duty|rotation|who|schedule|carries",
        "who|how|when is|carries|has|does|should on-call|oncall|pager|shift*|duty",
        "shift|shifts schedule|plan|handover|hand|design|who",
        "handover",
    ],
    answer: rotation,
};

fn rotation(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let ids: Vec<ComponentId> = match asked.subject {
        Some(id) => vec![id],
        None => part::running(case),
    };
    let first = *ids.first().ok_or("Nothing that I read runs, so nobody needs to be called")?;
    let carried: Vec<ComponentId> =
        ids.iter().copied().filter(|it| !case.journeys(*it).0.is_empty()).collect();
    let direct = match carried.first() {
        Some(one) => Statement::new(
            format!(
                "This rotation carries {} that journeys stop with; who carries the pager is yours to fill in.",
                count(carried.len(), "component")
            ),
            vec![case.named(*one)],
        ),
        None => Statement::new(
            "No journey of users is known to stop with any of it, so working hours are enough until somebody names one in kai.yaml.",
            vec![case.absence("", "no journey that needs it", case.scope())],
        ),
    };
    let people = vec![
        part::person(case, "First, who answers within 5 minutes", "first", |it| &it.first),
        part::person(case, "Second, paged after 5 minutes of silence", "second", |it| &it.second),
        part::person(case, "Then, after 15 minutes", "escalation", |it| &it.escalation),
        part::person(case, "Handover", "handover", |it| &it.handover),
        part::person(case, "Channel", "channel", |it| &it.channel),
    ];
    let sections = vec![
        Section::document("Who", people),
        Section::document("What rings", rings(case, &ids)),
        Section::document("What must ring and does not", silent(case, &carried)),
        Section::document("How it stays bearable", bearable(case, first)),
    ];
    Ok(answer(vec![direct], sections, incident::of(Mode::AlertMissed)))
}

/// Alerts that are meant to get somebody up, in the environment of what is carried.
fn rings(case: Case<'_>, ids: &[ComponentId]) -> Vec<Statement> {
    let environment = ids.first().map(|it| case.environment(*it));
    let mut names = Vec::new();
    let mut evidence = Vec::new();
    for component in case.system().components() {
        let Facts::AlertRules(rules) = &component.facts else { continue };
        if Some(case.system().environment(component)) != environment {
            continue;
        }
        for alert in rules.alerts.iter().filter(|it| it.is_critical()) {
            if !names.contains(&alert.name.to_string()) {
                names.push(alert.name.to_string());
                evidence.push(case.span(&format!("alert {}", alert.name), alert.origin));
            }
        }
    }
    evidence.truncate(3);
    if names.is_empty() {
        let absence = case.absence("", "no alert of severity critical or page", case.scope());
        return vec![Statement::new(
            "Nothing: no alert that I read has a severity that gets somebody up.",
            vec![absence],
        )];
    }
    let what = match names.len() {
        1 => "1 alert is meant to get somebody up".to_owned(),
        many => format!("{many} alerts are meant to get somebody up"),
    };
    vec![Statement::new(format!("{what}: {}.", list(&names, 5)), evidence)]
}

fn silent(case: Case<'_>, carried: &[ComponentId]) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut names = Vec::new();
    let mut evidence = Vec::new();
    for id in carried.iter().take(30) {
        let sign = part::sign(case, *id);
        if !sign.is_heard {
            names.push(case.label(*id));
            evidence.extend(sign.evidence);
        }
    }
    evidence.truncate(2);
    if !names.is_empty() {
        statements.push(Statement::new(
            format!("The loss of {}: no alert that I read shows it to anybody.", list(&names, 6)),
            evidence,
        ));
    }
    statements
}

fn bearable(case: Case<'_>, id: ComponentId) -> Vec<Statement> {
    let line = || vec![case.named(id)];
    vec![
        Statement::new(
            "I propose shifts of a week, a second person always, and no more than two incidents a shift; above that the causes are mended before anything new is built.",
            line(),
        ),
        Statement::new(
            "Every alert that rings has a runbook and needs a person; one that was closed twice without work stops ringing.",
            line(),
        ),
        Statement::new(
            "Page the rotation once by hand before its first night, and see that it wakes somebody.",
            line(),
        ),
    ]
}
