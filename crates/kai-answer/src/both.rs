//! Two questions in one: "is X backed up, and what if the region goes?"

use crate::answer::Answer;
use crate::ask::{Reply, ask_one};
use crate::case::Case;
use crate::question::halves;

/// The answers to both. The second may be about what the first one names; no word of either is left out.
pub(crate) fn both(question: &str, case: Case<'_>) -> Option<Answer> {
    halves(question).find_map(|(first, second)| {
        let (Reply::Answer(one), subject) = ask_one(first, None, case) else { return None };
        let (Reply::Answer(other), _) = ask_one(second, subject, case) else { return None };
        Some(Answer { question: question.to_owned(), ..one.with(*other) })
    })
}
