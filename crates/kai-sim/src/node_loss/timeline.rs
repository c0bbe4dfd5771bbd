//! When lost nodes are noticed and tainted (nodelifecycle/node_lifecycle_controller.go).

use std::time::Duration;

use super::{Zone, ZoneState};

/// Settings of the node lifecycle controller.
#[derive(Debug, Clone, Copy)]
pub struct Lifecycle {
    /// How long a node may be silent: `--node-monitor-grace-period`. 50 s since release 1.32, 40 s
    /// before (kubernetes/kubernetes#121793).
    pub grace: Duration,
    /// How often it looks: `--node-monitor-period`.
    pub period: Duration,
    /// From one node to the next: a tenth of a node a second, `--node-eviction-rate`.
    pub interval: Duration,
    /// The same in a large zone that is lost in part: `--secondary-node-eviction-rate`.
    pub slow_interval: Duration,
    /// A zone is large with more nodes: `--large-cluster-size-threshold`.
    pub large_zone: usize,
    pub unhealthy_share: f64,
}

/// A time after the loss that is somewhere between two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seconds {
    pub earliest: u64,
    pub latest: u64,
}

impl Default for Lifecycle {
    fn default() -> Self {
        Self {
            grace: Duration::from_secs(50),
            period: Duration::from_secs(5),
            interval: Duration::from_secs(10),
            slow_interval: Duration::from_secs(100),
            large_zone: 50,
            unhealthy_share: 0.55,
        }
    }
}

impl Lifecycle {
    /// When the nodes are marked, and their pods leave the endpoints of services.
    #[must_use]
    pub fn noticed_after(&self) -> Seconds {
        let earliest = self.grace.as_secs();
        Seconds { earliest, latest: earliest + self.period.as_secs() }
    }

    /// From one tainted node of a zone to the next; nothing where tainting stops.
    fn interval(&self, zone: Zone) -> Option<Duration> {
        match zone.state(self.unhealthy_share) {
            ZoneState::Normal | ZoneState::Full => Some(self.interval),
            ZoneState::Partial if zone.nodes > self.large_zone => Some(self.slow_interval),
            ZoneState::Partial => None,
        }
    }
}

/// When each lost node of a zone gets the taint that evicts: the first at once when it is noticed, the
/// others one by one. Nothing where that never comes: a small zone that is lost in part, or a
/// cluster whose every zone is lost, because then it is more likely the controller that is cut off.
#[must_use]
pub fn tainted_after(lifecycle: &Lifecycle, zones: &[Zone], at: usize) -> Vec<Option<Seconds>> {
    let Some(&zone) = zones.get(at) else { return Vec::new() };
    let is_full = |it: &Zone| it.state(lifecycle.unhealthy_share) == ZoneState::Full;
    let interval = lifecycle.interval(zone).filter(|_| !zones.iter().all(is_full));
    let noticed = lifecycle.noticed_after();
    let after = |turn: usize| {
        interval.map(|it| {
            let wait = it.as_secs() * turn as u64;
            Seconds { earliest: noticed.earliest + wait, latest: noticed.latest + wait }
        })
    };
    (0..zone.lost).map(after).collect()
}
