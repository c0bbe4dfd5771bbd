//! What rules say, before anything is ranked.

use smol_str::SmolStr;

use crate::{Fix, OriginId};

/// A vertex of the system graph: an index, valid only within one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComponentId(pub u32);

/// The part of a production review that a rule belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pillar {
    SinglePointsOfFailure,
    Recovery,
    DeploymentSafety,
    Observability,
    Security,
    Scaling,
    OperationalReadiness,
    Cost,
}

/// What cannot be undone. The order is the order of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LossClass {
    /// L0: data, keys or money gone and no tested way back.
    Irreversible,
    /// L1: one step from full control.
    Compromise,
    /// L2: a user journey is down.
    Outage,
    /// L3: slower, or less redundant.
    Degraded,
    /// L4: money and hours.
    Toil,
}

/// How bad, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Critical,
    High,
    Medium,
    Low,
}

/// What happens to a component. It chooses the trigger whose frequency the register looks up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureMode {
    /// A process crashes or its pod is evicted, and comes back elsewhere or in place.
    PodLoss,
    /// The machine under it dies.
    NodeLoss,
    /// The machine under it is drained for maintenance.
    NodeDrain,
    /// A zone goes.
    ZoneLoss,
    /// A new version is rolled out.
    Rollout,
    /// Something it needs is slow or away.
    DependencyLoss,
    /// Load rises above what is there.
    Overload,
    /// Stored state is destroyed by a fault or a person.
    DataLoss,
    /// Somebody gets in.
    Compromise,
    /// It never works as written, from the first day.
    Misconfigured,
    /// The control plane or a controller refuses to act on it.
    ControlLoss,
}

/// The term of the register that a hazard makes worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term {
    Frequency,
    Impact,
    TimeToDetect,
    TimeToRecover,
    Loss,
}

/// A second place that belongs to a hazard, and why.
#[derive(Debug, Clone)]
pub struct Related {
    pub origin: OriginId,
    /// What this place adds, as a clause: "three pods exist".
    pub note: String,
}

/// What a rule found in the graph. `kai-assess` alone turns it into a ranked finding.
#[derive(Debug, Clone)]
pub struct Hazard {
    /// The rule's id.
    pub rule: &'static str,
    pub component: ComponentId,
    pub failure_mode: FailureMode,
    pub term: Term,
    /// The loss if the failure happens, before journeys are considered. An [`LossClass::Outage`]
    /// that reaches no journey is ranked as [`LossClass::Degraded`].
    pub loss: LossClass,
    /// The finding in a few words, without the component's name: "one pod, state on emptyDir".
    pub title: String,
    /// What is, with names and numbers, and what follows from it. One or two sentences.
    pub message: String,
    /// What stays while the hazard acts: share of the component that is lost, 0 to 1.
    pub impact: f64,
    /// The line to edit.
    pub at: OriginId,
    pub related: Vec<Related>,
    /// For an absence: what was searched and did not hold it.
    pub scope: Option<String>,
    /// Receivers of alerts that tell nobody because of it: it is ranked by what they would show.
    pub silences: Vec<String>,
    /// True where it comes and goes before an alert would ring.
    pub is_fleeting: bool,
    /// How one would know, as far as the rule can say: a signal or a symptom, with names.
    pub detection: String,
    /// How one would recover: steps with names.
    pub recovery: String,
    /// What to change, in words.
    pub remedy: String,
    /// The same as edits, where Kai can make them.
    pub fix: Option<Fix>,
    /// The command that proves the fix.
    pub verify: String,
    /// The exception that the text makes for another tool's check of the same, where it makes one.
    pub waived: Option<Waiver>,
}

/// What an exception for another tool says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The tool's name: `checkov`.
    pub tool: &'static str,
    /// As written; empty for all checks.
    pub check: SmolStr,
    /// Empty where none is given.
    pub reason: SmolStr,
}

/// How rules write one, fact by fact.
impl Hazard {
    /// It comes and goes before an alert would ring.
    #[must_use]
    pub fn fleeting(mut self) -> Self {
        self.is_fleeting = true;
        self
    }

    /// The exception that covers it, if one does: it is accepted, and told with those.
    #[must_use]
    pub fn waived(mut self, waiver: Option<Waiver>) -> Self {
        self.waived = waiver;
        self
    }

    /// The line to edit.
    #[must_use]
    pub fn at(mut self, origin: OriginId) -> Self {
        self.at = origin;
        self
    }

    /// A second place, and what it adds as a clause.
    #[must_use]
    pub fn related(mut self, origin: OriginId, note: impl Into<String>) -> Self {
        self.related.push(Related { origin, note: note.into() });
        self
    }

    /// What is lost if it happens; degraded service where a rule does not say.
    #[must_use]
    pub fn loses(mut self, loss: LossClass) -> Self {
        self.loss = loss;
        self
    }

    /// Share of the component that is lost while it lasts; all of it where a rule does not say.
    #[must_use]
    pub fn impact(mut self, share: f64) -> Self {
        self.impact = share.clamp(0.0, 1.0);
        self
    }

    /// For an absence: what was searched.
    #[must_use]
    pub fn searched(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Receivers of alerts that tell nobody because of it.
    #[must_use]
    pub fn silences(mut self, receivers: Vec<String>) -> Self {
        self.silences = receivers;
        self
    }

    /// The signal or symptom that would show it.
    #[must_use]
    pub fn shows_as(mut self, detection: impl Into<String>) -> Self {
        self.detection = detection.into();
        self
    }

    /// The steps back, with names.
    #[must_use]
    pub fn recover(mut self, recovery: impl Into<String>) -> Self {
        self.recovery = recovery.into();
        self
    }

    /// What to change, in words.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// The change as edits, where there is one.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<Option<Fix>>) -> Self {
        self.fix = fix.into();
        self
    }

    /// The command that proves the fix.
    #[must_use]
    pub fn verify(mut self, command: impl Into<String>) -> Self {
        self.verify = command.into();
        self
    }
}

impl Pillar {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SinglePointsOfFailure => "single-points-of-failure",
            Self::Recovery => "recovery",
            Self::DeploymentSafety => "deployment-safety",
            Self::Observability => "observability",
            Self::Security => "security",
            Self::Scaling => "scaling",
            Self::OperationalReadiness => "operational-readiness",
            Self::Cost => "cost",
        }
    }
}

impl LossClass {
    /// `L0` to `L4`, as RISK tables write it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Irreversible => "L0",
            Self::Compromise => "L1",
            Self::Outage => "L2",
            Self::Degraded => "L3",
            Self::Toil => "L4",
        }
    }

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Irreversible => "irreversible",
            Self::Compromise => "compromise",
            Self::Outage => "outage",
            Self::Degraded => "degraded",
            Self::Toil => "toil",
        }
    }
}

impl Level {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}
