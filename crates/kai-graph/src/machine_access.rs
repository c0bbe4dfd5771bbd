//! Accounts for the machines under a cluster, whose keys lie in it.

use kai_core::{SmolStr, Traced};

/// What a Secret of the same name and namespace opens: Talos makes one for its `ServiceAccount`.
#[derive(Debug, Clone)]
pub struct MachineAccess {
    /// `os:admin`, `os:operator`, `os:reader`, `os:etcd:backup` …
    pub roles: Vec<Traced<SmolStr>>,
}

impl MachineAccess {
    /// The role that may do everything to every machine: reset them, and take the cluster's own keys.
    #[must_use]
    pub fn administrator(&self) -> Option<&Traced<SmolStr>> {
        self.roles.iter().find(|it| it.value == "os:admin")
    }
}
