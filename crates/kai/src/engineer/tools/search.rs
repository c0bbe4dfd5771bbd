//! Glob, Grep.

use std::path::Path;

use globset::{Glob, GlobMatcher};
use ignore::WalkBuilder;
use kai_agent::model::Cancel;
use kai_agent::permit::{Decision, Wish};
use regex::RegexBuilder;
use serde_json::{Map, Value};

use super::catalog::field;
use super::files::span;
use super::toolbox::{Answer, Done, Toolbox};

const FOUND_MAX: usize = 200;
const LINE_MAX: usize = 300;
const PROGRAM_MAX: usize = 1 << 20;

pub(super) fn glob(tools: &Toolbox<'_>, arguments: &Map<String, Value>, cancel: &Cancel) -> Answer {
    let pattern = field(arguments, "pattern")?;
    tools.ask("Glob", &Wish::Read("."), "")?;
    let only = matcher(pattern)?;
    let found: Vec<String> = files(tools, &only, cancel).take(FOUND_MAX + 1).collect();
    stopped(cancel)?;
    let more = if found.len() > FOUND_MAX { "\n… and more" } else { "" };
    if found.is_empty() {
        return Ok(Done::text(format!("no file is like `{pattern}`")));
    }
    let shown = &found[..found.len().min(FOUND_MAX)];
    Ok(Done::text(format!("{}{more}", shown.join("\n"))))
}

pub(super) fn grep(tools: &Toolbox<'_>, arguments: &Map<String, Value>, cancel: &Cancel) -> Answer {
    let pattern = field(arguments, "pattern")?;
    let only = matcher(arguments.get("glob").and_then(Value::as_str).unwrap_or("**"))?;
    tools.ask("Grep", &Wish::Read("."), "")?;
    let built = RegexBuilder::new(pattern).size_limit(PROGRAM_MAX).build();
    let wanted = built.map_err(|it| format!("`{pattern}` is no regular expression: {it}"))?;
    let mut evidence = Vec::new();
    for path in files(tools, &only, cancel) {
        let Some(text) =
            tools.root.read(&path, |_| true).ok().and_then(|it| String::from_utf8(it).ok())
        else {
            continue;
        };
        for (number, line) in (1..).zip(text.lines()) {
            if wanted.is_match(line) {
                let line: String = line.trim().chars().take(LINE_MAX).collect();
                evidence.push(span(&path, &path, number, line));
            }
            if evidence.len() > FOUND_MAX {
                return Ok(Done { text: "… and more".to_owned(), evidence, ..Done::default() });
            }
        }
    }
    stopped(cancel)?;
    let text =
        if evidence.is_empty() { format!("no line matches `{pattern}`") } else { String::new() };
    Ok(Done { text, evidence, ..Done::default() })
}

fn stopped(cancel: &Cancel) -> Result<(), String> {
    if cancel.is_pressed() { Err("it was stopped".to_owned()) } else { Ok(()) }
}

fn matcher(pattern: &str) -> Result<GlobMatcher, String> {
    let glob = Glob::new(pattern).map_err(|it| format!("`{pattern}` is no pattern: {it}"))?;
    Ok(glob.compile_matcher())
}

/// Files that may be read, in the order of their paths. What git ignores and what is hidden is left out, and no
/// link is followed. Who stops it waits for no file more, whether it is one of those or not.
fn files<'a>(
    tools: &'a Toolbox<'_>,
    only: &'a GlobMatcher,
    cancel: &'a Cancel,
) -> impl Iterator<Item = String> + 'a {
    let folder = tools.folder.as_std_path();
    let policy = tools.policy();
    let walk = WalkBuilder::new(folder).sort_by_file_path(Ord::cmp).follow_links(false).build();
    let walk = walk.take_while(|_| !cancel.is_pressed());
    let files =
        walk.filter_map(Result::ok).filter(|it| it.file_type().is_some_and(|it| it.is_file()));
    let relative =
        move |it: &Path| it.strip_prefix(folder).ok().and_then(Path::to_str).map(str::to_owned);
    files.filter_map(move |it| relative(it.path())).filter(move |it| {
        only.is_match(it) && policy.decide("Read", &Wish::Read(it)) == Decision::Allow
    })
}
