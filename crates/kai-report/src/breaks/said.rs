//! One scenario as sentences, for who answers a question with it.

use kai_break::Outcome;

use super::words::{cause, often, users};
use super::{Study, rows};
use crate::terminal::capitalized;

/// Rows of one kind.
const ROWS: usize = 4;

/// What is said, and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub text: String,
    /// The scenario, on what it was played, and why it comes to that.
    pub rests_on: Vec<String>,
}

/// What users see, first, as the end of a sentence; then journeys, workloads, autoscalers and pods that wait, the worst first.
#[must_use]
pub fn said(study: &Study<'_, '_>, outcome: &Outcome) -> Vec<Said> {
    let stage = study.stage;
    let name = &outcome.scenario.name;
    let played = [format!("kai break {name}"), study.ground(), study.input()];
    let say = |text: String, why: String| {
        let because = Some(why).filter(|it| !it.is_empty());
        Said { text, rests_on: played.iter().cloned().chain(because).collect() }
    };
    let first = format!("{}{}.", users(stage, outcome), often(outcome));
    let row =
        |it: String| say(format!("{}.", capitalized(it.trim_end_matches('.'))), String::new());
    let mut all = vec![say(first, cause(outcome))];
    all.extend(outcome.journeys.iter().take(ROWS).map(|it| row(rows::journey(stage, it))));
    let hits = outcome.hits.iter().filter(|it| rows::is_worth_one(it));
    all.extend(hits.take(ROWS).map(|it| row(rows::hit(stage, it))));
    all.extend(outcome.scaled.iter().take(ROWS).map(|it| row(rows::scaled(stage, it))));
    all.extend(outcome.waiting.iter().take(ROWS).map(|it| row(rows::waiting(stage, it))));
    if let Some(remedy) = &outcome.remedy {
        let text = format!("With {}: {}. Played again to be sure", remedy.text, remedy.effect);
        all.push(row(text));
    }
    all
}
