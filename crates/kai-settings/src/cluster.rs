//! The nodes of a cluster, for who has no dump of them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::Cores;

/// What `kai break` plays on where no dump gives nodes.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Cluster {
    pub nodes: Vec<NodeGroup>,
}

/// Nodes that are alike.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NodeGroup {
    pub name: String,
    pub count: u16,
    /// The nodes are spread over them one after the other.
    #[serde(default)]
    pub zones: Vec<String>,
    /// Cores that pods may ask for on one node.
    pub cpu: Cores,
    /// Gibibytes of memory that pods may ask for on one node.
    pub memory_gib: u32,
    /// Pods that one node takes; 110 where it is left out.
    pub pods: Option<u32>,
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}
