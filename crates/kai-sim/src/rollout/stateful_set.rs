//! StatefulSets (statefulset/stateful_set_control.go): one pod after the other, the highest first.

use super::{Behaviour, End, Rollout, Wedge};

/// A rolling update of one StatefulSet. How its pods are started at first changes nothing here.
#[derive(Debug, Clone, Copy)]
pub struct StatefulSetRollout {
    pub replicas: i64,
    /// Pods with lower numbers keep the old version.
    pub partition: i64,
    pub behaviour: Behaviour,
}

impl StatefulSetRollout {
    /// A pod that does not become ready again stops it: the controller waits, and a version written
    /// after that does not replace the pod either until somebody deletes it.
    #[must_use]
    pub fn play(&self) -> Rollout {
        let (replicas, updated) = (self.replicas, (self.replicas - self.partition).max(0));
        let done = |end, available_min, step_count| Rollout {
            available: if end == End::Finished { replicas } else { available_min },
            failing: if end == End::Finished { 0 } else { 1 },
            end,
            available_min,
            pods_max: replicas,
            step_count,
        };
        if updated == 0 {
            return done(End::Finished, replicas, 0);
        }
        if self.behaviour == Behaviour::Healthy {
            let step_count = usize::try_from(updated).unwrap_or(usize::MAX);
            return done(End::Finished, replicas - 1, step_count);
        }
        done(End::Wedged(Wedge::NotReady), replicas - 1, 1)
    }
}
