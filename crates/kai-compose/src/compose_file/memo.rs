//! Environment files, each read once for all projects that use it.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use camino::{Utf8Path, Utf8PathBuf};

use super::variables::EnvFile;
use super::{dotenv, gitignore};
use crate::Project;

/// What was read for Compose projects besides YAML.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    env_files: RwLock<BTreeMap<Utf8PathBuf, Option<Arc<EnvFile>>>>,
}

impl Memo {
    /// An environment file; nothing where there is none, git ignores it, or it is no text.
    pub(super) fn env_file(&self, project: &Project<'_>, path: &Utf8Path) -> Option<Arc<EnvFile>> {
        let known = self.env_files.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = known.get(path) {
            return file.clone();
        }
        drop(known);
        let file = read(project, path).map(Arc::new);
        let mut known = self.env_files.write().unwrap_or_else(PoisonError::into_inner);
        // Two threads may have read it; the first one stays, so that its origins are the only ones.
        known.entry(path.to_owned()).or_insert(file).clone()
    }
}

fn read(project: &Project<'_>, path: &Utf8Path) -> Option<EnvFile> {
    // What only this machine has is not what runs elsewhere.
    if gitignore::is_ignored(project.tree(), path) {
        return None;
    }
    let text = String::from_utf8(project.tree().bytes(path).ok()?).ok()?;
    let lines = dotenv::parse(&text);
    let origins = project.origins();
    let document = origins.add_document(path.to_owned(), text)?;
    origins.set_spans(document, lines.iter().map(|it| it.span).collect());
    let origin = |index: usize| origins.written(document, u32::try_from(index).unwrap_or(u32::MAX));
    let lines = lines.into_iter().enumerate().map(|(index, line)| (line, origin(index)));
    Some(EnvFile { lines: lines.collect() })
}
