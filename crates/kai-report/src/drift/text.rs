//! What would be destroyed or changed, worst first.

use camino::Utf8Path;
use kai_assess::drift::{Drift, DriftChange, Fit, Tally};
use kai_core::Level;
use kai_terraform::record::{AttributeChange, Shown};

use crate::terminal::{Options, clean, count, wrap};

/// How many are told in full, and how many attributes of each.
const CARDS: usize = 10;
const ATTRIBUTES: usize = 5;
/// As wide as a label.
const NO_LABEL: &str = "           ";

/// The page, ending in a line break.
#[must_use]
pub fn text(drift: &Drift, file: &Utf8Path, options: &Options) -> String {
    let mut lines = vec![headline(drift)];
    lines.extend(wrap(&given(drift, file, options), options.width));
    if let Some(fit) = drift.fit.as_ref().filter(|it| !it.others.is_empty()) {
        lines.extend(wrap(&others(fit), options.width));
    }
    let shown = if options.all { drift.changes.len() } else { CARDS };
    for change in drift.changes.iter().take(shown) {
        lines.push(String::new());
        lines.extend(card(change, options));
    }
    let rest = drift.changes.len().saturating_sub(shown);
    if rest > 0 {
        lines.push(String::new());
        lines.push(format!("{} more: --all shows them", count(rest, "change")));
    }
    if !drift.not_known.is_empty() {
        lines.push(String::new());
        lines.push("Not known".to_owned());
        for sentence in &drift.not_known {
            lines.extend(labelled("  ", sentence, options));
        }
    }
    lines.join("\n") + "\n"
}

fn headline(drift: &Drift) -> String {
    let worst = drift.changes.first().filter(|it| it.level <= Level::High);
    match worst {
        Some(it) => clean(&format!("Do not apply before you have read this: {}.", short(it))),
        None if drift.changes.is_empty() && drift.given.is_plan => {
            "Nothing that is there is destroyed or changed.".to_owned()
        }
        None if drift.changes.is_empty() => "State and configuration say the same.".to_owned(),
        None => "Nothing that cannot be made again is destroyed.".to_owned(),
    }
}

fn short(change: &DriftChange) -> String {
    change.breaks.split([':', ';']).next().unwrap_or_default().to_owned()
}

fn given(drift: &Drift, file: &Utf8Path, options: &Options) -> String {
    let kind = if drift.given.is_plan { "plan" } else { "state" };
    let mut text = format!("`{file}` is a {kind} of Terraform {}", drift.given.tool);
    if let Some(fit) = &drift.fit {
        let path = options.shown(&fit.path);
        let path = if path.as_str().is_empty() { ".".into() } else { path };
        let variables = fit
            .release
            .as_ref()
            .map(|it| format!(" with the variables of `{it}`"))
            .unwrap_or_default();
        text.push_str(&format!(
            "; `{path}`{variables} ({}) declares {} of its {}",
            fit.environment.as_str(),
            fit.known,
            count(fit.all, "object")
        ));
    }
    format!("{text}. {}.", tally(&drift.tally))
}

fn tally(tally: &Tally) -> String {
    let parts = [
        (tally.delete, "to destroy"),
        (tally.replace, "to replace"),
        (tally.forget, "to let go of"),
        (tally.update, "to change"),
        (tally.create, "to make"),
        (tally.outside, "changed by others"),
        (tally.unchanged, "as they are"),
    ];
    let said = parts.iter().filter(|it| it.0 > 0).map(|(number, what)| format!("{number} {what}"));
    let said: Vec<_> = said.collect();
    if said.is_empty() { "Nothing to do".to_owned() } else { said.join(", ") }
}

fn others(fit: &Fit) -> String {
    let names: Vec<_> = fit.others.iter().take(3).map(|it| format!("`{it}`")).collect();
    let rest = fit.others.len() - names.len();
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("It fits {}{more} as well: --root names the one that is meant.", names.join(", "))
}

fn card(change: &DriftChange, options: &Options) -> Vec<String> {
    let place = change.place.as_ref().map(|it| format!("  {}", options.place(it)));
    let level = change.level.as_str().to_uppercase();
    let mut lines =
        vec![format!("{level}  {}{}", clean(&change.address), place.unwrap_or_default())];
    lines.extend(labelled("  breaks   ", &change.breaks, options));
    lines.extend(labelled("  because  ", &change.because, options));
    let shown = if options.all { change.attributes.len() } else { ATTRIBUTES };
    for attribute in sorted(&change.attributes).into_iter().take(shown) {
        lines.extend(labelled(NO_LABEL, &attribute_text(attribute), options));
    }
    let rest = change.attributes.len().saturating_sub(shown);
    if rest > 0 {
        lines.push(format!("{NO_LABEL}and {} more", count(rest, "attribute")));
    }
    if let Some(previous) = &change.previous_address {
        lines.push(format!("{NO_LABEL}it was `{}`", clean(previous)));
    }
    lines.extend(labelled("  first    ", &change.remedy, options));
    lines
}

/// What forces a replacement comes first.
fn sorted(attributes: &[AttributeChange]) -> Vec<&AttributeChange> {
    let (forcing, rest): (Vec<_>, Vec<_>) = attributes.iter().partition(|it| it.forces);
    forcing.into_iter().chain(rest).collect()
}

fn attribute_text(attribute: &AttributeChange) -> String {
    format!("{}: {} → {}", attribute.path, side(&attribute.before), side(&attribute.after))
}

fn side(shown: &Shown) -> String {
    match shown {
        Shown::Text(it) => format!("`{it}`"),
        Shown::Absent => "nothing".to_owned(),
        Shown::Secret => "(secret)".to_owned(),
        Shown::Several => "(long)".to_owned(),
        Shown::AtApply => "(known after apply)".to_owned(),
    }
}

/// The text in lines that all begin in the column after the label.
fn labelled(label: &str, text: &str, options: &Options) -> Vec<String> {
    let columns = options.width.saturating_sub(label.len()).max(20);
    let mut lines = wrap(text, columns).into_iter();
    let first = lines.next().unwrap_or_default();
    let space = " ".repeat(label.len());
    std::iter::once(format!("{label}{first}"))
        .chain(lines.map(|it| format!("{space}{it}")))
        .collect()
}
