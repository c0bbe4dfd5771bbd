//! The review on one screen.

use kai_assess::{Assessment, LocatedProblem, NO_ALERT_RULES, ReadChart, SolidPoint, UnknownItem};
use kai_core::{Environment, Finding, Level, Suppressed, SuppressionKind};

use super::Options;
use super::card::{self, card, line};
use super::layout::{capitalized, clean, count, cut, width, wrap};
use super::ledger;
use super::paint::{Ink, Paint};

const CARD_COUNT: usize = 3;
const CARD_LINES: usize = 6;
const LINE_COUNT: usize = 7;
const SOLID_COUNT: usize = 5;
const UNKNOWN_COUNT: usize = 2;

/// The page for a terminal, ending in a line break.
#[must_use]
pub fn review(assessment: &Assessment, options: &Options) -> String {
    let page = Page { assessment, options, paint: Paint { color: options.color } };
    let mut lines = page.opening();
    lines.extend(page.failures());
    lines.extend(page.solid());
    lines.extend(page.at_risk());
    lines.extend(page.allowed());
    if options.all {
        lines.extend(page.everything_unread());
    }
    if options.explain {
        lines.extend(ledger::assumptions(assessment, options));
    }
    lines.push(String::new());
    lines.join("\n")
}

struct Page<'a> {
    assessment: &'a Assessment,
    options: &'a Options,
    paint: Paint,
}

