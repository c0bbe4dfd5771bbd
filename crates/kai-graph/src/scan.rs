//! What scanners say of images.

use kai_core::{OriginId, SmolStr};

use crate::{Image, ImageName};

/// One report about one image.
#[derive(Debug, Clone)]
pub struct ScanReport {
    /// Who wrote it, as its maker calls it: `Trivy`.
    pub scanner: SmolStr,
    /// None where it names no image: a scan of files, or a text that leaves it out.
    pub subject: Option<ScannedImage>,
    /// None where it only lists packages.
    pub vulnerabilities: Option<Vec<Vulnerability>>,
}

/// The image that was scanned.
#[derive(Debug, Clone)]
pub struct ScannedImage {
    /// As it was asked for.
    pub name: SmolStr,
    pub origin: OriginId,
    /// The names under which it is known, with their tags or digests.
    pub references: Vec<Image>,
    /// The file that says how it is built, where the report names that in place of an image.
    pub file: Option<SmolStr>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vulnerability {
    /// `CVE-2024-3094`, or what its database calls it.
    pub id: SmolStr,
    pub severity: Severity,
    pub package: SmolStr,
    pub installed: SmolStr,
    /// The versions of the package that are without it.
    pub fixed: Option<SmolStr>,
    pub origin: OriginId,
}

/// As the report says it, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Critical,
    High,
    Medium,
    Low,
    Unknown,
}

impl ScannedImage {
    /// True where an image that is run surely is the one that was scanned: the same digest; where one of
    /// them has none, the same name and tag.
    #[must_use]
    pub fn is(&self, run: &Image) -> bool {
        let mut digests = self.references.iter().filter_map(|it| it.digest.as_ref()).peekable();
        match (&run.digest, digests.peek()) {
            (Some(digest), Some(_)) => digests.any(|it| it == digest),
            _ => self.references.iter().any(|it| is_tagged_alike(it, run)),
        }
    }

    /// True where an image that is run has the same name, whatever its tag.
    #[must_use]
    pub fn is_version_of(&self, run: &Image) -> bool {
        self.is_named(&ImageName::of(run))
    }

    /// True where it surely has this name, whatever its tag.
    #[must_use]
    pub fn is_named(&self, name: &ImageName) -> bool {
        self.references.iter().any(|it| ImageName::of(it).is_same(name))
    }
}

fn is_tagged_alike(one: &Image, other: &Image) -> bool {
    // A digest alone says no tag.
    let tag = |it: &Image| match (&it.tag, &it.digest) {
        (Some(tag), _) => Some(tag.clone()),
        (None, None) => Some(SmolStr::new_static("latest")),
        (None, Some(_)) => None,
    };
    ImageName::of(one).is_same(&ImageName::of(other))
        && tag(one).is_some_and(|it| tag(other) == Some(it))
}

impl Severity {
    /// The word of any scanner, in whatever case.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "critical" => Self::Critical,
            "high" | "important" => Self::High,
            "medium" | "moderate" => Self::Medium,
            "low" | "negligible" | "info" | "none" => Self::Low,
            _ => Self::Unknown,
        }
    }

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Unknown => "unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use kai_core::OriginId;

    use super::*;

    #[track_caller]
    fn check(scanned: &[&str], run: &str, expected: bool) {
        let image = |it: &str| Image::parse(it).expect("it is a reference");
        let scanned = ScannedImage {
            name: "".into(),
            origin: OriginId::NONE,
            references: scanned.iter().map(|it| image(it)).collect(),
            file: None,
        };
        assert_eq!(scanned.is(&image(run)), expected);
    }

    #[test]
    fn a_digest_decides_where_both_have_one() {
        let scanned = ["r.io/pay:1", "r.io/pay@sha256:aa"];
        check(&scanned, "r.io/pay:1@sha256:aa", true);
        check(&scanned, "mirror.io/pay@sha256:aa", true);
        check(&scanned, "r.io/pay:1@sha256:bb", false);
        check(&scanned, "r.io/pay:1", true);
        check(&["r.io/pay:1"], "r.io/pay:1@sha256:bb", true);
        check(&["r.io/pay@sha256:aa"], "r.io/pay:1", false);
    }

    #[test]
    fn a_name_has_its_tag_and_docker_hub_several_names() {
        check(&["nginx:1.27"], "docker.io/library/nginx:1.27", true);
        check(&["nginx"], "nginx:latest", true);
        check(&["r.io/pay:1"], "r.io/pay:2", false);
        check(&["r.io/pay:1"], "r.io/shop/pay:1", false);
    }
}
