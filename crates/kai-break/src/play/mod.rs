//! Lets scenarios happen.
//!
//! Reading starts with [`Player`]: it finds what a pattern means, and plays it. `blow` is what most
//! faults come to: nodes, pods or components that are lost at once.

mod blow;
mod drain;
mod find;
mod in_turn;
mod journeys;
mod load;
mod loss;
mod preemption;
mod remedy;
mod replay;
mod rollout;
mod standing;
mod struck;
mod verdict;

pub use standing::{Excess, Limit, Short};
pub use verdict::{Case, Share, Verdict, verdicts};

use std::sync::Arc;

use kai_sim::disruption::Guards;
use kai_sim::sweep::{Aftermath, Blow, Sweep};
use rayon::prelude::*;

use crate::stage::Compiled;
use crate::{Fault, Outcome, Pattern, Scenario, Stage, Unknown};

/// So many scenarios are told from the start.
const STORIES_MAX: usize = 200;
/// Of more, the worst of each kind are.
const STORIES_A_KIND: usize = 8;

/// A stage, compiled.
#[derive(Debug, Clone)]
pub struct Player<'s, 'a> {
    pub stage: &'s Stage<'a>,
    sweep: Sweep<'s>,
    compiled: Compiled,
}

/// How closely to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Which workloads are hit and which pods wait; not whom that reaches, and not to which nodes pods
    /// go.
    Blow,
    /// Numbers only.
    Sketch,
    /// With the scheduler's reasons and the moments.
    Story,
}

impl<'s, 'a> Player<'s, 'a> {
    #[must_use]
    pub fn new(stage: &'s Stage<'a>) -> Self {
        let compiled = stage.compiled.clone().unwrap_or_else(|| Compiled::of(&stage.cluster));
        let sweep = Sweep::planned(&stage.cluster, Arc::clone(&compiled.plan));
        Self { stage, sweep, compiled }
    }

    fn guards(&self) -> &Guards {
        self.compiled.guards(&self.stage.cluster)
    }

    /// Every scenario that a pattern means.
    ///
    /// # Errors
    /// It names something that there is not.
    pub fn find(&self, pattern: &Pattern) -> Result<Vec<Scenario>, Unknown> {
        find::find(self.stage, pattern)
    }

    /// Everything that is worth asking of the stage.
    #[must_use]
    pub fn standard(&self) -> Vec<Scenario> {
        find::standard(self.stage)
    }

    /// What the patterns mean and nobody plays, and what is left out of these outcomes, one sentence
    /// each; no patterns mean the standard sweep.
    #[must_use]
    pub fn left_out(&self, patterns: &[Pattern], outcomes: &[Outcome]) -> Vec<String> {
        let pairs = find::left_out(self.stage, patterns);
        pairs.into_iter().chain(preemption::left_out(self.stage, outcomes)).collect()
    }

    /// Sketches all of them, and tells those that may be shown as stories.
    pub fn play_all(&mut self, scenarios: &[Scenario]) -> Vec<Outcome> {
        let depth = if scenarios.len() <= STORIES_MAX { Depth::Story } else { Depth::Sketch };
        let mut outcomes = self.play_each(scenarios, depth);
        if depth == Depth::Sketch {
            for at in self.worst(&outcomes) {
                outcomes[at] = self.play(&scenarios[at], Depth::Story);
            }
        }
        replay::replay(self, scenarios, &mut outcomes);
        if self.stage.can_be_replayed() || scenarios.len() == 1 {
            // What was seen in another placement cannot be played again on this one.
            let is_tried = |&at: &usize| at < scenarios.len() && !outcomes[at].harm().is_none();
            let tried: Vec<usize> = self.worst(&outcomes).into_iter().filter(is_tried).collect();
            let remedy = |&at: &usize| remedy::remedy(self.stage, &scenarios[at], &outcomes[at]);
            let remedies: Vec<_> = tried.par_iter().map(remedy).collect();
            for (at, remedy) in tried.into_iter().zip(remedies) {
                outcomes[at].remedy = remedy;
            }
        }
        outcomes
    }

    /// Each of them for itself, on all cores.
    fn play_each(&self, scenarios: &[Scenario], depth: Depth) -> Vec<Outcome> {
        // Scenarios of one kind stand together and cost alike: small shares keep all cores busy.
        const SHARES: usize = 8;
        let share = scenarios.len().div_ceil(SHARES * rayon::current_num_threads()).max(1);
        let play = |scenarios: &[Scenario]| {
            let mut player = self.clone();
            scenarios.iter().map(|it| player.play(it, depth)).collect::<Vec<_>>()
        };
        scenarios.par_chunks(share).flat_map_iter(play).collect()
    }

    /// The worst few of each kind.
    fn worst(&self, outcomes: &[Outcome]) -> Vec<usize> {
        let kind = |at: usize| outcomes[at].scenario.name.split('=').next().unwrap_or_default();
        let mut order: Vec<usize> = (0..outcomes.len()).collect();
        order.sort_by_cached_key(|&it| (kind(it), std::cmp::Reverse(outcomes[it].harm()), it));
        let mut told: Vec<usize> = Vec::new();
        for one in order.chunk_by(|one, other| kind(*one) == kind(*other)) {
            told.extend(one.iter().take(STORIES_A_KIND));
        }
        told
    }

    /// Where pods go. Which of the nodes that take a pod it is decides nothing about a mere blow.
    fn aftermath(&mut self, blow: &Blow, depth: Depth) -> Aftermath {
        let rough = (depth == Depth::Blow).then(|| self.sweep.roughly_after(blow)).flatten();
        rough.unwrap_or_else(|| self.sweep.after(blow))
    }

    pub fn play(&mut self, scenario: &Scenario, depth: Depth) -> Outcome {
        let mut outcome = match scenario.faults.as_slice() {
            [Fault::Drain(node)] => self.drain(scenario, *node, depth),
            [Fault::Rollout(runs, behaviour)] => self.rollout(scenario, *runs, *behaviour),
            faults if faults.iter().any(Fault::is_planned) => self.in_turn(scenario, depth),
            _ => self.blow(scenario, depth),
        };
        if depth == Depth::Story {
            let unknown = preemption::unknown(self.stage, &outcome).into_iter();
            let new: Vec<String> = unknown.filter(|it| !outcome.unknown.contains(it)).collect();
            outcome.unknown.extend(new);
        }
        outcome.journeys.sort_by(|one, other| {
            let key = |it: &crate::Reached| (std::cmp::Reverse(it.back.rank()), it.journey);
            let how = one.how.partial_cmp(&other.how).unwrap_or(std::cmp::Ordering::Equal);
            how.then(key(one).cmp(&key(other)))
        });
        outcome
    }
}
