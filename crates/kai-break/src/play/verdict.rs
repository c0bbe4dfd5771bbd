//! What a review may rest on: harm on declared nodes that no placement of the pods avoids.

use std::collections::BTreeMap;

use kai_core::{ComponentId, SmolStr};
use kai_sim::model::{Cluster, Phase};
use kai_sim::rollout::{Behaviour, Wedge};
use kai_sim::sweep::{Blow, Sweep};
use rayon::prelude::*;

use super::load::wanted;
use super::standing::{Excess, Short, standing};
use super::{Depth, Player, preemption};
use crate::outcome::{Back, Hit, Outcome};
use crate::scenario::{FaultKind, Pattern, Ways, Which};
use crate::stage::REPLAYS;
use crate::{Fault, Ground, Scenario, Stage};

/// What happens to a workload, however the scheduler has placed the pods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub component: ComponentId,
    pub case: Case,
    /// The scheduler's words about a pod that waits; empty where none does.
    pub reason: String,
}

/// What was played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Case {
    /// Nothing breaks, and if it were alone there would be room for so many of its pods.
    Alone { wanted: usize, room: usize },
    /// With a node it is down until there is room.
    NodeLost,
    /// With one of these zones it is down until there is room.
    ZoneLost(Vec<SmolStr>),
    /// The drain of a node never ends: its budget waits for a pod that waits for room.
    DrainStuck,
    /// A new version never arrives: none of its pods may go first, and none more finds room.
    RolloutStuck,
    /// Its autoscaler and its quotas allow so many pods; with all else as it is there is room for fewer.
    Grown { max: i64, room: i64 },
    /// With a node it does not work, wherever its pods come back.
    GoesWithNode(Share),
    /// With a zone it does not work, wherever its pods come back.
    GoesWithZone(Share),
    /// A new version that crashes after it was ready has replaced all pods by then; where it does not
    /// count as ready, so many are kept.
    CrashTakesAll { wanted: i64, kept: i64 },
    /// All pods ask for more than all nodes have, and this workload's for most.
    Overcommitted(Excess),
    /// It grows no further under load.
    Short(Short),
}

/// Too many pods of a workload in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Where that is, in one placement or another.
    pub places: Vec<SmolStr>,
    pub wanted: usize,
    /// Pods with which it works, and the most that are left.
    pub needed: usize,
    pub left: usize,
}

/// Lets happen what a review asks of declared nodes. What is kept is so in every placement that was
/// drawn, so that no single one passes for the truth; a cluster that is too large to draw says nothing,
/// and neither does a workload whose pods may push out others instead of waiting.
#[must_use]
pub fn verdicts(stage: &Stage<'_>) -> Vec<Verdict> {
    let is_drawn = stage.is_placed_here && stage.can_be_replayed();
    if stage.ground != Ground::Declared || !is_drawn {
        return Vec::new();
    }
    let mut player = Player::new(stage);
    let mut seen = Seen::of(&mut player, None);
    let may_push = preemption::may_push(stage);
    seen.0.retain(|(runs, _), (case, _)| !case.waits() || !may_push.contains_key(runs));
    if !seen.0.is_empty() {
        let draw = |seed| {
            let placed = stage.placed_again(seed);
            Seen::of(&mut Player::new(&placed), Some(&seen))
        };
        let drawn: Vec<Seen> = (0..REPLAYS).into_par_iter().map(draw).collect();
        drawn.iter().for_each(|it| seen.keep(it));
    }
    let alone = alone(stage);
    let left_out = alone.iter().map(|it| it.0).collect();
    let standing = standing(&mut player, &left_out, seen.has(Case::GROWN));
    let standing = standing.into_iter().map(|(runs, case)| (runs, case, String::new()));
    let told = alone.into_iter().chain(player.worded(seen)).chain(standing);
    told.filter_map(|(runs, case, reason)| {
        Some(Verdict { component: stage.runs[runs].component?, case, reason })
    })
    .collect()
}

/// Of more pods than this nobody asks whether there is room.
const MORE_MAX: i64 = 10_000;

/// One placement: what happens to a workload, by kind of case, and in which scenario it was first seen.
struct Seen(BTreeMap<(usize, u8), (Case, Option<Scenario>)>);

