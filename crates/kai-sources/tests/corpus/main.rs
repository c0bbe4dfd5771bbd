//! Every root of real repositories is lowered: nothing panics, no object disappears, and what is
//! called a problem is one.
//!
//! The repositories are found by `KAI_CORPUS_DATA`, or in `../shared/corpus` beside this repository.

use std::collections::BTreeMap;

use kai_compose::Project;
use kai_compose::roots::{compose, discover};
use kai_core::{Origins, RootId, RootKind};

use kai_testing::{Folder, corpus, say};

/// What lowering one repository gave.
#[derive(Default)]
struct Count {
    roots: usize,
    objects: usize,
    components: usize,
    /// By place and message, each once: one cause is seen through many roots.
    problems: BTreeMap<String, usize>,
}

#[test]
fn every_root_of_the_corpora_lowers() {
    let Some(corpus) = corpus() else { return };
    let mut repositories: Vec<_> =
        std::fs::read_dir(corpus).unwrap().flatten().map(|it| it.path()).collect();
    repositories.retain(|it| it.is_dir());
    repositories.sort();
    let mut all = Count::default();
    for repository in &repositories {
        let count = lower(&Folder::read(repository));
        let name = repository.file_name().unwrap_or_default().to_string_lossy();
        say(&format!(
            "LOWERED {name}: {} roots, {} objects, {} components, {} problems",
            count.roots,
            count.objects,
            count.components,
            count.problems.len(),
        ));
        if std::env::var_os("KAI_PRINT").is_some() {
            count.problems.iter().for_each(|(it, times)| say(&format!("  {times} × {it}")));
        }
        all.objects += count.objects;
        all.components += count.components;
        assert!(
            count.problems.keys().all(|it| !it.starts_with(": ")),
            "every problem of {name} has a place"
        );
    }
    assert!(all.components >= all.objects, "no object of a repository disappears");
    say(&format!("LOWERED: {0}/{0} repositories", repositories.len()));
}

fn lower(folder: &Folder) -> Count {
    let origins = Origins::new();
    let project = Project::load(folder, &origins);
    let mut count = Count::default();
    for (id, plan) in (0..).zip(discover(&project)) {
        let (root, composition) = compose(&project, &plan, RootId(id));
        if root.kind == RootKind::ComposeProject {
            continue;
        }
        let lowered = kai_sources::lower(&composition.objects, &root, &origins);
        count.roots += 1;
        count.objects += composition.objects.len();
        count.components += lowered.components.len();
        for problem in lowered.problems {
            let place = problem.span.map(|it| {
                let place = origins.location_of(it, kai_core::LocationRole::Primary);
                format!("{}:{}", place.path, place.line)
            });
            let text = format!("{}: {}", place.unwrap_or_default(), problem.message);
            *count.problems.entry(text).or_default() += 1;
        }
    }
    count
}
