//! Files that say what runs and that nobody here reads, so that silence about them is no praise.

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Tree, TreeEntry};

/// Formats by the ends of their files' names, longest first.
const FORMATS: &[(&str, &str)] = &[
    (".terragrunt.hcl", "Terragrunt"),
    (".nomad.hcl", "Nomad"),
    (".libsonnet", "Jsonnet"),
    (".jsonnet", "Jsonnet"),
    (".bicep", "Bicep"),
    (".nomad", "Nomad"),
    (".cue", "CUE"),
];

/// The files of one format each, in the order of its name.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Foreign {
    pub formats: Vec<(&'static str, Vec<Utf8PathBuf>)>,
}

impl Foreign {
    pub(crate) fn of(tree: &dyn Tree) -> Self {
        let mut found = Self::default();
        for TreeEntry { path, .. } in tree.files() {
            let Some(format) = format_of(path) else { continue };
            match found.formats.binary_search_by(|it| it.0.cmp(format)) {
                Ok(at) => found.formats[at].1.push(path.clone()),
                Err(at) => found.formats.insert(at, (format, vec![path.clone()])),
            }
        }
        found
    }
}

fn format_of(path: &Utf8Path) -> Option<&'static str> {
    FORMATS.iter().find(|it| path.as_str().ends_with(it.0)).map(|it| it.1)
}