impl Page<'_> {
    /// The verdict, what was read, and what could not be.
    fn opening(&self) -> Vec<String> {
        let mut lines: Vec<String> = self
            .wrap(&self.assessment.verdict)
            .iter()
            .map(|it| self.paint.ink(Ink::Heading, it))
            .collect();
        let base = self.options.base().map(|it| format!(" Paths are below `{it}`."));
        let base = base.unwrap_or_default();
        let read = format!("{} {}{base}", self.what_was_read(), self.what_was_not());
        lines.extend(self.wrap(&read));
        lines
    }

    fn what_was_read(&self) -> String {
        let reading = &self.assessment.reading;
        let journeys = match reading.journey_count {
            0 => "no user journey that I could follow".to_owned(),
            number => count(number, "user journey"),
        };
        let charts = fetched(&reading.charts);
        format!(
            "I read {} in {}, applied as {}: {}, {}.{charts}",
            count(reading.document_count, "document"),
            count(reading.file_count, "file"),
            count(reading.root_count, "root"),
            count(reading.object_count, "object"),
            journeys,
        )
    }

    fn what_was_not(&self) -> String {
        let Assessment { unknown, problems, findings, .. } = self.assessment;
        let mut clauses = Vec::new();
        clauses.extend(unalerted(findings));
        clauses.extend(unknown.iter().take(UNKNOWN_COUNT).map(|it| summary(&it.message)));
        let rest = unknown.len().saturating_sub(UNKNOWN_COUNT);
        if rest > 0 {
            clauses.push(format!("and {rest} more"));
        }
        let mut text = match clauses.as_slice() {
            [] if problems.is_empty() => return "Nothing was left unread.".to_owned(),
            [] => String::new(),
            clauses => format!("Not known: {}.", clauses.join("; ")),
        };
        if let Some(problem) = problems.first() {
            text.push_str(&self.broken(problem));
        }
        let has_places = !unknown.is_empty() || !problems.is_empty();
        if has_places && !self.options.all {
            text.push_str(" The places: --all.");
        }
        text
    }

    /// How much was broken, and the first place of it.
    fn broken(&self, problem: &LocatedProblem) -> String {
        let place = self.place_of_problem(problem);
        match self.assessment.problems.len() {
            1 => format!(" I could not use {place} ({}).", clean(&problem.message)),
            number => format!(" I could not use {number} places, the first {place}."),
        }
    }

    fn failures(&self) -> Vec<String> {
        let failures = &self.assessment.failures;
        failures
            .iter()
            .flat_map(|it| {
                self.wrap(&format!("I am wrong here, and this review is incomplete: {it}"))
            })
            .collect()
    }

    fn solid(&self) -> Vec<String> {
        let solid = &self.assessment.solid;
        if solid.is_empty() {
            return Vec::new();
        }
        let shown = if self.options.all { solid.len() } else { SOLID_COUNT };
        let mut lines = self.heading("Solid");
        for point in solid.iter().take(shown) {
            let place = point.locations.first().map(|it| self.options.place(it));
            let title = solid_title(point);
            let free = self.options.width.saturating_sub(width(&title) + 4);
            let place =
                place.map(|it| card::short(it, free.clamp(card::PLACE_MIN, self.options.width)));
            lines.push(self.two_columns("+ ", Ink::Good, &title, &place.unwrap_or_default()));
            if self.options.all {
                lines.push(format!(
                    "  {}{}",
                    self.paint.ink(Ink::Label, "verify "),
                    clean(&point.verify)
                ));
            }
        }
        if solid.len() > shown {
            let rest = format!(" (5 of {}, all with --all)", solid.len());
            lines[1].push_str(&rest);
        }
        lines
    }

    fn at_risk(&self) -> Vec<String> {
        let findings = &self.assessment.findings;
        if findings.is_empty() {
            return self.heading("At risk: nothing that I can see from here.");
        }
        let cards = if self.options.all { findings.len() } else { CARD_COUNT };
        let limit = (!self.options.all).then_some(CARD_LINES);
        let mut lines = self.heading("At risk, worst first");
        for (index, finding) in findings.iter().take(cards).enumerate() {
            if index > 0 {
                lines.push(String::new());
            }
            lines.extend(card(finding, self.options, limit));
            if self.options.explain {
                lines.extend(ledger::arithmetic(finding, self.options));
            }
        }
        lines.extend(self.in_one_line(findings.get(CARD_COUNT..).filter(|_| !self.options.all)));
        lines
    }

    /// Seven more in a line each, and a line for the rest.
    fn in_one_line(&self, findings: Option<&[Finding]>) -> Vec<String> {
        let Some(findings) = findings.filter(|it| !it.is_empty()) else { return Vec::new() };
        let shown = &findings[..findings.len().min(LINE_COUNT)];
        let rank_width = shown.iter().map(|it| it.rank.to_string().len()).max().unwrap_or(1);
        let mut lines = vec![String::new()];
        lines.extend(shown.iter().map(|it| line(it, self.options, rank_width)));
        let rest = &findings[shown.len()..];
        let more = if rest.is_empty() {
            String::new()
        } else {
            format!(". And {} more ({}): add --all.", rest.len(), levels(rest))
        };
        let hint =
            format!("In full: {}", self.options.command(&format!("explain {}", shown[0].rank)));
        lines.push(cut(&format!("{hint}{more}"), self.options.width));
        lines
    }

    /// How many findings somebody accepted, or which and why.
    fn allowed(&self) -> Vec<String> {
        let suppressed = &self.assessment.suppressed;
        if suppressed.is_empty() {
            return Vec::new();
        }
        if !self.options.show_allowed {
            let (are, reasons) =
                if suppressed.len() == 1 { ("is", "a reason") } else { ("are", "reasons") };
            let count = count(suppressed.len(), "finding");
            return vec![format!("{count} {are} allowed, with {reasons}: --show-allowed")];
        }
        let mut lines = self.heading("Allowed");
        lines.extend(suppressed.iter().flat_map(|it| self.accepted(it)));
        lines
    }

    fn accepted(&self, it: &Suppressed) -> Vec<String> {
        let Suppressed { finding, by } = it;
        let place = finding.locations.first().map(|it| self.options.place(it));
        let until = by.until.map(|it| format!(" until {it}")).unwrap_or_default();
        let tool = match &by.kind {
            SuppressionKind::Tool { tool, check } => format!(" ({tool}, `{check}`)"),
            SuppressionKind::Comment | SuppressionKind::Settings => String::new(),
        };
        let said = self.options.place(&by.location);
        self.hanging(&format!(
            "{} {}: {} ({}). {said}{tool} allows it{until}: {}",
            place.unwrap_or_default(),
            finding.component,
            finding.title,
            finding.rule,
            by.reason,
        ))
    }

    /// For `--all`: every unknown and every problem with its places.
    fn everything_unread(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.assessment.unknown.is_empty() {
            lines.extend(self.heading("Not known"));
            lines.extend(self.assessment.unknown.iter().flat_map(|it| self.unknown(it)));
        }
        if !self.assessment.problems.is_empty() {
            lines.extend(self.heading("Could not use"));
            lines.extend(self.assessment.problems.iter().flat_map(|it| self.problem(it)));
        }
        lines
    }

    fn unknown(&self, item: &UnknownItem) -> Vec<String> {
        let places: Vec<_> = item.locations.iter().map(|it| self.options.place(it)).collect();
        let rest = item.count.saturating_sub(places.len());
        let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        let at = if places.is_empty() {
            String::new()
        } else {
            format!(" ({}{more})", places.join(", "))
        };
        self.hanging(&format!("{}{at}", item.message))
    }

    fn problem(&self, problem: &LocatedProblem) -> Vec<String> {
        let LocatedProblem { message, remedy, .. } = problem;
        let place = self.place_of_problem(problem);
        self.hanging(&format!("{place}: {message}. {}", sentence(remedy)))
    }

    fn place_of_problem(&self, problem: &LocatedProblem) -> String {
        let path = clean(self.options.shown(&problem.path).as_str());
        if problem.line == 0 { path } else { format!("{path}:{}", problem.line) }
    }

    fn heading(&self, text: &str) -> Vec<String> {
        vec![String::new(), self.paint.ink(Ink::Heading, text)]
    }

    fn hanging(&self, text: &str) -> Vec<String> {
        let lines = wrap(text, self.options.width.saturating_sub(2));
        let marked = lines.iter().enumerate();
        marked.map(|(index, it)| format!("{}{it}", if index == 0 { "- " } else { "  " })).collect()
    }

    fn two_columns(&self, mark: &str, ink: Ink, left: &str, right: &str) -> String {
        let room =
            self.options.width.saturating_sub(mark.len() + right.chars().count() + 2).max(20);
        let left = cut(left, room);
        let space = " ".repeat(room + 2 - left.chars().count().min(room + 2));
        format!("{}{left}{space}{}", self.paint.ink(ink, mark), self.paint.ink(Ink::Path, right))
            .trim_end()
            .to_owned()
    }

    fn wrap(&self, text: &str) -> Vec<String> {
        wrap(text, self.options.width)
    }
}

