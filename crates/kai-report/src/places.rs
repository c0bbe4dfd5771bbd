//! Paths as the working directory sees them.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use kai_core::Location;

use crate::terminal::Mount;

/// Where the files of a run stand below the working directory, for machines that open them there.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// Longest prefix first.
    mounts: Vec<Mount>,
}

impl Places {
    #[must_use]
    pub fn new(mut mounts: Vec<Mount>) -> Self {
        mounts.sort_by_key(|it| std::cmp::Reverse(it.inside.as_str().len()));
        Self { mounts }
    }

    /// The path from the working directory, without detours.
    #[must_use]
    pub fn path(&self, path: &Utf8Path) -> Utf8PathBuf {
        let mounted = self.mounts.iter().find_map(|mount| {
            let rest = path.strip_prefix(&mount.inside).ok()?;
            Some(mount.outside.join(rest))
        });
        straight(mounted.as_deref().unwrap_or(path))
    }

    /// `base/cache.yaml:17`
    #[must_use]
    pub fn place(&self, location: &Location) -> String {
        let path = self.path(&location.path);
        if location.line == 0 { path.into_string() } else { format!("{path}:{}", location.line) }
    }
}

/// Without `.`, and without `..` where something stands before it.
fn straight(path: &Utf8Path) -> Utf8PathBuf {
    let mut parts: Vec<Utf8Component<'_>> = Vec::new();
    for part in path.components() {
        match (part, parts.last()) {
            (Utf8Component::CurDir, _) => {}
            (Utf8Component::ParentDir, Some(Utf8Component::Normal(_))) => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(outside: &str, path: &str, expected: &str) {
        let mounts = vec![Mount { inside: "".into(), outside: outside.into() }];
        assert_eq!(Places::new(mounts).path(path.into()), expected);
    }

    #[test]
    fn a_path_is_one_that_the_working_directory_opens() {
        check("", "base/cache.yaml", "base/cache.yaml");
        check(".", "base/cache.yaml", "base/cache.yaml");
        check("overlays/live", "../../base/cache.yaml", "base/cache.yaml");
        check("./examples/", "cache.yaml", "examples/cache.yaml");
        check("/srv/shop", "cache.yaml", "/srv/shop/cache.yaml");
        check("..", "cache.yaml", "../cache.yaml");
    }
}
