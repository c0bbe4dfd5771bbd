//! What is right.

use kai_core::{Evidence, EvidenceKind};

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::words::{count, sentence};

const SHOWN: usize = 8;

pub(super) const INTENT: Intent = Intent {
    id: "solid",
    example: "what is solid here?",
    wants: Wants::Nothing,
    is_played: false,
    patterns: &[
        "what|which|anything|where|is solid|right|strong|strength*|robust|good|healthy",
        "what|which well|good|right|fine done|here|already|about|works|is",
        "strengths",
        "doing|done well|right",
    ],
    answer: solid,
};

fn solid(case: Case<'_>, _: &Asked<'_>) -> Result<Answer, String> {
    let points = &case.assessment.solid;
    let rows: Vec<Statement> = points
        .iter()
        .take(SHOWN)
        .map(|it| {
            let places = it.locations.first().cloned().into_iter().collect();
            let evidence = Evidence::new(
                EvidenceKind::Span,
                it.component.clone(),
                it.title.clone(),
                Vec::new(),
                places,
            );
            Statement::new(sentence(&it.title), vec![evidence]).command(it.verify.clone())
        })
        .collect();
    let direct = match rows.first() {
        Some(first) => Statement::new(
            format!("{} right in a way that I can prove; best: {}", are(points.len()), first.text),
            first.evidence.clone(),
        ),
        None => Statement::new(
            "I find nothing that I could prove to be right.",
            vec![case.absence("", "no solid point", case.scope())],
        ),
    };
    Ok(answer(vec![direct], vec![Section::new(Step::CurrentState, rows)], None))
}

fn are(many: usize) -> String {
    format!("{} {}", count(many, "thing"), if many == 1 { "is" } else { "are" })
}
