//! `docker compose -f … -f …` in the texts of a folder: which files are meant to go together.

use camino::{Utf8Path, Utf8PathBuf};

use super::canonical::join;
use super::discover::{ComposeProject, name};
use crate::{File, Project};

/// Texts beside Compose files that say how they are started.
const NAMES: &[&str] = &[
    "Makefile",
    "README.md",
    "justfile",
    "Justfile",
    "Taskfile.yml",
    "Taskfile.yaml",
    "package.json",
];

/// How much of one text is looked at.
const TEXT_MAX: usize = 256 * 1024;

/// The largest combinations of files of a folder that a text names; one that is part of a larger
/// one is left out, and so is one that names a single file.
pub(super) fn combinations(
    project: &Project<'_>,
    folder: &Utf8Path,
    files: &[&File],
) -> Vec<ComposeProject> {
    let mut found: Vec<(Vec<Utf8PathBuf>, Utf8PathBuf)> = Vec::new();
    for path in texts(project, folder, files) {
        let Ok(bytes) = project.tree().bytes(&path) else { continue };
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(TEXT_MAX)]);
        for named in named_files(&text, folder) {
            // One that holds no service yet is there to be filled in.
            let are_here = named.iter().all(|it| project.file(it).is_some());
            let is_model = |it: &Utf8PathBuf| files.iter().any(|file| file.path == *it);
            let named: Vec<_> = named.into_iter().filter(is_model).collect();
            if named.len() > 1 && are_here {
                found.push((named, path.clone()));
            }
        }
    }
    let is_part = |files: &[Utf8PathBuf]| {
        found.iter().any(|(other, _)| {
            other.len() > files.len() && files.iter().all(|it| other.contains(it))
        })
    };
    let mut result: Vec<ComposeProject> = Vec::new();
    for (files, place) in &found {
        let is_known = result.iter().any(|it| it.files == *files);
        if let Some(last) = files.last().filter(|_| !is_known && !is_part(files)) {
            let reason = format!("`{}` starts these files together", name(place));
            result.push(ComposeProject { path: last.clone(), files: files.clone(), reason });
        }
    }
    result
}

/// The Compose files themselves, whose comments often say it, then what lies beside them.
fn texts(project: &Project<'_>, folder: &Utf8Path, files: &[&File]) -> Vec<Utf8PathBuf> {
    let own = files.iter().map(|it| it.path.clone());
    let beside = project.tree().files().iter().map(|it| &it.path).filter(|path| {
        let is_script = path.extension() == Some("sh");
        path.parent() == Some(folder)
            && (is_script || path.file_name().is_some_and(|it| NAMES.contains(&it)))
    });
    own.chain(beside.cloned()).collect()
}

/// The files of every command line of a text.
fn named_files(text: &str, folder: &Utf8Path) -> Vec<Vec<Utf8PathBuf>> {
    let mut joined = String::new();
    for line in text.lines() {
        // A command in a comment goes on in the next comment.
        let line = line.trim_start().trim_start_matches('#');
        match line.trim_end().strip_suffix('\\') {
            Some(line) => joined.extend([line, " "]),
            None => joined.extend([line, "\n"]),
        }
    }
    let commands = joined.lines().flat_map(|line| {
        let starts = ["docker compose ", "docker-compose "];
        starts.into_iter().flat_map(move |start| line.split(start).skip(1))
    });
    commands.map(|it| files_of(it, folder)).collect()
}

/// What follows each `-f` or `--file` before the command.
fn files_of(arguments: &str, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut files = Vec::new();
    let mut words = arguments.split_whitespace();
    while let Some(word) = words.next() {
        let file = match word.trim_matches(['[', '`', '"', '\'']) {
            "-f" | "--file" => words.next(),
            other => match other.strip_prefix("--file=").or_else(|| other.strip_prefix("-f=")) {
                Some(file) => Some(file),
                None if other.starts_with('-') => None,
                None => break,
            },
        };
        let file = file.map(|it| it.trim_matches([']', '`', '"', '\'']));
        files.extend(file.map(|it| join(folder, it)));
    }
    files
}
