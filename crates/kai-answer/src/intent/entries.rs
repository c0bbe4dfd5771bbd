//! Where users come in, and what each way needs.

use kai_graph::{EntryPoint, Facts};

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::part;
use crate::words::{count, list};

const SHOWN: usize = 8;

pub(super) const INTENT: Intent = Intent {
    id: "entries",
    example: "where do users come in?",
    wants: Wants::Nothing,
    is_played: false,
    patterns: &[
        "where|how|what|which users|traffic|requests|customers come*|enter*|arrive*|in|get",
        "what|which|anything|is exposed|public*|reachable|internet|outside|internet-facing|facing",
        "entry|entries point|points",
        "journey*|journeys",
        "attack surface",
        "what|which journeys|doors|entrances|ingresses|ingress are|is|there|do|have",
    ],
    answer: entries,
};

fn entries(case: Case<'_>, _: &Asked<'_>) -> Result<Answer, String> {
    let environment = part::main_environment(case);
    let journeys = case.system().journeys().iter();
    let mut journeys: Vec<_> =
        journeys.filter(|it| Some(case.environment(it.entry)) == environment).collect();
    journeys.sort_by(|one, other| one.name.cmp(&other.name));
    journeys.dedup_by(|one, other| one.name == other.name);
    let names: Vec<&str> = journeys.iter().map(|it| it.name.as_str()).collect();
    let place = environment.map_or("", kai_core::Environment::as_str);
    let direct = match names.len() {
        0 => Statement::new(
            "I know no way in for users: no route, no published port and no load balancer is declared.",
            vec![case.absence("", "no entry point", case.scope())],
        ),
        many => Statement::new(
            format!("Users of {place} come in by {}: {}.", count(many, "way"), list(&names, SHOWN)),
            journeys.iter().take(SHOWN).map(|it| case.named(it.entry)).collect(),
        ),
    };
    let rows = journeys.iter().take(SHOWN).map(|it| {
        let hard = it.needs.iter().filter(|need| {
            need.strength == kai_graph::Strength::Hard && part::is_running(case, need.component)
        });
        let hard: Vec<String> = hard.map(|it| case.label(it.component)).collect();
        let tls = match &case.component(it.entry).facts {
            Facts::EntryPoint(facts) => tls(facts),
            _ => "",
        };
        let text = format!(
            "`{}`{tls} needs {}.",
            it.name,
            match hard.is_empty() {
                true => "nothing that I know of".to_owned(),
                false => list(&hard, 6),
            }
        );
        Statement::new(text, vec![case.named(it.entry)])
    });
    Ok(answer(vec![direct], vec![Section::new(Step::CurrentState, rows.collect())], None))
}

fn tls(facts: &EntryPoint) -> &'static str {
    match facts.has_tls.value() {
        Some(true) => " (encrypted)",
        Some(false) => " (not encrypted here)",
        None => "",
    }
}
