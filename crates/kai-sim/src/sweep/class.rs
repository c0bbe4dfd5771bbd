//! Pods that the scheduler cannot tell from each other.

use std::collections::BTreeMap;
use std::sync::Arc;

use kai_core::Lookup;
use rayon::prelude::*;
use smol_str::SmolStr;

use crate::model::Pod;

/// The first pod of each class, and the class of every pod.
pub(super) fn classes(pods: &[Pod]) -> (Vec<usize>, Vec<usize>) {
    // Pods of one class have these in common; few others do.
    type Kin<'a> = (&'a SmolStr, Option<&'a SmolStr>);
    let mut eldest: Lookup<Kin<'_>, usize> = Lookup::new();
    let eldest: Vec<usize> = pods
        .iter()
        .enumerate()
        .map(|(pod, it)| *eldest.get_or_insert_with(kin(it), || pod))
        .collect();
    // Nearly all of the work is to compare, and each comparison stands for itself.
    let is_like_eldest: Vec<bool> =
        pods.par_iter().zip(&eldest).map(|(pod, &eldest)| is_same(&pods[eldest], pod)).collect();
    let mut first: Vec<usize> = Vec::new();
    let mut by_eldest: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let class_of = |(pod, is_like_eldest): (usize, bool)| {
        let candidates = by_eldest.entry(eldest[pod]).or_default();
        let found = match is_like_eldest {
            true => candidates.first().copied(),
            false => candidates[1.min(candidates.len())..]
                .iter()
                .copied()
                .find(|&it| is_same(&pods[first[it]], &pods[pod])),
        };
        found.unwrap_or_else(|| {
            first.push(pod);
            candidates.push(first.len() - 1);
            first.len() - 1
        })
    };
    let of_pods = is_like_eldest.into_iter().enumerate().map(class_of).collect();
    (first, of_pods)
}

fn kin(pod: &Pod) -> (&SmolStr, Option<&SmolStr>) {
    (&pod.namespace, pod.owner.as_ref().map(|it| &it.name))
}

/// Everything that the scheduler reads of a pod, which is not its name and not where it is.
fn is_same(one: &Pod, other: &Pod) -> bool {
    if one.is_terminating != other.is_terminating {
        return false;
    }
    let (one, other) = (&one.template, &other.template);
    Arc::ptr_eq(one, other)
        || one.owner == other.owner
            && one.labels == other.labels
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
