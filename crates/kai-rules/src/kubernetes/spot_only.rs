//! A journey whose pods may run on machines only that are taken back at short notice.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term};
use kai_graph::{Of, Workload};

use super::pinned_to_place::required;
use crate::command::{by_hand, field, kubectl};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "spot-only",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("spot_only.md"),
    check: Check::Workload(check),
};

/// Labels of machines that the provider may take back, and how long before it says so.
const SPOT: [(&str, &str, &str); 7] = [
    ("cloud.google.com/gke-preemptible", "true", "30 seconds"),
    ("cloud.google.com/gke-provisioning", "spot", "30 seconds"),
    ("cloud.google.com/gke-spot", "true", "30 seconds"),
    ("eks.amazonaws.com/capacityType", "SPOT", "2 minutes"),
    ("karpenter.sh/capacity-type", "spot", "2 minutes or less"),
    ("kubernetes.azure.com/scalesetpriority", "spot", "30 seconds"),
    ("node.kubernetes.io/lifecycle", "spot", "2 minutes or less"),
];

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let journeys = ctx.journeys_that_need(workload.component.id);
    if journeys.is_empty() {
        return;
    }
    let chosen = required(&workload.facts.pod).into_iter().find_map(|(key, value, at)| {
        let known = SPOT.into_iter().find(|it| it.0 == key && it.1 == value)?;
        Some((key, known.2, at))
    });
    if let Some((key, notice, at)) = chosen {
        out.push(hazard(workload, &key, notice, at, ctx));
    }
}

fn hazard(
    workload: Of<'_, Workload>,
    key: &SmolStr,
    notice: &str,
    at: OriginId,
    ctx: Context<'_>,
) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let message = format!(
        "`{label}` may run on spot machines only (`{key}`); the provider takes them back with a notice \
         of {notice}, often many at once, and no disruption budget holds; while none is to be had, {}",
        ctx.stops(component.id),
    );
    RULE.worsens(
        component.id,
        FailureMode::NodeLoss,
        Term::Frequency,
        "runs on spot machines only",
        message,
    )
    .at(at)
    .loses(LossClass::Outage)
    .shows_as(format!("Pods of `{label}` are Pending and no spot node comes up"))
    .recover(by_hand(
        component,
        ctx,
        kubectl(component, format!("patch {} --type=json -p '[{{\"op\":\"remove\",\"path\":\"/spec/template/spec/nodeSelector\"}}]'", crate::command::resource(component))),
        "take the `nodeSelector` out",
    ))
    .remedy("Prefer spot machines by node affinity instead of requiring them, with some pods elsewhere")
    .verify(field(component, ".spec.template.spec.nodeSelector"))
}
