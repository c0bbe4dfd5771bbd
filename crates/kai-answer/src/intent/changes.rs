//! What changed between two states.

use super::{Asked, Intent, Wants};
use crate::answer::Answer;
use crate::case::Case;

pub(super) const INTENT: Intent = Intent {
    id: "changes",
    example: "what changed between main and .?",
    wants: Wants::Revisions,
    is_played: false,
    patterns: &[
        "what|which|anything|how changed|change|changes|differ*|new|worse|better between|since|from|against|vs|versus",
        "difference*|diff between|since|from|against|of",
        "compare|diff",
        "what|which got|is|has|became worse|better|new since|between",
    ],
    answer: changes,
};

/// Two states take a second run, which whoever asked makes.
fn changes(_: Case<'_>, _: &Asked<'_>) -> Result<Answer, String> {
    Err("I need two states to compare".to_owned())
}
