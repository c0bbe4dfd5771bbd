//! Which of the nodes that take a pod is best.
//!
//! What is the same for all of them is left out: only the order matters. Of nodes that are alike and
//! on which nothing changed, only the best can be the best of all, and it has everything that scores
//! are scaled by in common with the others; so that a few nodes stand for all of them.

use std::cmp::Ordering;

use super::Sweep;
use super::bits::Bits;
use super::plan::{Class, Plan};
use super::relations::Soft;
use super::state::State;
use super::tally::Counts;
use super::topology::Topology;

/// A node that may be the best.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scored {
    host: usize,
    total: i64,
    /// Of one plugin, before it is scaled.
    raw: i64,
}

impl Sweep<'_> {
    pub(super) fn best(&mut self, class: usize, feasible: &Bits) -> Option<usize> {
        let mut scored = std::mem::take(&mut self.scored);
        scored.clear();
        let (plan, state) = (&*self.plan, &self.state);
        let class = &plan.classes[class];
        // Who draws between nodes that are equally good has to see them all.
        if self.ties.is_some() {
            scored.extend(feasible.iter().map(|it| Scored::new(plan, state, class, it)));
        } else {
            contend(plan, state, class, feasible, &mut self.rest, &mut scored);
        }
        if scored.len() > 1 {
            let scores = Scores { plan, state, class, feasible };
            scores.add_by_largest(&mut scored, class.taints, -3);
            scores.add_by_largest(&mut scored, class.preferences, 2);
            scores.add_images(&mut scored);
            scores.add_spread(&mut scored);
            scores.add_pulls(&mut scored);
        }
        let best = self.first_or_drawn(&scored);
        self.scored = scored;
        best
    }

    /// Of several that are equally good each is drawn as often as any other (`schedule_one.go`,
    /// v1.34.1, `selectHost`); without a seed the first is taken.
    fn first_or_drawn(&mut self, scored: &[Scored]) -> Option<usize> {
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
                    self.ties.as_mut().map_or(it.host < best.host, |it| it.below(equal) == 0)
                }
            };
            if is_better {
                best = *it;
            }
        }
        Some(best.host)
    }
}

impl Scored {
    fn new(plan: &Plan<'_>, state: &State, class: &Class<'_>, host: usize) -> Self {
        let rated = &plan.sizes[class.size];
        let total = if state.touched.contains(host) {
            plan.capacity.score(&state.taken, &rated.size, host)
        } else {
            i64::from(rated.scores[host])
        };
        Self { host, total, raw: 0 }
    }
}

/// Nodes on which something is that scores look at, and the best of each kind of the others.
fn contend(
    plan: &Plan<'_>,
    state: &State,
    class: &Class<'_>,
    feasible: &Bits,
    rest: &mut Bits,
    scored: &mut Vec<Scored>,
) {
    let mut special = std::mem::take(rest);
    special.clone_from(&state.touched);
    class.crowds.iter().for_each(|&it| special.add(&state.counts[it].crowd));
    special.keep(feasible);
    scored.extend(special.iter().map(|it| Scored::new(plan, state, class, it)));
    let others = &mut special;
    others.flip(feasible);
    if !others.is_empty() {
        for kind in &class.alike {
            let first = kind.first as usize;
            if others.contains(first) {
                scored.push(Scored { host: first, total: i64::from(kind.score), raw: 0 });
                continue;
            }
            let next = kind.others.iter().map(|&it| it as usize).find(|&it| others.contains(it));
            scored.extend(next.map(|it| Scored::new(plan, state, class, it)));
        }
    }
    *rest = special;
}

/// What plugins say of the nodes.
struct Scores<'s> {
    plan: &'s Plan<'s>,
    state: &'s State,
    class: &'s Class<'s>,
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
            scored.iter_mut().for_each(|it| it.total += weight * (100 * raw[it.host] / largest));
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
        let pod = self.class.pod;
        let most = (1000 << 20) * (pod.init_containers.len() + pod.containers.len()) as i64;
        scored.iter_mut().for_each(|it| it.raw = 0);
        for &image in &self.class.images {
            let image = &self.plan.images[image];
            let share = image.on.count_with(known) as f64 / node_count;
            let size = image.sizes.iter().find(|(host, _)| known.contains(*host));
            let worth = (size.map_or(0, |(_, size)| *size) as f64 * share) as i64;
            let there = scored.iter_mut().filter(|it| image.on.contains(it.host));
            there.for_each(|it| it.raw += worth);
        }
        for it in scored {
            it.total += 100 * (it.raw.min(most).max(LEAST) - LEAST) / (most - LEAST);
        }
    }

    fn add_spread(&self, scored: &mut [Scored]) {
        let relations = &self.class.relations;
        if relations.soft.is_empty() {
            return;
        }
        let mut nodes = self.feasible.clone();
        if let Some(looked_at) = &relations.soft_nodes {
            nodes.keep(looked_at);
        }
        let terms: Vec<Term<'_>> = relations.soft.iter().map(|it| self.term(it, &nodes)).collect();
        let (mut least, mut most) = (i64::MAX, 0);
        let is_looked_at = |it: &Scored| nodes.contains(it.host);
        for it in scored.iter_mut().filter(|it| is_looked_at(it)) {
            let score: f64 = terms.iter().filter_map(|term| term.score(it.host)).sum();
            it.raw = round(score);
            least = least.min(it.raw);
            most = most.max(it.raw);
        }
        for it in scored.iter_mut().filter(|it| is_looked_at(it)) {
            it.total += 2 * if most == 0 { 100 } else { 100 * (most + least - it.raw) / most };
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a number of nodes")]
    fn term(&self, soft: &Soft, nodes: &Bits) -> Term<'s> {
        let plan = self.plan;
        let labels = &plan.topologies[soft.topology];
        let domains = if soft.is_of_hosts {
            nodes.count()
        } else {
            // Nodes without the label are one domain.
            let has_unlabelled = nodes.count_with(&labels.labelled) < nodes.count();
            labels.count_of(nodes) + usize::from(has_unlabelled)
        };
        Term {
            labels,
            topology: plan.topology_of(soft.tally),
            counts: &self.state.counts[soft.tally],
            beyond: (soft.max_skew - 1) as f64,
            weight: ((domains + 2) as f64).ln(),
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

/// A soft constraint, weighted by how many domains there are.
struct Term<'s> {
    /// A node without this label has no score.
    labels: &'s Topology,
    topology: &'s Topology,
    counts: &'s Counts,
    beyond: f64,
    weight: f64,
}

impl Term<'_> {
    #[expect(clippy::cast_precision_loss, reason = "a number of pods")]
    fn score(&self, host: usize) -> Option<f64> {
        self.labels.domain(host)?;
        Some(self.counts.at(self.topology, host) as f64 * self.weight + self.beyond)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "as many as pods times a small number")]
fn round(score: f64) -> i64 {
    // The score is not negative, so that cutting off rounds half up as the scheduler does.
    (score + 0.5) as i64
}
