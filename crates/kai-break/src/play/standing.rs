//! What holds wherever the scheduler puts pods: how much is asked for, and what autoscalers and quotas
//! allow.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use kai_sim::model::{CPU, MEMORY, PODS, Pod, requests};

use super::verdict::Case;
use super::{Depth, Player};
use crate::outcome::Scaled;
use crate::{Fault, Scenario, Stage};

/// So many times the load is tried, one after the other.
const FACTORS: [u32; 3] = [2, 5, 10];

/// What pods ask for, and what all nodes together have of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Excess {
    /// As Kubernetes calls it.
    pub resource: &'static str,
    pub asked: i64,
    pub there: i64,
}

/// So many times the load ask for more pods than there can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Short {
    pub factor: u32,
    /// Those that there can be carry so many tenths of the load now.
    pub tenths: i64,
    /// Pods now, and pods that would be needed.
    pub before: i64,
    pub needed: i64,
    pub limit: Limit,
}

/// What keeps an autoscaler from making more pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// It makes so many at most.
    Max(i64),
    /// Quotas admit so many.
    Quota(i64),
    /// All autoscalers at once make more than the nodes have.
    Nodes(Excess),
}

/// Workloads in `left_out` wait in any case, and are told for themselves, as are nodes that do not take
/// what a single autoscaler may make.
pub(super) fn standing(
    player: &mut Player<'_, '_>,
    left_out: &BTreeSet<usize>,
    are_nodes_told: bool,
) -> Vec<(usize, Case)> {
    let stage = player.stage;
    if let Some(excess) = excess(stage, &[], left_out) {
        let largest = largest(stage, excess.resource, left_out);
        return largest.map(|it| (it, Case::Overcommitted(excess))).into_iter().collect();
    }
    let mut told: BTreeMap<usize, Short> = BTreeMap::new();
    for factor in FACTORS {
        let scenario =
            Scenario { faults: vec![Fault::Load(factor)], name: format!("load={factor}x") };
        let scaled = player.play(&scenario, Depth::Blow).scaled;
        let runs = scaled.iter().filter(|it| !left_out.contains(&it.runs));
        for (it, limit) in runs.filter_map(|it| Some((it, limit(it)?))) {
            told.entry(it.runs).or_insert_with(|| short_of(it, factor, limit));
        }
        let full = if are_nodes_told { None } else { excess(stage, &scaled, left_out) };
        let most = scaled.iter().max_by_key(|it| (made(it), Reverse(it.runs)));
        if let (Some(full), Some(most)) = (full, most) {
            let tenths = carried(stage, &scaled, left_out, factor);
            let short = Short { tenths, ..short_of(most, factor, Limit::Nodes(full)) };
            let known = told.entry(most.runs).or_insert(short);
            if known.tenths > tenths {
                *known = short;
            }
            break;
        }
    }
    told.into_iter().map(|(runs, it)| (runs, Case::Short(it))).collect()
}

fn short_of(scaled: &Scaled, factor: u32, limit: Limit) -> Short {
    let Scaled { before, needed, .. } = *scaled;
    let tenths = match limit {
        Limit::Max(pods) | Limit::Quota(pods) => pods.saturating_mul(10) / before.max(1),
        Limit::Nodes(_) => i64::from(factor) * 10,
    };
    Short { factor, tenths, before, needed, limit }
}

/// The most load, in tenths of that now, whose pods ask for no more than the nodes have.
fn carried(stage: &Stage<'_>, full: &[Scaled], left_out: &BTreeSet<usize>, factor: u32) -> i64 {
    let fits = |tenths: &i64| {
        let under = |it: &Scaled| {
            let wanted = (it.before.saturating_mul(*tenths) + 9) / 10;
            Scaled { needed: wanted.min(it.before + made(it)), refused: 0, ..it.clone() }
        };
        let scaled: Vec<Scaled> = full.iter().map(under).collect();
        excess(stage, &scaled, left_out).is_none()
    };
    (10..i64::from(factor) * 10).take_while(fits).last().unwrap_or(10)
}

/// What keeps an autoscaler from making as many pods as it wants.
fn limit(scaled: &Scaled) -> Option<Limit> {
    let max = scaled.max?;
    if scaled.refused > 0 {
        return Some(Limit::Quota(scaled.before + made(scaled)));
    }
    (max < scaled.needed).then_some(Limit::Max(max))
}

/// Pods that it makes.
fn made(scaled: &Scaled) -> i64 {
    let allowed = scaled.needed.min(scaled.max.unwrap_or(scaled.needed));
    (allowed - scaled.before).max(0) - scaled.refused
}

/// The first resource of which all pods ask for more than all nodes have.
fn excess(stage: &Stage<'_>, scaled: &[Scaled], left_out: &BTreeSet<usize>) -> Option<Excess> {
    let grown: BTreeMap<usize, i64> = scaled.iter().map(|it| (it.runs, made(it))).collect();
    [CPU, MEMORY, PODS].into_iter().find_map(|resource| {
        let there = stage.cluster.nodes.iter().map(|it| it.allocatable.get(resource)).sum();
        let runs = stage.runs.iter().enumerate().filter(|(at, _)| !left_out.contains(at));
        let of_runs = runs.filter_map(|(at, it)| {
            let pod = &stage.cluster.pods[*it.pods.first()?];
            let count = i64::try_from(it.pods.len()).ok()? + grown.get(&at).unwrap_or(&0);
            Some(asks(stage, pod, resource).saturating_mul(count))
        });
        let asked = of_runs.fold(0, i64::saturating_add);
        (asked > there).then_some(Excess { resource, asked, there })
    })
}

/// What a pod asks of the nodes that are there; nothing where it is meant for others.
fn asks(stage: &Stage<'_>, pod: &Pod, resource: &str) -> i64 {
    if !stage.cluster.nodes.iter().any(|it| pod.selects(it)) {
        return 0;
    }
    if resource == PODS { 1 } else { requests(pod).get(resource) }
}

/// The workload that asks for most.
fn largest(stage: &Stage<'_>, resource: &str, left_out: &BTreeSet<usize>) -> Option<usize> {
    let runs = stage.runs.iter().enumerate();
    let runs = runs.filter(|(at, it)| !left_out.contains(at) && it.component.is_some());
    let asked = runs.filter_map(|(at, it)| {
        let pod = &stage.cluster.pods[*it.pods.first()?];
        let count = i64::try_from(it.pods.len()).ok()?;
        Some((asks(stage, pod, resource).saturating_mul(count), Reverse(at)))
    });
    asked.max().map(|(_, Reverse(at))| at)
}
