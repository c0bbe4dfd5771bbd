//! What a scenario comes to.

use std::cmp::Reverse;

use kai_core::{ComponentId, Interval, SmolStr};
use kai_sim::rollout::Wedge;

use crate::{Scenario, Time};

/// Everything that is said of one scenario.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub scenario: Scenario,
    /// Names of nodes that are lost.
    pub nodes: Vec<SmolStr>,
    /// Pods that are gone at once.
    pub lost: usize,
    /// Pods that are made again and find a node.
    pub moved: Vec<Move>,
    /// Workloads that lose pods, the worst first.
    pub hits: Vec<Hit>,
    /// Pods that find no node, by workload.
    pub waiting: Vec<Waiting>,
    /// Journeys that it reaches, the worst first.
    pub journeys: Vec<Reached>,
    /// Workloads that start no pod while it lasts, though what runs goes on.
    pub blocked: Vec<usize>,
    /// What cannot do its work while it lasts, by name, besides what was hit.
    pub unable: Vec<String>,
    pub drained: Option<Drained>,
    pub rolled: Option<Rolled>,
    pub scaled: Vec<Scaled>,
    /// What happens when, in order.
    pub moments: Vec<Moment>,
    /// The first thing that stands in the way.
    pub binding: Option<String>,
    pub remedy: Option<Remedy>,
    /// What is not known and would matter, one sentence each.
    pub unknown: Vec<String>,
}

/// So many pods of a workload that come to a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    pub runs: usize,
    pub node: usize,
    pub count: usize,
}

/// A workload that loses pods.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    pub runs: usize,
    /// Pods that it wants, and those that are left at once.
    pub wanted: usize,
    pub left: usize,
    /// Those that are there again when the control plane has done what it can.
    pub after: usize,
    pub waiting: usize,
    /// It does not work at once.
    pub is_down: bool,
    pub back: Back,
    /// How often something of the kind takes it down, when ties of the scheduler are drawn; nothing
    /// where pods are known to be where they are.
    pub often: Option<Often>,
}

/// When something works again.
#[derive(Debug, Clone, PartialEq)]
pub enum Back {
    /// It never stopped.
    Always,
    After(Time),
    /// Somebody has to act, which takes so long.
    ByHand(Time),
    /// When its operator has acted, which is not modelled.
    ByOperator,
    /// When what broke is mended.
    WhenMended,
    /// When there is a node that takes it.
    WhenThereIsRoom,
    /// Not while the control plane is as it is.
    Never,
}

/// Pods of one workload that find no node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub runs: Option<usize>,
    pub count: usize,
    /// The scheduler's words; empty where it was not asked.
    pub reason: String,
}

/// How often something happens when the scheduler draws between nodes that are equally good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Often {
    Always,
    /// In so many of so many replays.
    Sometimes(usize, usize),
    Never,
}

/// A journey that is reached.
#[derive(Debug, Clone, PartialEq)]
pub struct Reached {
    pub journey: usize,
    pub how: Reaching,
    pub back: Back,
    /// What stops it.
    pub because: Vec<ComponentId>,
}

/// How a journey is reached; the worst first.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub enum Reaching {
    Down,
    /// Something is away that it can do without.
    Without,
    /// So many of a hundred requests fail until it is noticed.
    Share(f64),
}

/// How a drain ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drained {
    pub is_finished: bool,
    pub stuck: Vec<Stuck>,
}

/// A pod that does not go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    /// Its place in the list of the cluster, and its name.
    pub pod: usize,
    pub name: String,
    pub why: String,
    /// Its budget would let it go if pods evicted before it had found room.
    pub waits_for_room: bool,
}

/// How a rollout ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rolled {
    pub runs: usize,
    /// What it waits for, for ever; nothing where it finishes.
    pub wedge: Option<Wedge>,
    pub wanted: i64,
    pub available_min: i64,
    pub pods_max: i64,
    /// Pods that serve when nothing moves any more, and new ones that run and do not.
    pub available: i64,
    pub failing: i64,
    /// What it waits for, and what to do; empty where it finishes.
    pub end: String,
}

/// A workload under load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaled {
    pub runs: usize,
    pub before: i64,
    pub needed: i64,
    /// What its autoscaler may make; nothing where it has none.
    pub max: Option<i64>,
    /// Pods that find no node.
    pub waiting: i64,
    /// Pods that a quota refuses.
    pub refused: i64,
    /// How often the autoscaler looks until it has made them.
    pub looks: usize,
}

/// Something that happens.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// Minutes after the fault.
    pub at: Interval,
    pub text: String,
    /// Who says when; empty for what is at once.
    pub source: String,
}

/// A change with which it would have been survived, played again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    pub text: String,
    /// What is different then.
    pub effect: String,
}

