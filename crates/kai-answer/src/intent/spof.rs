//! Single points of failure.

use kai_core::{ComponentId, Evidence, Pillar};

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::incident::{self, Mode};
use crate::part;
use crate::question::Token;
use crate::words::{count, list};

const SHOWN: usize = 6;

pub(super) const INTENT: Intent = Intent {
    id: "spof",
    example: "what are the single points of failure?",
    wants: Wants::MaybeComponent,
    is_played: false,
    patterns: &[
        "single point|points failure|failures",
        "spof*",
        "redundan*",
        "enough replicas|copies|pods|instances",
        "only|just|have|has|run|runs|single|more|multiple one|single copy|replica|replicas|instance|pod|pods|copies|instances",
        "weak|weakest link|links|point|points|spot|spots",
        "highly|high available|availability",
        "where|what|which|is|are no|without|not|lack* redundan*|standby|backup|spare|failover",
        "lone|singleton|singletons",
        "take* everything|all|whole|site|us down",
    ],
    answer: spof,
};

fn spof(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    match asked.subject {
        Some(id) => Ok(of_one(case, id, asks_for_more(asked.tokens, &case.component(id).name))),
        None => Ok(of_all(case)),
    }
}

/// True where yes means that there is more than one of it.
fn asks_for_more(tokens: &[Token], name: &str) -> bool {
    const MORE: &[&str] =
        &["redundan", "availab", "highly", "spare", "standby", "failover", "more", "multiple"];
    const NONE: &[&str] = &["without", "lack", "lacks", "lacking"];
    let mut words = tokens.iter().filter(|it| !it.word.split('/').any(|it| it == name));
    let is_more = |token: &Token| MORE.iter().any(|it| token.word.starts_with(it));
    let is_none = |token: &Token| token.is_negation() || NONE.contains(&token.word.as_str());
    words.clone().any(is_more) && !words.any(is_none)
}

fn of_one(case: Case<'_>, id: ComponentId, asks_for_more: bool) -> Answer {
    let label = case.label(id);
    let radius = part::radius(case, id);
    let (one, many) = if asks_for_more { ("No", "Yes") } else { ("Yes", "No") };
    let direct = match part::count(case, id) {
        Some((1, line)) => {
            let text = match radius.stops.len() {
                0 => format!(
                    "{one}, `{label}` runs only once, but no journey of users is known to stop with it."
                ),
                stops => {
                    format!("{one}: `{label}` runs only once, and {} with it.", stop(stops))
                }
            };
            Statement::new(text, vec![line])
        }
        Some((count, line)) => Statement::new(
            format!("{many}: there are {count} of `{label}`, so one may go."),
            vec![line],
        ),
        None => {
            let absence = case.absence(label.clone(), "no count of it", case.scope());
            let text =
                format!("I cannot say: nothing that I read says how many there are of `{label}`.");
            Statement::new(text, vec![absence])
        }
    };
    let sections = vec![
        Section::new(Step::BlastRadius, vec![radius.direct(case)]),
        Section::new(Step::CurrentState, part::state(case, id, 2)),
        Section::new(Step::Priority, part::priority(case, id, 2)).numbered(),
    ];
    answer(vec![direct], sections, incident::of_component(case, id))
}

fn stop(many: usize) -> String {
    if many == 1 { "1 journey stops".to_owned() } else { format!("{many} journeys stop") }
}

fn of_all(case: Case<'_>) -> Answer {
    let needed: Vec<ComponentId> =
        part::running(case).into_iter().filter(|it| !case.journeys(*it).0.is_empty()).collect();
    let of_number = |number| {
        let is_it = move |it: &ComponentId| part::number(case, *it) == number;
        needed.iter().copied().filter(is_it).collect::<Vec<ComponentId>>()
    };
    let (lone, uncounted) = (of_number(Some(1)), of_number(None));
    let environment = part::main_environment(case).map_or("", kai_core::Environment::as_str);
    let total = count(needed.len(), "component");
    let names: Vec<String> = lone.iter().map(|it| case.label(*it)).collect();
    let text = match lone.len() {
        _ if needed.is_empty() => format!(
            "I know no journey of users in {environment}, so I cannot say what it would stop; name journeys in kai.yaml."
        ),
        0 if needed.len() == 1 => format!(
            "The one component that journeys of {environment} cannot do without is not known to run only once."
        ),
        0 => format!(
            "None of the {total} that journeys of {environment} cannot do without is known to run only once."
        ),
        one => format!(
            "{one} of {total} that journeys of {environment} cannot do without {} only once: {}.",
            if one == 1 { "runs" } else { "run" },
            list(&names, SHOWN)
        ),
    };
    let lines = lone.iter().take(SHOWN).filter_map(|it| Some(part::count(case, *it)?.1));
    let mut evidence: Vec<Evidence> = lines.collect();
    if evidence.is_empty() {
        evidence.push(case.absence("", "no lone component behind a journey", case.scope()));
    }
    let radius = lone.iter().take(3).map(|it| part::radius(case, *it).direct(case)).collect();
    let points = part::main_findings(case).filter(|it| it.pillar == Pillar::SinglePointsOfFailure);
    let steps = points.take(3).map(|it| part::listed(case, it)).collect();
    let sections = vec![
        Section::new(Step::BlastRadius, radius),
        Section::new(Step::Priority, steps).numbered(),
        Section::new(Step::Unknown, not_counted(case, &uncounted)),
    ];
    let incident = (!lone.is_empty()).then(|| incident::of(Mode::LoneReplica)).flatten();
    answer(vec![Statement::new(text, evidence)], sections, incident)
}

fn not_counted(case: Case<'_>, ids: &[ComponentId]) -> Vec<Statement> {
    let Some(first) = ids.first() else { return Vec::new() };
    let names: Vec<String> = ids.iter().map(|it| case.label(*it)).collect();
    let text = format!("How many there are of {}.", list(&names, 4));
    vec![Statement::new(text, vec![case.named(*first)])]
}
