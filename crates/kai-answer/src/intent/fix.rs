//! What to fix first, second, third.

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::incident;
use crate::part;
use crate::words::{count, first_sentence};

const SHOWN: usize = 3;

pub(super) const INTENT: Intent = Intent {
    id: "fix",
    example: "what should I fix first?",
    wants: Wants::MaybeComponent,
    is_played: false,
    patterns: &[
        "what|which|where fix*|do|repair|mend|tackle*|address*|improve*|start|change*|harden*|work first|1st|next|now|second|third|begin|top|most|priorit*|order|today|week|sprint|monday",
        "what|which should|must|shall|need i|we fix*|repair|mend|tackle*|address*|improve*|harden*",
        "priorit*",
        "how fix|mend|repair|solve top|first|worst|main|biggest finding*|risk*|problem*|thing*|issue*",
        ">what should|do|must|shall i|we do|fix|tackle|improve first|next|second|third|now",
        "top|worst|biggest|greatest|main|most|important|urgent|three|five risk*|finding*|problem*|issue*|danger*|threat*|weakness*|thing*|hazard*|fix*|urgent|critical",
        "where|how start|begin",
        "next|first step*|steps|thing",
        "harden*",
        "fix first|next|now|second|third",
        "what|what's wrong|broken|risky|worrie*|worry",
    ],
    answer: fix,
};

fn fix(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let findings: Vec<_> = match asked.subject {
        Some(id) => case.findings(id),
        None => case.assessment.findings.iter().collect(),
    };
    let Some(first) = findings.first() else { return Ok(nothing(case, asked)) };
    let direct = Statement::new(
        format!(
            "Fix `{}` first: {}. {}",
            first.component,
            first.title,
            first_sentence(&first.message)
        ),
        vec![case.finding(first)],
    );
    let mut steps: Vec<Statement> =
        findings.iter().take(SHOWN).map(|it| part::listed(case, it)).collect();
    if let Some(next) = findings.get(SHOWN) {
        let more = findings.len() - SHOWN;
        let text =
            format!("Then {} of lower rank; `kai review` lists them.", count(more, "finding"));
        steps.push(Statement::new(text, vec![case.finding(next)]));
    }
    let reach = Statement::new(first_sentence(&first.blast_radius), vec![case.finding(first)]);
    let why = Statement::new(rank(first), vec![case.finding(first)]);
    let sections = vec![
        Section::new(Step::BlastRadius, vec![reach, why]),
        Section::new(Step::Priority, steps).numbered(),
    ];
    Ok(answer(vec![direct], sections, incident::of_finding(case, first)))
}

fn rank(finding: &kai_core::Finding) -> String {
    let class = finding.loss_class.as_str();
    match finding.bad_minutes {
        Some(minutes) => format!(
            "It is first because its class is {class} and it costs {minutes} bad minutes a year, which is the most of that class."
        ),
        None => format!(
            "It is first because its class is {class}, which goes before any count of minutes."
        ),
    }
}

fn nothing(case: Case<'_>, asked: &Asked<'_>) -> Answer {
    let subject = asked.subject.map(|it| case.label(it)).unwrap_or_default();
    let what = match subject.as_str() {
        "" => "I find nothing here that is at risk".to_owned(),
        label => format!("I find nothing at risk with `{label}`"),
    };
    let absence = case.absence(subject, "no finding", case.scope());
    let direct =
        Statement::new(format!("{what}; what I could not see is in `kai doctor`."), vec![absence]);
    answer(vec![direct], Vec::new(), None)
}
