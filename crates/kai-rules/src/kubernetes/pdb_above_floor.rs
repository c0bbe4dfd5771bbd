//! A disruption budget that lets no pod go once the autoscaler has scaled down.

use kai_core::{FailureMode, Fix, Hazard, Level, Pillar, Term, Traced};
use kai_graph::{Autoscaler, DisruptionBudget, IntOrPercent, Of, Workload};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "pdb-above-floor",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("pdb_above_floor.md"),
    check: Check::Budget(check),
};

fn check(budget: Of<'_, DisruptionBudget>, ctx: Context<'_>, out: &mut Observed) {
    // A budget that blocks at every count has its own rule.
    let Some(limit) = &budget.facts.min_available else { return };
    if matches!(limit.value, IntOrPercent::Percent(percent) if percent >= 100) {
        return;
    }
    let [workload] = ctx.guarded_by(budget)[..] else { return };
    let [autoscaler] = ctx.system.autoscalers_of(workload.component)[..] else { return };
    let Some(floor) = autoscaler.facts.replicas_min.traced() else { return };
    if floor.value > 0 && budget.evictable(floor.value) == 0 {
        out.push(hazard(budget, limit, workload, autoscaler, floor, ctx));
    }
}

fn hazard(
    budget: Of<'_, DisruptionBudget>,
    limit: &Traced<IntOrPercent>,
    workload: Of<'_, Workload>,
    autoscaler: Of<'_, Autoscaler>,
    floor: &Traced<u32>,
    ctx: Context<'_>,
) -> Hazard {
    let (component, name) = (workload.component, &budget.component.name);
    let pods = match floor.value {
        1 => "one pod".to_string(),
        many => format!("{many} pods"),
    };
    let message = format!(
        "`{}` lets `{}` shrink to {pods}, and `{name}` keeps {} of them; at low load none may be \
         evicted, so a node drain waits until load rises",
        autoscaler.component.label(),
        component.label(),
        limit.value,
    );
    RULE.worsens(
        component.id,
        FailureMode::NodeDrain,
        Term::TimeToRecover,
        "no pod may go at low load",
        message,
    )
    .at(limit.origin)
    .related(floor.origin, "the floor of the autoscaler")
    .shows_as(format!(
        "`kube_poddisruptionbudget_status_pod_disruptions_allowed` of `{name}` is 0 at night"
    ))
    .recover(format!(
        "`{}`; the drain then goes on by itself",
        kubectl(
            component,
            format!(
                "patch {} --type=merge -p '{{\"spec\":{{\"minReplicas\":{}}}}}'",
                resource(autoscaler.component),
                floor.value + 1,
            ),
        ),
    ))
    .remedy(match floor.value {
        1 => "Keep two pods at least, or let the budget go".to_string(),
        many => format!("Keep {} of {many} at most, or raise the floor", many - 1),
    })
    .fix(keep_one_less(limit, floor.value, ctx))
    .verify(kubectl(
        budget.component,
        format!("get pdb {name} -o jsonpath='{{.status.disruptionsAllowed}}' # at low load"),
    ))
}

/// A lone pod gets no fix: freeing it trades a stuck drain for an outage.
fn keep_one_less(limit: &Traced<IntOrPercent>, floor: u32, ctx: Context<'_>) -> Option<Fix> {
    if floor < 2 || !matches!(limit.value, IntOrPercent::Count(_)) {
        return None;
    }
    let edits = ctx.set(limit.origin, "minAvailable", floor - 1)?;
    Some(Fix::unsafely("Let one pod go at the floor", edits))
}
