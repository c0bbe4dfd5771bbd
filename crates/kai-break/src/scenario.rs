//! What breaks, as it is typed: `node=a`, `zone=*`, `rollout=shop/web:never-ready`, `zone=a + load=2x`.

use std::fmt;

use kai_sim::rollout::Behaviour;

use crate::names;

/// Faults at one time, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    pub faults: Vec<(FaultKind, Which)>,
}

/// What may break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    Node,
    Zone,
    Region,
    TwoNodes,
    Workload,
    Pod,
    Dependency,
    Drain,
    Rollout(Ways),
    Load(u32),
    Registry,
    Dns,
    ControlPlane,
    Certificate,
    Webhook,
}

/// How the pods of a rollout behave; each of the ways where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ways {
    Healthy,
    NeverReady,
    CrashAfterReady,
    Each,
}

/// Which of its kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Which {
    Each,
    Named(String),
}

/// Faults at one time, found in a stage. Numbers are places in its lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    pub faults: Vec<Fault>,
    /// As one would type it.
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// These nodes do not answer any more.
    Nodes(Vec<usize>),
    /// The same, as everything in a zone or a region.
    Domain(Vec<usize>),
    /// All pods of the workload fail, and so do those that are made instead.
    Workload(usize),
    /// One pod fails and is made again.
    Pod(usize),
    /// Something outside of the pods does not answer.
    Dependency(kai_core::ComponentId),
    Drain(usize),
    Rollout(usize, Behaviour),
    Load(u32),
    /// No image can be pulled from it.
    Registry(String),
    Dns,
    ControlPlane,
    /// The certificate of the way in is not valid any more.
    Certificate(kai_core::ComponentId),
    /// The webhook does not answer.
    Webhook(kai_core::ComponentId),
}

impl Fault {
    /// True for what somebody does on purpose, and does on what other faults have left.
    pub(crate) fn is_planned(&self) -> bool {
        matches!(self, Self::Drain(_) | Self::Rollout(..))
    }
}

/// A text that is no scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAScenario {
    pub text: String,
    pub reason: String,
}

/// Every kind as it is typed, and whether it wants a name.
const WORDS: [(&str, bool); 15] = [
    ("node", true),
    ("zone", true),
    ("region", false),
    ("two-nodes", false),
    ("workload", true),
    ("pod", true),
    ("dependency", true),
    ("drain", true),
    ("rollout", true),
    ("load", true),
    ("registry", false),
    ("dns", false),
    ("control-plane", false),
    ("certificate", true),
    ("webhook", true),
];

impl Pattern {
    /// True where a text can only be meant as a scenario, right or wrong.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        text.contains('=') || WORDS.iter().any(|(word, _)| *word == text.trim())
    }

    /// # Errors
    /// A part of the text is no scenario.
    pub fn parse(text: &str) -> Result<Self, NotAScenario> {
        let refuse = |reason: String| NotAScenario { text: text.to_owned(), reason };
        let faults: Result<Vec<_>, String> = text.split('+').map(|it| fault(it.trim())).collect();
        Ok(Self { faults: faults.map_err(refuse)? })
    }
}

fn fault(text: &str) -> Result<(FaultKind, Which), String> {
    let (word, name) = match text.split_once('=') {
        Some((word, name)) => (word.trim(), Some(name.trim())),
        None => (text, None),
    };
    let words = || WORDS.iter().map(|(it, _)| (*it).to_owned());
    let Some((_, wants_name)) = WORDS.iter().find(|(it, _)| *it == word) else {
        let nearest = names::nearest(word, words());
        let nearest: Vec<String> = nearest.iter().map(|it| format!("`{it}`")).collect();
        return Err(format!("there is no `{word}`; did you mean {}", nearest.join(", ")));
    };
    if *wants_name && name.is_none_or(str::is_empty) {
        return Err(format!("`{word}` wants a name: `{word}=…`, or `{word}=*` for each"));
    }
    let name = name.unwrap_or("*");
    let kind = match word {
        "node" => FaultKind::Node,
        "zone" => FaultKind::Zone,
        "region" => FaultKind::Region,
        "two-nodes" => FaultKind::TwoNodes,
        "workload" => FaultKind::Workload,
        "pod" => FaultKind::Pod,
        "dependency" => FaultKind::Dependency,
        "drain" => FaultKind::Drain,
        "rollout" => return rollout(name),
        "load" => return load(name),
        "registry" => FaultKind::Registry,
        "dns" => FaultKind::Dns,
        "control-plane" => FaultKind::ControlPlane,
        "certificate" => FaultKind::Certificate,
        _ => FaultKind::Webhook,
    };
    Ok((kind, which(name)))
}

fn which(name: &str) -> Which {
    if name == "*" { Which::Each } else { Which::Named(name.to_owned()) }
}

fn rollout(name: &str) -> Result<(FaultKind, Which), String> {
    let (name, behaviour) = name.rsplit_once(':').unwrap_or((name, ""));
    let behaviour = match behaviour {
        "" => Ways::Each,
        "healthy" => Ways::Healthy,
        "never-ready" => Ways::NeverReady,
        "crash-after-ready" => Ways::CrashAfterReady,
        other => {
            return Err(format!(
                "pods of a rollout are not `{other}` but healthy, never-ready or crash-after-ready"
            ));
        }
    };
    Ok((FaultKind::Rollout(behaviour), which(name)))
}

fn load(name: &str) -> Result<(FaultKind, Which), String> {
    let factor = name.trim_end_matches(['x', '×']).parse::<u32>().ok();
    match factor.filter(|it| (2..=1000).contains(it)) {
        Some(factor) => Ok((FaultKind::Load(factor), Which::Each)),
        None => Err(format!("`{name}` is no load; `load=2x` is twice as much, and 1000x the most")),
    }
}

impl Ways {
    /// The ways that are meant.
    #[must_use]
    pub fn each(self) -> Vec<Behaviour> {
        match self {
            Self::Healthy => vec![Behaviour::Healthy],
            Self::NeverReady => vec![Behaviour::NeverReady],
            Self::CrashAfterReady => vec![Behaviour::CrashAfterReady],
            Self::Each => {
                vec![Behaviour::Healthy, Behaviour::NeverReady, Behaviour::CrashAfterReady]
            }
        }
    }
}

impl fmt::Display for NotAScenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no scenario: {}", self.text, self.reason)
    }
}
