//! `kai.break/v1`, described by `docs/schema/kai.break.v1.json`.
//!
//! A field is never renamed or removed here; what must change becomes version 2.

use std::collections::BTreeMap;

use kai_break::{Back, Ground, Often, Outcome, Reaching, Stage};
use kai_core::Interval;
use serde::Serialize;
use serde_json::Value;

use super::Study;
use super::words::{cause, name, users};

const SCHEMA: &str = "kai.break/v1";

/// Everything that was played as JSON, ending in a line break.
#[must_use]
pub fn json(study: &Study<'_, '_>) -> String {
    let document = Document::of(study, usize::MAX);
    let mut text = serde_json::to_string_pretty(&document).expect(SERIALIZES);
    text.push('\n');
    text
}

/// The same with no more than so many items in each list of a scenario; `totals` says how many there are
/// of those that are longer.
#[must_use]
pub fn excerpt(study: &Study<'_, '_>, listed: usize) -> Value {
    serde_json::to_value(Document::of(study, listed)).expect(SERIALIZES)
}

const SERIALIZES: &str = "strings and numbers, and map keys that are strings, always serialize";

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    cluster: Cluster<'a>,
    roots: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'static str>,
    scenarios: Vec<Scenario<'a>>,
    problems: &'a [String],
    left_out: &'a [String],
}

#[derive(Serialize)]
struct Cluster<'a> {
    /// `given`, `declared`, `reference`
    nodes_are: &'static str,
    is_capacity_known: bool,
    node_count: usize,
    zones: Vec<String>,
    workload_count: usize,
    pod_count: usize,
    waiting: Vec<WaitingPod<'a>>,
    assumptions: &'a [String],
}

#[derive(Serialize)]
struct WaitingPod<'a> {
    pod: String,
    reason: &'a str,
}

#[derive(Serialize)]
struct Scenario<'a> {
    scenario: &'a str,
    summary: String,
    cause: String,
    nodes: Vec<&'a str>,
    lost_pods: usize,
    journeys: Vec<Journey>,
    workloads: Vec<Workload>,
    unable: &'a [String],
    /// Workloads that start no pod meanwhile.
    blocked: Vec<String>,
    waiting: Vec<Waiting<'a>>,
    moves: Vec<Move<'a>>,
    moments: Vec<Moment<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    drain: Option<Drain<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rollout: Option<Rollout<'a>>,
    scaling: Vec<Scaling>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<Remedy<'a>>,
    unknown: &'a [String],
    /// How long lists are of which only the first items are here.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    totals: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct Journey {
    name: String,
    /// `down`, `without`, `share`
    effect: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<f64>,
    because: Vec<String>,
    back: BackV1,
}

#[derive(Serialize)]
struct Workload {
    workload: String,
    namespace: String,
    wanted: usize,
    left: usize,
    after: usize,
    waiting: usize,
    is_down: bool,
    back: BackV1,
    #[serde(skip_serializing_if = "Option::is_none")]
    often: Option<OftenV1>,
}

/// When something works again.
#[derive(Serialize)]
struct BackV1 {
    /// `always`, `after`, `by-hand`, `by-operator`, `when-mended`, `when-there-is-room`, `never`
    when: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    minutes: Option<IntervalV1>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

#[derive(Serialize)]
struct IntervalV1 {
    low: f64,
    typical: f64,
    high: f64,
}

#[derive(Serialize)]
struct Waiting<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    workload: Option<String>,
    count: usize,
    reason: &'a str,
}

/// How often, when ties of the scheduler are drawn.
#[derive(Serialize)]
struct OftenV1 {
    /// `always`, `sometimes`, `never`
    is: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#in: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<usize>,
}

#[derive(Serialize)]
struct Move<'a> {
    workload: String,
    node: &'a str,
    count: usize,
}

#[derive(Serialize)]
struct Moment<'a> {
    at: IntervalV1,
    text: &'a str,
    source: &'a str,
}

#[derive(Serialize)]
struct Drain<'a> {
    is_finished: bool,
    stuck: Vec<StuckPod<'a>>,
}

#[derive(Serialize)]
struct StuckPod<'a> {
    pod: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct Rollout<'a> {
    is_finished: bool,
    wanted: i64,
    available_min: i64,
    pods_max: i64,
    end: &'a str,
}

#[derive(Serialize)]
struct Scaling {
    workload: String,
    before: i64,
    needed: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<i64>,
    waiting: i64,
    refused: i64,
}

#[derive(Serialize)]
struct Remedy<'a> {
    change: &'a str,
    effect: &'a str,
}

impl<'a> Document<'a> {
    fn of(study: &'a Study<'_, '_>, listed: usize) -> Self {
        let (stage, choice) = (study.stage, study.choice);
        let nodes_are = match stage.ground {
            Ground::Given => "given",
            Ground::Declared => "declared",
            Ground::Pools => "pools",
            Ground::Reference => "reference",
        };
        let waiting = stage
            .waiting
            .iter()
            .map(|(pod, reason)| WaitingPod { pod: stage.cluster.pods[*pod].key(), reason });
        let outcomes = study.outcomes.iter();
        Self {
            schema: SCHEMA,
            cluster: Cluster {
                nodes_are,
                is_capacity_known: stage.ground.has_capacity(),
                node_count: stage.cluster.nodes.len(),
                zones: stage.zones(),
                workload_count: stage.runs.len(),
                pod_count: stage.cluster.pods.len(),
                waiting: waiting.collect(),
                assumptions: &stage.assumptions,
            },
            roots: choice.roots.iter().map(|&it| stage.system.root(it).path.as_str()).collect(),
            environment: choice.environment.map(kai_core::Environment::as_str),
            scenarios: outcomes.map(|it| Scenario::of(stage, it, listed)).collect(),
            problems: &stage.problems,
            left_out: &study.left_out,
        }
    }
}

