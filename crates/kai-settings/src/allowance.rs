//! Comments that accept a finding where it stands.
//!
//! `# kai: allow(rule, rule) until 2027-01-01 -- reason` holds for its own line, or alone on a line
//! for the next one; in the first lines of a document it holds for the document. Comments that
//! silence another tool hold for the rules that mean the same.

use kai_core::{Date, Document, Problem, Span};
use memchr::memmem;

use crate::tools::{self, Tool};

/// A comment that accepts findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// Ids of rules, as written.
    pub rules: Vec<String>,
    /// Empty where another tool asks for none.
    pub reason: String,
    pub until: Option<Date>,
    /// The comment.
    pub span: Span,
    pub covers: Covers,
    /// Where another tool is silenced: its name and what was written of its checks.
    pub tool: Option<(Tool, String)>,
}

/// Lines that a comment speaks of, from 1, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Covers {
    pub first: u32,
    pub last: u32,
}

impl Covers {
    #[must_use]
    pub fn contains(self, line: u32) -> bool {
        (self.first..=self.last).contains(&line)
    }
}

/// The comments of a document, and those that cannot be understood.
#[must_use]
pub fn allowances(document: &Document) -> (Vec<Allowance>, Vec<Problem>) {
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for comment in comments(&document.text, "kai:") {
        let span = comment.span(document);
        match own(comment.words) {
            Read::Allow(rules, until, reason) => found.push(Allowance {
                rules,
                until,
                reason,
                span,
                covers: comment.covers_in(document),
                tool: None,
            }),
            Read::Wrong(message) => problems.push(Problem::at(span, message, FORM)),
            Read::Prose => {}
        }
    }
    for comment in comments(&document.text, "trivy:ignore:") {
        let ids = comment.words.split_whitespace().next().unwrap_or_default();
        let ids = ids.split(':').next().unwrap_or_default();
        found.extend(of_tool(Tool::Trivy, ids, &comment, document));
    }
    for comment in comments(&document.text, "kics-scan") {
        let words = comment.words.trim();
        let ids = words.strip_prefix("disable=").unwrap_or(words);
        found.extend(of_tool(Tool::Kics, ids, &comment, document));
    }
    for comment in comments(&document.text, "zizmor:") {
        if let Some((checks, words)) = bracketed(comment.words) {
            let of_tool = of_tool(Tool::Zizmor, checks, &comment, document);
            found.extend(of_tool.map(|it| Allowance { reason: words.to_owned(), ..it }));
        }
    }
    for comment in comments(&document.text, "hadolint ignore=") {
        found.extend(of_tool(Tool::Hadolint, comment.words.trim(), &comment, document));
    }
    for comment in comments(&document.text, "checkov:skip=") {
        let (check, words) = comment.words.split_once(':').unwrap_or((comment.words, ""));
        let of_tool = of_tool(Tool::Checkov, check.trim(), &comment, document);
        found.extend(of_tool.map(|it| Allowance { reason: words.trim().to_owned(), ..it }));
    }
    (found, problems)
}

/// `ignore[check, check] why`
fn bracketed(words: &str) -> Option<(&str, &str)> {
    let (checks, words) = words.trim().strip_prefix("ignore[")?.split_once(']')?;
    Some((checks, words.trim()))
}

const FORM: &str = "write `# kai: allow(rule) -- reason`, or `allow(rule) until 2027-01-01 -- \
                    reason`";

/// A comment of another tool, where it names a check that means what a rule means.
fn of_tool(
    tool: Tool,
    written: &str,
    comment: &Comment<'_>,
    document: &Document,
) -> Option<Allowance> {
    let text = &document.text;
    let (rules, covers) = match (tool, written) {
        (Tool::Kics, "ignore-line") => (tools::all(tool), comment.covers_line(text)),
        (Tool::Kics, "ignore-block") => (tools::all(tool), comment.covers_block(text)),
        // In the first line alone they hold, and for the whole file.
        (Tool::Kics, "ignore") => (tools::all(tool), comment.covers(text)),
        _ => (tools::rules(tool, written), comment.covers_in(document)),
    };
    (!rules.is_empty()).then(|| Allowance {
        rules,
        reason: String::new(),
        until: None,
        span: comment.span(document),
        covers,
        tool: Some((tool, written.to_owned())),
    })
}

enum Read {
    Allow(Vec<String>, Option<Date>, String),
    Wrong(String),
    /// Somebody writes about Kai, not to it.
    Prose,
}

/// What stands behind `kai:`.
fn own(words: &str) -> Read {
    let words = words.trim();
    let Some((verb, rest)) = words.split_once('(') else {
        return match words.split_whitespace().next() {
            Some("allow") => Read::Wrong("this allows nothing: no rule is named".to_owned()),
            _ => Read::Prose,
        };
    };
    match verb.trim() {
        "allow" => {}
        verb if verb.contains(' ') => return Read::Prose,
        verb => return Read::Wrong(format!("I do not know `{verb}`, only `allow`")),
    }
    let Some((rules, rest)) = rest.split_once(')') else {
        return Read::Wrong("this allows nothing: `(` is not closed".to_owned());
    };
    let rules: Vec<String> =
        rules.split(',').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect();
    if rules.is_empty() {
        return Read::Wrong("this allows nothing: no rule is named".to_owned());
    }
    let (until, reason) = rest.split_once("--").unwrap_or((rest, ""));
    let until = match until.trim().strip_prefix("until") {
        Some(day) => match day.trim().parse() {
            Ok(day) => Some(day),
            Err(_) => return Read::Wrong(format!("`{}` is not a day", day.trim())),
        },
        None if until.trim().is_empty() => None,
        None => return Read::Wrong(format!("I do not understand `{}`", until.trim())),
    };
    match reason.trim() {
        "" => Read::Wrong("this allows nothing: no reason is given".to_owned()),
        reason => Read::Allow(rules, until, reason.to_owned()),
    }
}

