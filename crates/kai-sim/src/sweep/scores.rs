//! Which of the nodes that take a pod is best.
//!
//! What is the same for all of them is left out: only the order matters.

use std::cmp::Ordering;

use super::Sweep;
use super::bits::Bits;
use super::compile::Class;
use super::relations::Soft;
use super::tally::Tally;
use super::topology::Topology;

impl Sweep<'_> {
    pub(super) fn best(&mut self, class: usize, feasible: &Bits) -> Option<usize> {
        let mut totals = std::mem::take(&mut self.totals);
        let class = &self.classes[class];
        let rated = &self.sizes[class.size];
        for host in feasible.iter() {
            totals[host] = if self.touched.contains(host) {
                self.hosts.score(&rated.size, host)
            } else {
                rated.scores[host]
            };
        }
        add_by_largest(&mut totals, feasible, &class.taints, -3);
        add_by_largest(&mut totals, feasible, &class.preferences, 2);
        self.add_images(&mut totals, feasible, class);
        self.add_spread(&mut totals, feasible, class);
        self.add_pulls(&mut totals, feasible, class);
        let mut best: Option<usize> = None;
        let mut equal = 0;
        for host in feasible.iter() {
            let order = best.map(|it| totals[host].cmp(&totals[it]));
            equal = match order {
                None | Some(Ordering::Greater) => 1,
                Some(Ordering::Equal) => equal + 1,
                Some(Ordering::Less) => continue,
            };
            // Of several that are equally good each is drawn as often as any other
            // (schedule_one.go, v1.34.1, `selectHost`); without a seed the first is taken.
            let is_drawn = equal > 1 && self.ties.as_mut().is_some_and(|it| it.below(equal) == 0);
            if equal == 1 || is_drawn {
                best = Some(host);
            }
        }
        self.totals = totals;
        best
    }

    #[expect(clippy::cast_precision_loss, reason = "the scheduler multiplies doubles")]
    #[expect(clippy::cast_possible_truncation, reason = "at most the size of an image")]
    fn add_images(&self, totals: &mut [i64], feasible: &Bits, class: &Class<'_>) {
        const LEAST: i64 = 23 << 20;
        if class.images.is_empty() {
            return;
        }
        let node_count = self.known.count() as f64;
        let worth = |&image: &usize| {
            let image = &self.images[image];
            let known = || image.sizes.iter().filter(|(host, _)| self.known.contains(*host));
            let share = known().count() as f64 / node_count;
            let size = known().next().map_or(0, |(_, size)| *size);
            (image, (size as f64 * share) as i64)
        };
        let images: Vec<_> = class.images.iter().map(worth).collect();
        let containers = class.pod.init_containers.len() + class.pod.containers.len();
        let most = (1000 << 20) * containers as i64;
        for host in feasible.iter() {
            let there = images.iter().filter(|(image, _)| image.on.contains(host));
            let sum: i64 = there.map(|(_, worth)| worth).sum();
            totals[host] += 100 * (sum.min(most).max(LEAST) - LEAST) / (most - LEAST);
        }
    }

    fn add_spread(&self, totals: &mut [i64], feasible: &Bits, class: &Class<'_>) {
        let relations = &class.relations;
        if relations.soft.is_empty() {
            return;
        }
        let mut nodes = feasible.clone();
        if let Some(looked_at) = &relations.soft_nodes {
            nodes.keep(looked_at);
        }
        let terms: Vec<Term<'_>> = relations.soft.iter().map(|it| self.term(it, &nodes)).collect();
        let mut raw: Vec<(usize, i64)> = Vec::with_capacity(nodes.count());
        for host in nodes.iter() {
            let score: f64 = terms.iter().filter_map(|it| it.score(self, host)).sum();
            raw.push((host, round(score)));
        }
        let least = raw.iter().map(|it| it.1).min().unwrap_or(0);
        let most = raw.iter().map(|it| it.1).max().unwrap_or(0);
        for (host, score) in raw {
            totals[host] += 2 * if most == 0 { 100 } else { 100 * (most + least - score) / most };
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a number of nodes")]
    fn term<'s>(&self, soft: &'s Soft, nodes: &Bits) -> Term<'s> {
        let topology = &self.counted.topologies[soft.topology];
        let domains = if soft.is_of_hosts {
            nodes.count()
        } else {
            // Nodes without the label are one domain.
            let mut unlabelled = nodes.clone();
            unlabelled.take_away(&topology.labelled);
            topology.count_of(nodes) + usize::from(!unlabelled.is_empty())
        };
        Term { soft, weight: ((domains + 2) as f64).ln() }
    }

    #[expect(clippy::cast_precision_loss, reason = "the scheduler divides doubles")]
    #[expect(clippy::cast_possible_truncation, reason = "the score is between 0 and 100")]
    fn add_pulls(&self, totals: &mut [i64], feasible: &Bits, class: &Class<'_>) {
        let pulls = class.relations.pulls.iter().map(|&it| self.tally(it));
        let pulls: Vec<_> = pulls.filter(|(tally, _)| tally.nonzero > 0).collect();
        if pulls.is_empty() {
            return;
        }
        let of_host = |host: usize| {
            let count = |(tally, topology): &(&Tally, &Topology)| {
                topology.domain(host).map_or(0, |it| tally.counts[it])
            };
            pulls.iter().map(count).sum::<i64>()
        };
        let raw: Vec<(usize, i64)> = feasible.iter().map(|it| (it, of_host(it))).collect();
        let least = raw.iter().map(|it| it.1).min().unwrap_or(0);
        let range = raw.iter().map(|it| it.1).max().unwrap_or(0) - least;
        if range > 0 {
            for (host, score) in raw {
                totals[host] += 2 * ((100.0 * ((score - least) as f64 / range as f64)) as i64);
            }
        }
    }
}

/// A soft constraint, weighted by how many domains there are.
struct Term<'s> {
    soft: &'s Soft,
    weight: f64,
}

impl Term<'_> {
    /// Nothing where the node does not have the label.
    #[expect(clippy::cast_precision_loss, reason = "a number of pods")]
    fn score(&self, sweep: &Sweep<'_>, host: usize) -> Option<f64> {
        let labels = &sweep.counted.topologies[self.soft.topology];
        labels.domain(host)?;
        let (tally, topology) = sweep.tally(self.soft.tally);
        let count = topology.domain(host).map_or(0, |it| tally.counts[it]);
        Some(count as f64 * self.weight + (self.soft.max_skew - 1) as f64)
    }
}

/// Adds the share of the largest, in hundredths and weighted; `weight` is below 0 where less is
/// better.
fn add_by_largest(totals: &mut [i64], feasible: &Bits, raw: &[i64], weight: i64) {
    if raw.is_empty() {
        return;
    }
    let largest = feasible.iter().map(|it| raw[it]).max().unwrap_or(0);
    if largest > 0 {
        feasible.iter().for_each(|it| totals[it] += weight * (100 * raw[it] / largest));
    }
}

#[expect(clippy::cast_possible_truncation, reason = "as many as pods times a small number")]
fn round(score: f64) -> i64 {
    // The score is not negative, so that cutting off rounds half up as the scheduler does.
    (score + 0.5) as i64
}