impl Seen {
    /// Of a placement, no more than what `only` holds already.
    fn of(player: &mut Player<'_, '_>, only: Option<&Self>) -> Self {
        let stage = player.stage;
        let mut seen = Self(BTreeMap::new());
        let mut kinds = vec![FaultKind::Node, FaultKind::Drain];
        kinds.extend([Ways::Healthy, Ways::CrashAfterReady].map(FaultKind::Rollout));
        kinds.extend((stage.zones().len() > 1).then_some(FaultKind::Zone));
        for kind in kinds {
            let pattern = Pattern { faults: vec![(kind, Which::Each)] };
            for scenario in player.find(&pattern).unwrap_or_default() {
                if only.is_some_and(|it| !it.asks_for(kind, &scenario)) {
                    continue;
                }
                let outcome = player.play(&scenario, Depth::Blow);
                for (runs, case) in cases(stage, kind, &outcome) {
                    seen.add(runs, case, Some(&scenario));
                }
            }
        }
        if only.is_none_or(|it| it.has(Case::GROWN)) {
            player.grown().into_iter().for_each(|(runs, case)| seen.add(runs, case, None));
        }
        seen
    }

    fn add(&mut self, runs: usize, case: Case, scenario: Option<&Scenario>) {
        let entry = self.0.entry((runs, case.place()));
        entry.or_insert_with(|| (case.clone(), scenario.cloned())).0.join(&case);
    }

    /// True where a scenario of the kind may still decide something.
    fn asks_for(&self, kind: FaultKind, scenario: &Scenario) -> bool {
        match (kind, scenario.faults.first()) {
            (FaultKind::Rollout(ways), Some(Fault::Rollout(runs, _))) => {
                let place = match ways {
                    Ways::CrashAfterReady => Case::CRASH_TAKES_ALL,
                    _ => Case::RolloutStuck.place(),
                };
                self.0.contains_key(&(*runs, place))
            }
            (FaultKind::Node, _) => self.has(Case::NODE_LOST) || self.has(Case::GOES_WITH_NODE),
            (FaultKind::Drain, _) => self.has(Case::DrainStuck.place()),
            _ => self.has(Case::ZONE_LOST) || self.has(Case::GOES_WITH_ZONE),
        }
    }

    fn has(&self, place: u8) -> bool {
        self.0.keys().any(|it| it.1 == place)
    }

    /// Forgets what is not so in another placement.
    fn keep(&mut self, other: &Self) {
        self.0.retain(|key, (case, _)| {
            let there = other.0.get(key);
            there.inspect(|(it, _)| case.join(it)).is_some()
        });
    }
}

impl Case {
    const NODE_LOST: u8 = 1;
    const ZONE_LOST: u8 = 2;
    const GROWN: u8 = 5;
    const GOES_WITH_NODE: u8 = 6;
    const GOES_WITH_ZONE: u8 = 7;
    const CRASH_TAKES_ALL: u8 = 8;

    fn place(&self) -> u8 {
        match self {
            Self::Alone { .. } => 0,
            Self::NodeLost => Self::NODE_LOST,
            Self::ZoneLost(_) => Self::ZONE_LOST,
            Self::DrainStuck => 3,
            Self::RolloutStuck => 4,
            Self::Grown { .. } => Self::GROWN,
            Self::GoesWithNode(_) => Self::GOES_WITH_NODE,
            Self::GoesWithZone(_) => Self::GOES_WITH_ZONE,
            Self::CrashTakesAll { .. } => Self::CRASH_TAKES_ALL,
            Self::Overcommitted(_) => 9,
            Self::Short(_) => 10,
        }
    }

    /// True where pods wait for room, which pods of higher priority need not.
    fn waits(&self) -> bool {
        !matches!(self, Self::GoesWithNode(_) | Self::GoesWithZone(_) | Self::CrashTakesAll { .. })
    }

    /// The same once more: the places of both, and the larger room.
    fn join(&mut self, other: &Self) {
        match (self, other) {
            (Self::ZoneLost(zones), Self::ZoneLost(more)) => add_all(zones, more),
            (Self::GoesWithNode(share), Self::GoesWithNode(other))
            | (Self::GoesWithZone(share), Self::GoesWithZone(other)) => {
                add_all(&mut share.places, &other.places);
                share.left = share.left.max(other.left);
            }
            (Self::Grown { room, .. }, Self::Grown { room: other, .. }) => {
                *room = (*room).max(*other);
            }
            _ => {}
        }
    }
}

