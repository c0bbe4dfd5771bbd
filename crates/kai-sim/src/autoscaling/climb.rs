//! From a number of pods to what the load asks for.

use std::time::Duration;

use super::{Behaviour, Change, Policy};

/// How often the autoscaler looks: `--horizontal-pod-autoscaler-sync-period`.
const PERIOD: Duration = Duration::from_secs(15);

/// The numbers of pods at each look until as many are there as are needed, or as there may be.
/// The need is assumed to last for as long as that takes.
#[must_use]
pub fn climb(behaviour: &Behaviour, current: i64, needed: i64, max: i64) -> Vec<i64> {
    let target = needed.min(max);
    let (mut pods, mut numbers) = (current, Vec::new());
    let mut changes: Vec<Change> = Vec::new();
    let mut recommended: Vec<(Duration, i64)> = Vec::new();
    while pods < target {
        recommended.iter_mut().for_each(|(age, _)| *age += PERIOD);
        changes.iter_mut().for_each(|it| it.age += PERIOD);
        recommended.push((Duration::ZERO, target));
        let next = behaviour.next(pods, &recommended, &changes);
        let can_still = next > pods || changes.iter().any(|it| it.age < longest(behaviour));
        if !can_still {
            break;
        }
        changes.push(Change { age: Duration::ZERO, count: next - pods });
        changes.retain(|it| it.count != 0);
        pods = next;
        numbers.push(pods);
    }
    numbers
}

/// After so long, no change of the past holds back the next.
fn longest(behaviour: &Behaviour) -> Duration {
    let of_policy = |it: &Policy| match it {
        Policy::Pods { period, .. } | Policy::Percent { period, .. } => *period,
    };
    behaviour.up.policies.iter().map(of_policy).max().unwrap_or_default() + PERIOD
}
