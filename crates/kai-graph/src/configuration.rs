//! What components read at start.

use std::hash::{DefaultHasher, Hash, Hasher};

use kai_core::{OriginId, SmolStr};

use crate::SecretShelf;

/// A ConfigMap or config file.
#[derive(Debug, Clone)]
pub struct Configuration {
    pub settings: Vec<Setting>,
    pub is_immutable: bool,
    /// What was found in the clear although a configuration is no place for it. The values of
    /// those settings are masked.
    pub material: Vec<Material>,
}

#[derive(Debug, Clone)]
pub struct Setting {
    pub key: SmolStr,
    pub value: SmolStr,
    pub origin: OriginId,
}

/// A Secret: names only. Its bytes are looked at when it is read and never kept.
#[derive(Debug, Clone)]
pub struct SecretFacts {
    pub keys: Vec<(SmolStr, OriginId)>,
    /// `kubernetes.io/tls` and the like; `ExternalSecret`, `SealedSecret` for secrets made elsewhere.
    pub secret_type: SmolStr,
    /// What was found in the clear.
    pub material: Vec<Material>,
    /// True where the object only describes a secret that a controller fills.
    pub is_reference: bool,
    /// The Secret that a controller will make, where its name differs.
    pub target_name: Option<SmolStr>,
    /// What the controller copies into it, as far as that is named.
    pub taken: Vec<TakenEntry>,
}

/// An entry of a store of secrets that a controller copies into a Secret, or a driver into a pod.
#[derive(Debug, Clone)]
pub struct TakenEntry {
    /// What it is called where it is read; none where each part of it gets its own name.
    pub key: Option<SmolStr>,
    /// What the store calls it.
    pub name: SmolStr,
    /// The part of it that is taken; none for all of it.
    pub property: Option<SmolStr>,
    pub store: EntryStore,
}

/// The store that an entry is taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryStore {
    Shelf(SecretShelf),
    /// Whatever an object says: a `SecretStore` or a `ClusterSecretStore`.
    Object {
        kind: SmolStr,
        name: SmolStr,
    },
}

/// What a driver mounts into pods out of a store of secrets (`SecretProviderClass`).
#[derive(Debug, Clone)]
pub struct SecretProvider {
    pub mounted: Vec<TakenEntry>,
    /// What of it becomes Secrets, by their names.
    pub copied: Vec<(SmolStr, TakenEntry)>,
}

/// Key material found in a text, proven by parsing it; the bytes are not kept.
#[derive(Debug, Clone)]
pub struct Material {
    pub key: SmolStr,
    pub kind: MaterialKind,
    /// True for a password that everybody tries first.
    pub is_guessed_first: bool,
    /// Equal where the same bytes stand elsewhere.
    pub likeness: Likeness,
    pub origin: OriginId,
}

/// Tells two secrets apart within one run. It is never shown and cannot be: a short secret could be
/// guessed from it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Likeness(u64);

impl Likeness {
    #[must_use]
    pub fn of(bytes: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        bytes.trim().hash(&mut hasher);
        Self(hasher.finish())
    }
}

impl std::fmt::Debug for Likeness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Likeness")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MaterialKind {
    /// PEM, not encrypted.
    PrivateKey,
    /// A token with the issuer's own format and, where it has one, a right checksum.
    AccessToken,
    /// A password inside a URL or a key that holds one, not a placeholder.
    Password,
}