/// What is right, with the name of what is, unless the title names something itself.
fn solid_title(point: &SolidPoint) -> String {
    let SolidPoint { title, component, .. } = point;
    if component.is_empty() || title.contains('`') {
        title.clone()
    } else {
        format!("{component}: {title}")
    }
}

/// What is not known, without the examples of it and the reason.
fn summary(message: &str) -> String {
    let message = clean(message);
    let claim = message.split_once(": `").map_or(message.as_str(), |(claim, _)| claim);
    let claim = claim.split_once(", because ").map_or(claim, |(claim, _)| claim);
    let asks = ["Whether ", "What ", "Which "].into_iter().find(|it| claim.starts_with(it));
    let claim = claim.trim_end_matches('.');
    asks.map_or_else(|| claim.to_owned(), |it| claim.replacen(it, &it.to_lowercase(), 1))
}

/// `3 high, 9 medium; staging: 4 high`: what is not production names where it is.
fn levels(findings: &[Finding]) -> String {
    let by_environment = findings.chunk_by(|one, other| one.environment == other.environment);
    let counts = by_environment.map(|it| match it[0].environment {
        Environment::Production => levels_of_one(it),
        other => format!("{}: {}", other.as_str(), levels_of_one(it)),
    });
    counts.collect::<Vec<_>>().join("; ")
}

/// `3 high, 9 medium`.
fn levels_of_one(findings: &[Finding]) -> String {
    let all = [Level::Critical, Level::High, Level::Medium, Level::Low];
    let counts = all.into_iter().filter_map(|level| {
        let number = findings.iter().filter(|it| it.level == level).count();
        (number > 0).then(|| format!("{number} {}", level.as_str()))
    });
    counts.collect::<Vec<_>>().join(", ")
}

/// An instruction as a sentence of its own.
fn sentence(text: &str) -> String {
    format!("{}.", capitalized(clean(text).trim_end_matches('.')))
}

/// For how many findings no alert rule was read where they apply.
fn unalerted(findings: &[Finding]) -> Option<String> {
    let without = findings.iter().filter(|it| it.detection.contains(NO_ALERT_RULES)).count();
    match (without, findings.len() - without) {
        (0, _) => None,
        (_, 0) => Some("no alert rule was read, so `know` says where to look".into()),
        (without, _) => {
            let findings = count(without, "finding");
            Some(format!(
                "for {findings} no alert rule of the same environment was read, so `know` says where to look"
            ))
        }
    }
}

/// The charts that came from elsewhere, each with as much of its digest as people compare.
fn fetched(charts: &[ReadChart]) -> String {
    const DIGEST_LENGTH: usize = "sha256:".len() + 12;
    let named = charts.iter().map(|it| {
        let digest: String = it.digest.chars().take(DIGEST_LENGTH).collect();
        clean(&format!("`{}` {} ({digest})", it.name, it.version))
    });
    match charts.len() {
        0 => String::new(),
        number => {
            let named = named.collect::<Vec<_>>().join(", ");
            format!(" With {} as fetched: {named}.", count(number, "chart"))
        }
    }
}
