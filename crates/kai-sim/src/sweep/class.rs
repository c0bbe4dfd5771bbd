//! Pods that the scheduler cannot tell from each other.

use kai_core::Lookup;
use smol_str::SmolStr;

use crate::model::Pod;

/// The first pod of each class, and the class of every pod.
pub(super) fn classes(pods: &[Pod]) -> (Vec<&Pod>, Vec<usize>) {
    // Pods of one class have these in common; few others do.
    type Kin<'a> = (&'a SmolStr, Option<&'a SmolStr>);
    let mut by_kin: Lookup<Kin<'_>, Vec<usize>> = Lookup::new();
    let mut first: Vec<&Pod> = Vec::new();
    let class_of = |pod| {
        let kin = kin(pod);
        let candidates = by_kin.get_or_insert_with(kin, Vec::new);
        let found = candidates.iter().copied().find(|&it| is_same(first[it], pod));
        found.unwrap_or_else(|| {
            first.push(pod);
            candidates.push(first.len() - 1);
            first.len() - 1
        })
    };
    let of_pods = pods.iter().map(class_of).collect();
    (first, of_pods)
}

fn kin(pod: &Pod) -> (&SmolStr, Option<&SmolStr>) {
    (&pod.namespace, pod.owner.as_ref().map(|it| &it.name))
}

/// Everything that the scheduler reads of a pod, which is not its name and not where it is.
fn is_same(one: &Pod, other: &Pod) -> bool {
    one.owner == other.owner
        && one.labels == other.labels
        && one.is_terminating == other.is_terminating
        && one.priority == other.priority
        && one.containers == other.containers
        && one.init_containers == other.init_containers
        && (&one.requests, &one.overhead) == (&other.requests, &other.overhead)
        && one.node_selector == other.node_selector
        && one.node_affinity == other.node_affinity
        && one.preferred_nodes == other.preferred_nodes
        && one.tolerations == other.tolerations
        && (&one.affinity, &one.anti_affinity) == (&other.affinity, &other.anti_affinity)
        && one.spread == other.spread
        && one.volumes == other.volumes
}