impl Back {
    /// The larger, the worse.
    #[must_use]
    pub fn rank(&self) -> u8 {
        match self {
            Self::Always => 0,
            Self::After(_) => 1,
            Self::ByOperator => 2,
            Self::ByHand(_) => 3,
            Self::WhenMended => 4,
            Self::WhenThereIsRoom => 5,
            Self::Never => 6,
        }
    }

    /// Minutes, where somebody knows them.
    #[must_use]
    pub fn minutes(&self) -> Option<Interval> {
        match self {
            Self::Always => Some(Interval::exactly(0.0)),
            Self::After(time) | Self::ByHand(time) => Some(time.minutes),
            _ => None,
        }
    }

    /// The worse of two.
    #[must_use]
    pub fn or_worse(self, other: Self) -> Self {
        let key = |it: &Self| (it.rank(), it.minutes().map_or(0.0, |it| it.typical));
        if key(&other) > key(&self) { other } else { self }
    }
}

impl Hit {
    /// The worst first.
    pub(crate) fn order(&self) -> impl Ord + use<> {
        let missing = self.wanted - self.left.min(self.wanted);
        (Reverse((self.is_down, self.back.rank(), missing)), self.runs)
    }
}

impl Outcome {
    pub(crate) fn new(scenario: Scenario) -> Self {
        Self {
            scenario,
            nodes: Vec::new(),
            lost: 0,
            moved: Vec::new(),
            hits: Vec::new(),
            waiting: Vec::new(),
            journeys: Vec::new(),
            blocked: Vec::new(),
            unable: Vec::new(),
            drained: None,
            rolled: None,
            scaled: Vec::new(),
            moments: Vec::new(),
            binding: None,
            remedy: None,
            unknown: Vec::new(),
        }
    }

    /// Journeys that are down.
    pub fn down(&self) -> impl Iterator<Item = &Reached> {
        self.journeys.iter().filter(|it| it.how == Reaching::Down)
    }

    /// How bad it is; compares by the worst thing first. What nobody mends alone is worse than what
    /// takes minutes.
    #[must_use]
    pub fn harm(&self) -> Harm {
        let key = |it: &Back| (it.rank().max(2), it.minutes().map_or(0, thousandths));
        let journeys = self.down().map(|it| key(&it.back)).max();
        let workloads = self.hits.iter().filter(|it| it.is_down).map(|it| key(&it.back)).max();
        Harm {
            journeys,
            journey_count: self.down().count(),
            is_stuck: self.drained.as_ref().is_some_and(|it| !it.is_finished)
                || self.rolled.as_ref().is_some_and(|it| it.wedge.is_some()),
            workloads,
            waiting: self.waiting.iter().map(|it| it.count).sum(),
            is_short: self.scaled.iter().any(|it| it.max.is_some_and(|max| max < it.needed)),
            degraded: self.journeys.len(),
            blocked: self.blocked.len(),
        }
    }

    /// Workloads that are down.
    pub fn stopped(&self) -> impl Iterator<Item = usize> {
        self.hits.iter().filter(|it| it.is_down).map(|it| it.runs)
    }

    /// The workload that is to blame most: down, and in the way of the journey that is down longest.
    #[must_use]
    pub fn blamed(&self, component_of: impl Fn(usize) -> Option<ComponentId>) -> Option<&Hit> {
        let key = |it: &&Reached| (it.back.rank(), it.back.minutes().map_or(0, thousandths));
        let because = self.down().max_by_key(key).map(|it| it.because.as_slice());
        let is_to_blame = |it: &&Hit| {
            component_of(it.runs).is_some_and(|it| because.is_some_and(|all| all.contains(&it)))
        };
        let mut down = self.hits.iter().filter(|it| it.is_down);
        down.clone().find(is_to_blame).or_else(|| down.next())
    }

    /// How often something of the kind takes one of the workloads down.
    #[must_use]
    pub fn often(&self) -> Option<Often> {
        let count = |it: &Often| match it {
            Often::Always => usize::MAX,
            Often::Sometimes(some, _) => *some,
            Often::Never => 0,
        };
        self.hits.iter().filter(|it| it.is_down).filter_map(|it| it.often).max_by_key(count)
    }
}

/// An order of outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Harm {
    pub journeys: Option<(u8, u64)>,
    pub journey_count: usize,
    pub is_stuck: bool,
    pub workloads: Option<(u8, u64)>,
    pub waiting: usize,
    pub is_short: bool,
    pub degraded: usize,
    pub blocked: usize,
}

impl Harm {
    /// True where nobody would notice.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self
            == Self {
                journeys: None,
                journey_count: 0,
                is_stuck: false,
                workloads: None,
                waiting: 0,
                is_short: false,
                degraded: 0,
                blocked: 0,
            }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "minutes of an outage")]
#[expect(clippy::cast_sign_loss, reason = "minutes of an outage")]
fn thousandths(minutes: Interval) -> u64 {
    (minutes.typical * 1000.0) as u64
}
