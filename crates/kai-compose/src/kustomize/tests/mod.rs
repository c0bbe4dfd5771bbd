//! Small kustomizations, and what becomes of them.
//!
//! A case is a text of files, each after a line `=== path`; the first one is the kustomization
//! that is built. Expected objects are what `kubectl kustomize` of Kustomize 5.5 prints.

mod configurations;
mod fields;
mod generators;
mod images;
mod labels;
mod names;
mod origins;
mod patches;
mod plugins;
mod replacements;
mod resources;
mod vars;

use std::fmt::Write as _;

use camino::{Utf8Path, Utf8PathBuf};
use expect_test::Expect;
use kai_core::{LocationRole, OriginId, Origins, Tree, TreeEntry, TreeError};
use kai_syntax::yaml;

use super::build;
use crate::{Composition, Project, Refusal};

/// Builds the first file's folder and compares what is printed, what is missing and why it is
/// refused.
#[track_caller]
fn check(files: &str, expected: Expect) {
    let files = Files::of(files);
    let origins = Origins::new();
    let project = Project::load(&files, &origins);
    let outcome = build(&project, files.root());
    expected.assert_eq(&printed(&outcome, &origins));
}

fn printed(outcome: &Result<Composition, Refusal>, origins: &Origins) -> String {
    let place = |at: Option<OriginId>| {
        let location = at.and_then(|it| origins.location(it, LocationRole::Primary));
        location.map_or(String::new(), |it| format!(" ({}:{})", it.path, it.line))
    };
    match outcome {
        Err(refusal) => format!("refused: {}{}\n", refusal.message, place(refusal.at)),
        Ok(composition) => {
            let mut text = yaml::emit_stream(&composition.objects);
            for gap in &composition.gaps {
                let _ = writeln!(text, "# gap: {:?} {}{}", gap.kind, gap.what, place(gap.at));
            }
            for span in composition.problems.iter().filter_map(|it| it.span) {
                let place = origins.location_of(span, LocationRole::Primary);
                let _ = writeln!(text, "# problem: {}:{}", place.path, place.line);
            }
            text
        }
    }
}

/// Files in memory.
struct Files {
    entries: Vec<TreeEntry>,
    texts: Vec<(Utf8PathBuf, String)>,
}

impl Files {
    fn of(text: &str) -> Self {
        let mut texts: Vec<(Utf8PathBuf, String)> = Vec::new();
        for line in text.lines() {
            match (line.strip_prefix("=== "), texts.last_mut()) {
                (Some(path), _) => texts.push((path.into(), String::new())),
                (None, Some((_, text))) => {
                    text.push_str(line);
                    text.push('\n');
                }
                (None, None) => assert!(line.trim().is_empty(), "a case begins with a path"),
            }
        }
        let entry = |(path, text): &(Utf8PathBuf, String)| TreeEntry {
            path: path.clone(),
            size: text.len() as u64,
        };
        let mut entries: Vec<TreeEntry> = texts.iter().map(entry).collect();
        entries.sort();
        Self { entries, texts }
    }

    /// The folder of the first file.
    fn root(&self) -> &Utf8Path {
        self.texts[0].0.parent().unwrap()
    }
}

impl Tree for Files {
    fn files(&self) -> &[TreeEntry] {
        &self.entries
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Vec<u8>, TreeError> {
        match self.texts.iter().find(|(it, _)| it == path) {
            Some((_, text)) => Ok(text.clone().into_bytes()),
            None => Err(TreeError::NotFound { path: path.to_owned() }),
        }
    }

    fn is_ignored(&self, _: &Utf8Path) -> bool {
        false
    }
}
