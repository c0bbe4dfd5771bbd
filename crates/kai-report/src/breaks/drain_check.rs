//! Whether an upgrade of all nodes comes to an end.

use kai_break::Outcome;

use super::Study;
use super::table::head;
use crate::terminal::{Options, count, wrap};

/// Rows of a list.
const ROWS: usize = 12;

/// The answer in one line, then where it sticks, then whom it costs something.
#[must_use]
pub fn drain_check(study: &Study<'_, '_>, options: &Options) -> String {
    let mut lines = head(study, options);
    let width = options.width.max(40);
    let mut say = |indent: usize, text: &str| {
        let space = " ".repeat(indent);
        lines.extend(wrap(text, width - indent).into_iter().map(|it| format!("{space}{it}")));
    };
    let stuck: Vec<&Outcome> = study.outcomes.iter().filter(|it| is_stuck(it)).collect();
    let all = study.outcomes.len();
    if stuck.is_empty() {
        say(0, &format!("An upgrade of {} comes to an end.", count(all, "node")));
    } else {
        let verb = if stuck.len() == 1 { "does" } else { "do" };
        say(
            0,
            &format!("An upgrade sticks: {} of {all} nodes {verb} not become empty.", stuck.len()),
        );
    }
    for outcome in stuck.iter().take(ROWS) {
        say(2, &format!("`{}`", outcome.nodes.first().map(|it| it.as_str()).unwrap_or_default()));
        for it in outcome.drained.iter().flat_map(|it| &it.stuck).take(4) {
            say(4, &format!("`{}`: {}", it.name, it.why));
        }
    }
    if stuck.len() > ROWS {
        say(2, &format!("{} more", stuck.len() - ROWS));
    }
    let mut costs: Vec<String> = Vec::new();
    for outcome in &study.outcomes {
        for hit in outcome.hits.iter().filter(|it| it.is_down) {
            let label = study.stage.runs[hit.runs].label();
            let text = format!("`{label}` is down {}", super::words::until(&hit.back));
            if !costs.contains(&text) {
                costs.push(text);
            }
        }
    }
    if !costs.is_empty() {
        say(0, "");
        say(0, "While its node is drained");
        costs.iter().take(ROWS).for_each(|it| say(2, it));
        if costs.len() > ROWS {
            say(2, &format!("{} more", costs.len() - ROWS));
        }
    }
    if !study.left_out.is_empty() {
        say(0, "");
        study.left_out.iter().for_each(|it| say(0, &format!("Not played: {it}.")));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn is_stuck(outcome: &Outcome) -> bool {
    outcome.drained.as_ref().is_some_and(|it| !it.is_finished)
}
