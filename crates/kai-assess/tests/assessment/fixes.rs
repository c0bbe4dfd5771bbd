//! Fixes made to whole repositories: every root is composed before and after, only what a fix edits
//! differs, and the findings are gone.
//!
//! The repositories are found by `KAI_CORPUS_DATA`, or in `../shared/corpus` beside this repository;
//! nothing is written there.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use kai_assess::{Repair, repair};
use kai_compose::Project;
use kai_compose::roots::{compose, discover};
use kai_core::{Node, Origins, RootId, Tree, TreeEntry, TreeError, Unwatched};
use kai_testing::{Folder, PlacedEdit, changes, corpus, say};

#[test]
fn fixes_of_the_corpora_change_what_they_edit_and_nothing_else() {
    let Some(corpus) = corpus() else { return };
    let entries = std::fs::read_dir(corpus).expect("the corpora are a folder").flatten();
    let mut repositories: Vec<_> = entries.map(|it| it.path()).filter(|it| it.is_dir()).collect();
    repositories.sort();
    let mut wrong = Vec::new();
    let mut clean = 0;
    for repository in &repositories {
        let name = repository.file_name().unwrap_or_default().to_string_lossy();
        let offences = offences(&Folder::read(repository), &name);
        clean += usize::from(offences.is_empty());
        wrong.extend(offences.into_iter().map(|it| format!("{name}: {it}")));
    }
    say(&format!("FIXED: {clean}/{} repositories", repositories.len()));
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

fn offences(tree: &dyn Tree, name: &str) -> Vec<String> {
    let (findings, repair) = reviewed(tree);
    let edited = Edited::new(tree, &repair);
    let (left, _) = reviewed(&edited);
    let mut offences = Vec::new();

    let staying = repair.applied.iter().filter(|it| left.contains_key(&it.to_string()));
    offences.extend(staying.map(|it| format!("still found: {}", findings[&it.to_string()])));
    let (had, has): (BTreeSet<_>, BTreeSet<_>) =
        (findings.values().collect(), left.values().collect());
    let new: Vec<_> = has.difference(&had).collect();

    let origins = Origins::new();
    let roots = objects(tree, &origins);
    let after = objects(&edited, &Origins::new());
    let mut changed = 0;
    for (root, before) in &roots {
        for change in changes(before, after.get(root).map_or(&[], Vec::as_slice)) {
            changed += 1;
            if !change.is_made_by(&edited.edits, &origins) {
                offences.push(format!("`{root}`: `{}` differs", change.path.join(".")));
            }
        }
    }
    say(&format!(
        "FIXED {name}: {} findings in {} files, {changed} values in {} roots, {} revealed, {} left \
         out, {} offences",
        repair.applied.len(),
        repair.files.len(),
        roots.len(),
        new.len(),
        repair.left_out.len(),
        offences.len(),
    ));
    new.iter().for_each(|it| say(&format!("  revealed: {it}")));
    offences
}

/// Findings by id, and what would be changed.
fn reviewed(tree: &dyn Tree) -> (BTreeMap<String, String>, Repair) {
    let settings = kai_assess::Settings::default();
    let reviewed = kai_assess::read(
        tree,
        None,
        Origins::new(),
        settings,
        &Unwatched,
        kai_assess::Keep::Nothing,
    );
    let assessment =
        kai_assess::assess_reviewed(&reviewed, &kai_assess::Options::default(), &Unwatched);
    let repair = repair(&assessment.findings, &reviewed.origins, true);
    let shown = assessment
        .findings
        .iter()
        .map(|it| (it.id.to_string(), format!("{} at {}: {}", it.rule, it.component, it.title)));
    (shown.collect(), repair)
}

/// What would be applied, by the place of the root.
fn objects(tree: &dyn Tree, origins: &Origins) -> BTreeMap<String, Vec<Node>> {
    let project = Project::load(tree, origins);
    let plans = discover(&project);
    let composed = (0..).zip(&plans).map(|(id, plan)| {
        let (root, composition) = compose(&project, plan, RootId(id));
        (format!("{} {:?}", root.path, root.kind), composition.objects)
    });
    composed.collect()
}

/// The tree with the changes.
struct Edited<'a> {
    tree: &'a dyn Tree,
    texts: BTreeMap<Utf8PathBuf, String>,
    edits: Vec<PlacedEdit>,
}

impl<'a> Edited<'a> {
    fn new(tree: &'a dyn Tree, repair: &Repair) -> Self {
        let placed = |path: &Utf8PathBuf, edit: &kai_core::Edit| PlacedEdit {
            path: path.clone(),
            start: edit.span.start,
            end: edit.span.end,
            text: edit.text.clone(),
        };
        let files = &repair.files;
        let edits = files.iter().flat_map(|it| it.edits.iter().map(|edit| placed(&it.path, edit)));
        let texts = files.iter().map(|it| (it.path.clone(), it.after.clone()));
        Self { tree, texts: texts.collect(), edits: edits.collect() }
    }
}

impl Tree for Edited<'_> {
    fn files(&self) -> &[TreeEntry] {
        self.tree.files()
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Vec<u8>, TreeError> {
        self.texts.get(path).map_or_else(|| self.tree.bytes(path), |it| Ok(it.clone().into()))
    }

    fn is_ignored(&self, path: &Utf8Path) -> bool {
        self.tree.is_ignored(path)
    }
}
