//! How a zone is doing (nodelifecycle/node_lifecycle_controller.go, `ComputeZoneState`).

/// Nodes of a zone.
#[derive(Debug, Clone, Copy)]
pub struct Zone {
    pub nodes: usize,
    pub lost: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZoneState {
    Normal,
    /// Many nodes are lost: it may be the network and not the nodes.
    Partial,
    /// All nodes are lost.
    Full,
}

impl Zone {
    /// `share` is what makes a loss partial: `--unhealthy-zone-threshold`.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "numbers of nodes")]
    pub fn state(self, share: f64) -> ZoneState {
        if self.lost > 0 && self.lost >= self.nodes {
            ZoneState::Full
        } else if self.lost > 2 && self.lost as f64 / self.nodes as f64 >= share {
            ZoneState::Partial
        } else {
            ZoneState::Normal
        }
    }
}
