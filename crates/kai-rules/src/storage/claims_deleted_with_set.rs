//! Claims that go with the set that made them.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{ClaimTemplate, Of, Workload};

use super::holders::is_copied;
use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "claims-deleted-with-set",
    pillar: Pillar::Recovery,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("claims_deleted_with_set.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    // What is filled again by whom it serves may go.
    let is_cache = workload.engine.is_some_and(|it| it.role == kai_graph::EngineRole::Cache);
    let Some(template) = workload.claim_templates.first() else { return };
    let Some((policy, at)) = deletes(template) else { return };
    if !is_cache {
        out.push(hazard(workload, policy, at, ctx));
    }
}

/// The field that says `Delete`, and where. The policy is one for all templates of a set.
fn deletes(template: &ClaimTemplate) -> Option<(&'static str, OriginId)> {
    let is_so = |it: &kai_core::Known<bool>| it.traced().filter(|it| it.value).map(|it| it.origin);
    let with_set = is_so(&template.is_deleted_with_set).map(|it| ("whenDeleted", it));
    with_set.or_else(|| is_so(&template.is_deleted_when_scaled).map(|it| ("whenScaled", it)))
}

fn hazard(
    workload: Of<'_, Workload>,
    policy: &'static str,
    at: OriginId,
    ctx: Context<'_>,
) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let names: Vec<_> = workload.claim_templates.iter().map(|it| it.name.as_str()).collect();
    let copied = is_copied(component, ctx);
    let what = workload.engine.map_or_else(
        || format!("what its pods keep in {}", words::list(&names)),
        |it| format!("the {} data", it.name),
    );
    let when = match policy {
        "whenDeleted" => "Whoever deletes the set or lets GitOps prune it",
        _ => "Whoever scales the set down, even for a moment,",
    };
    let rest =
        if copied { "back to the last backup" } else { "for good, as far as is declared here" };
    let message = format!("{when} deletes {what} of `{label}` with it, {rest}");
    let loss = if copied || workload.engine.is_none() {
        LossClass::Degraded
    } else {
        LossClass::Irreversible
    };
    RULE.worsens(component.id, FailureMode::DataLoss, Term::Loss, "claims go with the set", message)
        .at(at)
        .loses(loss)
        .shows_as(format!("Claims of `{}` are `Terminating`", component.name))
        .recover(
            "While a volume is still `Released`, bind a new claim to it; else restore a backup",
        )
        .remedy(format!("Say `{policy}: Retain`, and delete claims by hand when nobody needs them"))
        .fix(ctx.set_text(at, policy, "Retain").map(|it| Fix::unsafely("Keep the claims", it)))
        .verify(kubectl(
            component,
            format!(
                "get {} -o jsonpath='{{.spec.persistentVolumeClaimRetentionPolicy}}'",
                resource(component)
            ),
        ))
}
