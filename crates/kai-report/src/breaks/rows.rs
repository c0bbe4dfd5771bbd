//! One row of a story: a workload, a journey, pods that wait.

use kai_break::{Hit, Reached, Reaching, Scaled, Stage, Waiting};

use super::words::{name, until};
use crate::terminal::count;

/// False for a workload that hardly notices.
pub(super) fn is_worth_one(hit: &Hit) -> bool {
    hit.left < hit.wanted || hit.is_down
}

pub(super) fn hit(stage: &Stage<'_>, it: &Hit) -> String {
    let label = stage.runs[it.runs].label();
    let state = if it.is_down { format!(", down {}", until(&it.back)) } else { String::new() };
    format!(
        "`{label}`: {} of {} left at once, {} when all is done{state}",
        it.left,
        count(it.wanted, "pod"),
        it.after
    )
}

pub(super) fn waiting(stage: &Stage<'_>, it: &Waiting) -> String {
    let label = it.runs.map_or_else(
        || "of no workload here".to_owned(),
        |it| format!("of `{}`", stage.runs[it].label()),
    );
    let reason = if it.reason.is_empty() { "" } else { ": " };
    format!("{} {label}{reason}{}", count(it.count, "pod"), it.reason)
}

pub(super) fn journey(stage: &Stage<'_>, it: &Reached) -> String {
    let name = name(stage, it);
    let causes: Vec<String> = it
        .because
        .iter()
        .take(3)
        .map(|&id| format!("`{}`", stage.system.component(id).label()))
        .collect();
    let causes = causes.join(", ");
    match it.how {
        Reaching::Down => format!("`{name}` is down {}, by {causes}", until(&it.back)),
        Reaching::Without => format!("`{name}` does without {causes} {}", until(&it.back)),
        Reaching::Share(share) => format!(
            "up to {} % of requests to `{name}` fail {}, by {causes}",
            kai_core::two_digits(share * 100.0),
            until(&it.back)
        ),
    }
}

pub(super) fn scaled(stage: &Stage<'_>, it: &Scaled) -> String {
    let label = stage.runs[it.runs].label();
    let max = it.max.unwrap_or(it.before);
    let mut text = format!(
        "`{label}`: {}, {} needed",
        count(usize::try_from(it.before).unwrap_or(0), "pod"),
        it.needed
    );
    if max < it.needed {
        text.push_str(&format!(", at most {max}"));
    }
    if it.refused > 0 {
        text.push_str(&format!(", {} refused by a quota", it.refused));
    }
    if it.waiting > 0 {
        text.push_str(&format!(", {} find no node", it.waiting));
    }
    text
}
