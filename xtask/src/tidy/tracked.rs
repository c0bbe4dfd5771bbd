//! The files that git tracks.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Texts by path, and the size of everything.
#[derive(Default)]
pub(super) struct Tracked {
    pub(super) texts: BTreeMap<String, String>,
    pub(super) sizes: BTreeMap<String, u64>,
}

impl Tracked {
    /// Reads what `git ls-files` lists; none where there is no git.
    pub(super) fn read(root: &Path) -> Option<Self> {
        let output =
            Command::new("git").arg("ls-files").arg("-z").current_dir(root).output().ok()?;
        if !output.status.success() {
            return None;
        }
        let listing = String::from_utf8(output.stdout).ok()?;
        let mut tracked = Self::default();
        for path in listing.split('\0').filter(|it| !it.is_empty()) {
            // A file that was removed and not yet committed is still listed.
            let Ok(bytes) = std::fs::read(root.join(path)) else { continue };
            tracked.sizes.insert(path.to_owned(), bytes.len() as u64);
            if let Ok(text) = String::from_utf8(bytes) {
                tracked.texts.insert(path.to_owned(), text);
            }
        }
        Some(tracked)
    }

    /// A tree for the tests of the checks.
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let texts = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        let sizes = files.iter().map(|(path, text)| ((*path).to_owned(), text.len() as u64));
        Self { texts: texts.collect(), sizes: sizes.collect() }
    }

    pub(super) fn text(&self, path: &str) -> &str {
        self.texts.get(path).map_or("", String::as_str)
    }

    /// Texts whose path begins and ends so.
    pub(super) fn between<'a>(
        &'a self,
        start: &'a str,
        end: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.texts
            .iter()
            .filter(move |(path, _)| path.starts_with(start) && path.ends_with(end))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The crates below `crates/`, by folder.
    pub(super) fn crates(&self) -> Vec<&str> {
        let manifests = self.texts.keys().filter_map(|path| {
            path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml").filter(|it| !it.contains('/'))
        });
        manifests.collect()
    }
}
