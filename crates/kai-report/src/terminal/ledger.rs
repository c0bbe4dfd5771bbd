//! The working behind a ranking, and one finding in full.

use kai_assess::{Assessment, Assumption};
use kai_core::{Finding, Interval, LocationRole};

use super::Options;
use super::card::card;
use super::layout::{clean, count, wrap};
use super::paint::{Ink, Paint};

/// Everything about one finding.
#[must_use]
pub fn finding(finding: &Finding, options: &Options) -> String {
    let paint = Paint { color: options.color };
    let mut lines = card(finding, options, None);
    let further = [
        ("radius", finding.blast_radius.clone()),
        ("searched", finding.scope.clone().unwrap_or_default()),
        (
            "rule",
            format!(
                "{} ({}); its page: kai explain {}",
                finding.rule,
                finding.pillar.as_str(),
                finding.rule
            ),
        ),
        ("id", finding.id.to_string()),
    ];
    for (label, text) in further.iter().filter(|(_, text)| !text.is_empty()) {
        lines.extend(labelled(label, text, options, paint));
    }
    for location in finding.locations.iter().skip(1) {
        let note = match &location.role {
            LocationRole::Primary => "the line to edit".to_owned(),
            LocationRole::Same => "the same cause, seen through another root".to_owned(),
            LocationRole::Related(note) => note.clone(),
        };
        lines.extend(labelled(
            "also",
            &format!("{}: {note}", options.place(location)),
            options,
            paint,
        ));
    }
    lines.extend(arithmetic(finding, options));
    lines.push(String::new());
    lines.join("\n")
}

fn labelled(label: &str, text: &str, options: &Options, paint: Paint) -> Vec<String> {
    let lines = wrap(text, options.width.saturating_sub(12).max(20));
    let marked = lines.iter().enumerate();
    marked
        .map(|(index, it)| {
            let label = format!("{:<9}", if index == 0 { label } else { "" });
            format!("   {}{it}", paint.ink(Ink::Label, &label))
        })
        .collect()
}

/// The register's arithmetic for one finding.
pub(super) fn arithmetic(finding: &Finding, options: &Options) -> Vec<String> {
    let columns = options.width.saturating_sub(5).max(20);
    let terms = finding.arithmetic.iter().flat_map(|term| {
        let lines = wrap(term, columns);
        let marked = lines.into_iter().enumerate();
        marked
            .map(|(index, it)| format!("   {} {it}", if index == 0 { "=" } else { " " }))
            .collect::<Vec<_>>()
    });
    terms.collect()
}

/// The numbers that nobody measured, and what rests on them.
pub(super) fn assumptions(assessment: &Assessment, options: &Options) -> Vec<String> {
    let paint = Paint { color: options.color };
    let assumptions = &assessment.assumptions;
    if assumptions.is_empty() {
        return Vec::new();
    }
    let title = format!("{} behind this ranking", count(assumptions.len(), "assumption"));
    let mut lines = vec![String::new(), paint.ink(Ink::Heading, &title)];
    lines.extend(assumptions.iter().flat_map(|it| assumption(it, options)));
    lines
}

fn assumption(assumption: &Assumption, options: &Options) -> Vec<String> {
    let Assumption { key, term, unit, interval, citation, finding_count } = assumption;
    let text = format!(
        "{term}: {} {unit}, under {} [{key}: {}]",
        range(*interval),
        count(*finding_count, "finding"),
        clean(citation),
    );
    let lines = wrap(&text, options.width.saturating_sub(2).max(20));
    let marked = lines.iter().enumerate();
    marked.map(|(index, it)| format!("{}{it}", if index == 0 { "- " } else { "  " })).collect()
}

/// `5 (2 to 9)`.
pub(crate) fn range(interval: Interval) -> String {
    format!("{} ({} to {})", number(interval.typical), number(interval.low), number(interval.high))
}

/// Three significant figures at most.
fn number(value: f64) -> String {
    let decimals = match value.abs() {
        it if it >= 100.0 => 0,
        it if it >= 10.0 => 1,
        it if it >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}
