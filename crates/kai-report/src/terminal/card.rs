//! One finding on the page: a card of a few lines, or a single line.

use kai_assess::NO_ALERT_RULES;
use kai_core::{Environment, Finding};

use super::Options;
use super::layout::{clean, consequence, cut, fit, width, wrap};
use super::paint::{Ink, Paint};

/// Where text starts under a card's head.
const INDENT: usize = 3;
/// Labels take this much, so that what they label stands in one column.
const LABEL: usize = 9;
const MESSAGE: &str = "breaks";
const GAP: &str = "  ";
/// A place keeps this much of its line, which shows the name of most files.
pub(super) const PLACE_MIN: usize = 24;
/// A name keeps this much, which tells most of them apart.
const NAME_MIN: usize = 20;

/// What a card says under its head.
struct Part {
    label: &'static str,
    text: String,
    lines: usize,
    /// Commands and places are there to be copied: they are never cut, and where a card has a
    /// limit they stand in one line, however long.
    is_command: bool,
}

/// The finding in at most `limit` lines, or in as many as it takes.
pub(super) fn card(finding: &Finding, options: &Options, limit: Option<usize>) -> Vec<String> {
    let columns = options.width.saturating_sub(INDENT + LABEL).max(20);
    let mut parts = parts(finding, columns);
    let (head, has_place) = head(finding, options);
    if !has_place && let Some(place) = finding.locations.first() {
        parts.push(Part::new("at", options.place(place), columns, true));
    }
    if let Some(limit) = limit {
        shorten(&mut parts, columns, limit.saturating_sub(1));
    }
    let body = body(&parts, columns, limit.is_some(), Paint { color: options.color });
    std::iter::once(head).chain(body).collect()
}

/// The finding in one line.
pub(super) fn line(finding: &Finding, options: &Options, rank_width: usize) -> String {
    let paint = Paint { color: options.color };
    let place = finding.locations.first().map(|it| options.place(it)).unwrap_or_default();
    let rank = format!("{:>rank_width$}. ", finding.rank);
    let level = format!("{:<9}", finding.level.as_str());
    let environment = environment(finding.environment);
    let fixed = width(&rank) + width(&level) + width(&environment) + GAP.len();
    let free = options.width.saturating_sub(fixed + width(&name(finding)));
    let place = short(place, free.min(options.width * 2 / 5).max(PLACE_MIN));
    let room = options.width.saturating_sub(fixed + width(&place)).max(NAME_MIN);
    let name = name_within(finding, room) + &environment;
    let room = room + width(&environment);
    let space = " ".repeat((room + GAP.len()).saturating_sub(width(&name)));
    format!(
        "{rank}{}{name}{space}{}",
        paint.ink(Ink::Level(finding.level), &level),
        paint.ink(Ink::Path, &place)
    )
}

/// The line that names the finding; true when its place stands at the end of it.
fn head(finding: &Finding, options: &Options) -> (String, bool) {
    let paint = Paint { color: options.color };
    let rank = format!("{}. ", finding.rank);
    let level = finding.level.as_str().to_uppercase();
    let class = format!("{}{}", finding.loss_class.as_str(), environment(finding.environment));
    let full = name(finding);
    let place = finding.locations.first().map(|it| options.place(it)).unwrap_or_default();
    let start = width(&rank) + width(&level) + 1 + width(&class) + GAP.len();
    let fits = start + width(&full) + GAP.len() + width(&place) <= options.width;
    let name = name_within(finding, options.width.saturating_sub(start));
    let used = start + width(&name) + width(&place);
    let mut line = format!(
        "{rank}{} {}{GAP}{}",
        paint.ink(Ink::Level(finding.level), &level),
        paint.ink(Ink::Label, &class),
        paint.ink(Ink::Heading, &name)
    );
    if fits {
        line.push_str(&" ".repeat(options.width - used));
        line.push_str(&paint.ink(Ink::Path, &place));
    }
    (line, fits)
}

fn parts(finding: &Finding, columns: usize) -> Vec<Part> {
    let texts = [
        (MESSAGE, &finding.message, false),
        ("know", &detection(finding), false),
        ("recover", &finding.recovery, false),
        ("fix", &finding.remedy, false),
        ("verify", &finding.verify, true),
    ];
    texts
        .into_iter()
        .filter(|(_, text, _)| !text.trim().is_empty())
        .map(|(label, text, is_command)| Part::new(label, text.clone(), columns, is_command))
        .collect()
}

/// Where to look, without the sentence that the page says once.
fn detection(finding: &Finding) -> String {
    let text = finding.detection.as_str();
    let said = text.split_once(NO_ALERT_RULES).map_or(text, |(said, _)| said).trim();
    if said.is_empty() { text.to_owned() } else { said.to_owned() }
}

