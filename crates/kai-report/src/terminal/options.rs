//! How a page is laid out.

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::Location;

use super::layout::clean;

/// What the reader asked for and what their terminal can show.
#[derive(Debug, Clone)]
pub struct Options {
    /// In characters.
    pub width: usize,
    pub color: bool,
    /// Adds the arithmetic of every finding shown and the ledger of assumptions.
    pub explain: bool,
    /// Shows everything in full.
    pub all: bool,
    /// Shows what is accepted, with the reasons.
    pub show_allowed: bool,
    /// What the reader asked to review, as typed; `.` may be left out.
    pub paths: Vec<Utf8PathBuf>,
    /// Where the trees of the run stand, so that a printed path can be opened. A folder that is
    /// reviewed alone needs none: the page says once where its paths begin.
    pub mounts: Vec<Mount>,
}

/// Where a part of the tree stands for the reader's shell.
#[derive(Debug, Clone)]
pub struct Mount {
    /// The prefix inside of the run; empty for the whole.
    pub inside: Utf8PathBuf,
    /// The same place as the reader typed it.
    pub outside: Utf8PathBuf,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            width: 100,
            color: false,
            explain: false,
            all: false,
            show_allowed: false,
            paths: Vec::new(),
            mounts: Vec::new(),
        }
    }
}

impl Options {
    /// The folder below which printed paths stand, if it is not the reader's own.
    pub(super) fn base(&self) -> Option<&Utf8Path> {
        let [path] = self.paths.as_slice() else { return None };
        (self.mounts.is_empty() && path != ".").then_some(path)
    }

    /// A command line about the same paths: `kai explain 4 examples/payments`.
    pub(crate) fn command(&self, words: &str) -> String {
        let paths = self.paths.iter().filter(|it| *it != ".").map(|it| clean(it.as_str()));
        let words = std::iter::once(format!("kai {words}"));
        words.chain(paths).collect::<Vec<_>>().join(" ")
    }

    /// The path as the reader's shell would open it.
    #[must_use]
    pub fn shown(&self, path: &Utf8Path) -> Utf8PathBuf {
        let mounted = self.mounts.iter().find_map(|mount| {
            let rest = path.strip_prefix(&mount.inside).ok()?;
            Some(if rest.as_str().is_empty() {
                mount.outside.clone()
            } else {
                mount.outside.join(rest)
            })
        });
        mounted.unwrap_or_else(|| path.to_owned())
    }

    /// `base/cache.yaml:17`, as the reader's shell would open it.
    #[must_use]
    pub fn place(&self, location: &Location) -> String {
        let path = clean(self.shown(&location.path).as_str());
        if location.line == 0 { path } else { format!("{path}:{}", location.line) }
    }
}
