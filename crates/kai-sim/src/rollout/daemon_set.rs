//! DaemonSets (daemon/update.go, daemon/util/daemonset_util.go): so many nodes at a time.

use super::{Behaviour, End, Rollout, Wedge};
use crate::model::IntOrPercent;

/// A rolling update of one DaemonSet.
#[derive(Debug, Clone, Copy)]
pub struct DaemonSetRollout {
    /// Nodes that should run it.
    pub nodes: i64,
    /// Both round up.
    pub unavailable: IntOrPercent,
    pub surge: IntOrPercent,
    pub behaviour: Behaviour,
}

impl DaemonSetRollout {
    /// With surge, the new pod of a node is ready before the old one goes.
    #[must_use]
    pub fn play(&self) -> Rollout {
        let at_once = |it: IntOrPercent| it.rounded_up(self.nodes).clamp(0, self.nodes);
        let (surge, unavailable) = (at_once(self.surge), at_once(self.unavailable));
        let batch = if surge > 0 { surge } else { unavailable.max(1).min(self.nodes) };
        let missing = if surge > 0 { 0 } else { batch };
        let (end, available_min) = match self.behaviour {
            Behaviour::Healthy => (End::Finished, self.nodes - missing),
            Behaviour::NeverReady => (End::Wedged(Wedge::NotReady), self.nodes - missing),
            // Each is ready for long enough that the next old one goes.
            Behaviour::CrashAfterReady => (End::Wedged(Wedge::NotReady), 0),
        };
        let step_count = match self.behaviour {
            Behaviour::NeverReady => 1,
            _ => usize::try_from(self.nodes).unwrap_or(0).div_ceil(batch.max(1) as usize),
        };
        let (available, failing) = match self.behaviour {
            Behaviour::Healthy => (self.nodes, 0),
            Behaviour::NeverReady => (available_min, batch),
            Behaviour::CrashAfterReady => (0, self.nodes),
        };
        Rollout { end, available_min, pods_max: self.nodes + surge, available, failing, step_count }
    }
}
