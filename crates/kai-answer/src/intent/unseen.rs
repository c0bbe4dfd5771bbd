//! What could not be seen.

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::part;
use crate::words::count;

pub(super) const INTENT: Intent = Intent {
    id: "unseen",
    example: "what could you not see?",
    wants: Wants::Nothing,
    is_played: false,
    patterns: &[
        "what|which|anything|where not|cannot|can't|cant|couldn't|didn't|don't|unable see|read|know|check|tell|look",
        "blind spot|spots",
        "unknown|unknowns|unseen|gaps what|which|are|is|list|show",
        "what|which missing|left|miss|missed out|you|unread|from",
        "how sure|certain|confident",
    ],
    answer: unseen,
};

fn unseen(case: Case<'_>, _: &Asked<'_>) -> Result<Answer, String> {
    let all = case.assessment.unknown.len();
    let rows = part::unknown(case, 8);
    let direct = match rows.first() {
        Some(first) => Statement::new(
            format!("{} of not knowing; the largest: {}", count(all, "cause"), first.text),
            first.evidence.clone(),
        ),
        None => Statement::new(
            "I read everything that this repository names; what runs beside it I cannot see.",
            vec![case.absence("", "nothing named and not read", case.scope())],
        ),
    };
    Ok(answer(vec![direct], vec![Section::new(Step::Unknown, rows)], None))
}
