//! Drains and rollouts beside other faults: they are done on what those have left.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kai_core::SmolStr;
use kai_sim::disruption;
use kai_sim::model::{Labels, Phase};
use kai_sim::sweep::{Blow, Gone};

use super::struck::Struck;
use super::{Depth, Player};
use crate::outcome::{Drained, Hit, Outcome, Reached, Rolled, Stuck};
use crate::{Fault, Scenario, Stage};

impl<'a> Player<'_, 'a> {
    /// First everything that nobody plans, at one time; then what is planned, in the order in which
    /// it is written.
    pub(super) fn in_turn(&mut self, scenario: &Scenario, depth: Depth) -> Outcome {
        // What is done in turn begins where pods went before.
        let depth = if depth == Depth::Blow { Depth::Sketch } else { depth };
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
    fn left_by(&mut self, scenario: &Scenario, outcome: &Outcome) -> Stage<'a> {
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
            let fails = stage.failing.contains(&pod);
            let pod = &mut stage.cluster.pods[pod];
            pod.is_ready = name.is_some() && !fails;
            pod.phase = if name.is_some() { Phase::Running } else { Phase::Pending };
            pod.node = name;
        }
        for &pod in struck.broken.iter().flat_map(|&it| &self.stage.runs[it].pods) {
            stage.fail(pod);
        }
        for (runs, nodes) in goes_to {
            nodes.into_iter().for_each(|it| stage.grow(runs, it));
        }
        if let Some(rolled) = &outcome.rolled {
            self.roll(rolled, &mut stage);
        }
        disruption::update(&mut stage.cluster);
        stage
    }
}

impl Player<'_, '_> {
    /// What a rollout leaves: of the pods that had a node the first serve and the next fail; of others
    /// there are none. New pods that fail beside all of them stand where there is room.
    fn roll(&mut self, rolled: &Rolled, stage: &mut Stage<'_>) {
        let is_replaced = rolled.wedge.is_none();
        if is_replaced {
            stage.forget_failing(rolled.runs);
        }
        let count = |it: i64| usize::try_from(it).unwrap_or(0);
        let (serve, fail) = (count(rolled.available), count(rolled.failing));
        let mut pods = stage.runs[rolled.runs].pods.clone();
        pods.sort_by_key(|&it| {
            (stage.cluster.pods[it].node.is_none(), stage.failing.contains(&it))
        });
        for (turn, &pod) in pods.iter().enumerate() {
            match turn {
                _ if stage.cluster.pods[pod].node.is_none() => {}
                _ if turn < serve => stage.cluster.pods[pod].is_ready |= is_replaced,
                _ if turn < serve + fail => stage.fail(pod),
                _ => stage.take_away(pod),
            }
        }
        let beside = stage.failing.iter().filter(|it| stage.runs_of_pod[**it] == Some(rolled.runs));
        let beside = beside.filter(|it| !pods.contains(it)).count();
        let more = (serve + fail).saturating_sub(pods.len() + beside);
        if more == 0 || stage.runs[rolled.runs].is_everywhere() {
            return;
        }
        let wanted = pods.first().map(|&it| vec![it; more]).unwrap_or_default();
        let aftermath = self.sweep.after(&Blow { wanted, ..Blow::default() });
        for node in aftermath.placed.iter().filter_map(|it| it.1) {
            if let Some(pod) = stage.add_pod(rolled.runs, node) {
                stage.fail(pod);
            }
        }
    }
}

impl Stage<'_> {
    /// One more pod of a workload, on a node; its place.
    fn add_pod(&mut self, runs: usize, node: usize) -> Option<usize> {
        let like = *self.runs[runs].pods.first()?;
        let at = self.cluster.pods.len();
        let mut pod = self.cluster.pods[like].clone();
        pod.name = SmolStr::new(format!("{}-{at}", self.runs[runs].key.name));
        pod.node = Some(self.cluster.nodes[node].name.clone());
        (pod.phase, pod.is_ready) = (Phase::Running, true);
        self.cluster.pods.push(pod);
        Arc::make_mut(&mut self.runs_of_pod).push(Some(runs));
        Some(at)
    }

    /// The workload wants one more pod, and it is there.
    fn grow(&mut self, runs: usize, node: usize) {
        if let Some(pod) = self.add_pod(runs, node) {
            let runs = &mut Arc::make_mut(&mut self.runs)[runs];
            runs.pods.push(pod);
            runs.wanted += 1;
        }
    }

    /// The pod runs where it is, and does not serve.
    fn fail(&mut self, pod: usize) {
        self.cluster.pods[pod].is_ready = false;
        self.failing.insert(pod);
    }

    /// The pod has no node any more.
    fn take_away(&mut self, pod: usize) {
        let pod = &mut self.cluster.pods[pod];
        (pod.node, pod.phase, pod.is_ready) = (None, Phase::Pending, false);
    }

    /// Another version takes the place of pods that failed, and those beside the wanted ones go.
    fn forget_failing(&mut self, runs: usize) {
        let failing = std::mem::take(&mut self.failing);
        let is_of = |it: &usize| self.runs_of_pod[*it] == Some(runs);
        let (gone, kept): (BTreeSet<usize>, BTreeSet<usize>) = failing.into_iter().partition(is_of);
        self.failing = kept;
        let wanted: BTreeSet<usize> = self.runs[runs].pods.iter().copied().collect();
        for &pod in gone.difference(&wanted) {
            self.take_away(pod);
            Arc::make_mut(&mut self.runs_of_pod)[pod] = None;
            // Nothing selects it.
            self.cluster.pods[pod].labels = Labels::new();
        }
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
        self.drained = match (self.drained.take(), then.drained) {
            (Some(before), Some(then)) => Some(before.and(then)),
            (before, then) => then.or(before),
        };
        self.rolled = match (self.rolled.take(), then.rolled) {
            // What waits for ever is not over because something else is done, but a workload that is
            // rolled out again is judged by that.
            (Some(before), Some(then)) if before.runs != then.runs && before.wedge.is_some() => {
                Some(before)
            }
            (before, then) => then.or(before),
        };
        self.binding = self.binding.take().or(then.binding);
        self.unknown.extend(then.unknown);
    }
}

impl Drained {
    /// Both, and each pod that does not go once.
    fn and(mut self, then: Self) -> Self {
        let new = then.stuck.into_iter();
        let new: Vec<Stuck> =
            new.filter(|it| self.stuck.iter().all(|is| is.pod != it.pod)).collect();
        self.stuck.extend(new);
        Self { is_finished: self.is_finished && then.is_finished, stuck: self.stuck }
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
