//! Which kind of incident a component or a rule is near to.

use kai_core::{ComponentId, Finding, Pillar};
use kai_graph::ComponentKind;

use super::{Incident, Mode, of};
use crate::case::Case;

/// What failed elsewhere as this component would fail; none where nothing like it is known.
pub(crate) fn of_component(case: Case<'_>, id: ComponentId) -> Option<&'static Incident> {
    let component = case.component(id);
    let is_lone = component.workload().is_some_and(|it| {
        it.facts.is_long_running() && case.system().replicas_of(it).value() == Some(&1)
    });
    match component.kind {
        ComponentKind::Datastore => of(Mode::SingleDatastore),
        ComponentKind::Cache => of(Mode::Cache),
        ComponentKind::Workload if is_lone => of(Mode::LoneReplica),
        _ => case.findings(id).first().and_then(|it| of_finding(case, it)),
    }
}

/// What happened to others who had the weakness.
pub(crate) fn of_finding(case: Case<'_>, finding: &Finding) -> Option<&'static Incident> {
    let kind = finding.components.first().map(|it| case.component(*it).kind);
    if finding.rule == "state-dies-with-pod" && kind == Some(ComponentKind::Cache) {
        return of(Mode::Cache);
    }
    of_rule(finding.rule, finding.pillar)
}

fn of_rule(rule: &str, pillar: Pillar) -> Option<&'static Incident> {
    let mode = match rule {
        "pdb-blocks-drain" | "pdb-above-floor" => Mode::Drain,
        // A machine took what ran on it along; budgets that block are the opposite.
        "drain-unbounded" | "lone-replica" | "lone-platform-service" => Mode::LoneReplica,
        "webhook-fails-closed" | "operator-refuses-alone" => Mode::Webhook,
        "cpu-limit-throttles" => Mode::Throttling,
        "liveness-calls-dependency" | "liveness-before-readiness" => Mode::Probe,
        "spread-misses-pods" | "pinned-to-place" => Mode::Spread,
        "requests-missing" | "datastore-overcommitted" => Mode::Memory,
        "deletion-cascades" => Mode::Destroy,
        "apply-unasked" | "deploys-overlap" => Mode::Deploy,
        "action-revision-moves"
        | "fetched-script-runs"
        | "strangers-hold-secrets"
        | "script-injection" => Mode::Pipeline,
        _ if rule.contains("secret") && !rule.contains("missing") => Mode::SecretInGit,
        _ if rule.contains("backup") => Mode::NoBackup,
        _ if rule.starts_with("alert") || rule.starts_with("critical-alert") => Mode::AlertMissed,
        _ if pillar == Pillar::Scaling => Mode::Load,
        _ => return None,
    };
    of(mode)
}
