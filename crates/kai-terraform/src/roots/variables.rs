//! Which files of variables are given to which root modules.
//!
//! Terraform loads a few of them by itself; all others are named on the command line (`-var-file`), which
//! stands in a script, in a pipeline or nowhere. One in the root's folder is the root's. One elsewhere
//! belongs to the only root that declares all that it sets, or to the one among several that its own name, its folder or
//! a command speaks of. Where that cannot be told, what it sets is known of none of them.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::environment::of_path;
use kai_core::{Environment, Origins, Tree};
use smol_str::SmolStr;

use super::commands::Commands;
use crate::config::read_variables;

/// Root modules with the names of the variables that each declares.
pub(super) type Declared = BTreeMap<Utf8PathBuf, BTreeSet<SmolStr>>;

/// A file that somebody has to name on the command line.
#[derive(Debug)]
struct VariableFile {
    path: Utf8PathBuf,
    /// What it sets; nothing where it cannot be read.
    names: BTreeSet<SmolStr>,
}

/// What is given to one root.
#[derive(Debug, Default, Clone)]
pub(super) struct Given {
    /// One entry for each file that names an environment: what is given with it, itself last. The only file
    /// of a root names none.
    pub(super) environments: Vec<(Option<Environment>, Vec<Utf8PathBuf>)>,
    /// Variables of the root that files set of which nobody knows whether they are given.
    pub(super) open: BTreeSet<SmolStr>,
}

/// What is given to each root.
pub(super) fn given(tree: &dyn Tree, roots: &Declared) -> BTreeMap<Utf8PathBuf, Given> {
    let (inside, elsewhere): (Vec<_>, Vec<_>) =
        files(tree).into_iter().partition(|it| roots.keys().any(|root| it.is_of(root)));
    let mut given: BTreeMap<_, _> =
        roots.iter().map(|(root, names)| (root.clone(), own(&inside, root, names))).collect();
    if !elsewhere.is_empty() {
        add_from_elsewhere(tree, &elsewhere, roots, &mut given);
    }
    given
}

fn files(tree: &dyn Tree) -> Vec<VariableFile> {
    let paths = tree.files().iter().map(|it| &it.path);
    let paths = paths.filter(|it| bare(it).is_some());
    paths.map(|it| VariableFile { names: names(tree, it), path: it.clone() }).collect()
}

fn names(tree: &dyn Tree, path: &Utf8Path) -> BTreeSet<SmolStr> {
    // Nothing of these texts is shown.
    let read = read_variables(tree, &Origins::new(), path, &mut Vec::new());
    read.unwrap_or_default().into_keys().collect()
}

/// A path to a file of variables without what says so.
pub(super) fn bare(path: &Utf8Path) -> Option<&Utf8Path> {
    let path = path.as_str();
    Some(path.strip_suffix(".json").unwrap_or(path).strip_suffix(".tfvars")?.into())
}

impl VariableFile {
    fn bare(&self) -> &Utf8Path {
        bare(&self.path).unwrap_or(&self.path)
    }

    /// True for one in the folder or in one of its folders for variables, unless Terraform loads it by itself.
    fn is_of(&self, root: &Utf8Path) -> bool {
        let Ok(below) = self.path.strip_prefix(root) else { return false };
        let depth = below.components().count();
        depth <= 3 && !(depth == 1 && is_loaded(self.bare()))
    }

    /// True where the root declares all that it sets.
    fn fits(&self, declared: &BTreeSet<SmolStr>) -> bool {
        !self.names.is_empty() && self.names.is_subset(declared)
    }

    /// True where it sets something that the root does not declare, and nothing else: the arguments of a
    /// backend stand in such files too.
    fn is_foreign(&self, declared: &BTreeSet<SmolStr>) -> bool {
        !self.names.is_empty() && self.names.is_disjoint(declared)
    }

