//! Service level objectives.

use kai_core::ComponentId;
use kai_graph::Journey;

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement};
use crate::case::Case;
use crate::part;
use crate::words::{count, list};

const SHOWN: usize = 4;

pub(super) const INTENT: Intent = Intent {
    id: "slo",
    example: "design the SLO for X",
    wants: Wants::MaybeComponent,
    is_played: false,
    patterns: &[
        "slo|slos|sli|slis|sla",
        "design|write|draft|define|propose|create|make|set|choose|what|which slo|slos|sli|slis|objective*",
        "error-budget*",
        "service level objective*|indicator*",
        "availability|reliability|uptime|latency target*|objective*|goal*",
        "how reliable|available must|should|X|be",
        "burn rate|rates",
        "how reliable|available must|should X|be|we",
        "how reliable|available must|should X|we be",
        "what|which availability|reliability|uptime|latency target*|objective*|goal* should|does|do|is X|we",
        "what|which availability|reliability|uptime|latency target*|objective*|goal* should|does|do X|we need|have",
    ],
    answer: slo,
};

fn slo(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let mut journeys: Vec<&Journey> = match asked.subject {
        Some(id) => {
            let own = case.system().journeys().iter().filter(|it| it.entry == id);
            let mut own: Vec<&Journey> = own.collect();
            own.extend(case.journeys(id).0);
            own
        }
        None => {
            let environment = part::main_environment(case);
            let all = case.system().journeys().iter();
            all.filter(|it| Some(case.environment(it.entry)) == environment).collect()
        }
    };
    journeys.sort_by(|one, other| one.name.cmp(&other.name));
    journeys.dedup_by(|one, other| one.name == other.name);
    let Some(first) = journeys.first() else { return Ok(without_journey(case, asked.subject)) };
    let names: Vec<&str> = journeys.iter().map(|it| it.name.as_str()).collect();
    let direct = Statement::new(
        format!(
            "An objective belongs to what users do, so I set it for {}: {}.",
            count(names.len(), "journey"),
            list(&names, SHOWN)
        ),
        journeys.iter().take(SHOWN).map(|it| case.named(it.entry)).collect(),
    );
    let targets = journeys.iter().take(SHOWN).map(|it| part::objective(case, it)).collect();
    let sections = vec![
        Section::document("Targets and budgets", targets),
        Section::document("What is measured", measured(case, first)),
        Section::document("Alerts on the budget", burn(case, first)).numbered(),
        Section::document("What spends the budget", spends(case, &journeys)),
        Section::document("When it is spent", spent(case, first)),
    ];
    Ok(answer(vec![direct], sections, None))
}

fn without_journey(case: Case<'_>, id: Option<ComponentId>) -> Answer {
    let name = id.map_or("anything here".to_owned(), |it| format!("`{}`", case.label(it)));
    let absence = case.absence(name.trim_matches('`'), "no journey that needs it", case.scope());
    let direct = Statement::new(
        format!(
            "I know no journey of users that needs {name}, and an objective without users is vanity."
        ),
        vec![absence],
    );
    let blank = Statement::blank("What users do, and where it comes in:", "journeys");
    answer(vec![direct], vec![Section::document("To fill in", vec![blank])], None)
}

fn measured(case: Case<'_>, journey: &Journey) -> Vec<Statement> {
    let entry = vec![case.named(journey.entry)];
    vec![
        Statement::new(
            format!(
                "Good: a request to `{}` that is answered without a server error, counted at `{}`, the last place that sees all of them.",
                journey.name,
                case.label(journey.entry)
            ),
            entry.clone(),
        ),
        Statement::new(
            "Bad: status 500 to 599, and no answer. What clients got wrong (400 to 499) does not count.",
            entry,
        ),
    ]
}

/// Two windows each, so that an alert is quick and ends when it is over (SRE workbook, chapter 5).
fn burn(case: Case<'_>, journey: &Journey) -> Vec<Statement> {
    let target = part::target(case, &journey.name).map(|it| it.1);
    let rows = [
        ("page", 14.4, "1 h", "5 min", 2.0),
        ("page", 6.0, "6 h", "30 min", 5.0),
        ("ticket", 1.0, "3 d", "6 h", 10.0),
    ];
    rows.iter()
        .map(|(how, rate, long, short, share)| {
            let threshold = target.map(|it| (1.0 - it) * rate);
            let shown = match threshold {
                Some(it) => format!("above {}% of requests", kai_core::two_digits(it * 100.0)),
                None => format!("above {rate} × (100% − target)"),
            };
            let arithmetic = vec![format!("{rate} × budget rate over {long} spends {share}% of a 30-day budget")];
            let number = case.number(journey.name.clone(), format!("{how} at {rate}× over {long}"), arithmetic);
            let verb = if *how == "page" { "Page" } else { "Open a ticket" };
            Statement::new(format!("{verb} when errors are {shown} over {long} and over {short}: {share}% of a month's budget is gone by then."), vec![number])
        })
        .collect()
}

fn spends(case: Case<'_>, journeys: &[&Journey]) -> Vec<Statement> {
    let is_needed = |id: &ComponentId| journeys.iter().any(|it| it.need(*id).is_some());
    let all = case.assessment.findings.iter();
    let spending = all.filter_map(|it| {
        let minutes = it.bad_minutes.as_ref()?;
        // The one that the finding speaks of may be behind other journeys alone.
        let needed = || it.components.iter().filter(|it| is_needed(it)).map(|it| case.label(*it));
        let label = needed().find(|label| *label == it.component).or_else(|| needed().next())?;
        let text =
            format!("`{label}`, {}: {minutes} bad minutes a year over all journeys.", it.title);
        Some(Statement::new(text, vec![case.finding(it)]))
    });
    spending.take(3).collect()
}

fn spent(case: Case<'_>, journey: &Journey) -> Vec<Statement> {
    vec![
        Statement::new(
            "Releases stop, except those that mend; the team works on the list above until there is budget again.",
            vec![case.named(journey.entry)],
        ),
        part::person(case, "Who may say otherwise", "escalation", |it| &it.escalation),
    ]
}
