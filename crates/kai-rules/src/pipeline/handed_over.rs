//! Edits that hand a stranger's text to a script in a variable, where it was pasted into it.

use kai_core::{Edit, Fix, OriginId, Span};
use kai_graph::{Job, Step, StepScript};

use super::quoting::{Quoting, quoting};
use crate::Context;

/// Every text of a stranger in a variable of its step; none where one of them cannot be.
pub(super) fn handed_over(job: &Job, ctx: Context<'_>) -> Option<Fix> {
    let steps = job.steps.iter().filter(|it| !it.pasted.is_empty());
    let edits: Option<Vec<Vec<Edit>>> = steps.map(|it| of_step(it, ctx)).collect();
    Some(Fix::unsafely("Hand it over in a variable", edits?.concat()))
}

fn of_step(step: &Step, ctx: Context<'_>) -> Option<Vec<Edit>> {
    let script = Script::of(step.script?, ctx)?;
    let mut variables: Vec<(String, &str)> = Vec::new();
    let mut edits = Vec::new();
    for (_, at) in &step.pasted {
        let (name, hole, edit) = script.hand_over(*at, ctx)?;
        edits.push(edit);
        if !variables.iter().any(|it| it.0 == name) {
            variables.push((name, hole));
        }
    }
    edits.extend(script.declare(&variables, ctx)?);
    Some(edits)
}

/// A script as it stands in its file.
struct Script<'a> {
    facts: StepScript,
    span: Span,
    text: &'a str,
    /// Where it begins, after the sign of a block.
    begin: usize,
    /// The variables that the step has.
    known: &'a str,
}

impl<'a> Script<'a> {
    fn of(facts: StepScript, ctx: Context<'a>) -> Option<Self> {
        let span = ctx.origins.outermost(ctx.origins.span(facts.origin)?);
        let text = ctx.written(facts.origin)?;
        let begin = match text.as_bytes().first()? {
            // In quotes of YAML others would have to be escaped.
            b'"' | b'\'' => return None,
            b'|' | b'>' => text.find('\n')? + 1,
            _ => 0,
        };
        if is_read_again(text) {
            return None;
        }
        let known = facts.variables.and_then(|it| ctx.written(it)).unwrap_or_default();
        Some(Self { facts, span, text, begin, known })
    }

    /// The name of a variable, what it is given, and the edit that reads it instead.
    fn hand_over(&self, at: OriginId, ctx: Context<'a>) -> Option<(String, &'a str, Edit)> {
        let span = ctx.origins.outermost(ctx.origins.span(at)?);
        let place = span.start.checked_sub(self.span.start)? as usize;
        let hole = ctx.written(at)?;
        let name = variable(hole)?;
        // A quote in the first place would be one of YAML.
        let is_free = place > 0 && !self.text.contains(&name) && !self.known.contains(&name);
        let reading = match quoting(self.text.get(self.begin..place)?)? {
            Quoting::None => format!("\"${{{name}}}\""),
            Quoting::Double => format!("${{{name}}}"),
            Quoting::Single => format!("'\"${{{name}}}\"'"),
        };
        is_free.then(|| (name, hole, Edit::replace(span, reading)))
    }

    fn declare(&self, variables: &[(String, &str)], ctx: Context<'_>) -> Option<Vec<Edit>> {
        let Some(map) = self.facts.variables else {
            let lines: Vec<_> = variables.iter().map(|it| format!("{}: {}", it.0, it.1)).collect();
            return ctx.insert(self.facts.step, "env", &lines.join("\n"));
        };
        let edits = variables.iter().map(|(name, hole)| ctx.insert(map, name, hole));
        Some(edits.collect::<Option<Vec<_>>>()?.concat())
    }
}

/// True where the script hands texts to what reads them as a program of its own: there a variable is as
/// open as what was pasted.
fn is_read_again(script: &str) -> bool {
    const READERS: &[&str] = &[
        "awk", "bash", "dash", "eval", "gawk", "node", "perl", "php", "pwsh", "ruby", "sed", "sh",
        "ssh", "xargs", "zsh",
    ];
    let is_part = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.' | '/');
    let words: Vec<&str> = script.split(|it| !is_part(it)).filter(|it| !it.is_empty()).collect();
    let is_reader = |it: &&str| {
        let name = it.rsplit('/').next().unwrap_or(it);
        READERS.contains(&name) || name.starts_with("python") || *it == "-c"
    };
    // `set -e` and `echo -e` are given no program.
    let is_expression = |it: &[&str]| it[1] == "-e" && !matches!(it[0], "set" | "echo");
    words.iter().any(is_reader) || words.windows(2).any(is_expression)
}

/// `ISSUE_TITLE` of `${{ github.event.issue.title }}`; none for what is more than a path.
fn variable(hole: &str) -> Option<String> {
    let path = hole.strip_prefix("${{")?.strip_suffix("}}")?.trim();
    let is_part = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | '.');
    let parts = path.split('.').filter(|it| !matches!(*it, "github" | "event" | "inputs"));
    let name = parts.collect::<Vec<_>>().join("_").replace('-', "_").to_ascii_uppercase();
    let is_name = name.starts_with(|it: char| it.is_ascii_uppercase());
    (path.chars().all(is_part) && is_name).then_some(name)
}
