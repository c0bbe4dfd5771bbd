//! A matrix for a document: what each kind of failure does to each workload and each journey.

use kai_break::{Back, Outcome, Reaching};

use super::Study;
use super::table::kind_of;
use super::words::{time, until};
use crate::markdown::{code, prose};

/// Rows are journeys and workloads, columns kinds of failure; a cell is the worst of its kind.
#[must_use]
pub fn markdown(study: &Study<'_, '_>) -> String {
    let mut kinds: Vec<&str> = Vec::new();
    for outcome in &study.outcomes {
        let kind = kind_of(outcome);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let mut lines = vec![
        "# When something breaks".to_owned(),
        String::new(),
        format!("- Cluster: {}", prose(&study.ground())),
        format!("- Runs: {}", prose(&study.input())),
        String::new(),
    ];
    let head: Vec<&str> =
        kinds.iter().map(|it| if it.is_empty() { "several" } else { *it }).collect();
    lines.push(format!("| | {} |", head.join(" | ")));
    lines.push(format!("|---|{}", "---|".repeat(kinds.len())));
    for &journey in &study.stage.journeys {
        let name = &study.stage.system.journeys()[journey].name;
        let cells =
            kinds.iter().map(|kind| worst(of_kind(study, kind).map(|it| for_journey(it, journey))));
        lines.push(row(name, cells));
    }
    for at in 0..study.stage.runs.len() {
        let cells =
            kinds.iter().map(|kind| worst(of_kind(study, kind).map(|it| for_workload(it, at))));
        lines.push(row(&study.stage.runs[at].label(), cells));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn of_kind<'s>(study: &'s Study<'_, '_>, kind: &str) -> impl Iterator<Item = &'s Outcome> {
    study.outcomes.iter().filter(move |it| kind_of(it) == kind)
}

fn row(name: &str, cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.collect();
    format!("| {} | {} |", code(name), cells.join(" | "))
}

/// How bad, and in words.
type Cell = (u8, u64, String);

fn worst(cells: impl Iterator<Item = Cell>) -> String {
    let worst = cells.max_by(|one, other| (one.0, one.1).cmp(&(other.0, other.1)));
    worst.map(|it| it.2).filter(|it| !it.is_empty()).unwrap_or_else(|| "–".to_owned())
}

fn for_journey(outcome: &Outcome, journey: usize) -> Cell {
    let Some(it) = outcome.journeys.iter().find(|it| it.journey == journey) else {
        return (0, 0, String::new());
    };
    match it.how {
        Reaching::Down => down(&it.back),
        Reaching::Without => (2, weight(&it.back), format!("degraded {}", until(&it.back))),
        Reaching::Share(share) => {
            let percent = kai_core::two_digits(share * 100.0);
            (1, weight(&it.back), format!("{percent} % fail {}", until(&it.back)))
        }
    }
}

fn for_workload(outcome: &Outcome, runs: usize) -> Cell {
    let Some(it) = outcome.hits.iter().find(|it| it.runs == runs) else {
        return (0, 0, String::new());
    };
    if it.is_down {
        return down(&it.back);
    }
    let lost = it.wanted.saturating_sub(it.left);
    let missing = it.wanted.saturating_sub(it.after);
    if missing > 0 && it.waiting > 0 {
        (2, missing as u64, format!("{missing} of {} wait", it.wanted))
    } else if lost > 0 {
        (1, lost as u64, format!("{lost} of {} lost", it.wanted))
    } else {
        (0, 0, String::new())
    }
}

fn down(back: &Back) -> Cell {
    let text = match back {
        Back::After(it) => format!("**down** {}", time(it.minutes)),
        other => format!("**down** {}", until(other)),
    };
    (3 + back.rank(), weight(back), text)
}

#[expect(clippy::cast_possible_truncation, reason = "minutes of an outage")]
#[expect(clippy::cast_sign_loss, reason = "minutes of an outage")]
fn weight(back: &Back) -> u64 {
    back.minutes().map_or(0, |it| (it.typical * 1000.0) as u64)
}
