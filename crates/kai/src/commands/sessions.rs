//! `kai sessions`.

use std::process::ExitCode;

use camino::Utf8Path;
use kai_agent::session::{kept, page, read};
use kai_answer::safe_lines;

use crate::command_line::Sessions;
use crate::engineer::journal;
use crate::error::Error;
use crate::{output, terminal};

pub(crate) fn run(command: &Sessions) -> Result<ExitCode, Error> {
    match command {
        Sessions::List => list(),
        Sessions::Export(it) => export(&it.id, it.output.as_deref()),
    }
}

/// The newest first.
fn list() -> Result<ExitCode, Error> {
    let folder = journal::folder();
    let files = folder
        .as_deref()
        .and_then(|it| it.read_dir_utf8().ok())
        .into_iter()
        .flatten()
        .filter_map(Result::ok);
    let mut ids: Vec<String> =
        files.filter_map(|it| it.file_name().strip_suffix(".jsonl").map(str::to_owned)).collect();
    ids.sort_by(|one, other| other.cmp(one));
    let mut text = String::new();
    for id in ids {
        let Some(path) = folder.as_deref().and_then(|it| journal::file(it, &id)) else { continue };
        let Ok(written) = journal::text(&path) else { continue };
        let (entries, _) = read(&written);
        let kept = kept(&entries);
        let question = page(&entries)
            .lines()
            .find_map(|it| it.strip_prefix("## ").map(str::to_owned))
            .unwrap_or_default();
        text.push_str(&format!(
            "{id}  {}  {}  {}\n",
            kept.root,
            kept.model,
            safe_lines(&question).join(" ")
        ));
    }
    terminal::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn export(id: &str, output: Option<&Utf8Path>) -> Result<ExitCode, Error> {
    let unknown = || Error::NoSession { id: id.to_owned() };
    let path = journal::folder().and_then(|it| journal::file(&it, id)).ok_or_else(unknown)?;
    let text = journal::text(&path).map_err(|_| unknown())?;
    let (entries, problems) = read(&text);
    problems.iter().for_each(|it| terminal::note(&format!("kai: session {id}: {it}")));
    let mut page = safe_lines(&page(&entries)).join("\n");
    page.push('\n');
    output::deliver(output, &page)?;
    Ok(ExitCode::SUCCESS)
}
