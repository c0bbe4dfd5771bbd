//! Names of images across the texts that build, push and run them.

use kai_core::SmolStr;

use crate::Image;

/// The name of an image without its tag and digest, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImageName {
    /// None where it is filled in later.
    registry: Option<SmolStr>,
    /// The parts between slashes; none for one that is filled in later.
    parts: Vec<Option<SmolStr>>,
}

/// Stands for what is filled in later.
pub const HOLE: char = '*';

impl ImageName {
    /// Takes a reference apart in which [`HOLE`] stands for what is filled in later. None where that
    /// is the last part of the name.
    #[must_use]
    pub fn parse(reference: &str) -> Option<Self> {
        let reference = reference.trim().split('@').next()?;
        if reference.is_empty() || reference.contains(char::is_whitespace) {
            return None;
        }
        let (before, last) = reference.rsplit_once('/').map_or(("", reference), |it| it);
        let last = last.split(':').next().filter(|it| !it.is_empty() && !it.contains(HOLE))?;
        let mut parts: Vec<&str> = before.split('/').filter(|it| !it.is_empty()).collect();
        let is_host = |it: &&str| it.contains(['.', ':']) || *it == "localhost" || is_hole(it);
        let host = parts.first().copied().filter(is_host);
        if host.is_some() {
            parts.remove(0);
        }
        let host = host.unwrap_or("docker.io");
        let known = |it: &str| (!it.contains(HOLE)).then(|| SmolStr::from(it));
        let parts = parts.into_iter().map(known).chain([Some(SmolStr::from(last))]).collect();
        Some(Self::new(known(host), parts))
    }

    /// A repository whose registry is filled in later.
    #[must_use]
    pub fn in_some_registry(repository: &str) -> Option<Self> {
        Self::parse(&format!("{HOLE}/{repository}"))
    }

    #[must_use]
    pub fn of(image: &Image) -> Self {
        let parts = image.repository.split('/').map(|it| Some(SmolStr::from(it))).collect();
        Self::new(Some(image.registry.clone()), parts)
    }

    /// Docker Hub has several names, and its official images two.
    fn new(registry: Option<SmolStr>, mut parts: Vec<Option<SmolStr>>) -> Self {
        let registry = registry.map(|it| match it.as_str() {
            "index.docker.io" | "registry-1.docker.io" => SmolStr::new_static("docker.io"),
            _ => it,
        });
        let is_library = parts.len() == 2 && parts[0].as_deref() == Some("library");
        if is_library && registry.as_deref() == Some("docker.io") {
            parts.remove(0);
        }
        Self { registry, parts }
    }

    /// The last part, which is always known.
    #[must_use]
    pub fn last(&self) -> &str {
        self.parts.last().and_then(Option::as_deref).unwrap_or_default()
    }

    /// True where both surely are one name: in one registry, or in one that is not known of which all
    /// the rest is. The official images of Docker Hub are nobody's own.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let is_open = self.registry.is_none() || other.registry.is_none();
        let registries_agree = is_open || self.registry == other.registry;
        let is_official = [self, other].iter().any(|it| {
            it.parts.len() == 1 && it.registry.as_ref().is_some_and(|it| it == "docker.io")
        });
        let agree = |(one, other): (&Option<SmolStr>, &Option<SmolStr>)| match (one, other) {
            (Some(one), Some(other)) => one == other,
            _ => !is_open,
        };
        registries_agree
            && !(is_open && is_official)
            && self.parts.len() == other.parts.len()
            && self.parts.iter().zip(&other.parts).all(agree)
    }
}

fn is_hole(part: &str) -> bool {
    part.len() == 1 && part.starts_with(HOLE)
}

#[cfg(test)]
mod tests {
    use super::ImageName;

    #[track_caller]
    fn check(one: &str, other: &str, expected: bool) {
        let parse = |it| ImageName::parse(it).expect("its last part is known");
        assert_eq!(parse(one).is_same(&parse(other)), expected);
        assert_eq!(parse(other).is_same(&parse(one)), expected);
    }

    #[test]
    fn a_name_is_the_same_under_every_tag() {
        check("ghcr.io/acme/shop:*", "ghcr.io/acme/shop:1.2@sha256:1", true);
        check("gcr.io/*/shop:*", "gcr.io/acme-prod/shop", true);
        check("localhost:5000/shop:2", "localhost:5000/shop", true);
        check("shop", "shop:1", true);
        check("redis:7", "index.docker.io/library/redis", true);
    }

    #[test]
    fn a_registry_that_is_not_known_needs_the_whole_rest() {
        check("*/shop", "1.dkr.ecr.eu-west-1.amazonaws.com/shop:1", true);
        check("*/acme/shop", "ghcr.io/acme/shop", true);
        check("*/shop", "ghcr.io/acme/shop", false);
        check("*/*/shop", "ghcr.io/acme/shop", false);
        check("*/redis", "redis:7", false);
    }

    #[test]
    fn other_names_and_registries_are_others() {
        check("ghcr.io/acme/shop", "ghcr.io/acme/shop-web", false);
        check("ghcr.io/acme/shop", "quay.io/acme/shop", false);
        check("ghcr.io/acme/a/shop", "ghcr.io/acme/shop", false);
        assert!(ImageName::parse("ghcr.io/acme/*").is_none());
    }
}
