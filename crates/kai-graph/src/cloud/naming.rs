//! Texts that name things of a cloud, and the things that they name.

use kai_core::{OriginId, RootId, SmolStr};

use crate::{Component, System};

/// A thing that some configuration declares, by its address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceRef {
    /// The folder of the root that declares it; empty for the root that names it.
    pub root: SmolStr,
    /// Its type: `aws_sns_topic`.
    pub kind: SmolStr,
    /// Its address without the type, as components have it.
    pub name: SmolStr,
    /// What of it: `.arn`, `.names[1]`.
    pub attribute: SmolStr,
}

/// A text that names things: an ARN, an id, a dimension.
#[derive(Debug, Clone)]
pub struct Naming {
    /// The whole text, where it is known.
    pub text: Option<SmolStr>,
    /// The things that it is put together from, in order.
    pub resources: Vec<ResourceRef>,
    /// True where anything else of it is to come.
    pub is_open: bool,
    /// What is to come of it by the names of variables, where that tells it from every other text: `${var.stage}-db`.
    pub symbols: Option<SmolStr>,
    pub origin: OriginId,
}

/// A call of a module whose text is not here, which may do anything with what it is given.
#[derive(Debug, Clone)]
pub struct UnreadModule {
    /// Where its text is, as written: `terraform-aws-modules/eks/aws`.
    pub source: SmolStr,
    /// Which versions of a registry it takes, as written; empty where that cannot be told, none where nothing is.
    pub version: Option<SmolStr>,
    /// The things that it is told of.
    pub mentions: Vec<ResourceRef>,
    /// The texts that it is told, names of things among them.
    pub texts: Vec<SmolStr>,
}

impl ResourceRef {
    /// True where both are one thing, whatever is asked of it.
    #[must_use]
    pub fn is_same_thing(&self, other: &Self) -> bool {
        (&self.root, &self.kind, &self.name) == (&other.root, &other.kind, &other.name)
    }
}

impl Naming {
    /// The name of one thing.
    #[must_use]
    pub fn of(thing: ResourceRef, origin: OriginId) -> Self {
        Self { text: None, resources: vec![thing], is_open: false, symbols: None, origin }
    }

    /// The thing that it names first.
    #[must_use]
    pub fn resource(&self) -> Option<&ResourceRef> {
        self.resources.first()
    }

    /// True where nobody knows what it names.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.text.is_none() && self.resources.is_empty()
    }
}

impl System {
    /// The component that a reference of a root means, if it was read.
    #[must_use]
    pub fn referred(&self, to: &ResourceRef, from: RootId) -> Option<&Component> {
        let find = |root| self.held(root, &to.kind, "").find(|it: &&Component| it.name == to.name);
        if to.root.is_empty() {
            let own = self.root(from);
            // One folder may be several roots, where names tell its environments apart.
            let siblings = self
                .roots()
                .iter()
                .filter(|it| it.id != from && it.path == own.path && it.release == own.release);
            return find(from).or_else(|| siblings.map(|it| it.id).find_map(find));
        }
        let roots = self.roots().iter().filter(|it| it.path.as_str() == to.root);
        roots.map(|it| it.id).find_map(find)
    }

    /// The component that a text of a root names first.
    #[must_use]
    pub fn named_by(&self, naming: &Naming, from: RootId) -> Option<&Component> {
        self.referred(naming.resource()?, from)
    }
}
