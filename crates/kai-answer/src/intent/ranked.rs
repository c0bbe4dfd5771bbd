//! Why a finding is ranked where it is.

use kai_core::Evidence;

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::incident;
use crate::words::sentence;

pub(super) const INTENT: Intent = Intent {
    id: "ranked",
    example: "why is finding 1 ranked there?",
    wants: Wants::Finding,
    is_played: false,
    patterns: &[
        "why|how|explain rank*|first|second|third|high*|critical|place*|top|worse|worst|above|order*|important|listed|number|low*|matter*|bad|score*|severity|severe",
        "why|explain|justify|tell finding|findings|rank*|number|issue|problem",
        "explain|justify ranking|rank|order|finding",
        "what|where finding|rank mean*|behind|comes",
        "arithmetic|calculation|maths|math|score of|for|behind",
    ],
    answer: ranked,
};

fn ranked(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let findings = &case.assessment.findings;
    let index = asked.finding.ok_or_else(|| match findings.len() {
        0 => "There is no finding here".to_owned(),
        many => format!("I need a finding: its number (1 to {many}), its id or its rule"),
    })?;
    let finding = findings.get(index).ok_or("There is no finding of that number")?;
    let evidence = case.finding(finding);
    let class = finding.loss_class;
    let cost = match finding.bad_minutes {
        Some(minutes) => format!("it costs {minutes} bad minutes a year over all journeys"),
        None => "its class goes before any count of minutes".to_owned(),
    };
    let direct = Statement::new(
        format!(
            "Finding {} (`{}`, {}) stands there because its environment is {}, its class is {} {}, and {cost}.",
            finding.rank,
            finding.component,
            finding.title,
            finding.environment.as_str(),
            class.code(),
            class.as_str()
        ),
        vec![evidence.clone()],
    );
    let number = Evidence {
        places: Vec::new(),
        ..case.number(
            finding.component.clone(),
            format!("arithmetic of {}", finding.id),
            finding.arithmetic.clone(),
        )
    };
    let terms =
        finding.arithmetic.iter().map(|it| Statement::new(sentence(it), vec![number.clone()]));
    let mut around = Vec::new();
    if let Some(before) = index.checked_sub(1).and_then(|it| findings.get(it)) {
        around.push(Statement::new(neighbour(before, "before"), vec![case.finding(before)]));
    }
    if let Some(after) = findings.get(index + 1) {
        around.push(Statement::new(neighbour(after, "behind"), vec![case.finding(after)]));
    }
    let sections = vec![
        Section::new(
            Step::BlastRadius,
            vec![Statement::new(sentence(&finding.blast_radius), vec![evidence])],
        ),
        Section::document("Its neighbours", around),
        Section::document("The arithmetic", terms.collect()),
    ];
    Ok(answer(vec![direct], sections, incident::of_finding(case, finding)))
}

fn neighbour(finding: &kai_core::Finding, where_it_is: &str) -> String {
    let minutes =
        finding.bad_minutes.map(|it| format!(", {it} bad minutes a year")).unwrap_or_default();
    format!(
        "Right {where_it_is} it: {}. `{}`, {} ({}, {}{minutes}).",
        finding.rank,
        finding.component,
        finding.title,
        finding.environment.as_str(),
        finding.loss_class.as_str()
    )
}
