//! Which of the nodes that take a pod is best.
//!
//! What is the same for all of them is left out: only the order matters. Of nodes that are alike and
//! on which nothing changed, only the best can be the best of all, and it has everything that scores
//! are scaled by in common with the others; so that a few nodes stand for all of them.

use std::cmp::Ordering;

use super::Sweep;
use super::bits::Bits;
use super::compile::Memory;
use super::plan::{Class, Plan};
use super::relations::Soft;
use super::room::hundredths;
use super::standing::Grouped;
use super::state::State;
use crate::generated::Draw;

/// A node that may be the best.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scored {
    host: usize,
    total: i64,
    /// Of one plugin, before it is scaled.
    raw: i64,
    /// The same where it is not whole.
    share: f64,
}

impl Sweep<'_> {
    /// The best of the feasible nodes.
    pub(super) fn best(&mut self, class: usize) -> Option<usize> {
        let Self { plan, standing, state, memory, ties, .. } = self;
        let class = &plan.classes[class];
        memory.scored.clear();
        // Who draws between nodes that are equally good has to see them all.
        if ties.is_some() {
            let scores = state.scores(class.size);
            memory.scored.extend(memory.feasible.iter().map(|it| Scored::new(it, scores)));
        } else {
            contend(plan, &standing.grouped[class.group], state, class, memory);
        }
        if memory.scored.len() > 1 {
            let Memory { feasible, looked_at, scored, .. } = memory;
            let scores = Scores { plan, state, class, feasible };
            scores.add_by_largest(scored, class.taints, -3);
            scores.add_by_largest(scored, class.preferences, 2);
            scores.add_images(scored);
            scores.add_spread(scored, looked_at);
            scores.add_pulls(scored);
        }
        first_or_drawn(&memory.scored, ties.as_mut())
    }
}

/// Of several that are equally good each is drawn as often as any other (`schedule_one.go`, v1.34.1,
/// `selectHost`); without a seed the first is taken.
fn first_or_drawn(scored: &[Scored], mut ties: Option<&mut Draw>) -> Option<usize> {
    let mut best = *scored.first()?;
    let mut equal = 1;
    for it in &scored[1..] {
        let is_better = match it.total.cmp(&best.total) {
            Ordering::Less => false,
            Ordering::Greater => {
                equal = 1;
                true
            }
            Ordering::Equal => {
                equal += 1;
                ties.as_mut().map_or(it.host < best.host, |it| it.below(equal) == 0)
            }
        };
        if is_better {
            best = *it;
        }
    }
    Some(best.host)
}

impl Scored {
    #[inline]
    fn new(host: usize, scores: &[u8]) -> Self {
        Self { host, total: i64::from(scores[host]), raw: 0, share: 0.0 }
    }
}

/// Nodes on which something is that scores look at, and the best of each kind of the others.
fn contend(plan: &Plan, grouped: &Grouped, state: &State, class: &Class, memory: &mut Memory) {
    let Memory { feasible, rest, heads, scored, .. } = memory;
    let scores = state.scores(class.size);
    rest.clone_from(feasible);
    class.crowds.iter().for_each(|&it| rest.take_away(&state.counts[it].crowd));
    scored.extend(feasible.iter_without(rest).map(|it| Scored::new(it, scores)));
    if rest.is_empty() {
        return;
    }
    let alike = &plan.alikes[plan.groups[class.group].alike];
    heads.clear();
    heads.resize(alike.count, 0);
    let mut stand = |kind: usize, host: usize, score: u8| {
        heads[kind] = heads[kind].max(rank(host, score));
    };
    if state.are_many_touched() {
        rest.iter().for_each(|it| stand(alike.of_host[it], it, scores[it]));
    } else {
        rest.iter_with(&state.touched).for_each(|it| stand(alike.of_host[it], it, scores[it]));
        rest.take_away(&state.touched);
        for kind in &grouped.kinds {
            let first = kind.first as usize;
            if rest.contains(first) {
                stand(kind.number, first, kind.score);
                continue;
            }
            let mut hosts = grouped.hosts[kind.hosts.clone()].iter().map(|&it| it as usize);
            let next = hosts.find(|&it| rest.contains(it));
            next.into_iter().for_each(|it| stand(kind.number, it, scores[it]));
        }
    }
    let hosts = heads.iter().filter(|it| **it > 0).map(|it| ranked(*it));
    scored.extend(hosts.map(|it| Scored::new(it, scores)));
}

/// A number that is larger for the better node, and of equal ones for the first.
fn rank(host: usize, score: u8) -> u64 {
    u64::from(score) << 32 | u64::from(u32::MAX - host as u32)
}

/// The node of a rank.
fn ranked(rank: u64) -> usize {
    (u32::MAX - rank as u32) as usize
}

/// What plugins say of the nodes.
struct Scores<'s> {
    plan: &'s Plan,
    state: &'s State,
    class: &'s Class,
    feasible: &'s Bits,
}

