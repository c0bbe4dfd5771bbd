//! An answer as a page.

use kai_core::Evidence;
use kai_report::terminal::{Options, clean, wrap};

use crate::answer::{Answer, Section, Statement};
use crate::ask::Unanswered;
use crate::safe::safe_lines;
use crate::words::{list, sentence};

/// The answer for people, the answer itself first and what it rests on last.
#[must_use]
pub fn text(answer: &Answer, options: &Options) -> String {
    let page = Page { options, evidence: answer.evidence() };
    let mut lines = Vec::new();
    for it in &answer.direct {
        lines.extend(page.statement(it, "", ""));
    }
    if let Some(reading) = &answer.reading {
        lines.extend(wrap(&sentence(reading), options.width));
    }
    for section in &answer.sections {
        lines.extend(page.section(section));
    }
    if let Some(incident) = answer.incident {
        let when = match incident.month {
            "undated" => String::new(),
            month => format!(", {month}"),
        };
        let text = format!("{}{when}: {}.", incident.organisation, incident.what);
        lines.push(String::new());
        lines.push("It happened to others".to_owned());
        lines.extend(indented(&text, "  ", options.width));
        lines.push(format!("  {}", incident.url));
    }
    lines.extend(page.sources());
    lines.push(String::new());
    lines.join("\n")
}

/// Why there is no answer, and what there are answers to.
#[must_use]
pub fn unanswered(unanswered: &Unanswered) -> String {
    let mut lines = vec![sentence(&unanswered.reason)];
    if !unanswered.suggestions.is_empty() {
        lines.push(format!("Did you mean {}?", list(&unanswered.suggestions, 5)));
    }
    lines.push(String::new());
    lines.push("I can answer:".to_owned());
    lines.extend(crate::answerable().into_iter().map(|it| format!("  {it}")));
    lines.push(String::new());
    lines.join("\n")
}

/// Evidence in its file, with some lines around it; `read` gives the text of a path.
#[must_use]
pub fn cited(
    evidence: &Evidence,
    options: &Options,
    read: impl Fn(&camino::Utf8Path) -> Option<String>,
) -> String {
    const AROUND: u32 = 3;
    let mut lines = vec![format!("{}  {}", evidence.name(), evidence.kind.as_str())];
    if !evidence.subject.is_empty() {
        lines.push(format!("of       {}", clean(&evidence.subject)));
    }
    lines.push(format!("text     {}", clean(&evidence.text)));
    for it in &evidence.details {
        lines.push(format!("         {}", clean(it)));
    }
    for place in &evidence.places {
        lines.push(String::new());
        lines.push(options.place(place));
        let Some(text) = read(&place.path) else { continue };
        let safe = safe_lines(&text);
        let (first, last) = (place.line.saturating_sub(AROUND).max(1), place.line + AROUND);
        for number in first..=last {
            let Some(line) = safe.get(number as usize - 1) else { break };
            let mark = if number == place.line { '>' } else { ' ' };
            let shown: String = line.chars().filter(|it| !it.is_control()).collect();
            lines.push(format!("{mark} {number:>5} | {shown}").trim_end().to_owned());
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

struct Page<'a> {
    options: &'a Options,
    evidence: Vec<&'a Evidence>,
}

impl Page<'_> {
    fn section(&self, section: &Section) -> Vec<String> {
        let mut lines = vec![String::new(), section.title.to_owned()];
        for (number, it) in (1..).zip(&section.statements) {
            let mark = if section.is_numbered { format!("  {number}. ") } else { "  ".to_owned() };
            let rest = " ".repeat(mark.chars().count());
            lines.extend(self.statement(it, &mark, &rest));
        }
        lines
    }

    fn statement(&self, statement: &Statement, mark: &str, rest: &str) -> Vec<String> {
        let mut text = statement.text.clone();
        if let Some(blank) = &statement.blank {
            text.push_str(&format!(" ______ (fill `{}` in kai.yaml)", blank.line));
        }
        let numbers = statement.evidence.iter().filter_map(|it| self.number(it));
        let mut seen = std::collections::BTreeSet::new();
        let numbers: Vec<usize> = numbers.filter(|it| seen.insert(*it)).collect();
        if !numbers.is_empty() {
            let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            text.push_str(&format!(" [{}]", numbers.join(",")));
        }
        let mut lines = Vec::new();
        for (index, line) in
            wrap(&text, self.options.width.saturating_sub(rest.len())).into_iter().enumerate()
        {
            lines.push(format!("{}{line}", if index == 0 { mark } else { rest }));
        }
        if let Some(command) = &statement.command {
            lines.push(format!("{rest}$ {}", clean(command)));
        }
        lines
    }

    fn number(&self, evidence: &Evidence) -> Option<usize> {
        self.evidence.iter().position(|it| it.id == evidence.id).map(|it| it + 1)
    }

    fn sources(&self) -> Vec<String> {
        if self.evidence.is_empty() {
            return Vec::new();
        }
        let mut lines = vec![String::new(), "Evidence (`kai evidence ID` shows it)".to_owned()];
        for (number, it) in (1..).zip(&self.evidence) {
            let place = it.places.first().map(|it| self.options.place(it));
            let place = place.map(|it| format!("{it}  ")).unwrap_or_default();
            let scope = match it.kind {
                kai_core::EvidenceKind::Absence => format!("; searched {}", it.details.join(", ")),
                _ => String::new(),
            };
            let text = format!("{number:>3} {}  {place}{}{scope}", it.name(), it.text);
            lines.push(cut(&text, self.options.width));
        }
        lines
    }
}

fn indented(text: &str, indent: &str, width: usize) -> Vec<String> {
    let lines = wrap(text, width.saturating_sub(indent.len()));
    lines.into_iter().map(|it| format!("{indent}{it}")).collect()
}

fn cut(text: &str, width: usize) -> String {
    let text: String = text.chars().filter(|it| !it.is_control()).collect();
    if text.chars().count() <= width {
        return text;
    }
    let kept: String = text.chars().take(width.saturating_sub(2)).collect();
    format!("{} …", kept.trim_end())
}
