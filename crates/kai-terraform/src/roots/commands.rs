//! The files of variables that commands name: `terraform plan -var-file=../env/${ENV}.tfvars`.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::Tree;

use crate::config::normalised;

const FLAG: &str = "-var-file";

/// What a shell or a build service puts in; no path holds it.
const HOLE: char = '\0';

/// Which files the commands of a tree may give to which roots.
#[derive(Debug, Default)]
pub(super) struct Commands<'a> {
    /// Ends of paths that begin with a hole, so that the command may run anywhere.
    ends: BTreeSet<String>,
    /// Paths with their holes, each with the roots in whose folders they lead there.
    paths: BTreeMap<Utf8PathBuf, Vec<&'a Utf8Path>>,
}

impl<'a> Commands<'a> {
    pub(super) fn of(tree: &dyn Tree, roots: &[&'a Utf8Path]) -> Self {
        let mut commands = Self::default();
        for pattern in patterns(tree) {
            if let Some(end) = pattern.strip_prefix(HOLE) {
                commands.ends.insert(end.to_owned());
                continue;
            }
            for root in roots {
                if let Some(path) = normalised(&root.join(&pattern)) {
                    commands.paths.entry(path).or_default().push(root);
                }
            }
        }
        commands
    }

    /// The roots to which a command that names the file may give it.
    pub(super) fn receivers(&self, file: &Utf8Path) -> Receivers<'a> {
        if self.ends.iter().any(|it| is_end(it, file.as_str())) {
            return Receivers::Any;
        }
        let paths = self.paths.iter().filter(|it| matches(it.0.as_str(), file.as_str()));
        Receivers::These(paths.flat_map(|it| it.1).copied().collect())
    }
}

/// Roots to which a file may be given.
pub(super) enum Receivers<'a> {
    Any,
    These(BTreeSet<&'a Utf8Path>),
}

impl Receivers<'_> {
    pub(super) fn hold(&self, root: &Utf8Path) -> bool {
        match self {
            Self::Any => true,
            Self::These(roots) => roots.contains(root),
        }
    }
}

/// Paths as they are written in scripts and pipelines, each hole as [`HOLE`].
fn patterns(tree: &dyn Tree) -> BTreeSet<String> {
    let files = tree.files().iter().filter(|it| holds_commands(&it.path));
    let mut patterns = BTreeSet::new();
    for text in files.filter_map(|it| tree.bytes(&it.path).ok()) {
        let text = String::from_utf8_lossy(&text);
        patterns.extend(text.split(FLAG).skip(1).filter_map(pattern));
    }
    patterns
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
    let name = pattern.trim_end_matches(".json").strip_suffix(".tfvars")?;
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

/// True where the text ends as the pattern does, behind whatever stands in the hole before it.
fn is_end(pattern: &str, text: &str) -> bool {
    let folders = pattern.matches('/').count();
    let start = text.rmatch_indices('/').nth(folders).map_or(0, |it| it.0 + 1);
    match pattern.strip_prefix('/') {
        Some(pattern) => text[start..].split_once('/').is_some_and(|it| matches(pattern, it.1)),
        None => matches(&format!("{HOLE}{pattern}"), &text[start..]),
    }
}

/// True where the text is the pattern with something in its holes that is no path of several folders.
fn matches(pattern: &str, text: &str) -> bool {
    let (mut patterns, mut texts) = (pattern.split('/'), text.split('/'));
    loop {
        match (patterns.next(), texts.next()) {
            (None, None) => return true,
            (Some(pattern), Some(text)) if fills(pattern, text) => {}
            _ => return false,
        }
    }
}

/// True where a name is the pattern with something in each of its holes.
fn fills(pattern: &str, name: &str) -> bool {
    let mut pieces = pattern.split(HOLE);
    let Some(mut rest) = name.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    // The first place that fits leaves the most for those behind it.
    for piece in pieces {
        let Some(filled) = skip_character(rest) else { return false };
        let Some(at) = filled.find(piece) else { return false };
        rest = &filled[at + piece.len()..];
    }
    skip_character(rest).is_some_and(|it| it.ends_with(last))
}

fn skip_character(text: &str) -> Option<&str> {
    let mut characters = text.chars();
    characters.next().map(|_| characters.as_str())
}
