//! The files of variables that commands name: `terraform plan -var-file=../env/${ENV}.tfvars`.

use std::collections::BTreeSet;

use camino::Utf8Path;
use kai_core::Tree;

use crate::config::normalised;

const FLAG: &str = "-var-file";

/// Paths as they are written in scripts and pipelines, each hole as [`HOLE`].
#[derive(Debug, Default)]
pub(super) struct Commands {
    patterns: BTreeSet<String>,
}

/// What a shell or a build service puts in; no path holds it.
const HOLE: char = '\0';

impl Commands {
    pub(super) fn of(tree: &dyn Tree) -> Self {
        let files = tree.files().iter().filter(|it| holds_commands(&it.path));
        let texts = files.filter_map(|it| tree.bytes(&it.path).ok());
        let mut patterns = BTreeSet::new();
        for text in texts {
            let text = String::from_utf8_lossy(&text);
            patterns.extend(text.split(FLAG).skip(1).filter_map(pattern));
        }
        Self { patterns }
    }

    /// True where a command that runs in the root's folder names the file.
    pub(super) fn give(&self, file: &Utf8Path, root: &Utf8Path) -> bool {
        self.patterns.iter().any(|it| match it.strip_prefix(HOLE) {
            Some(rest) => (0..=file.as_str().len())
                .filter_map(|at| file.as_str().get(at..))
                .any(|end| matches(rest.trim_start_matches('/'), end)),
            None => {
                normalised(&root.join(it)).is_some_and(|it| matches(it.as_str(), file.as_str()))
            }
        })
    }
}

fn holds_commands(path: &Utf8Path) -> bool {
    const NAMES: &[&str] = &["GNUmakefile", "Jenkinsfile", "Makefile", "justfile", "makefile"];
    const ENDS: &[&str] = &["bash", "mk", "sh", "yaml", "yml"];
    path.file_name().is_some_and(|it| NAMES.contains(&it))
        || path.extension().is_some_and(|it| ENDS.contains(&it))
}

/// What stands behind the flag, if it is a file of variables of which more than its end is written.
fn pattern(rest: &str) -> Option<String> {
    let written = rest.strip_prefix(['=', ' '])?.trim_start_matches(['"', '\'']);
    let (mut pattern, mut rest) = (String::new(), written);
    while let Some(letter) = rest.chars().next() {
        let hole = hole_length(rest);
        match hole {
            Some(length) => {
                // Two of them are no more than one, and cost more to try.
                if !pattern.ends_with(HOLE) {
                    pattern.push(HOLE);
                }
                rest = &rest[length..];
            }
            None if letter.is_whitespace() || "\"';|&),\\".contains(letter) => break,
            None => {
                pattern.push(letter);
                rest = &rest[letter.len_utf8()..];
            }
        }
    }
    let name = pattern.strip_suffix(".tfvars")?;
    let is_told = name.chars().any(|it| it != HOLE && it != '.' && it != '/');
    is_told.then_some(pattern)
}

/// How long what is put in is, where the text begins with it: `${{ inputs.env }}`, `${ENV}`, `$(pwd)`, `$ENV`.
fn hole_length(text: &str) -> Option<usize> {
    const ENDS: &[(&str, &str)] = &[("${{", "}}"), ("${", "}"), ("$(", ")"), ("{{", "}}")];
    for (start, end) in ENDS {
        if let Some(inner) = text.strip_prefix(start) {
            return Some(start.len() + inner.find(end)? + end.len());
        }
    }
    let name = text.strip_prefix('$')?;
    let end = name.find(|it: char| !it.is_ascii_alphanumeric() && it != '_').unwrap_or(name.len());
    (end > 0).then_some(end + 1)
}

/// True where the text is the pattern with something in its holes that is no path of several folders.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((before, after)) = pattern.split_once(HOLE) else { return pattern == text };
    let Some(rest) = text.strip_prefix(before) else { return false };
    let ends = rest.char_indices().map(|(at, it)| (at + it.len_utf8(), it));
    let inside = ends.take_while(|it| it.1 != '/');
    inside.map(|it| it.0).any(|it| matches(after, &rest[it..]))
}
