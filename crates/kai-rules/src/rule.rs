//! What a rule is before it runs.

use kai_core::{ComponentId, FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{
    Autoscaler, Backup, Component, Datastore, DisruptionBudget, EntryPoint, NetworkPath, Of,
    Pipeline, Reconciliation, StorageClass, Webhook, Workload,
};

use crate::{Context, Observed};

/// Everything known about a rule before it runs. Plain data: no macro, no registration.
#[derive(Debug)]
pub struct Rule {
    pub id: &'static str,
    /// The part of a production review it belongs to.
    pub pillar: Pillar,
    /// Used only where no journey is known; otherwise the register decides.
    pub default_level: Level,
    pub since: &'static str,
    /// The page a user reads, and the examples the tests run.
    pub doc: &'static str,
    pub check: Check,
}

/// What a rule looks at. The narrower, the simpler the rule.
#[derive(Debug)]
pub enum Check {
    Component(fn(&Component, Context<'_>, &mut Observed)),
    Workload(fn(Of<'_, Workload>, Context<'_>, &mut Observed)),
    Datastore(fn(Of<'_, Datastore>, Context<'_>, &mut Observed)),
    Budget(fn(Of<'_, DisruptionBudget>, Context<'_>, &mut Observed)),
    Autoscaler(fn(Of<'_, Autoscaler>, Context<'_>, &mut Observed)),
    Path(fn(Of<'_, NetworkPath>, Context<'_>, &mut Observed)),
    EntryPoint(fn(Of<'_, EntryPoint>, Context<'_>, &mut Observed)),
    Webhook(fn(Of<'_, Webhook>, Context<'_>, &mut Observed)),
    StorageClass(fn(Of<'_, StorageClass>, Context<'_>, &mut Observed)),
    Backup(fn(Of<'_, Backup>, Context<'_>, &mut Observed)),
    Reconciliation(fn(Of<'_, Reconciliation>, Context<'_>, &mut Observed)),
    Pipeline(fn(Of<'_, Pipeline>, Context<'_>, &mut Observed)),
    System(fn(Context<'_>, &mut Observed)),
}

impl Rule {
    /// Begins a hazard: the risk, the term of it that grows, its name in a few words, and the
    /// message. The rest is added by [`Hazard`]'s own verbs.
    #[must_use]
    pub fn worsens(
        &self,
        component: ComponentId,
        failure_mode: FailureMode,
        term: Term,
        title: impl Into<String>,
        message: impl Into<String>,
    ) -> Hazard {
        Hazard {
            rule: self.id,
            component,
            failure_mode,
            term,
            loss: LossClass::Degraded,
            title: title.into(),
            message: message.into(),
            impact: 1.0,
            at: OriginId::NONE,
            related: Vec::new(),
            scope: None,
            silences: Vec::new(),
            is_fleeting: false,
            detection: String::new(),
            recovery: String::new(),
            remedy: String::new(),
            fix: None,
            verify: String::new(),
            waived: None,
        }
    }
}
