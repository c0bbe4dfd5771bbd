//! Containers, as far as they decide where a pod can be.

use smol_str::SmolStr;

use super::Resources;

#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Container {
    pub name: SmolStr,
    pub image: SmolStr,
    pub requests: Resources,
    pub limits: Resources,
    pub host_ports: Vec<HostPort>,
    /// An init container that is restarted always: it runs as long as its pod.
    pub is_sidecar: bool,
}

/// A port of the node. What is written as nothing is every address, and TCP.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostPort {
    pub address: SmolStr,
    pub protocol: SmolStr,
    pub port: u16,
}

impl HostPort {
    pub const EVERY_ADDRESS: &str = "0.0.0.0";

    /// Whether both cannot be taken on one node (k8s.io/kube-scheduler v0.34.1,
    /// framework/types.go, `CheckConflict`).
    #[must_use]
    pub fn conflicts(&self, other: &Self) -> bool {
        let is_everywhere = |it: &Self| it.address == Self::EVERY_ADDRESS;
        self.port == other.port
            && self.protocol == other.protocol
            && (self.address == other.address || is_everywhere(self) || is_everywhere(other))
    }
}