    /// What its name says, and its folders: production among examples or tests is none.
    fn environment(&self, root: &Utf8Path) -> Option<Environment> {
        let seen = self.bare().strip_prefix(root).unwrap_or(self.bare());
        of_path(seen).map(|it| it.environment)
    }

    /// `variables/prod/ROOT.tfvars`, `variables/ROOT/prod.tfvars`
    fn is_called_like(&self, root: &Utf8Path) -> bool {
        let folder = self.path.parent().and_then(Utf8Path::file_name);
        let names = [self.bare().file_name(), folder];
        root.file_name().is_some_and(|it| names.contains(&Some(it)))
    }

    /// True for what all roots of a folder are given before their own.
    fn is_common(&self) -> bool {
        const NAMES: &[&str] =
            &["all", "base", "common", "default", "defaults", "global", "shared"];
        self.bare().file_name().is_some_and(|it| NAMES.contains(&it))
    }
}

fn is_loaded(bare: &Utf8Path) -> bool {
    bare.file_name() == Some("terraform") || bare.extension() == Some("auto")
}

fn own(files: &[VariableFile], root: &Utf8Path, declared: &BTreeSet<SmolStr>) -> Given {
    let files = files.iter().filter(|it| it.is_of(root) && !it.is_foreign(declared));
    let files: Vec<_> = files.collect();
    let mut given = Given::default();
    for file in &files {
        match file.environment(root) {
            None if files.len() > 1 => {
                given.open.extend(file.names.intersection(declared).cloned());
            }
            it => given.environments.push((it, vec![file.path.clone()])),
        }
    }
    given
}

fn add_from_elsewhere(
    tree: &dyn Tree,
    files: &[VariableFile],
    roots: &Declared,
    given: &mut BTreeMap<Utf8PathBuf, Given>,
) {
    let without: Vec<_> = roots.iter().filter(|it| given[it.0].environments.is_empty()).collect();
    if without.is_empty() {
        return;
    }
    let folders: Vec<_> = without.iter().map(|it| it.0.as_path()).collect();
    let commands = Commands::of(tree, &folders);
    let mut open = BTreeSet::new();
    for file in files {
        let environment = file.environment(Utf8Path::new(""));
        let Some(environment) = environment.filter(|it| *it < Environment::Example) else {
            continue;
        };
        match owner(file, &without, &commands) {
            Some(root) => {
                let all = common(files, file).chain([&file.path]).cloned().collect();
                let given = given.entry(root.to_owned()).or_default();
                given.environments.push((Some(environment), all));
            }
            None => open.extend(file.names.iter().cloned()),
        }
    }
    for (root, it) in given.iter_mut().filter(|it| it.1.environments.is_empty()) {
        it.open.extend(open.intersection(&roots[root]).cloned());
    }
}

/// The root to which the file is given.
fn owner<'a>(
    file: &VariableFile,
    roots: &[(&'a Utf8PathBuf, &BTreeSet<SmolStr>)],
    commands: &Commands<'_>,
) -> Option<&'a Utf8Path> {
    let fitting: Vec<_> =
        roots.iter().filter(|it| file.fits(it.1)).map(|it| it.0.as_path()).collect();
    if let [only] = fitting[..] {
        return Some(only);
    }
    let receivers = commands.receivers(&file.path);
    let told = |it: &&&Utf8Path| file.is_called_like(it) || receivers.hold(it);
    match fitting.iter().filter(told).collect::<Vec<_>>()[..] {
        [only] => Some(only),
        _ => None,
    }
}

/// What stands beside the file and is common to all of its folder.
fn common<'a>(
    files: &'a [VariableFile],
    file: &VariableFile,
) -> impl Iterator<Item = &'a Utf8PathBuf> {
    let is_beside = |it: &&VariableFile| it.path.parent() == file.path.parent();
    let is_other = |it: &&VariableFile| it.path != file.path && it.is_common();
    files.iter().filter(is_beside).filter(is_other).map(|it| &it.path)
}
