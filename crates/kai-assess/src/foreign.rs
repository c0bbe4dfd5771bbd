//! Files that say what runs and that nobody here reads, so that silence about them is no praise.

use camino::{Utf8Path, Utf8PathBuf};
use kai_compose::Project;
use kai_core::{Tree, TreeEntry, encrypted_with};
use kai_terraform::record::{Form, form};

/// Formats by the ends of their files' names, longest first.
const FORMATS: &[(&str, &str)] = &[
    (".terragrunt.hcl", "Terragrunt"),
    (".nomad.hcl", "Nomad"),
    (".libsonnet", "Jsonnet"),
    (".tfstate", STATE),
    (".jsonnet", "Jsonnet"),
    (".bicep", "Bicep"),
    (".nomad", "Nomad"),
    (".cue", "CUE"),
];

const PLAN: &str = "Terraform plan (`kai drift --plan` reads it)";
const STATE: &str = "Terraform state (`kai drift --state` reads it)";

/// The files of one format each, in the order of its name.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Foreign {
    pub formats: Vec<(&'static str, Vec<Utf8PathBuf>)>,
}

impl Foreign {
    pub(crate) fn of(tree: &dyn Tree, project: &Project<'_>) -> Self {
        let mut found = Self::default();
        for TreeEntry { path, .. } in tree.files() {
            if let Some(format) = format_of(path).or_else(|| encrypted(tree, project, path)) {
                found.add(format, path);
            }
        }
        for file in project.files() {
            let Some(document) = file.documents.first() else { continue };
            match form(&document.node) {
                Some(Form::Plan) => found.add(PLAN, &file.path),
                Some(Form::State | Form::ShownState) => found.add(STATE, &file.path),
                None => {}
            }
        }
        found
    }

    fn add(&mut self, format: &'static str, path: &Utf8Path) {
        let path = path.to_owned();
        match self.formats.binary_search_by(|it| it.0.cmp(format)) {
            Ok(at) => self.formats[at].1.push(path),
            Err(at) => self.formats.insert(at, (format, vec![path])),
        }
    }
}

/// What encrypted a file that would be read: the project takes none of them.
fn encrypted(tree: &dyn Tree, project: &Project<'_>, path: &Utf8Path) -> Option<&'static str> {
    const ENDS: &[&str] = &["env", "hcl", "json", "tf", "tfvars", "tofu", "yaml", "yml"];
    let is_asked = path.extension().is_some_and(|it| ENDS.contains(&it));
    if !is_asked || project.file(path).is_some() {
        return None;
    }
    Some(match encrypted_with(&tree.bytes(path).ok()?)? {
        "git-crypt" => "git-crypt (encrypted; `git-crypt unlock` decrypts in place)",
        "Ansible Vault" => "Ansible Vault (encrypted)",
        "age" => "age (encrypted)",
        _ => "PGP (encrypted)",
    })
}

fn format_of(path: &Utf8Path) -> Option<&'static str> {
    FORMATS.iter().find(|it| path.as_str().ends_with(it.0)).map(|it| it.1)
}
