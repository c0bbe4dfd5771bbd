//! How often the same comes out when the scheduler draws between nodes that are equally good.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::{Depth, Player};
use crate::outcome::{Often, Outcome};
use crate::stage::REPLAYS;
use crate::{Fault, Scenario};

/// A kind of scenario and a workload that one of it takes down.
type Effect = (String, usize);

/// One way to see an effect.
#[derive(Clone, Copy)]
struct Sight {
    seed: u64,
    scenario: usize,
    /// How many workloads are down then.
    stopped: usize,
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
    let see = |seed| {
        let again = stage.with_cluster(stage.placed_again(seed));
        let mut player = Player::guarded(&again, Arc::clone(&player.guards));
        let mut seen: Vec<(Effect, Sight)> = Vec::new();
        for &at in &depends {
            let outcome = player.play(&scenarios[at], Depth::Sketch);
            let stopped = outcome.stopped().count();
            let sight = Sight { seed, scenario: at, stopped };
            seen.extend(effects(&outcome).map(|it| (it, sight)));
        }
        seen
    };
    let drawn: Vec<Vec<(Effect, Sight)>> = (0..REPLAYS).into_par_iter().map(see).collect();
    let mut seen: BTreeMap<Effect, BTreeSet<u64>> = BTreeMap::new();
    let mut sights: BTreeMap<Effect, Sight> = BTreeMap::new();
    for (effect, sight) in drawn.into_iter().flatten() {
        seen.entry(effect.clone()).or_default().insert(sight.seed);
        let known = sights.get(&effect);
        if known.is_none_or(|it| sight.stopped < it.stopped) {
            sights.insert(effect, sight);
        }
    }
    let here: BTreeSet<Effect> = depends.iter().flat_map(|&it| effects(&outcomes[it])).collect();
    // Who asks for one node by its name wants its story, not that of other placements.
    let is_sweep = depends.len() > 1;
    let elsewhere = sights.iter().filter(|(effect, _)| is_sweep && !here.contains(effect));
    let mut found = BTreeSet::new();
    let order = elsewhere.map(|(_, it)| (it.seed, it.scenario)).filter(|it| found.insert(*it));
    let order: Vec<(u64, usize)> = order.collect();
    let tell = |&(seed, scenario): &(u64, usize)| {
        let again = stage.with_cluster(stage.placed_again(seed));
        let mut player = Player::guarded(&again, Arc::clone(&player.guards));
        player.play(&scenarios[scenario], Depth::Story)
    };
    let told: Vec<Outcome> = order.par_iter().map(tell).collect();
    outcomes.extend(told);
    for outcome in outcomes.iter_mut().filter(|it| depends_on_placement(&it.scenario)) {
        let kind = kind(&outcome.scenario);
        for hit in outcome.hits.iter_mut().filter(|it| it.is_down) {
            let count = seen.get(&(kind.clone(), hit.runs)).map_or(0, BTreeSet::len);
            hit.often = Some(match count as u64 {
                REPLAYS => Often::Always,
                0 => Often::Never,
                _ => Often::Sometimes(count, REPLAYS as usize),
            });
        }
    }
}

fn effects(outcome: &Outcome) -> impl Iterator<Item = Effect> {
    let kind = kind(&outcome.scenario);
    outcome.stopped().map(move |it| (kind.clone(), it)).collect::<Vec<_>>().into_iter()
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
