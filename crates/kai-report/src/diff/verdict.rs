//! The change in one sentence.

use super::compare::Comparison;
use super::snapshot::Entry;
use crate::terminal::count;

pub(super) fn verdict(comparison: &Comparison) -> String {
    let Comparison { new, worse, better, gone, same, allowed, .. } = comparison;
    let adds = clauses(&[(new.len(), "adds", ""), (worse.len(), "makes", " worse")]);
    let takes = clauses(&[
        (gone.len(), "takes", " away"),
        (better.len(), "makes", " better"),
        (allowed.len(), "allows", ""),
    ]);
    let stay = match same.len() {
        0 => String::new(),
        1 => "; 1 stays as it was".to_owned(),
        stay => format!("; {stay} stay as they were"),
    };
    match (adds.is_empty(), takes.is_empty()) {
        (true, true) if same.is_empty() => {
            "Nothing is at risk that I can see, before or after.".to_owned()
        }
        (true, true) => {
            format!("Nothing changes: {} before and after.", count(same.len(), "finding"))
        }
        (true, false) => format!("This change {takes}{stay}."),
        (false, is_alone) => {
            let worst =
                comparison.added().min_by_key(|it| standing(it)).map(named).unwrap_or_default();
            let takes = if is_alone { String::new() } else { format!("; it {takes}") };
            format!("This change {adds}, the worst {worst}{takes}{stay}.")
        }
    }
}

/// `adds 2 findings and makes 1 worse`.
fn clauses(parts: &[(usize, &str, &str)]) -> String {
    let said = parts.iter().filter(|it| it.0 > 0).enumerate();
    let said: Vec<_> = said
        .map(|(index, &(number, verb, after))| {
            let what = if index == 0 { count(number, "finding") } else { number.to_string() };
            format!("{verb} {what}{after}")
        })
        .collect();
    match said.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

fn standing(entry: &Entry) -> impl Ord + use<> {
    (entry.environment, entry.loss_class, entry.level)
}

fn named(entry: &Entry) -> String {
    format!(
        "a {} {}: `{}`, {}",
        entry.level.as_str(),
        entry.loss_class.as_str(),
        entry.component,
        entry.title
    )
}