fn add_all(places: &mut Vec<SmolStr>, more: &[SmolStr]) {
    places.extend(more.iter().cloned());
    places.sort();
    places.dedup();
}

fn cases(stage: &Stage<'_>, kind: FaultKind, outcome: &Outcome) -> Vec<(usize, Case)> {
    match kind {
        FaultKind::Node | FaultKind::Zone => {
            outcome.hits.iter().flat_map(|it| lost(stage, kind, outcome, it)).collect()
        }
        FaultKind::Drain => {
            let stuck = outcome.drained.iter().flat_map(|it| &it.stuck);
            let waits = stuck.filter(|it| it.waits_for_room);
            waits.filter_map(|it| Some((stage.runs_of_pod[it.pod]?, Case::DrainStuck))).collect()
        }
        FaultKind::Rollout(Ways::CrashAfterReady) => {
            let rolled = outcome.rolled.iter();
            let gone = rolled.filter(|it| it.wanted > 1 && it.available == 0);
            let gone = gone.filter(|it| runs_whole(stage, it.runs));
            gone.map(|it| (it.runs, Case::CrashTakesAll { wanted: it.wanted, kept: 0 })).collect()
        }
        _ => {
            let rolled = outcome.rolled.iter();
            let stuck =
                rolled.filter(|it| it.wedge == Some(Wedge::Capacity) && runs_whole(stage, it.runs));
            stuck.map(|it| (it.runs, Case::RolloutStuck)).collect()
        }
    }
}

/// What it comes to that a workload loses pods with a node or a zone.
fn lost(stage: &Stage<'_>, kind: FaultKind, outcome: &Outcome, hit: &Hit) -> Vec<(usize, Case)> {
    if !hit.is_down {
        return Vec::new();
    }
    let place: SmolStr = outcome.scenario.name.split_once('=').map_or("", |it| it.1).into();
    let is_zone = kind == FaultKind::Zone;
    let is_gone = hit.left == 0 && hit.back == Back::WhenThereIsRoom;
    let waits = is_gone.then(|| match is_zone {
        true => Case::ZoneLost(vec![place.clone()]),
        false => Case::NodeLost,
    });
    // A lone pod goes with whatever it is on, and can follow what it does not keep there.
    let runs = &stage.runs[hit.runs];
    let is_told = hit.wanted > 1 || (is_zone && runs.has_claim);
    let goes = (is_told && runs_whole(stage, hit.runs)).then(|| {
        let (wanted, needed, left) = (hit.wanted, runs.needed(), hit.left);
        let share = Share { places: vec![place], wanted, needed, left };
        if is_zone { Case::GoesWithZone(share) } else { Case::GoesWithNode(share) }
    });
    waits.into_iter().chain(goes).map(|it| (hit.runs, it)).collect()
}

/// True where every pod of a workload has found a node. What waits before anything is asked of it is
/// not told as what that leads to.
fn runs_whole(stage: &Stage<'_>, runs: usize) -> bool {
    stage.runs[runs].pods.iter().all(|&it| stage.cluster.pods[it].node.is_some())
}

/// Workloads of which pods wait although nothing but the agents of nodes runs beside them.
fn alone(stage: &Stage<'_>) -> Vec<(usize, Case, String)> {
    let waiting = stage.waiting.iter().filter_map(|(pod, _)| stage.runs_of_pod[*pod]);
    let mut waiting: Vec<usize> = waiting.collect();
    waiting.sort_unstable();
    waiting.dedup();
    let agents = stage.runs.iter().filter(|it| it.is_everywhere()).flat_map(|it| &it.pods);
    let agents: Vec<usize> = agents.copied().collect();
    let empty = Cluster { pods: Vec::new(), ..stage.cluster.clone() };
    let play = |runs: usize| {
        let pods = &stage.runs[runs].pods;
        let mut kept: Vec<_> = pods.iter().map(|&it| stage.cluster.pods[it].clone()).collect();
        for pod in &mut kept {
            (pod.node, pod.phase, pod.is_ready) = (None, Phase::Pending, false);
        }
        kept.extend(agents.iter().map(|&it| stage.cluster.pods[it].clone()));
        let cluster = Cluster { pods: kept, ..empty.clone() };
        let blow = Blow { wanted: (0..pods.len()).collect(), reasons_max: 1, ..Blow::default() };
        let aftermath = Sweep::new(&cluster).after(&blow);
        let room = aftermath.placed.iter().filter(|(_, node)| node.is_some()).count();
        let (_, reason) = aftermath.reasons.into_iter().next()?;
        is_of_nodes(&reason).then_some((runs, Case::Alone { wanted: pods.len(), room }, reason))
    };
    waiting.into_iter().filter_map(play).collect()
}

