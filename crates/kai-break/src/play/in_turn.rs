//! Drains and rollouts beside other faults: they are done on what those have left.

use std::collections::BTreeMap;

use kai_core::SmolStr;
use kai_sim::disruption;
use kai_sim::model::Phase;
use kai_sim::sweep::Gone;

use super::struck::Struck;
use super::{Depth, Player};
use crate::outcome::{Hit, Outcome, Reached};
use crate::{Fault, Scenario, Stage};

impl<'a> Player<'_, 'a> {
    /// First everything that nobody plans, at one time; then what is planned, in the order in which
    /// it is written.
    pub(super) fn in_turn(&mut self, scenario: &Scenario, depth: Depth) -> Outcome {
        let part = |faults: Vec<Fault>| Scenario { faults, name: scenario.name.clone() };
        let (planned, others): (Vec<Fault>, Vec<Fault>) =
            scenario.faults.iter().cloned().partition(Fault::is_planned);
        let others = part(others);
        let mut outcome = if others.faults.is_empty() {
            Outcome::new(others.clone())
        } else {
            self.blow(&others, depth)
        };
        let mut stage = self.left_by(&others, &outcome);
        for fault in planned {
            let step = part(vec![fault]);
            let (done, left) = {
                let mut player = Player::new(&stage);
                let done = player.play(&step, depth);
                let left = player.left_by(&step, &done);
                (done, left)
            };
            stage = left;
            outcome.go_on(done);
        }
        outcome.hits.sort_by_key(Hit::order);
        outcome.scenario = scenario.clone();
        outcome
    }

    /// The stage after it: pods that found a node run there, others wait, and what load asked for is
    /// there too.
    fn left_by(&self, scenario: &Scenario, outcome: &Outcome) -> Stage<'a> {
        let struck = Struck::of(scenario);
        let mut stage = self.stage.with_cluster(self.stage.cluster.clone());
        let drained = scenario.faults.iter().filter_map(|it| match it {
            Fault::Drain(node) => Some(*node),
            _ => None,
        });
        let drained: Vec<usize> = drained.collect();
        for (nodes, gone) in [(&struck.nodes, Gone::Unreachable), (&drained, Gone::Cordoned)] {
            for &node in nodes {
                stage.cluster.nodes[node] = gone.seen(&self.stage.cluster.nodes[node]);
            }
        }
        let mut goes_to: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for it in &outcome.moved {
            goes_to.entry(it.runs).or_default().extend(std::iter::repeat_n(it.node, it.count));
        }
        let is_stuck =
            |pod: &usize| outcome.drained.iter().flat_map(|it| &it.stuck).any(|it| it.pod == *pod);
        let leaving = drained.iter().flat_map(|&it| self.leaving(it)).filter(|it| !is_stuck(it));
        let lost = self.lost(&struck).into_iter().filter(|&it| {
            self.sweep.node_of(it).is_some_and(|it| struck.nodes.binary_search(&it).is_ok())
        });
        for pod in lost.chain(leaving) {
            let runs = self.stage.runs_of_pod[pod];
            let node = runs.and_then(|it| goes_to.get_mut(&it)).and_then(Vec::pop);
            let name = node.map(|it| stage.cluster.nodes[it].name.clone());
            let pod = &mut stage.cluster.pods[pod];
            pod.is_ready = name.is_some();
            pod.phase = if pod.is_ready { Phase::Running } else { Phase::Pending };
            pod.node = name;
        }
        for pod in struck.broken.iter().flat_map(|&it| &self.stage.runs[it].pods) {
            stage.cluster.pods[*pod].is_ready = false;
        }
        for (runs, nodes) in goes_to {
            nodes.into_iter().for_each(|it| stage.add_pod(runs, it));
        }
        disruption::update(&mut stage.cluster);
        stage
    }
}

impl Stage<'_> {
    /// One more pod of a workload, on a node.
    fn add_pod(&mut self, runs: usize, node: usize) {
        let Some(&like) = self.runs[runs].pods.first() else { return };
        let at = self.cluster.pods.len();
        let mut pod = self.cluster.pods[like].clone();
        pod.name = SmolStr::new(format!("{}-{at}", self.runs[runs].key.name));
        pod.node = Some(self.cluster.nodes[node].name.clone());
        (pod.phase, pod.is_ready) = (Phase::Running, true);
        self.cluster.pods.push(pod);
        self.runs_of_pod.push(Some(runs));
        self.runs[runs].pods.push(at);
        self.runs[runs].wanted += 1;
    }
}

impl Outcome {
    /// What follows on it.
    fn go_on(&mut self, then: Self) {
        let there = std::mem::take(&mut self.nodes);
        self.nodes = there
            .iter()
            .cloned()
            .chain(then.nodes.into_iter().filter(|it| !there.contains(it)))
            .collect();
        self.lost += then.lost;
        self.moved.extend(then.moved);
        for hit in then.hits {
            match self.hits.iter_mut().find(|it| it.runs == hit.runs) {
                Some(before) => before.go_on(hit),
                None => self.hits.push(hit),
            }
        }
        self.waiting.extend(then.waiting);
        for reached in then.journeys {
            match self.journeys.iter_mut().find(|it| it.journey == reached.journey) {
                Some(before) => before.go_on(reached),
                None => self.journeys.push(reached),
            }
        }
        self.blocked.extend(then.blocked);
        self.unable.extend(then.unable);
        self.unable.sort();
        self.unable.dedup();
        self.drained = then.drained.or(self.drained.take());
        self.rolled = then.rolled.or(self.rolled.take());
        self.binding = self.binding.take().or(then.binding);
        self.unknown.extend(then.unknown);
    }
}

impl Hit {
    fn go_on(&mut self, then: Self) {
        let back = std::mem::replace(&mut self.back, then.back.clone());
        *self = Self {
            runs: self.runs,
            wanted: self.wanted.max(then.wanted),
            left: self.left.min(then.left),
            after: then.after,
            waiting: self.waiting + then.waiting,
            is_down: self.is_down || then.is_down,
            back: back.or_worse(then.back),
            often: None,
        };
    }
}

impl Reached {
    /// The worse of both.
    fn go_on(&mut self, then: Self) {
        if then.how < self.how {
            *self = then;
        } else if then.how == self.how {
            self.back = self.back.clone().or_worse(then.back);
            self.because.extend(then.because);
            self.because.sort_unstable();
            self.because.dedup();
        }
    }
}
