//! What can happen.

use smol_str::SmolStr;

use crate::model::{Key, Pod};

/// Everything that the simulator knows to happen to a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Cordoned {
        node: SmolStr,
    },
    Uncordoned {
        node: SmolStr,
    },
    /// It stops answering; pods on it are not ready from then on.
    NodeLost {
        node: SmolStr,
    },
    /// Its object is deleted, and with it what was on it.
    NodeRemoved {
        node: SmolStr,
    },
    Created {
        pod: Box<Pod>,
    },
    Bound {
        pod: Key,
        node: SmolStr,
    },
    Started {
        pod: Key,
    },
    /// It is ready.
    BecameReady {
        pod: Key,
    },
    /// The API server lets it go; a budget may pay for it.
    Evicted {
        pod: Key,
        budget: Option<Key>,
    },
    /// It is gone.
    Deleted {
        pod: Key,
    },
}
