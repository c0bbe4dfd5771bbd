//! The comment: verdict, the worst in a table, the rest folded.

use kai_assess::{Assessment, SolidPoint, UnknownItem};
use kai_core::{Environment, Finding};

use super::escape::{cell, code, prose};
use crate::Places;
use crate::terminal::count;

/// GitHub takes 65,536 characters; bytes are at least as many.
const LENGTH_MAX: usize = 65_536;
const WORST_COUNT: usize = 10;

/// The comment, ending in a line break. Its first line lets a script find it again.
#[must_use]
pub fn review(assessment: &Assessment, places: &Places) -> String {
    let mut comment =
        Comment { text: format!("<!-- kai review -->\n### {}\n", prose(&assessment.verdict)) };
    comment.text.push_str(&format!("\n{}\n", reading(assessment)));
    for failure in &assessment.failures {
        comment.add(&format!(
            "\n**I am wrong here, and this review is incomplete:** {}\n",
            prose(failure)
        ));
    }
    comment.add(&table(&assessment.findings, places));
    let details = assessment.findings.iter().map(|it| detail(it, places));
    comment.fold("In full, worst first", details.collect());
    comment.fold("Solid", assessment.solid.iter().map(|it| solid(it, places)).collect());
    comment.fold("Not known", assessment.unknown.iter().map(unknown).collect());
    comment.text
}

struct Comment {
    text: String,
}

impl Comment {
    /// Adds a part that fits, or nothing of it.
    fn add(&mut self, part: &str) {
        if self.text.len() + part.len() <= LENGTH_MAX {
            self.text.push_str(part);
        }
    }

    /// As many parts as fit, below a line that unfolds them.
    fn fold(&mut self, title: &str, parts: Vec<String>) {
        const END: &str = "\n</details>\n";
        const ROOM_FOR_TITLE: usize = 100;
        let mut room = LENGTH_MAX.saturating_sub(self.text.len() + END.len() + ROOM_FOR_TITLE);
        let all = parts.len();
        let fitting: Vec<String> = parts
            .into_iter()
            .take_while(|it| {
                let fits = it.len() <= room;
                room = room.saturating_sub(it.len());
                fits
            })
            .collect();
        if fitting.is_empty() {
            return;
        }
        let of = if fitting.len() < all {
            format!("{} of {all}", fitting.len())
        } else {
            all.to_string()
        };
        let parts = fitting.concat();
        self.text
            .push_str(&format!("\n<details><summary>{title} ({of})</summary>\n\n{parts}{END}"));
    }
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

fn table(findings: &[Finding], places: &Places) -> String {
    if findings.is_empty() {
        return "\nNothing at risk that I can see from here.\n".to_owned();
    }
    let mut text = "\n| | level | component | at risk | line |\n|-:|-|-|-|-|\n".to_owned();
    for finding in findings.iter().take(WORST_COUNT) {
        text.push_str(&row(finding, places));
    }
    if findings.len() > WORST_COUNT {
        text.push_str(&format!("\nAnd {} more.\n", findings.len() - WORST_COUNT));
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
