//! What a configuration puts under a name for others to read: objects of a cluster, entries of a store
//! of secrets.

use kai_core::SmolStr;

use super::GivenAddress;

/// Addresses that are handed over under a name.
#[derive(Debug, Clone)]
pub struct Handover {
    pub to: HandedOver,
    /// Each under its key; without one where the text is nothing else.
    pub given: Vec<GivenAddress>,
}

/// Where they are put.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum HandedOver {
    /// An object of a cluster: `ConfigMap` or `Secret`.
    Object { kind: &'static str, namespace: SmolStr, name: SmolStr },
    /// The values of a chart.
    Chart,
    /// An entry of a store, by the name that the store has for it.
    Entry { shelf: SecretShelf, name: SmolStr },
}

/// The stores of secrets and parameters that clouds run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretShelf {
    /// AWS Secrets Manager.
    AmazonSecrets,
    /// Parameters of AWS Systems Manager.
    AmazonParameters,
    /// Google Secret Manager.
    GoogleSecrets,
}