impl<'s> Scores<'s> {
    /// Adds the share of the largest, in hundredths and weighted; `weight` is below 0 where less is
    /// better.
    fn add_by_largest(&self, scored: &mut [Scored], column: Option<usize>, weight: i64) {
        let Some(column) = column else { return };
        let raw = &self.plan.columns[column].values;
        let largest = scored.iter().map(|it| raw[it.host]).max().unwrap_or(0);
        if largest > 0 {
            for it in scored.iter_mut().filter(|it| raw[it.host] != 0) {
                it.total += weight * (100 * raw[it.host] / largest);
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "the scheduler multiplies doubles")]
    #[expect(clippy::cast_possible_truncation, reason = "at most the size of an image")]
    fn add_images(&self, scored: &mut [Scored]) {
        const LEAST: i64 = 23 << 20;
        if self.class.images.is_empty() {
            return;
        }
        let known = &self.state.known;
        let node_count = known.count() as f64;
        let most = (1000 << 20) * self.class.container_count as i64;
        scored.iter_mut().for_each(|it| it.raw = 0);
        for &image in &self.class.images {
            let image = &self.plan.images[image];
            let share = image.on.count_with(known) as f64 / node_count;
            let size = image.sizes.iter().find(|(host, _)| known.contains(*host));
            let worth = (size.map_or(0, |(_, size)| *size) as f64 * share) as i64;
            let there = scored.iter_mut().filter(|it| image.on.contains(it.host));
            there.for_each(|it| it.raw += worth);
        }
        for it in scored.iter_mut().filter(|it| it.raw > LEAST) {
            it.total += 100 * (it.raw.min(most).max(LEAST) - LEAST) / (most - LEAST);
        }
    }

    fn add_spread(&self, scored: &mut [Scored], looked_at: &mut Bits) {
        let relations = &self.class.relations;
        if relations.soft.is_empty() {
            return;
        }
        let mut nodes = self.feasible;
        if let Some(of_soft) = &relations.soft_nodes {
            looked_at.clone_from(of_soft);
            looked_at.keep(nodes);
            nodes = looked_at;
        }
        scored.iter_mut().for_each(|it| it.share = 0.0);
        relations.soft.iter().for_each(|it| self.add_shares(scored, it, nodes));
        let is_looked_at = |it: &Scored| relations.soft_nodes.is_none() || nodes.contains(it.host);
        let (mut least, mut most) = (i64::MAX, 0);
        for it in scored.iter_mut().filter(|it| is_looked_at(it)) {
            it.raw = round(it.share);
            least = least.min(it.raw);
            most = most.max(it.raw);
        }
        for it in scored.iter_mut().filter(|it| is_looked_at(it)) {
            it.total += 2 * if most == 0 { 100 } else { hundredths(most + least - it.raw, most) };
        }
    }

    /// What a soft constraint says of the nodes, weighted by how many domains there are.
    #[expect(clippy::cast_precision_loss, reason = "a number of pods")]
    fn add_shares(&self, scored: &mut [Scored], soft: &Soft, nodes: &Bits) {
        let plan = self.plan;
        let labels = &plan.topologies[soft.topology];
        let domains =
            if soft.is_of_hosts { nodes.count() } else { labels.count_with_unlabelled(nodes) };
        let (weight, beyond) = (plan.logarithms[domains], (soft.max_skew - 1) as f64);
        let (counts, topology) = (&self.state.counts[soft.tally], plan.topology_of(soft.tally));
        // A node without the label has no score.
        for it in scored.iter_mut().filter(|it| labels.labelled.contains(it.host)) {
            it.share += counts.at(topology, it.host) as f64 * weight + beyond;
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "the scheduler divides doubles")]
    #[expect(clippy::cast_possible_truncation, reason = "the score is between 0 and 100")]
    fn add_pulls(&self, scored: &mut [Scored]) {
        let pulls = self.class.relations.pulls.iter();
        let mut pulls = pulls.filter(|&&it| self.state.counts[it].nonzero > 0).peekable();
        if pulls.peek().is_none() {
            return;
        }
        scored.iter_mut().for_each(|it| it.raw = 0);
        for &tally in pulls {
            let (counts, topology) = (&self.state.counts[tally], self.plan.topology_of(tally));
            scored.iter_mut().for_each(|it| it.raw += counts.at(topology, it.host));
        }
        let least = scored.iter().map(|it| it.raw).min().unwrap_or(0);
        let range = scored.iter().map(|it| it.raw).max().unwrap_or(0) - least;
        if range > 0 {
            for it in scored {
                it.total += 2 * ((100.0 * ((it.raw - least) as f64 / range as f64)) as i64);
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "as many as pods times a small number")]
fn round(score: f64) -> i64 {
    // The score is not negative, so that cutting off rounds half up as the scheduler does.
    (score + 0.5) as i64
}
