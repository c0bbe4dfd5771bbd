//! Which folders of a command line lie in one repository, and under which names its files appear.

use camino::{Utf8Path, Utf8PathBuf};

/// Folders that may name files of each other, and of what lies between them.
#[derive(Debug)]
pub(crate) struct Repository {
    /// Nothing outside of this folder is read.
    pub(crate) limit: Utf8PathBuf,
    /// As typed, and as the system names them.
    pub(crate) folders: Vec<(Utf8PathBuf, Utf8PathBuf)>,
}

impl Repository {
    /// Groups folders by what lies around them, in the order in which they were typed.
    pub(crate) fn group(folders: Vec<Utf8PathBuf>) -> Vec<Self> {
        let mut repositories: Vec<Self> = Vec::new();
        for typed in folders {
            let folder = typed.canonicalize_utf8().unwrap_or_else(|_| typed.clone());
            let limit = limit(&folder);
            match repositories.iter_mut().find(|it| it.limit == limit) {
                Some(repository) => repository.folders.push((typed, folder)),
                None => repositories.push(Self { limit, folders: vec![(typed, folder)] }),
            }
        }
        repositories
    }

    /// The deepest folder that holds all of them, and is none of them, so that each has a name.
    pub(crate) fn around(&self) -> &Utf8Path {
        let first = self.folders.first().map_or(self.limit.as_path(), |(_, it)| it);
        let is_around = |around: &&Utf8Path| {
            self.folders.iter().all(|(_, it)| it.starts_with(around) && it != around)
        };
        first.ancestors().find(is_around).unwrap_or(first)
    }
}

/// How far up a folder may name files: to the top of the git repository around it, or to the working
/// directory, or else to the folder above it.
pub(crate) fn limit(folder: &Utf8Path) -> Utf8PathBuf {
    let here = || Utf8Path::new(".").canonicalize_utf8().ok();
    top(folder)
        .or_else(|| here().filter(|it| folder.starts_with(it)))
        .or_else(|| folder.parent().map(Utf8Path::to_owned))
        .unwrap_or_else(|| folder.to_owned())
}

/// The folder of the git repository around a folder.
pub(crate) fn top(folder: &Utf8Path) -> Option<Utf8PathBuf> {
    folder.ancestors().find(|it| it.join(".git").exists()).map(Utf8Path::to_owned)
}
