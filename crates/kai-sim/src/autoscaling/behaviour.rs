//! How fast an autoscaler may change a number of pods (`horizontal.go`; defaults from
//! pkg/apis/autoscaling/v2/defaults.go).

use std::time::Duration;

/// Rules for both directions.
#[derive(Debug, Clone)]
pub struct Behaviour {
    pub up: Rules,
    pub down: Rules,
}

#[derive(Debug, Clone)]
pub struct Rules {
    /// How long ago the recommendations are that still count.
    pub stabilisation: Duration,
    pub choice: PolicyChoice,
    pub policies: Vec<Policy>,
}

/// Which of several policies holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyChoice {
    /// The one that changes most.
    Max,
    /// The one that changes least.
    Min,
    /// None: nothing changes in this direction.
    Disabled,
}

#[derive(Debug, Clone, Copy)]
pub enum Policy {
    Pods { count: i64, period: Duration },
    Percent { share: i64, period: Duration },
}

/// A change that was made, and how long ago.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    pub age: Duration,
    /// Added pods, or less than 0.
    pub count: i64,
}

impl Default for Behaviour {
    fn default() -> Self {
        let period = Duration::from_secs(15);
        let double = Policy::Percent { share: 100, period };
        let rules = |seconds, policies| Rules {
            stabilisation: Duration::from_secs(seconds),
            choice: PolicyChoice::Max,
            policies,
        };
        Self {
            up: rules(0, vec![Policy::Pods { count: 4, period }, double]),
            down: rules(300, vec![double]),
        }
    }
}

impl Behaviour {
    /// The number of pods after one look, from what was recommended before (with its age) and is
    /// now, and the changes that were made.
    #[must_use]
    pub fn next(&self, current: i64, recommended: &[(Duration, i64)], changes: &[Change]) -> i64 {
        let within = |window: Duration| {
            recommended.iter().filter(move |(age, _)| *age <= window).map(|(_, count)| *count)
        };
        // Up only as far as the least of the window asks, down only to the most.
        let floor = within(self.up.stabilisation).min().unwrap_or(current);
        let ceiling = within(self.down.stabilisation).max().unwrap_or(current);
        let wanted = current.max(floor).min(ceiling.max(floor));
        if wanted > current {
            wanted.min(self.up.limit(current, changes, 1))
        } else {
            wanted.max(self.down.limit(current, changes, -1))
        }
    }
}

impl Rules {
    /// How far the number may go now; `sign` is 1 for up and −1 for down.
    fn limit(&self, current: i64, changes: &[Change], sign: i64) -> i64 {
        if self.choice == PolicyChoice::Disabled {
            return current;
        }
        let limits = self.policies.iter().map(|it| it.limit(current, changes, sign));
        let wants_largest = (self.choice == PolicyChoice::Max) == (sign > 0);
        let limit = if wants_largest { limits.max() } else { limits.min() };
        let limit = limit.unwrap_or(current);
        // What changed in the period already may be more than a policy allows now.
        if sign > 0 { limit.max(current) } else { limit.min(current) }
    }
}

impl Policy {
    fn limit(self, current: i64, changes: &[Change], sign: i64) -> i64 {
        let (Self::Pods { period, .. } | Self::Percent { period, .. }) = self;
        let recent = changes.iter().filter(|it| it.age < period).map(|it| it.count);
        let start = current - recent.sum::<i64>();
        match self {
            Self::Pods { count, .. } => start + sign * count,
            // Up it rounds up; down it cuts off what is left of a pod.
            Self::Percent { share, .. } if sign > 0 => (start * (100 + share) + 99).div_euclid(100),
            Self::Percent { share, .. } => start * (100 - share) / 100,
        }
    }
}
