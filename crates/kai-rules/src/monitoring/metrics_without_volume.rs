//! A Prometheus that forgets with its pod.

use kai_core::{Environment, FailureMode, Level, Pillar, Term};
use kai_graph::{Component, Facts};

use super::near;
use crate::command::kubectl;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "metrics-without-volume",
    pillar: Pillar::Observability,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("metrics_without_volume.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::Prometheus(facts) = &component.facts else { return };
    let is_production = ctx.system.environment(component) == Environment::Production;
    let Some(run) = facts.run.as_ref().filter(|it| is_production && !it.writes_on) else { return };
    let Some(storage) = run.has_storage.traced().filter(|it| !it.value) else { return };
    let label = component.label();
    let pods = match run.replicas.value() {
        Some(1) => "its pod".to_string(),
        Some(count) => format!("each of its {count} pods"),
        None => "each of its pods".to_string(),
    };
    let end = match run.replicas.value() {
        Some(1) => "with the pod",
        _ => "once all have been replaced, as an upgrade does",
    };
    let message = format!(
        "`{label}` has no `storage`, so {pods} keeps its measurements on an emptyDir, and nothing copies them \
         on; what an outage looked like is gone {end}, and so is the state of alerts that count hours"
    );
    let near = near::components(component, ctx);
    let forgetful = near.iter().find(|it| match &it.facts {
        Facts::Alertmanager(facts) => facts.run.has_storage.value() == Some(&false),
        _ => false,
    });
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::DataLoss,
            Term::TimeToRecover,
            "measurements end with the pod",
            message,
        )
        .at(ctx.shown(storage.origin, component))
        .shows_as("Graphs that begin with the youngest pods")
        .recover("None: what was measured is gone")
        .remedy(
            "Give it `spec.storage.volumeClaimTemplate` with room for the retention, or `remoteWrite` to \
             something that keeps",
        )
        .verify(kubectl(component, "get pvc -l app.kubernetes.io/name=prometheus # one for each pod"));
    out.push(match forgetful {
        Some(it) => hazard.related(it.origin, "forgets its silences in the same way"),
        None => hazard,
    });
}