impl Part {
    fn new(label: &'static str, text: String, columns: usize, is_command: bool) -> Self {
        let lines = wrap(&text, columns).len();
        Self { label, text, lines, is_command }
    }

    /// How many lines are left to it where there are too many.
    fn fewest(&self) -> usize {
        if self.label == MESSAGE { 2 } else { 1 }
    }

    fn fitted(&self, columns: usize) -> Vec<String> {
        if self.is_command && self.lines == 1 {
            return vec![clean(&self.text)];
        }
        let is_cut = wrap(&self.text, columns).len() > self.lines;
        let follows = (is_cut && self.label == MESSAGE)
            .then(|| consequence(&self.text, columns, self.lines))
            .flatten();
        follows.unwrap_or_else(|| fit(&self.text, columns, self.lines))
    }
}

/// Takes lines from the longest part until all fit; commands first, as they lose nothing. What
/// breaks keeps two lines, however many that makes: in one there is seldom more than its subject.
fn shorten(parts: &mut [Part], columns: usize, limit: usize) {
    for command in parts.iter_mut().filter(|it| it.is_command) {
        command.lines = 1;
    }
    while lines_of(parts, columns) > limit {
        let longest =
            parts.iter_mut().filter(|it| it.lines > it.fewest()).max_by_key(|it| it.lines);
        let Some(part) = longest else { return };
        part.lines -= 1;
    }
}

fn lines_of(parts: &[Part], columns: usize) -> usize {
    rows(parts, columns, true)
        .iter()
        .map(|row| row.iter().map(|it| it.1.len()).max().unwrap_or(0))
        .sum()
}

/// Parts side by side where two short ones fit into one line.
fn rows(parts: &[Part], columns: usize, is_packed: bool) -> Vec<Vec<(&'static str, Vec<String>)>> {
    let mut rows: Vec<Vec<(&'static str, Vec<String>)>> = Vec::new();
    let mut free = 0;
    for part in parts {
        let lines = part.fitted(columns);
        let needs = width(part.label) + 1 + lines.first().map_or(0, |it| width(it)) + 3;
        match rows.last_mut() {
            Some(row) if is_packed && lines.len() == 1 && needs <= free => {
                row.push((part.label, lines));
                free -= needs;
            }
            _ => {
                let is_single = lines.len() == 1;
                free = if is_single { columns - width(&lines[0]).min(columns) } else { 0 };
                rows.push(vec![(part.label, lines)]);
            }
        }
    }
    rows
}

fn body(parts: &[Part], columns: usize, is_packed: bool, paint: Paint) -> Vec<String> {
    let mut body = Vec::new();
    for row in rows(parts, columns, is_packed) {
        let (label, lines) = &row[0];
        for (index, line) in lines.iter().enumerate() {
            let label = format!("{:<LABEL$}", if index == 0 { label } else { "" });
            body.push(format!("{:INDENT$}{}{line}", "", paint.ink(Ink::Label, &label)));
        }
        for (label, lines) in &row[1..] {
            if let (Some(last), Some(line)) = (body.last_mut(), lines.first()) {
                last.push_str(&format!("   {} {line}", paint.ink(Ink::Label, label)));
            }
        }
    }
    body
}

/// `Deployment/ledger: one pod`, without saying the name twice.
pub(super) fn name(finding: &Finding) -> String {
    let title = clean(&finding.title);
    if finding.component.is_empty() || title.contains(&finding.component) {
        title
    } else {
        format!("{}: {title}", clean(&finding.component))
    }
}

/// The name in at most `room` columns: what is wrong is worth more than the kind of what has it, and
/// more than the beginning of a long name.
fn name_within(finding: &Finding, room: usize) -> String {
    let full = name(finding);
    let title = clean(&finding.title);
    if width(&full) <= room || full == title {
        return cut(&full, room);
    }
    let component = clean(&finding.component);
    let free = room.saturating_sub(width(&title) + 2).max(NAME_MIN);
    let named = component.split_once('/').map(|(_, named)| format!("…/{named}"));
    let component = named.filter(|it| width(it) < width(&component)).unwrap_or(component);
    cut(&format!("{}: {title}", short(component, free)), room)
}

/// Production goes without saying.
fn environment(environment: Environment) -> String {
    match environment {
        Environment::Production => String::new(),
        other => format!(" ({})", other.as_str()),
    }
}

/// A place in at most `room` columns: the name of the file is worth more than the way to it.
pub(super) fn short(place: String, room: usize) -> String {
    if width(&place) > room { format!("…{}", tail(&place, room)) } else { place }
}

fn tail(text: &str, columns: usize) -> String {
    let skipped = width(text).saturating_sub(columns.saturating_sub(1));
    text.chars().skip(skipped).collect()
}
