//! Deployments (deployment/util/deployment_util.go `ResolveFenceposts`, deployment/rolling.go).

use super::{Behaviour, End, Rollout, Wedge};
use crate::model::IntOrPercent;

/// How far a rolling update may leave the wanted number of pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fenceposts {
    /// More than wanted; rounded up.
    pub surge: i64,
    /// Fewer than wanted; rounded down.
    pub unavailable: i64,
}

/// A rolling update of one Deployment.
#[derive(Debug, Clone, Copy)]
pub struct DeploymentRollout {
    pub replicas: i64,
    pub fenceposts: Fenceposts,
    pub behaviour: Behaviour,
    /// Pods beyond the wanted number that the quota admits; nothing where none is set.
    pub quota: Option<i64>,
    /// Pods beyond the wanted number that nodes have room for; nothing where nobody knows.
    pub room: Option<i64>,
}

impl Fenceposts {
    /// Where both come to none, one pod may be unavailable: a rollout could not begin otherwise.
    #[must_use]
    pub fn resolve(surge: IntOrPercent, unavailable: IntOrPercent, replicas: i64) -> Self {
        let surge = surge.rounded_up(replicas).max(0);
        let unavailable = unavailable.rounded_down(replicas).max(0);
        if surge == 0 && unavailable == 0 {
            return Self { surge, unavailable: 1 };
        }
        Self { surge, unavailable }
    }
}

/// Pods of the two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pods {
    old: i64,
    new: i64,
    /// New pods that have a node.
    placed: i64,
    /// New pods that serve.
    available: i64,
}

impl DeploymentRollout {
    /// Plays it until it ends or nothing moves any more.
    #[must_use]
    pub fn play(&self) -> Rollout {
        let mut pods = Pods { old: self.replicas, new: 0, placed: 0, available: 0 };
        let (mut available_min, mut pods_max) = (self.replicas, self.replicas);
        let mut step_count = 0;
        loop {
            let before = pods;
            self.scale_up(&mut pods);
            self.start(&mut pods);
            pods_max = pods_max.max(pods.old + pods.new);
            self.scale_down(&mut pods);
            if self.behaviour == Behaviour::CrashAfterReady {
                pods.available = 0;
            }
            available_min = available_min.min(pods.old + pods.available);
            let is_done =
                pods.old == 0 && pods.new == self.replicas && pods.available == self.replicas;
            if is_done || pods == before {
                let end = if is_done { End::Finished } else { End::Wedged(self.wedge(&pods)) };
                return Rollout {
                    end,
                    available_min,
                    pods_max,
                    available: pods.old + pods.available,
                    failing: pods.placed - pods.available,
                    step_count,
                };
            }
            step_count += 1;
        }
    }

    fn scale_up(&self, pods: &mut Pods) {
        let allowed = self.replicas + self.fenceposts.surge - (pods.old + pods.new);
        let wanted = allowed.min(self.replicas - pods.new).max(0);
        pods.new += wanted.min(self.left(self.quota, pods.old + pods.new));
    }

    /// What has a node runs, and serves if it ever does.
    fn start(&self, pods: &mut Pods) {
        let waiting = pods.new - pods.placed;
        pods.placed += waiting.min(self.left(self.room, pods.old + pods.placed));
        if self.behaviour != Behaviour::NeverReady {
            pods.available = pods.placed;
        }
    }

    /// As many old pods go as leave the least number available, counting new ones that are not.
    fn scale_down(&self, pods: &mut Pods) {
        let available_min = self.replicas - self.fenceposts.unavailable;
        let unavailable_new = pods.new - pods.available;
        let removable = pods.old + pods.new - available_min - unavailable_new;
        let spare = pods.old + pods.available - available_min;
        pods.old -= removable.min(spare).clamp(0, pods.old);
    }

    /// How many more pods a limit admits when there are so many.
    fn left(&self, limit: Option<i64>, there: i64) -> i64 {
        limit.map_or(i64::MAX, |it| (self.replicas + it - there).max(0))
    }

    fn wedge(&self, pods: &Pods) -> Wedge {
        if pods.placed < pods.new {
            Wedge::Capacity
        } else if self.behaviour == Behaviour::Healthy && pods.new < self.replicas {
            Wedge::Quota
        } else {
            Wedge::NotReady
        }
    }
}
