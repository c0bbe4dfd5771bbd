//! More load: autoscalers make more pods, as far as they may.
//!
//! Requests are not load. Without measurements, every autoscaler counts as being at its target now, so
//! that so many times the load asks for so many times the pods; what has no autoscaler gets none.

use kai_sim::admission::admit;
use kai_sim::autoscaling::{Behaviour, climb};
use kai_sim::model::Phase;

use super::Player;
use super::blow::Placed;
use crate::Stage;
use crate::outcome::{Outcome, Scaled};
use crate::stage::Scalers;

/// Pods that load asks for.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) runs: usize,
    /// A pod that those are like.
    pub(super) like: usize,
    pub(super) before: i64,
    pub(super) needed: i64,
    pub(super) max: i64,
    /// Pods more than before that quotas let in.
    pub(super) admitted: i64,
    pub(super) refused: i64,
}

/// What autoscalers would make of so many times the load.
pub(super) fn wanted(stage: &Stage<'_>, factor: u32) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    let scalers = Scalers::of(&stage.declared);
    for (at, runs) in stage.runs.iter().enumerate() {
        let scaler = scalers.named(&runs.native_kind, &runs.key);
        let (Some(scaler), Some(&like)) = (scaler, runs.pods.first()) else { continue };
        let before = i64::try_from(runs.pods.len()).unwrap_or(0);
        let needed = before.saturating_mul(i64::from(factor));
        let more = (needed.min(scaler.max) - before).max(0);
        let admitted = admitted(stage, like, more);
        wanted.push(Wanted {
            runs: at,
            like,
            before,
            needed,
            max: scaler.max,
            admitted,
            refused: more - admitted,
        });
    }
    wanted
}

/// How many of so many pods more the quotas of the namespace let in.
pub(super) fn admitted(stage: &Stage<'_>, like: usize, more: i64) -> i64 {
    let pod = &stage.cluster.pods[like];
    let of_namespace: Vec<_> = stage
        .declared
        .quotas
        .iter()
        .filter(|it| it.key.namespace == pod.namespace)
        .cloned()
        .collect();
    if of_namespace.is_empty() || more <= 0 {
        return more.max(0);
    }
    let pods = stage.cluster.pods.iter().filter(|it| it.namespace == pod.namespace).cloned();
    let mut cluster = kai_sim::model::Cluster { pods: pods.collect(), ..Default::default() };
    let mut count = 0;
    while count < more && admit(&cluster, &of_namespace, pod).is_empty() {
        let mut another = pod.clone();
        another.phase = Phase::Pending;
        cluster.pods.push(another);
        count += 1;
    }
    count
}

impl Player<'_, '_> {
    pub(super) fn add_scaled(&self, wanted: &[Wanted], placed: &Placed, outcome: &mut Outcome) {
        for it in wanted {
            let placed = placed.more.get(&it.runs).copied().unwrap_or(0);
            let placed = i64::try_from(placed).unwrap_or(0);
            let looks = climb(&Behaviour::default(), it.before, it.needed, it.max).len();
            outcome.scaled.push(Scaled {
                runs: it.runs,
                before: it.before,
                needed: it.needed,
                max: Some(it.max),
                waiting: it.admitted - placed,
                refused: it.refused,
                looks,
            });
        }
        outcome.scaled.sort_by_key(|it| {
            let short = it.needed - it.max.unwrap_or(it.before).min(it.needed);
            (std::cmp::Reverse(short + it.waiting + it.refused), it.runs)
        });
    }
}
