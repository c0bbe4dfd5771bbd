//! `kai.break/v1`, described by `docs/schema/kai.break.v1.json`.
//!
//! A field is never renamed or removed here; what must change becomes version 2.

use kai_break::{Back, Ground, Often, Outcome, Reaching, Stage};
use kai_core::Interval;
use serde::Serialize;

use super::Study;
use super::words::{cause, name, users};

const SCHEMA: &str = "kai.break/v1";

/// Everything that was played as JSON, ending in a line break.
#[must_use]
pub fn json(study: &Study<'_, '_>) -> String {
    let document = Document::of(study);
    let mut text = serde_json::to_string_pretty(&document)
        .expect("strings and numbers, and map keys that are strings, always serialize");
    text.push('\n');
    text
}

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
    fn of(study: &'a Study<'_, '_>) -> Self {
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
            scenarios: study.outcomes.iter().map(|it| Scenario::of(stage, it)).collect(),
            problems: &stage.problems,
            left_out: &study.left_out,
        }
    }
}

impl<'a> Scenario<'a> {
    fn of(stage: &'a Stage<'_>, it: &'a Outcome) -> Self {
        let label = |runs: usize| stage.runs[runs].label();
        Self {
            scenario: &it.scenario.name,
            summary: users(stage, it),
            cause: cause(it),
            nodes: it.nodes.iter().map(|it| it.as_str()).collect(),
            lost_pods: it.lost,
            journeys: it.journeys.iter().map(|it| Journey::of(stage, it)).collect(),
            workloads: it.hits.iter().map(|it| Workload::of(stage, it)).collect(),
            unable: &it.unable,
            blocked: it.blocked.iter().map(|&it| label(it)).collect(),
            waiting: it
                .waiting
                .iter()
                .map(|it| Waiting {
                    workload: it.runs.map(label),
                    count: it.count,
                    reason: &it.reason,
                })
                .collect(),
            moves: it
                .moved
                .iter()
                .map(|it| Move {
                    workload: label(it.runs),
                    node: &stage.cluster.nodes[it.node].name,
                    count: it.count,
                })
                .collect(),
            moments: it
                .moments
                .iter()
                .map(|it| Moment { at: it.at.into(), text: &it.text, source: &it.source })
                .collect(),
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
            scaling: it
                .scaled
                .iter()
                .map(|it| Scaling {
                    workload: label(it.runs),
                    before: it.before,
                    needed: it.needed,
                    max: it.max,
                    waiting: it.waiting,
                    refused: it.refused,
                })
                .collect(),
            remedy: it.remedy.as_ref().map(|it| Remedy { change: &it.text, effect: &it.effect }),
            unknown: &it.unknown,
        }
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