/// True where the scheduler speaks of nothing but what is declared of nodes: labels, devices and taints
/// that real ones have are not.
fn is_of_nodes(reason: &str) -> bool {
    const DECLARED: [&str; 5] = [
        "Insufficient cpu",
        "Insufficient memory",
        "Too many pods",
        "node(s) didn't match pod anti-affinity rules",
        "node(s) didn't match pod topology spread constraints",
    ];
    let clauses = reason.split_once(": ").map_or("", |(_, it)| it);
    let clauses = clauses.split_once(". preemption").map_or(clauses, |(it, _)| it);
    let mut clauses = clauses.trim_end_matches('.').split(", ");
    clauses.all(|it| it.split_once(' ').is_some_and(|(_, it)| DECLARED.contains(&it)))
}

impl Player<'_, '_> {
    /// With the scheduler's words about a pod that waits; without them nothing is said.
    fn worded(&mut self, seen: Seen) -> Vec<(usize, Case, String)> {
        let mut told: BTreeMap<String, Outcome> = BTreeMap::new();
        let mut words = |(runs, case, scenario): (usize, Case, Option<Scenario>)| {
            if let Case::CrashTakesAll { wanted, .. } = case {
                let kept = self.kept(runs);
                let case = Case::CrashTakesAll { wanted, kept };
                return (kept > 0).then_some((runs, case, String::new()));
            }
            if !case.waits() {
                return Some((runs, case, String::new()));
            }
            let waiting = scenario.filter(|_| case != Case::RolloutStuck).and_then(|it| {
                let outcome =
                    told.entry(it.name.clone()).or_insert_with(|| self.play(&it, Depth::Story));
                let waiting = outcome.waiting.iter().find(|it| it.runs == Some(runs))?;
                Some(waiting.reason.clone())
            });
            let there = i64::try_from(self.stage.runs[runs].pods.len()).unwrap_or(i64::MAX);
            let more = match case {
                Case::Grown { max, .. } => max - there,
                _ => 1,
            };
            let reason = waiting.unwrap_or_else(|| self.reason(runs, more));
            (!reason.is_empty()).then_some((runs, case, reason))
        };
        let seen = seen.0.into_iter().map(|((runs, _), (case, scenario))| (runs, case, scenario));
        seen.filter_map(&mut words).collect()
    }

    /// Pods that serve throughout, where a version that crashes does not count as ready.
    fn kept(&mut self, runs: usize) -> i64 {
        let fault = Fault::Rollout(runs, Behaviour::NeverReady);
        let scenario = Scenario { faults: vec![fault], name: String::new() };
        let outcome = self.play(&scenario, Depth::Blow);
        outcome.rolled.map_or(0, |it| it.available_min)
    }

    /// Autoscalers that may make more pods than the nodes take, each for itself.
    fn grown(&mut self) -> Vec<(usize, Case)> {
        let wanted = wanted(self.stage, u32::MAX).into_iter();
        let short = wanted.filter(|it| runs_whole(self.stage, it.runs)).filter_map(|it| {
            let more = it.admitted.min(MORE_MAX);
            let (room, _) = self.room(it.like, more, Depth::Blow);
            let case = Case::Grown { max: it.before + it.admitted, room: it.before + room };
            (room < more).then_some((it.runs, case))
        });
        short.collect()
    }

    /// The scheduler's words about the last of so many more pods of a workload; empty where all fit.
    fn reason(&mut self, runs: usize, more: i64) -> String {
        let pod = self.stage.runs[runs].pods.first().copied();
        pod.map(|it| self.room(it, more.min(MORE_MAX), Depth::Story).1).unwrap_or_default()
    }
}
