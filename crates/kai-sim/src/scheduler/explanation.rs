//! What `kubectl describe pod` says of a pod that waits.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::Verdict;

/// The message of `FailedScheduling`, without its part about preemption (types.go, v1.34.1,
/// `FitError`; of a cluster without nodes `ErrNoNodesAvailable`, which scheduler.go declares and
/// `schedulePod` in schedule_one.go returns before it filters).
#[must_use]
pub fn explanation(verdicts: &[Verdict]) -> String {
    if verdicts.is_empty() {
        return "no nodes available to schedule pods".to_owned();
    }
    let mut counts: BTreeMap<SmolStr, usize> = BTreeMap::new();
    for verdict in verdicts {
        for reason in reasons(verdict) {
            *counts.entry(reason).or_default() += 1;
        }
    }
    let mut parts: Vec<String> =
        counts.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    // Texts are sorted, not numbers.
    parts.sort();
    let head = format!("0/{} nodes are available:", verdicts.len());
    if parts.is_empty() { head } else { format!("{head} {}.", parts.join(", ")) }
}

fn reasons(verdict: &Verdict) -> Vec<SmolStr> {
    match verdict {
        Verdict::Fits => Vec::new(),
        Verdict::Rejected(rejection) => rejection.reasons.clone(),
        Verdict::NotNamed => {
            vec![SmolStr::new_static("node(s) didn't satisfy plugin(s) [NodeAffinity]")]
        }
    }
}
