//! Who writes newer images into a repository by itself: image automation of Flux.

use kai_core::{Known, OriginId, SmolStr};

use crate::{ObjectRef, Selector};

/// Which tag of an image is the newest: an ImagePolicy of Flux.
#[derive(Debug, Clone)]
pub struct TagPolicy {
    pub choice: Known<TagChoice>,
    /// The regular expression that a tag must match; not declared where every tag is compared.
    pub filter: Known<SmolStr>,
}

/// How tags are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagChoice {
    /// The highest version in a range.
    Semver(SmolStr),
    /// The last one, or the first, as words are ordered.
    Alphabetical,
    /// The same as numbers are ordered.
    Numerical,
}

/// What writes the newest tags into a repository: an ImageUpdateAutomation of Flux.
#[derive(Debug, Clone)]
pub struct ImageUpdate {
    /// The GitRepository that says where; its namespace is written or that of the automation.
    pub source: ObjectRef,
    /// The branch that it reads, if it says one; else that of the source.
    pub checkout: Known<SmolStr>,
    /// The branch that it pushes to, if it says one; else the one that it reads.
    pub push: Known<SmolStr>,
    /// True where it pushes to something else, too, or instead.
    pub has_refspec: bool,
    /// The folder in which it writes; all of the repository where it is left out.
    pub path: Known<SmolStr>,
    /// Which policies of its namespace it heeds; all of them where it is left out.
    pub selector: Option<Selector>,
    pub is_suspended: Known<bool>,
}

impl TagPolicy {
    /// The line that lets every tag be the newest, in words of what it lets; nothing where a tag is filtered or
    /// bounded, and where that is not known. Without a word about pre-releases a range has none of them
    /// (Masterminds/semver).
    #[must_use]
    pub fn takes_any(&self) -> Option<(&'static str, OriginId)> {
        let is_filtered = match &self.filter {
            Known::Value(it) => !matches!(it.value.as_str(), ".*" | "^.*" | "^.*$" | ".+" | "^.+$"),
            Known::Unknown(_) => !self.filter.is_not_declared(),
        };
        let choice = self.choice.traced().filter(|_| !is_filtered)?;
        let what = match &choice.value {
            TagChoice::Alphabetical => "any tag that comes later in the alphabet",
            TagChoice::Numerical => return None,
            TagChoice::Semver(range) => match range.replace([' ', 'v'], "").as_str() {
                "*" | "x" | "X" | "x.x.x" | "" | ">=0" | ">=0.0" | ">=0.0.0" | ">0.0.0"
                | ">=0.x" => "any higher version",
                "*-0" | ">=0-0" | ">=0.0-0" | ">=0.0.0-0" | ">0.0.0-0" => {
                    "any higher version, pre-releases as well"
                }
                _ => return None,
            },
        };
        Some((what, choice.origin))
    }
}

impl ImageUpdate {
    /// True for a file in the folder in which it writes.
    #[must_use]
    pub fn covers(&self, path: &str) -> bool {
        let folder = match &self.path {
            Known::Value(it) => it.value.trim_start_matches("./").trim_matches('/'),
            Known::Unknown(_) if self.path.is_not_declared() => "",
            Known::Unknown(_) => return false,
        };
        let rest = path.strip_prefix(folder);
        matches!(folder, "" | ".") || rest.is_some_and(|it| it.starts_with('/'))
    }
}
