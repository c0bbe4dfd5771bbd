//! A review: verdict, the worst in a table, the rest folded.

use kai_assess::{Assessment, SolidPoint, UnknownItem};
use kai_core::{Environment, Finding};

use super::comment::Comment;
use super::escape::{cell, code, prose};
use crate::Places;
use crate::terminal::count;

/// The comment, ending in a line break.
#[must_use]
pub fn review(assessment: &Assessment, places: &Places) -> String {
    let mut comment = Comment::new("review", &assessment.verdict);
    comment.add(&format!("\n{}\n", reading(assessment)));
    for failure in &assessment.failures {
        comment.add(&format!(
            "\n**I am wrong here, and this review is incomplete:** {}\n",
            prose(failure)
        ));
    }
    if assessment.findings.is_empty() {
        comment.add("\nNothing at risk that I can see from here.\n");
    }
    let head = "| | level | component | at risk | line |\n|-:|-|-|-|-|\n";
    comment.table("", head, assessment.findings.iter().map(|it| row(it, places)).collect());
    let details = assessment.findings.iter().map(|it| detail(it, places));
    comment.fold("In full, worst first", details.collect());
    comment.fold("Solid", assessment.solid.iter().map(|it| solid(it, places)).collect());
    comment.fold("Not known", assessment.unknown.iter().map(unknown).collect());
    comment.into_text()
}

fn reading(assessment: &Assessment) -> String {
    let reading = &assessment.reading;
    let mut text = format!(
        "{} in {}, applied as {}.",
        count(reading.object_count, "object"),
        count(reading.file_count, "file"),
        count(reading.root_count, "root")
    );
    if !assessment.problems.is_empty() {
        let problems = count(assessment.problems.len(), "place");
        text.push_str(&format!(" I could not use {problems}."));
    }
    text
}

fn row(finding: &Finding, places: &Places) -> String {
    let place = finding.locations.first().map(|it| code(&places.place(it))).unwrap_or_default();
    format!(
        "| {} | {} | {} | {} | {} |\n",
        finding.rank,
        level(finding),
        cell(&code(&finding.component)),
        cell(&prose(&finding.title)),
        cell(&place),
    )
}

fn level(finding: &Finding) -> String {
    let words = format!("**{}** {}", finding.level.as_str(), finding.loss_class.as_str());
    match finding.environment {
        Environment::Production => words,
        other => format!("{words} ({})", other.as_str()),
    }
}

fn detail(finding: &Finding, places: &Places) -> String {
    let place = finding.locations.first().map(|it| code(&places.place(it))).unwrap_or_default();
    format!(
        "**{}. {}: {}** {place}\n\n{}\n\n- breaks: {}\n- know: {}\n- recover: {}\n- fix: {}\n- verify: {}\n- rule: `{}`\n\n",
        finding.rank,
        code(&finding.component),
        prose(&finding.title),
        prose(&finding.message),
        prose(&finding.blast_radius),
        prose(&finding.detection),
        prose(&finding.recovery),
        prose(&finding.remedy),
        code(&finding.verify),
        finding.rule,
    )
}

fn solid(point: &SolidPoint, places: &Places) -> String {
    let place = point.locations.first().map(|it| code(&places.place(it))).unwrap_or_default();
    format!("- {}: {} {place}\n", code(&point.component), prose(&point.title))
}

fn unknown(item: &UnknownItem) -> String {
    format!("- {}\n", prose(&item.message))
}