/// A comment that begins with a word.
struct Comment<'a> {
    /// What stands behind the word.
    words: &'a str,
    /// Byte offsets of the `#` and of the end of the line.
    start: usize,
    end: usize,
    /// Where its line begins.
    line_start: usize,
}

fn comments<'a>(text: &'a str, word: &str) -> Vec<Comment<'a>> {
    let hits = memmem::find_iter(text.as_bytes(), word.as_bytes());
    hits.filter_map(|at| Comment::at(text, at, word)).collect()
}

impl<'a> Comment<'a> {
    fn at(text: &'a str, at: usize, word: &str) -> Option<Self> {
        let line_start = text[..at].rfind('\n').map_or(0, |it| it + 1);
        let before = &text[line_start..at];
        let start = line_start + before.rfind('#')?;
        let opens = text[line_start..start].chars().next_back().is_none_or(char::is_whitespace);
        if !opens || !text[start + 1..at].trim().is_empty() {
            return None;
        }
        let end = text[at..].find('\n').map_or(text.len(), |it| at + it);
        Some(Self { words: &text[at + word.len()..end], start, end, line_start })
    }

    fn span(&self, document: &Document) -> Span {
        let offset = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        Span { document: document.id, start: offset(self.start), end: offset(self.end) }
    }

    fn stands_alone(&self, text: &str) -> bool {
        text[self.line_start..self.start].trim().is_empty()
    }

    /// The document where nothing stands above it there; else the line.
    fn covers(&self, text: &str) -> Covers {
        if !self.stands_alone(text) {
            return self.covers_line(text);
        }
        let above = &text[..self.line_start];
        let (mut first, mut is_head) = (0, true);
        for (index, line) in above.lines().enumerate() {
            if is_separator(line) {
                (first, is_head) = (index + 1, true);
            } else if !is_empty(line) {
                is_head = false;
            }
        }
        if !is_head {
            return self.covers_line(text);
        }
        let below = text[self.end..].lines().skip(1).take_while(|it| !is_separator(it)).count();
        let own = above.lines().count() + 1;
        Covers { first: count(first + 1), last: count(own + below) }
    }

    /// In a configuration language of blocks, the block that it stands in or above.
    fn covers_in(&self, document: &Document) -> Covers {
        const BLOCKS: &[&str] = &["hcl", "tf", "tofu"];
        let is_of_blocks = document.path.extension().is_some_and(|it| BLOCKS.contains(&it));
        let text = &document.text;
        if !is_of_blocks { self.covers(text) } else { self.covers_outer_block(text) }
    }

    /// From the line that opens the outermost block to the one that closes it.
    fn covers_outer_block(&self, text: &str) -> Covers {
        let own = text[..self.line_start].lines().count();
        let opens = |it: &str| !it.is_empty() && !it.starts_with([' ', '\t', '#', '/', '}']);
        let lines: Vec<_> = text.lines().collect();
        let is_above = self.start == self.line_start;
        let first = match is_above {
            true => (own..lines.len()).find(|it| opens(lines[*it])),
            false => (0..=own).rev().find(|it| opens(lines[*it])),
        };
        let first = first.unwrap_or(own);
        let is_one_line = lines.get(first).is_some_and(|it| it.trim_end().ends_with('}'));
        let closes = |it: &usize| lines[*it].starts_with('}');
        let last = match is_one_line {
            true => first,
            false => (first..lines.len()).find(closes).unwrap_or(first),
        };
        Covers { first: count(first + 1), last: count(last + 1) }
    }

    /// Its own line, or the next one that says something where it stands alone.
    fn covers_line(&self, text: &str) -> Covers {
        let own = text[..self.line_start].lines().count() + 1;
        if !self.stands_alone(text) {
            return Covers { first: count(own), last: count(own) };
        }
        let mut below = text[self.end..].lines().skip(1);
        let next = below.position(|it| !is_empty(it)).map_or(own, |it| own + 1 + it);
        Covers { first: count(next), last: count(next) }
    }

    /// The next line and all that is indented more, or is an item of its list.
    fn covers_block(&self, text: &str) -> Covers {
        let line = self.covers_line(text);
        let mut lines = text.lines().skip(line.first as usize - 1);
        let indent = lines.next().map_or(0, indent);
        let inside = lines.take_while(|it| is_empty(it) || self::indent(it) > indent).count();
        Covers { last: line.last + count(inside), ..line }
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn is_separator(line: &str) -> bool {
    line.strip_prefix("---").is_some_and(|it| it.is_empty() || it.starts_with(char::is_whitespace))
}

fn is_empty(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#') || line.starts_with('%')
}