impl<'a> Scenario<'a> {
    fn of(stage: &'a Stage<'_>, it: &'a Outcome, listed: usize) -> Self {
        let label = |runs: usize| stage.runs[runs].label();
        let waiting = |it: &'a kai_break::Waiting| Waiting {
            workload: it.runs.map(label),
            count: it.count,
            reason: &it.reason,
        };
        let moved = |it: &kai_break::Move| Move {
            workload: label(it.runs),
            node: &stage.cluster.nodes[it.node].name,
            count: it.count,
        };
        let moment = |it: &'a kai_break::Moment| Moment {
            at: it.at.into(),
            text: &it.text,
            source: &it.source,
        };
        let scaled = |it: &kai_break::Scaled| Scaling {
            workload: label(it.runs),
            before: it.before,
            needed: it.needed,
            max: it.max,
            waiting: it.waiting,
            refused: it.refused,
        };
        let mut lists = Lists { listed, totals: BTreeMap::new() };
        Self {
            scenario: &it.scenario.name,
            summary: users(stage, it),
            cause: cause(it),
            nodes: lists.of("nodes", &it.nodes, |it| it.as_str()),
            lost_pods: it.lost,
            journeys: lists.of("journeys", &it.journeys, |it| Journey::of(stage, it)),
            workloads: lists.of("workloads", &it.hits, |it| Workload::of(stage, it)),
            unable: lists.first("unable", &it.unable),
            blocked: lists.of("blocked", &it.blocked, |it| label(*it)),
            waiting: lists.of("waiting", &it.waiting, waiting),
            moves: lists.of("moves", &it.moved, moved),
            moments: lists.of("moments", &it.moments, moment),
            drain: it.drained.as_ref().map(|it| Drain {
                is_finished: it.is_finished,
                stuck: it
                    .stuck
                    .iter()
                    .map(|it| StuckPod { pod: &it.name, reason: &it.why })
                    .collect(),
            }),
            rollout: it.rolled.as_ref().map(|it| Rollout {
                is_finished: it.wedge.is_none(),
                wanted: it.wanted,
                available_min: it.available_min,
                pods_max: it.pods_max,
                end: &it.end,
            }),
            scaling: lists.of("scaling", &it.scaled, scaled),
            remedy: it.remedy.as_ref().map(|it| Remedy { change: &it.text, effect: &it.effect }),
            unknown: lists.first("unknown", &it.unknown),
            totals: lists.totals,
        }
    }
}

/// Cuts lists.
struct Lists {
    listed: usize,
    totals: BTreeMap<&'static str, usize>,
}

impl Lists {
    fn first<'i, T>(&mut self, name: &'static str, items: &'i [T]) -> &'i [T] {
        if items.len() > self.listed {
            self.totals.insert(name, items.len());
        }
        &items[..items.len().min(self.listed)]
    }

    fn of<'i, T, U>(
        &mut self,
        name: &'static str,
        items: &'i [T],
        tell: impl Fn(&'i T) -> U,
    ) -> Vec<U> {
        self.first(name, items).iter().map(tell).collect()
    }
}

impl Journey {
    fn of(stage: &Stage<'_>, it: &kai_break::Reached) -> Self {
        let (effect, share) = match it.how {
            Reaching::Down => ("down", None),
            Reaching::Without => ("without", None),
            Reaching::Share(share) => ("share", Some(share)),
        };
        let because = it.because.iter().map(|&it| stage.system.component(it).label());
        Self {
            name: name(stage, it),
            effect,
            share,
            because: because.collect(),
            back: (&it.back).into(),
        }
    }
}

impl Workload {
    fn of(stage: &Stage<'_>, it: &kai_break::Hit) -> Self {
        let runs = &stage.runs[it.runs];
        Self {
            workload: runs.label(),
            namespace: runs.key.namespace.to_string(),
            wanted: it.wanted,
            left: it.left,
            after: it.after,
            waiting: it.waiting,
            is_down: it.is_down,
            back: (&it.back).into(),
            often: it.often.map(OftenV1::from),
        }
    }
}

impl From<Often> for OftenV1 {
    fn from(often: Often) -> Self {
        let (is, some, all) = match often {
            Often::Always => ("always", None, None),
            Often::Sometimes(some, all) => ("sometimes", Some(some), Some(all)),
            Often::Never => ("never", None, None),
        };
        Self { is, r#in: some, of: all }
    }
}

impl From<&Back> for BackV1 {
    fn from(back: &Back) -> Self {
        let when = match back {
            Back::Always => "always",
            Back::After(_) => "after",
            Back::ByHand(_) => "by-hand",
            Back::ByOperator => "by-operator",
            Back::WhenMended => "when-mended",
            Back::WhenThereIsRoom => "when-there-is-room",
            Back::Never => "never",
        };
        let source = match back {
            Back::After(time) | Back::ByHand(time) => Some(time.source.clone()),
            _ => None,
        };
        let minutes = source.as_ref().and_then(|_| back.minutes()).map(IntervalV1::from);
        Self { when, minutes, source }
    }
}

impl From<Interval> for IntervalV1 {
    fn from(it: Interval) -> Self {
        use crate::json::three_digits;
        let [low, typical, high] = [it.low, it.typical, it.high].map(three_digits);
        Self { low, typical, high }
    }
}
