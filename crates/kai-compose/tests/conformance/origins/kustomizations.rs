//! The origins of values in kustomizations.

use camino::{Utf8Path, Utf8PathBuf};
use kai_compose::{Project, kustomize};
use kai_core::{Node, Origins, Tree, TreeEntry, TreeError};
use kai_testing::{Folder, corpus};
use rayon::prelude::*;

use super::sampling::{Subject, report, try_samples};
use crate::goldens::{data_files, folders, goldens};

#[test]
fn changing_the_text_that_a_value_names_changes_what_depends_on_it_and_nothing_else() {
    let (Some(goldens), Some(corpus)) = (goldens(), corpus()) else { return };
    let mut all_hold = true;
    for repository in folders(&goldens) {
        let name = repository.file_name().unwrap().to_string_lossy().into_owned();
        let tree = Folder::read(&corpus.join(&name));
        let roots: Vec<Utf8PathBuf> = data_files(&repository)
            .iter()
            .filter_map(|it| it.strip_suffix(".yaml"))
            .map(|it| if it == "_root" { "".into() } else { it.replace('@', "/").into() })
            .collect();
        let origins = Origins::new();
        let lazy = OnDemand { tree: &tree };
        let project = Project::load(&lazy, &origins);
        let rendered = roots.into_par_iter().map(Kustomization).filter_map(|it| {
            let objects = it.render(&project).ok()?;
            Some((it, objects))
        });
        all_hold &= report(&name, &try_samples(&project, rendered.collect()));
    }
    assert!(all_hold, "fewer than 99 % of the changed texts changed exactly their own values");
}

/// The folder of a kustomization.
struct Kustomization(Utf8PathBuf);

impl Subject for Kustomization {
    fn name(&self) -> String {
        self.0.to_string()
    }

    fn render(&self, project: &Project<'_>) -> Result<Vec<Node>, String> {
        kustomize::build(project, &self.0).map(|it| it.objects).map_err(|it| it.message)
    }

    /// The type and the name of an object decide which patches and references are for it, and the
    /// name of a list's item what is merged into it.
    fn is_identity(&self, field: &str) -> bool {
        let parent = field.strip_suffix("/name").and_then(|it| it.rsplit('/').next());
        matches!(field, "apiVersion" | "kind" | "metadata/name" | "metadata/namespace")
            || field.starts_with("roleRef/")
            || parent.is_some_and(|it| it.bytes().all(|it| it.is_ascii_digit()))
    }
}

/// A tree that lists nothing, so that only what a kustomization names is read.
struct OnDemand<'a> {
    tree: &'a Folder,
}

impl Tree for OnDemand<'_> {
    fn files(&self) -> &[TreeEntry] {
        &[]
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Vec<u8>, TreeError> {
        self.tree.bytes(path)
    }

    fn is_ignored(&self, path: &Utf8Path) -> bool {
        self.tree.bytes(path).is_ok()
    }
}
