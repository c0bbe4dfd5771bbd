//! Reads a transcript, runs it, and compares or blesses it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::run::{empty_folder, kai, repository, write};

/// A message where the transcript differs from what the binary prints.
pub(crate) fn check(path: &Path) -> Option<String> {
    let before = fs::read_to_string(path).expect("the transcript is a text");
    let name = path.file_stem().and_then(|it| it.to_str()).expect("its name is UTF-8");
    let after = replay(name, &before);
    if before == after {
        return None;
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(path, after).expect("the transcript can be written");
        return None;
    }
    let differs = before.lines().zip(after.lines()).position(|(one, other)| one != other);
    let line = differs.unwrap_or_else(|| before.lines().count().min(after.lines().count()));
    let shown = |text: &str| text.lines().nth(line).unwrap_or("(the end)").to_owned();
    Some(format!(
        "{name}.md:{}\n  expected: {}\n  found:    {}\n",
        line + 1,
        shown(&before),
        shown(&after)
    ))
}

/// The transcript with what the binary prints now. Without files of its own it runs at the root of
/// the repository.
fn replay(name: &str, text: &str) -> String {
    let has_files = text.contains("file=");
    let folder = if has_files { empty_folder(&format!("transcript-{name}")) } else { repository() };
    let mut after = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let _ = writeln!(after, "{line}");
        if !line.starts_with("```") {
            continue;
        }
        let body: Vec<&str> = lines.by_ref().take_while(|it| *it != "```").collect();
        if line == "```console" {
            let commands = body.iter().filter(|it| it.starts_with("$ "));
            commands.for_each(|command| after.push_str(&run(&folder, command)));
        } else {
            body.iter().for_each(|it| after.push_str(&format!("{it}\n")));
            if let Some((_, path)) = line.split_once("file=") {
                write(&folder, path, body.join("\n") + "\n");
            }
        }
        after.push_str("```\n");
    }
    after
}

/// A command and everything it prints, as it stands in a transcript.
fn run(folder: &Path, command: &str) -> String {
    let line = command.strip_prefix("$ kai ").expect("a transcript runs `kai`");
    let (line, stdin) = match line.split_once(" < ") {
        Some((line, path)) => (line, Some(fs::read(folder.join(path)).expect("the file is there"))),
        None => (line, None),
    };
    let ran = kai(folder, &arguments(line), stdin.as_deref());
    let mut text = format!("{command}\n");
    if let Some(code) = ran.code.filter(|it| *it != 0) {
        let _ = writeln!(text, "? {code}");
    }
    text.push_str(&ran.stdout);
    text.push_str(&ran.stderr);
    text
}

/// The words of a command; what stands in single quotes is one.
fn arguments(line: &str) -> Vec<&str> {
    let parts = line.split('\'').enumerate();
    let words = parts.flat_map(|(index, part)| {
        let is_quoted = index % 2 == 1;
        let whole = is_quoted.then_some(part);
        let apart = (!is_quoted).then(|| part.split(' ').filter(|it| !it.is_empty()));
        whole.into_iter().chain(apart.into_iter().flatten())
    });
    words.collect()
}
