//! How often the same comes out when the scheduler draws between nodes that are equally good.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::loss::Loss;
use super::{Depth, Player};
use crate::outcome::{Often, Outcome};
use crate::stage::REPLAYS;
use crate::{Fault, Scenario, Stage};

/// The number of a kind of scenario, and a workload that one of it takes down.
type Effect = (usize, usize);

/// One way to see an effect.
#[derive(Clone, Copy)]
struct Sight {
    seed: u64,
    scenario: usize,
    /// How many workloads are down then.
    stopped: usize,
}

/// In how many placements an effect is seen, and where with the fewest others.
struct Seen {
    first: Sight,
    /// The last placement that was counted.
    last: u64,
    count: usize,
}

impl Seen {
    /// Sights come in the order of placements.
    fn add(&mut self, sight: Sight) {
        self.count += usize::from(sight.seed != self.last);
        self.last = sight.seed;
        if sight.stopped < self.first.stopped {
            self.first = sight;
        }
    }
}

/// Says of each workload that is down in how many placements something of the kind takes it down,
/// and adds what happens only in others. Only where pods were placed here: those of a dump are where
/// they are.
pub(super) fn replay(player: &Player<'_, '_>, scenarios: &[Scenario], outcomes: &mut Vec<Outcome>) {
    let stage = player.stage;
    let depends: Vec<usize> =
        (0..scenarios.len()).filter(|&it| depends_on_placement(&scenarios[it])).collect();
    if !stage.is_placed_here || depends.is_empty() || !stage.can_be_replayed() {
        return;
    }
    let kinds = Kinds::of(depends.iter().map(|&it| &scenarios[it]));
    let see = |seed| {
        let mut seen: Vec<(Effect, Sight)> = Vec::new();
        for (scenario, stopped) in stopped(stage, scenarios, &depends, seed) {
            let sight = Sight { seed, scenario, stopped: stopped.len() };
            let kind = kinds.number(&scenarios[scenario]);
            seen.extend(stopped.into_iter().map(|runs| ((kind, runs), sight)));
        }
        seen
    };
    let drawn: Vec<Vec<(Effect, Sight)>> = (0..REPLAYS).into_par_iter().map(see).collect();
    let mut seen: BTreeMap<Effect, Seen> = BTreeMap::new();
    for (effect, sight) in drawn.into_iter().flatten() {
        let first = Seen { first: sight, last: sight.seed, count: 1 };
        seen.entry(effect).and_modify(|it| it.add(sight)).or_insert(first);
    }
    let effects = |it: &Outcome| {
        let kind = kinds.number(&it.scenario);
        it.stopped().map(|runs| (kind, runs)).collect::<Vec<Effect>>()
    };
    let here: BTreeSet<Effect> = depends.iter().flat_map(|&it| effects(&outcomes[it])).collect();
    // Who asks for one node by its name wants its story, not that of other placements.
    let is_sweep = depends.len() > 1;
    let elsewhere = seen.iter().filter(|(effect, _)| is_sweep && !here.contains(effect));
    let mut found = BTreeSet::new();
    let order = elsewhere.map(|(_, it)| (it.first.seed, it.first.scenario));
    let order: Vec<(u64, usize)> = order.filter(|it| found.insert(*it)).collect();
    let tell = |&(seed, scenario): &(u64, usize)| {
        Player::new(&stage.placed_again(seed)).play(&scenarios[scenario], Depth::Story)
    };
    let told: Vec<Outcome> = order.par_iter().map(tell).collect();
    outcomes.extend(told);
    for outcome in outcomes.iter_mut().filter(|it| depends_on_placement(&it.scenario)) {
        let kind = kinds.number(&outcome.scenario);
        for hit in outcome.hits.iter_mut().filter(|it| it.is_down) {
            let count = seen.get(&(kind, hit.runs)).map_or(0, |it| it.count);
            hit.often = Some(match count as u64 {
                REPLAYS => Often::Always,
                0 => Often::Never,
                _ => Often::Sometimes(count, REPLAYS as usize),
            });
        }
    }
}

/// Of each of the scenarios the workloads that are down in one placement. Those in which something is
/// planned have to be played for that, and all where the placement was not drawn before.
fn stopped(
    stage: &Stage<'_>,
    scenarios: &[Scenario],
    of: &[usize],
    seed: u64,
) -> Vec<(usize, Vec<usize>)> {
    let is_planned = |it: &Scenario| it.faults.iter().any(Fault::is_planned);
    let drawn = stage.placement(seed);
    let (planned, others): (Vec<usize>, Vec<usize>) =
        of.iter().partition(|&&it| drawn.is_none() || is_planned(&scenarios[it]));
    let mut stopped: Vec<(usize, Vec<usize>)> = Vec::new();
    if !planned.is_empty() {
        let again = stage.placed_again(seed);
        let mut player = Player::new(&again);
        let mut play = |at: usize| player.play(&scenarios[at], Depth::Blow).stopped().collect();
        stopped.extend(planned.into_iter().map(|at| (at, play(at))));
    }
    if let Some(placement) = drawn.filter(|_| !others.is_empty()) {
        let loss = Loss::of(stage, placement);
        stopped.extend(others.into_iter().map(|at| (at, loss.stopped(&scenarios[at]))));
    }
    stopped.sort_unstable_by_key(|it| it.0);
    stopped
}

/// The kinds of some scenarios, numbered in their order.
struct Kinds(Vec<String>);

impl Kinds {
    fn of<'s>(scenarios: impl Iterator<Item = &'s Scenario>) -> Self {
        let mut kinds: Vec<String> = scenarios.map(kind).collect();
        kinds.sort();
        kinds.dedup();
        Self(kinds)
    }

    fn number(&self, scenario: &Scenario) -> usize {
        let kind = kind(scenario);
        self.0.partition_point(|it| *it < kind)
    }
}

/// `node` of `node=a`.
fn kind(scenario: &Scenario) -> String {
    let words = scenario.name.split(" + ");
    let kinds: Vec<&str> = words.map(|it| it.split('=').next().unwrap_or(it)).collect();
    kinds.join(" + ")
}

fn depends_on_placement(scenario: &Scenario) -> bool {
    let depends = |it: &Fault| matches!(it, Fault::Nodes(_) | Fault::Domain(_) | Fault::Drain(_));
    scenario.faults.iter().any(depends)
}
