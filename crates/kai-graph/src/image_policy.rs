//! Who decides which images may run, and by what.

use kai_core::{Known, OriginId, SmolStr};

use crate::{Image, ManagedCluster};

/// Rules about images that an admission controller asks.
#[derive(Debug, Clone)]
pub struct ImagePolicy {
    pub author: PolicyAuthor,
    pub demands: Vec<ImageDemand>,
    /// The project or account that it holds in; not declared for one of a cluster.
    pub home: Known<SmolStr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyAuthor {
    /// The policy controller of Sigstore.
    Sigstore,
    Kyverno,
    BinaryAuthorization,
}

/// One rule: images that need a signature or an attestation.
#[derive(Debug, Clone)]
pub struct ImageDemand {
    pub origin: OriginId,
    /// True where an image without it is refused, false where that is only told.
    pub refuses: Known<bool>,
    /// What the names of images begin with that it surely asks about; one that is empty is of all.
    pub prefixes: Vec<SmolStr>,
    pub reach: PolicyReach,
    /// It asks how the image was made, too, and not only who signed it.
    pub wants_attestation: bool,
}

/// The namespaces that a demand holds in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyReach {
    All,
    Named(Vec<SmolStr>),
    /// Those that carry a label.
    Labelled(SmolStr, SmolStr),
    /// The text narrows it in a way that is not followed.
    Unknown,
}

impl ImagePolicy {
    /// False where it is known to hold in another project.
    #[must_use]
    pub fn may_hold_for(&self, cluster: &ManagedCluster) -> bool {
        let (own, other) = (self.home.value(), cluster.home.value());
        own.is_none_or(|own| other.is_none_or(|it| it == own))
    }
}

impl ImageDemand {
    /// True where it refuses wherever its policy holds.
    #[must_use]
    pub fn refuses_everywhere(&self) -> bool {
        self.refuses.value() == Some(&true) && self.reach == PolicyReach::All
    }

    /// True where it surely asks about the image.
    #[must_use]
    pub fn asks_about(&self, image: &Image) -> bool {
        let Image { registry, repository, tag, digest, .. } = image;
        let tag = tag.as_ref().map(|it| format!(":{it}")).unwrap_or_default();
        let digest = digest.as_ref().map(|it| format!("@{it}")).unwrap_or_default();
        let name = format!("{registry}/{repository}{tag}{digest}");
        self.prefixes.iter().any(|it| name.starts_with(it.as_str()))
    }
}

impl PolicyAuthor {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sigstore => "the policy controller of Sigstore",
            Self::Kyverno => "Kyverno",
            Self::BinaryAuthorization => "Binary Authorization",
        }
    }
}
