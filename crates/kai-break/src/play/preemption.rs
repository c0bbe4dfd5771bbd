//! Where the scheduler would push pods out, which is not played.
//!
//! A pod that finds no node may take the place of pods of lower priority, and those are then made again
//! and look for a node themselves. Whoever reads that a pod waits has to know where that may happen.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Outcome, Stage};

/// Workloads whose pods may push out others that run, with their priority.
pub(super) fn may_push(stage: &Stage<'_>) -> BTreeMap<usize, i64> {
    let pods = &stage.cluster.pods;
    let on_nodes = pods.iter().filter(|it| it.node.is_some() && !it.is_finished());
    let Some(lowest) = on_nodes.map(|it| it.priority).min() else { return BTreeMap::new() };
    let runs = stage.runs.iter().enumerate();
    let first = runs.filter_map(|(runs, it)| Some((runs, &pods[*it.pods.first()?])));
    first
        .filter(|(_, it)| it.priority > lowest && !it.never_preempts)
        .map(|(runs, it)| (runs, it.priority))
        .collect()
}

/// Those of which pods wait in any of the outcomes.
fn pushing(stage: &Stage<'_>, outcomes: &[Outcome]) -> BTreeMap<usize, i64> {
    let waiting: BTreeSet<usize> =
        outcomes.iter().flat_map(|it| &it.waiting).filter_map(|it| it.runs).collect();
    if waiting.is_empty() {
        return BTreeMap::new();
    }
    let mut may = may_push(stage);
    may.retain(|runs, _| waiting.contains(runs));
    may
}

/// What is not known of one scenario for that reason.
pub(super) fn unknown(stage: &Stage<'_>, outcome: &Outcome) -> Option<String> {
    let pushing = pushing(stage, std::slice::from_ref(outcome));
    (!pushing.is_empty()).then(|| {
        format!(
            "whether {} push out pods of lower priority instead of waiting, which then wait \
             themselves: preemption is not played",
            named(stage, &pushing)
        )
    })
}

/// The same of many scenarios, in one sentence.
pub(super) fn left_out(stage: &Stage<'_>, outcomes: &[Outcome]) -> Option<String> {
    let all = pushing(stage, outcomes);
    (!all.is_empty()).then(|| {
        format!(
            "preemption, by which {} may push out pods of lower priority where they find no node",
            named(stage, &all)
        )
    })
}

/// The most important, and how many more.
fn named(stage: &Stage<'_>, pushing: &BTreeMap<usize, i64>) -> String {
    let mut order: Vec<(i64, usize)> = pushing.iter().map(|(&runs, &it)| (it, runs)).collect();
    order.sort_by_key(|&(priority, runs)| (std::cmp::Reverse(priority), runs));
    let Some(&(priority, first)) = order.first() else { return String::new() };
    let label = stage.runs[first].label();
    match order.len() - 1 {
        0 => format!("pods of `{label}` (priority {priority})"),
        1 => format!("pods of `{label}` (priority {priority}) and of 1 other workload"),
        more => format!("pods of `{label}` (priority {priority}) and of {more} other workloads"),
    }
}
