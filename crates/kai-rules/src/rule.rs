//! What a rule is before it runs.

use kai_core::{Hazard, Level, Pillar};
use kai_graph::{
    Autoscaler, Binding, Configuration, DisruptionBudget, EntryPoint, NetworkPath, NetworkPolicy,
    Of, SecretFacts, System, Webhook, Workload,
};

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
    Workload(fn(Of<'_, Workload>, &System, &mut Vec<Hazard>)),
    Budget(fn(Of<'_, DisruptionBudget>, &System, &mut Vec<Hazard>)),
    Autoscaler(fn(Of<'_, Autoscaler>, &System, &mut Vec<Hazard>)),
    Path(fn(Of<'_, NetworkPath>, &System, &mut Vec<Hazard>)),
    EntryPoint(fn(Of<'_, EntryPoint>, &System, &mut Vec<Hazard>)),
    Policy(fn(Of<'_, NetworkPolicy>, &System, &mut Vec<Hazard>)),
    Secret(fn(Of<'_, SecretFacts>, &System, &mut Vec<Hazard>)),
    Configuration(fn(Of<'_, Configuration>, &System, &mut Vec<Hazard>)),
    Binding(fn(Of<'_, Binding>, &System, &mut Vec<Hazard>)),
    Webhook(fn(Of<'_, Webhook>, &System, &mut Vec<Hazard>)),
    System(fn(&System, &mut Vec<Hazard>)),
}
