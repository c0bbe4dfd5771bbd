//! Which files of a folder Argo CD takes: `directory.include` and `directory.exclude`.

use camino::Utf8Path;
use globset::{GlobBuilder, GlobMatcher};
use kai_core::Node;

/// All files where nothing is said.
#[derive(Debug, Clone, Default)]
pub(super) struct Picks {
    include: Option<GlobMatcher>,
    exclude: Option<GlobMatcher>,
}

impl Picks {
    pub(super) fn of_argo(source: &Node) -> Self {
        let pattern = |key: &str| {
            let written = source.str_at(&["directory", key]).filter(|it| !it.is_empty());
            written.and_then(glob)
        };
        Self { include: pattern("include"), exclude: pattern("exclude") }
    }

    /// True for a file that is applied, by its path below the folder.
    pub(super) fn takes(&self, path: &Utf8Path) -> bool {
        let is_met = |it: &GlobMatcher| it.is_match(path);
        !self.exclude.as_ref().is_some_and(is_met) && self.include.as_ref().is_none_or(is_met)
    }
}

/// A pattern of `gobwas/glob` without separators; one that cannot be read is taken by its letters.
fn glob(pattern: &str) -> Option<GlobMatcher> {
    let build = |it: &str| {
        let mut builder = GlobBuilder::new(it);
        builder.literal_separator(false).backslash_escape(true).empty_alternates(true).build()
    };
    let built = build(pattern).or_else(|_| build(&globset::escape(pattern)));
    Some(built.ok()?.compile_matcher())
}
