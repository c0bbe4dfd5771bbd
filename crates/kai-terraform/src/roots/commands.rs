//! The files of variables that commands name: `terraform plan -var-file=../env/${ENV}.tfvars`.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::Tree;

use crate::config::normalised;

const FLAG: &str = "-var-file";

/// How many bytes before the flag are looked at for where its command runs.
const LOOK_BACK: usize = 4096;

/// What a shell or a build service puts in; no path holds it.
const HOLE: char = '\0';

/// Which files the commands of a tree may give to which roots.
#[derive(Debug, Default)]
pub(super) struct Commands<'a> {
    /// Ends of paths that begin with a hole, so that the command may run anywhere.
    ends: BTreeSet<String>,
    /// The same, each with the roots in which its command says that it runs.
    ends_told: Vec<(String, Vec<&'a Utf8Path>)>,
    /// Paths with their holes, each with the roots in whose folders they lead there.
    paths: BTreeMap<Utf8PathBuf, Vec<&'a Utf8Path>>,
}

impl<'a> Commands<'a> {
    pub(super) fn of(tree: &dyn Tree, roots: &[&'a Utf8Path]) -> Self {
        let mut commands = Self::default();
        for Named { path, directory } in named(tree) {
            let told: Vec<_> = match &directory {
                Some(it) => roots.iter().copied().filter(|root| leads_to(it, root)).collect(),
                None => Vec::new(),
            };
            match path.strip_prefix(HOLE) {
                Some(end) if told.is_empty() => _ = commands.ends.insert(end.to_owned()),
                Some(end) => commands.ends_told.push((end.to_owned(), told)),
                None => commands.add(&path, if told.is_empty() { roots } else { &told }),
            }
        }
        commands
    }

    fn add(&mut self, path: &str, roots: &[&'a Utf8Path]) {
        for root in roots {
            if let Some(path) = normalised(&root.join(path)) {
                self.paths.entry(path).or_default().push(root);
            }
        }
    }

    /// The roots to which a command that names the file may give it.
    pub(super) fn receivers(&self, file: &Utf8Path) -> Receivers<'a> {
        let paths = self.paths.iter().filter(|it| matches(it.0.as_str(), file.as_str()));
        let ends = self.ends_told.iter().filter(|it| is_end(&it.0, file.as_str()));
        let roots = paths.flat_map(|it| it.1).chain(ends.flat_map(|it| &it.1));
        let roots: BTreeSet<_> = roots.copied().collect();
        // Who says where it runs outweighs who may run anywhere.
        match roots.is_empty() && self.ends.iter().any(|it| is_end(it, file.as_str())) {
            true => Receivers::Any,
            false => Receivers::These(roots),
        }
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

/// A file as a command names it, each hole as [`HOLE`].
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    path: String,
    /// Where the command runs, if it says so.
    directory: Option<String>,
}

/// What scripts and pipelines name.
fn named(tree: &dyn Tree) -> BTreeSet<Named> {
    let files = tree.files().iter().filter(|it| holds_commands(&it.path));
    let mut found = BTreeSet::new();
    for text in files.filter_map(|it| tree.bytes(&it.path).ok()) {
        let text = String::from_utf8_lossy(&text);
        found.extend(text.match_indices(FLAG).filter_map(|(at, flag)| {
            let path = pattern(&text[at + flag.len()..])?;
            Some(Named { path, directory: directory(&text[..at]) })
        }));
    }
    found
}

/// `cd app && terraform -chdir=net plan`: what the line before a flag says of the folder that the command runs in.
fn directory(before: &str) -> Option<String> {
    let start = before.len().saturating_sub(LOOK_BACK);
    let start = (start..=before.len()).find(|it| before.is_char_boundary(*it))?;
    let line = command_line(&before[start..]);
    let mut parts: Vec<&str> = line.split(['&', ';', '|']).collect();
    let own = parts.pop()?;
    let mut path = Utf8PathBuf::new();
    for part in parts {
        let folder = ["cd ", "pushd "].iter().find_map(|it| behind(part, it));
        folder.into_iter().for_each(|it| path.push(word(it)));
    }
    let folder = ["-chdir=", "-chdir "].iter().find_map(|it| behind(own, it));
    folder.into_iter().for_each(|it| path.push(word(it)));
    let path = path.as_str().trim_start_matches("./").trim_start_matches("../");
    let path = normalised(path.into())?.into_string();
    (!path.is_empty()).then_some(path)
}

/// What is left of a text behind its last line break that no backslash takes away.
fn command_line(text: &str) -> &str {
    let mut ends = text.rmatch_indices('\n').filter(|it| !text[..it.0].ends_with('\\'));
    ends.next().map_or(text, |it| &text[it.0 + 1..])
}

/// What stands behind a word of a text.
fn behind<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let at = text.find(word)?;
    let is_whole = !text[..at].ends_with(|it: char| it.is_alphanumeric());
    is_whole.then(|| text[at + word.len()..].trim_start())
}

/// True where a command that changes to the directory from somewhere in the tree may be in the root.
fn leads_to(directory: &str, root: &Utf8Path) -> bool {
    match directory.strip_prefix(HOLE) {
        Some("") => false,
        Some(end) => is_end(end, root.as_str()),
        None => is_end(&format!("/{directory}"), root.as_str()),
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
    let pattern = word(rest.strip_prefix(['=', ' '])?);
    let name = pattern.trim_end_matches(".json").strip_suffix(".tfvars")?;
    let is_told = name.chars().any(|it| it != HOLE && it != '.' && it != '/');
    is_told.then_some(pattern)
}

/// The word that a text begins with.
fn word(text: &str) -> String {
    let (mut word, mut rest) = (String::new(), text.trim_start_matches(['"', '\'']));
    while let Some(letter) = rest.chars().next() {
        let hole = hole_length(rest);
        match hole {
            Some(length) => {
                // Two of them are no more than one, and cost more to try.
                if !word.ends_with(HOLE) {
                    word.push(HOLE);
                }
                rest = &rest[length..];
            }
            None if letter.is_whitespace() || "\"';|&),\\".contains(letter) => break,
            None => {
                word.push(letter);
                rest = &rest[letter.len_utf8()..];
            }
        }
    }
    word
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

/// True where the text ends as the pattern does, behind whatever stands in the hole before it; that
/// may be the folder of the tree.
fn is_end(pattern: &str, text: &str) -> bool {
    let folders = pattern.matches('/').count();
    let last = |count: usize| {
        let start = text.rmatch_indices('/').nth(count).map_or(0, |it| it.0 + 1);
        &text[start..]
    };
    match pattern.strip_prefix('/') {
        Some(pattern) => matches(pattern, last(folders - 1)),
        None => matches(&format!("{HOLE}{pattern}"), last(folders)),
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
