//! Taints (plugins/tainttoleration/taint_toleration.go, v1.34.1).

use smol_str::format_smolstr;

use crate::model::{Effect, Pod, Toleration};
use crate::scheduler::normalize::by_largest_reversed;
use crate::scheduler::{Host, Plugin, Rejection, Snapshot};

/// The first taint of the node that is not tolerated is the reason.
pub(in crate::scheduler) fn check(pod: &Pod, host: &Host<'_>) -> Result<(), Rejection> {
    let mut taints = host.node.taints.iter().filter(|it| it.keeps_out());
    let Some(taint) = taints.find(|it| !it.is_tolerated(&pod.tolerations)) else { return Ok(()) };
    let reason =
        format_smolstr!("node(s) had untolerated taint {{{}: {}}}", taint.key, taint.value);
    Err(Rejection::unresolvable(Plugin::TaintToleration, reason))
}

/// The fewer unwelcoming taints, the better.
pub(in crate::scheduler) fn scores(
    _: &Snapshot<'_>,
    pod: &Pod,
    hosts: &[&Host<'_>],
) -> Option<Vec<i64>> {
    let tolerations: Vec<Toleration> =
        pod.tolerations.iter().filter(|it| is_of_preference(it)).cloned().collect();
    let unwelcoming = |host: &&Host<'_>| {
        let taints = host.node.taints.iter().filter(|it| !it.keeps_out());
        taints.filter(|it| !it.is_tolerated(&tolerations)).count() as i64
    };
    let mut scores: Vec<i64> = hosts.iter().map(unwelcoming).collect();
    by_largest_reversed(&mut scores);
    Some(scores)
}

fn is_of_preference(toleration: &Toleration) -> bool {
    toleration.effect.is_none_or(|it| it == Effect::PreferNoSchedule)
}
