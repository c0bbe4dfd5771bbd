//! A game day: what to break on purpose, and what should happen.

use kai_core::ComponentId;

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement};
use crate::case::Case;
use crate::part;
use crate::words::{count, list};

const SHOWN: usize = 3;

pub(super) const INTENT: Intent = Intent {
    id: "game-day",
    example: "design a game day for X",
    wants: Wants::MaybeComponent,
    is_played: false,
    patterns: &[
        "game-day|gameday|game-days",
        "design|plan|write|draft|prepare|create|make|run|propose game-day|gameday|drill*|chaos|exercise*|experiment*",
        "chaos",
        "drill|drills|rehears*|exercise|exercises",
        "experiment|experiments failure|fault|X|for|which|what|should",
        "fault|failure inject*",
        "inject* fault*|failure*|latency",
        "test|practise|practice|simulate|rehearse failure|failover|outage|resilience|recovery|losing|loss",
        "what|which should|can|could|to we|i|break|kill on|purpose|intentionally",
        "how|plan|to|we rehears*|practise|practice outage|failure|failover|loss|recovery X|of|do",
        "how do|can|should|i|we test failover|failure|resilience|recovery|outage X|of",
        "write|draft|design|plan|propose exercise|exercises|drill for|of|X",
    ],
    answer: game_day,
};

/// True for a question about drills that were held.
fn is_about_the_past(asked: &Asked<'_>) -> bool {
    let has = |words: &[&str]| asked.tokens.iter().any(|it| words.contains(&it.word.as_str()));
    has(&["when", "did"]) && has(&["was", "were", "did", "last"])
}

fn game_day(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    if is_about_the_past(asked) {
        return Err("No file that I read says when a drill was held".to_owned());
    }
    let ids: Vec<ComponentId> = match asked.subject {
        Some(id) => vec![id],
        None => part::running(case).into_iter().take(SHOWN).collect(),
    };
    if ids.is_empty() {
        return Err("Nothing that I read runs, so there is nothing to break".to_owned());
    }
    let lost: Vec<(ComponentId, Statement)> =
        ids.iter().filter_map(|it| Some((*it, lose(case, *it)?))).collect();
    // What no pod runs cannot lose one.
    let ids = if lost.is_empty() { ids } else { lost.iter().map(|it| it.0).collect() };
    let first = ids[0];
    let names: Vec<String> = ids.iter().map(|it| case.label(*it)).collect();
    let mut experiments: Vec<Statement> = lost.into_iter().map(|it| it.1).collect();
    if experiments.is_empty() && ids.len() > 1 {
        experiments.extend(ids.iter().filter_map(|it| restore(case, *it)));
    }
    if ids.len() == 1 {
        experiments.extend(lose_behind(case, first));
        experiments.extend(restore(case, first));
    }
    let direct = Statement::new(
        format!(
            "{} for {}, each with what I expect; what happens instead is the result. Rehearse in staging first.",
            count(experiments.len(), "experiment"),
            list(&names, 4)
        ),
        ids.iter().map(|it| case.named(*it)).collect(),
    );
    let journey = case.journeys(first).0.first().map(|it| it.name.clone());
    let steady = match journey {
        Some(name) => Statement::new(
            format!(
                "`{name}` is asked once a second from outside, and 99 of 100 answers are good; write it down for 10 minutes before you begin."
            ),
            vec![case.named(first)],
        ),
        None => Statement::blank("What users would notice, and how it is measured:", "journeys"),
    };
    let stop = vec![
        Statement::new(
            "Stop when a journey that is not part of it gets worse, when 5 minutes pass without the expected recovery, or when anybody says stop.",
            vec![case.named(first)],
        ),
        part::person(case, "Who says stop", "commander", |it| &it.commander),
        part::person(case, "Where everybody is told before", "channel", |it| &it.channel),
        part::person(case, "Not while", "freeze", |it| &it.freeze),
    ];
    let sections = vec![
        Section::document("The normal that must hold", vec![steady]),
        Section::document("Experiments", experiments).numbered(),
        Section::document("Stop", stop),
        Section::document("Written down", notes(case, first)),
    ];
    Ok(answer(vec![direct], sections, None))
}

/// One pod goes.
fn lose(case: Case<'_>, id: ComponentId) -> Option<Statement> {
    let label = case.label(id);
    let (many, line) = part::count(case, id)?;
    let command = match part::is_compose(case, id) {
        true => Some(format!("docker compose kill {}", case.component(id).name)),
        false => part::pods(case, id, "get pods", "-o name")
            .map(|pods| format!("{pods} | head -1 | xargs {} delete", part::kubectl(case, id))),
    };
    let radius = part::radius(case, id);
    let expected = match (many, radius.stops.first()) {
        (1, Some(journey)) => format!(
            "`{}` stops until the pod is ready again; that is the finding, and the time is its RTO",
            journey.name
        ),
        (1, None) => "it is away until the pod is ready again, and no journey stops".to_owned(),
        (_, Some(journey)) => format!(
            "`{}` loses no more than the requests in flight, and {} of {many} are ready again within a minute",
            journey.name, many
        ),
        (_, None) => format!("{many} of {many} are ready again within a minute"),
    };
    let mut evidence = vec![line];
    evidence.extend(part::sign(case, id).evidence);
    let heard = match part::sign(case, id).alert {
        Some(alert) => format!("; alert `{alert}` stays silent unless it lasts"),
        None => "; no alert that I read would tell".to_owned(),
    };
    let text = format!("Lose one pod of `{label}`. I expect: {expected}{heard}.");
    let step = Statement::new(text, evidence);
    Some(match command {
        Some(command) => step.command(command),
        None => step,
    })
}

/// What it needs goes.
fn lose_behind(case: Case<'_>, id: ComponentId) -> Option<Statement> {
    let target = part::behind(case, id).into_iter().find(|it| part::is_running(case, *it))?;
    let text = format!(
        "Take `{}` away from `{}`, with a network policy in staging. I expect: errors within a second rather than waiting, and no restart of `{}`.",
        case.label(target),
        case.label(id),
        case.label(id)
    );
    Some(Statement::new(text, vec![case.path(&case.way(id, target))]))
}

fn restore(case: Case<'_>, id: ComponentId) -> Option<Statement> {
    if !part::is_stateful(case, id) {
        return None;
    }
    let copies = super::backup::copies(case, id);
    let evidence = copies.statements.first().map(|it| it.evidence.clone()).unwrap_or_default();
    let text = match copies.is_copied {
        Some(true) => format!(
            "Restore the newest copy of `{}` into an empty namespace. I expect: it works, the newest row is younger than the RPO, and the time taken is the RTO.",
            case.label(id)
        ),
        _ => format!(
            "Not yet: nothing that I read copies `{}` away. Make a backup first; then restoring it is the first experiment.",
            case.label(id)
        ),
    };
    Some(Statement::new(text, evidence))
}

fn notes(case: Case<'_>, id: ComponentId) -> Vec<Statement> {
    vec![Statement::new(
        "For each: when it began, who or what noticed and after how long, when users were well again, and what surprised. A surprise becomes an issue with an owner.",
        vec![case.named(id)],
    )]
}
