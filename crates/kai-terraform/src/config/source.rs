//! Folders to modules, and where the source of a module leads.

use std::collections::BTreeMap;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Node, Origins, Tree};
use kai_syntax::json::{JsonOptions, parse};

use super::Module;
use super::decode::Decoder;
use super::library::{Found, Library};
use super::overrides::merge;
use crate::plan::Generated;
use crate::syntax::{Body, parse_file};

/// Reads the files of a folder, and those that are written into it, as one module.
pub(super) fn read_module(
    library: &Library<'_>,
    folder: &Utf8Path,
    generated: &[Generated],
) -> Found {
    let origins = library.origins;
    let (mut primary, overriding) = files(library.tree, folder);
    primary.retain(|it| !generated.iter().any(|other| it.file_name() == Some(&other.name)));
    let mut problems = Vec::new();
    if primary.is_empty() && generated.is_empty() && overriding.is_empty() {
        return (None, problems);
    }
    let mut body = Body::default();
    for path in &primary {
        let file = library.file(path);
        problems.extend(file.1.iter().cloned());
        body.attributes.extend(file.0.attributes.iter().cloned());
        body.blocks.extend(file.0.blocks.iter().cloned());
    }
    for file in generated {
        let document = origins.add_document(file.path.clone(), file.text.clone());
        let Some(document) = document else { continue };
        let (mut file, found) = parse_file(origins, document);
        problems.extend(found);
        body.attributes.append(&mut file.attributes);
        body.blocks.append(&mut file.blocks);
    }
    for path in &overriding {
        let file = library.file(path);
        problems.extend(file.1.iter().cloned());
        merge(&mut body, &file.0, &mut problems);
    }
    let module = Module { folder: folder.to_owned(), ..Module::default() };
    let mut decoder = Decoder { origins, module, problems };
    decoder.file(&body);
    (Some(Arc::new(decoder.module)), decoder.problems)
}

/// Primary and override files, each in order. Where both are there, a `.tofu` file stands for the
/// `.tf` file of the same name.
fn files(tree: &dyn Tree, folder: &Utf8Path) -> (Vec<Utf8PathBuf>, Vec<Utf8PathBuf>) {
    let is_listed = tree.files().iter().map(|it| &it.path);
    let mut paths: Vec<Utf8PathBuf> = is_listed
        .filter(|it| it.parent().unwrap_or(Utf8Path::new("")) == folder)
        .filter(|it| stem(it).is_some())
        .cloned()
        .collect();
    paths.sort();
    let tofu: Vec<String> = paths
        .iter()
        .filter(|it| it.as_str().contains(".tofu"))
        .map(|it| it.as_str().replace(".tofu", ".tf"))
        .collect();
    paths.retain(|it| !tofu.iter().any(|replaced| it == replaced));
    paths.into_iter().partition(|it| {
        let stem = stem(it).unwrap_or_default();
        stem != "override" && !stem.ends_with("_override")
    })
}

fn stem(path: &Utf8Path) -> Option<&str> {
    let name = path.file_name()?;
    let ends = [".tf.json", ".tofu.json", ".tf", ".tofu"];
    let stem = ends.iter().find_map(|it| name.strip_suffix(it))?;
    (!name.starts_with('.') && !name.ends_with('~')).then_some(stem)
}

/// Where modules of remote sources were put: `.terraform/modules/modules.json` of a root.
#[derive(Debug, Default)]
pub struct Modules {
    folders: BTreeMap<String, Utf8PathBuf>,
}

impl Modules {
    #[must_use]
    pub fn of(tree: &dyn Tree, origins: &Origins, root: &Utf8Path) -> Self {
        let path = root.join(".terraform/modules/modules.json");
        let read = || {
            let text = String::from_utf8(tree.bytes(&path).ok()?).ok()?;
            let document = origins.add_document(path.clone(), text)?;
            let parsed = parse(origins, document, &JsonOptions::default());
            let node = parsed.documents.into_iter().next()?.node;
            let entries = node.get("Modules")?.items().iter().filter_map(|it: &Node| {
                let folder = normalised(&root.join(it.str_at(&["Dir"])?));
                Some((it.str_at(&["Key"])?.to_owned(), folder?))
            });
            Some(entries.collect())
        };
        Self { folders: read().unwrap_or_default() }
    }

    /// The folder of a module call: below the caller where the source is local, else where it was
    /// installed. None where it is nowhere.
    #[must_use]
    pub fn folder(&self, caller: &Utf8Path, key: &str, source: &str) -> Option<Utf8PathBuf> {
        if is_local(source) {
            return normalised(&caller.join(source));
        }
        self.folders.get(key).cloned()
    }
}

/// Sources that are paths.
#[must_use]
pub(crate) fn is_local(source: &str) -> bool {
    source.starts_with("./") || source.starts_with("../") || matches!(source, "." | "..")
}

/// Sources that name nothing that could be fetched: a bare word.
#[must_use]
pub(crate) fn is_no_source(source: &str) -> bool {
    let is_registry = source.split('/').count() >= 3;
    let is_remote = ["::", "://", "github.com", "bitbucket.org", "git@", ".com/", ".zip"];
    !is_registry && !is_remote.iter().any(|it| source.contains(it))
}

/// The path without `.` and `..`; none where it leads out of the tree.
pub(crate) fn normalised(path: &Utf8Path) -> Option<Utf8PathBuf> {
    let mut parts = Vec::new();
    for part in path.components() {
        match part.as_str() {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            other => parts.push(other),
        }
    }
    Some(parts.join("/").into())
}

/// Whether version 1.11.4 meets a constraint; none where the constraint cannot be read.
pub(super) fn is_version_allowed(constraint: &str) -> Option<bool> {
    let current = [1_u64, 11, 4];
    let mut is_allowed = true;
    for part in constraint.split(',') {
        let part = part.trim();
        let length = part.find(|it: char| it.is_ascii_digit())?;
        let (operator, version) = part.split_at(length);
        let numbers = version.split('-').next()?.split('.').map(|it| it.trim().parse().ok());
        let numbers = numbers.collect::<Option<Vec<u64>>>()?;
        let mut wanted = [0; 3];
        for (place, number) in wanted.iter_mut().zip(&numbers) {
            *place = *number;
        }
        is_allowed &= match operator.trim() {
            "" | "=" => current == wanted,
            "!=" => current != wanted,
            ">" => current > wanted,
            ">=" => current >= wanted,
            "<" => current < wanted,
            "<=" => current <= wanted,
            "~>" => {
                let kept = numbers.len().saturating_sub(1).max(1);
                current >= wanted && current[..kept.min(3)] == wanted[..kept.min(3)]
            }
            _ => return None,
        };
    }
    Some(is_allowed)
}
