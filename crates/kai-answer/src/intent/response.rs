//! The response to incidents: severities, roles, the first minutes.

use kai_core::ComponentId;

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement};
use crate::case::Case;
use crate::incident::{self, Mode};
use crate::part;
use crate::words::list;

pub(super) const INTENT: Intent = Intent {
    id: "incident-response",
    example: "design the incident response",
    wants: Wants::MaybeComponent,
    is_played: false,
    patterns: &[
        "incident|incidents response|plan|process|management|command*|procedure|roles|handling",
        "design|write|draft|plan|prepare|create|make|define|describe|set incident|incidents response|plan|process|management|procedure|command*",
        "who command*|leads|lead|run|runs|coordinat* incident*|outage*",
        "respond* incident*|outage*|how|we",
        "severity|severities|sev1|sev-1|sev level*|classification|what|which|define|design|are",
        "war-room|warroom|bridge",
        "how|who handle*|manage*|respond* incident|incidents|outage|outages",
        "how|who do|should incident|incidents",
    ],
    answer: response,
};

fn response(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let ids: Vec<ComponentId> = match asked.subject {
        Some(id) => vec![id],
        None => part::running(case),
    };
    let named =
        asked.subject.map_or("what runs here".to_owned(), |it| format!("`{}`", case.label(it)));
    let first = ids.first().ok_or("Nothing that I read runs, so there is nothing to respond to")?;
    let direct = Statement::new(
        format!(
            "This is the incident response for {named}: severity by what stops for users, one person in command, the same first 15 minutes every time."
        ),
        vec![case.named(*first)],
    );
    let roles = vec![
        part::person(case, "Commander, who decides and repairs nothing", "commander", |it| {
            &it.commander
        }),
        part::person(
            case,
            "Communications, who tells users every 30 minutes",
            "communications",
            |it| &it.communications,
        ),
        part::person(case, "Operations, who alone changes production", "first", |it| &it.first),
        part::person(case, "Place", "channel", |it| &it.channel),
        part::person(case, "Decisions above the team", "escalation", |it| &it.escalation),
    ];
    let sections = vec![
        Section::document("Severities", severities(case, &ids)),
        Section::document("Roles", roles),
        Section::document("The first 15 minutes", minutes(case, &ids)),
        Section::document("What we would hear it by", heard(case, &ids)),
        Section::document("Afterwards", afterwards(case, *first)),
    ];
    Ok(answer(vec![direct], sections, incident::of(Mode::Response)))
}

/// By what stops; what is lost for good goes first.
fn severities(case: Case<'_>, ids: &[ComponentId]) -> Vec<Statement> {
    let mut statements = Vec::new();
    let stateful: Vec<&ComponentId> =
        ids.iter().filter(|it| part::is_stateful(case, **it)).collect();
    if let Some(first) = stateful.first() {
        let names: Vec<String> = stateful.iter().map(|it| case.label(**it)).collect();
        statements.push(Statement::new(
            format!("SEV1: data may be lost. Anything that destroys state in {}.", list(&names, 4)),
            vec![case.named(**first)],
        ));
    }
    let mut stops: Vec<(String, ComponentId, ComponentId)> = Vec::new();
    let mut worse: Vec<(String, ComponentId)> = Vec::new();
    for id in ids {
        let (hard, soft) = case.journeys(*id);
        stops.extend(hard.iter().map(|it| (it.name.clone(), it.entry, *id)));
        worse.extend(soft.iter().map(|it| (it.name.clone(), *id)));
    }
    stops.dedup_by(|one, other| one.0 == other.0);
    let mut names: Vec<String> = stops.iter().map(|it| it.0.clone()).collect();
    names.sort();
    names.dedup();
    if let Some((_, entry, id)) = stops.first() {
        statements.push(Statement::new(
            format!("SEV1: a journey is down: {}.", list(&names, 5)),
            vec![case.path(&case.way(*entry, *id))],
        ));
    }
    if let Some((name, id)) = worse.first() {
        statements.push(Statement::new(
            format!("SEV2: a journey is worse, such as `{name}` without `{}`.", case.label(*id)),
            vec![case.named(*id)],
        ));
    }
    if let Some(quiet) = ids.iter().find(|it| case.journeys(**it).0.is_empty()) {
        statements.push(Statement::new(
            format!(
                "SEV3: what no journey that I know of needs, such as `{}`; in working hours.",
                case.label(*quiet)
            ),
            vec![case.named(*quiet)],
        ));
    }
    statements
}

fn minutes(case: Case<'_>, ids: &[ComponentId]) -> Vec<Statement> {
    let first = ids[0];
    let line = || vec![case.named(first)];
    let mut steps =
        vec![Statement::new("Minute 0: acknowledge, open the channel, say who commands.", line())];
    // What a cloud runs has no command of the cluster.
    let pods = ids.iter().find(|it| part::is_compose(case, **it) || case.workload(**it).is_some());
    let look = Statement::new("Minute 2: what is not as it should be?", line());
    steps.push(match pods {
        Some(id) if part::is_compose(case, *id) => look.command("docker compose ps"),
        Some(id) => look
            .command(format!("{} get events --sort-by=.lastTimestamp", part::kubectl(case, *id))),
        None => look,
    });
    let changed = Statement::new(
        "Minute 5: what changed last? If anything did within the hour, undo it before you understand it.",
        line(),
    );
    let history = pods.and_then(|it| part::on(case, *it, "rollout history"));
    steps.push(match history {
        Some(command) => changed.command(command),
        None => changed,
    });
    steps.push(Statement::new(
        "Minute 10: say the severity, what users see, and when the next word comes.",
        line(),
    ));
    steps.push(Statement::new("Minute 15: nothing better? Escalate; a second pair of eyes costs less than another quarter of an hour.", line()));
    steps
}

fn heard(case: Case<'_>, ids: &[ComponentId]) -> Vec<Statement> {
    let signs: Vec<(ComponentId, part::Sign)> =
        ids.iter().take(20).map(|it| (*it, part::sign(case, *it))).collect();
    let silent: Vec<String> =
        signs.iter().filter(|it| it.1.alert.is_none()).map(|it| case.label(it.0)).collect();
    let mut statements = Vec::new();
    if let Some((_, sign)) = signs.iter().find(|it| it.1.alert.is_some()) {
        statements.push(Statement::new(format!("{}.", sign.text), sign.evidence.clone()));
    }
    if let Some((_, sign)) = signs.iter().find(|it| it.1.alert.is_none()) {
        statements.push(Statement::new(
            format!("No alert that I read shows the loss of {}.", list(&silent, 4)),
            sign.evidence.clone(),
        ));
    }
    statements
}

fn afterwards(case: Case<'_>, id: ComponentId) -> Vec<Statement> {
    let line = vec![case.named(id)];
    vec![
        Statement::new(
            "Within five working days: what happened minute by minute, what made it possible, and what changes, each with an owner and a day. Nobody is blamed.",
            line,
        ),
        part::person(case, "Who owns the review", "commander", |it| &it.commander),
    ]
}
