//! The folders on the way from the one that is built, which must not be entered again.

use camino::{Utf8Path, Utf8PathBuf};

use super::fields::Text;
use super::paths;
use crate::Refusal;

/// A folder on the way from the one that is built.
#[derive(Clone, Copy)]
pub(crate) struct Referrers<'a> {
    dir: &'a Utf8Path,
    before: Option<&'a Self>,
}

impl<'a> Referrers<'a> {
    pub(crate) fn root(dir: &'a Utf8Path) -> Self {
        Self { dir, before: None }
    }

    pub(crate) fn with(&'a self, dir: &'a Utf8Path) -> Self {
        Self { dir, before: Some(self) }
    }

    /// Refuses a folder that one of these is, or is in.
    pub(crate) fn refuse_cycle(&self, dir: &Utf8Path, at: &Text) -> Result<(), Refusal> {
        let mut next = Some(self);
        while let Some(referrer) = next {
            if referrer.dir.starts_with(dir) {
                let message = format!(
                    "cycle detected: `{}` contains `{}`, which includes it",
                    at.value,
                    paths::shown(referrer.dir)
                );
                return Err(Refusal::at(at.origin, message));
            }
            next = referrer.before;
        }
        Ok(())
    }

    /// True when what was gathered for somebody else could have been gathered from here.
    pub(crate) fn allow(&self, dirs: &[Utf8PathBuf]) -> bool {
        let mut next = self.before;
        while let Some(referrer) = next {
            if dirs.iter().any(|it| referrer.dir.starts_with(it)) {
                return false;
            }
            next = referrer.before;
        }
        true
    }
}
