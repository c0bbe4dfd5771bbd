//! A disruption budget that lets no pod go.

use kai_core::{FailureMode, Fix, Hazard, Level, Pillar, Term, Traced};
use kai_graph::{DisruptionBudget, IntOrPercent, Of, Workload};

use crate::command::{kubectl, scale};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "pdb-blocks-drain",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("pdb_blocks_drain.md"),
    check: Check::Budget(check),
};

fn check(budget: Of<'_, DisruptionBudget>, ctx: Context<'_>, out: &mut Observed) {
    let Some(limit) = budget.max_unavailable.as_ref().or(budget.min_available.as_ref()) else {
        return;
    };
    let mut workloads = ctx.guarded_by(budget);
    // A budget over a job lets it finish, and then the drain goes on.
    workloads.retain(|it| it.is_long_running());
    let Some(first) = workloads.first() else { return };
    match replicas(&workloads, ctx) {
        // The eviction API counts all matched pods together.
        // A lone pod that somebody holds on purpose, and says so, is an exception with a reason.
        Some(1) if ctx.is_commented(limit.origin, &["evict", "drain"]) => {}
        Some(total) if total > 0 && budget.evictable(total) == 0 => {
            out.push(hazard(budget, limit, *first, total, ctx));
        }
        None if never_lets_go(limit, budget.facts) => {
            out.push(blocks_any_count(budget, limit, *first, ctx));
        }
        _ => {}
    }
}

/// The pods of all workloads together. Without a written count, or where an autoscaler moves it,
/// nobody knows; another rule looks at the autoscaler's floor.
fn replicas(workloads: &[Of<'_, Workload>], ctx: Context<'_>) -> Option<u32> {
    workloads
        .iter()
        .map(|it| {
            let is_scaled = !ctx.system.autoscalers_of(it.component).is_empty();
            if is_scaled { None } else { it.replicas.value().copied() }
        })
        .sum()
}

/// True where the limit blocks whatever the count is.
fn never_lets_go(limit: &Traced<IntOrPercent>, budget: &DisruptionBudget) -> bool {
    let is_max = budget.max_unavailable.is_some();
    match limit.value {
        IntOrPercent::Count(count) => is_max && count == 0,
        IntOrPercent::Percent(percent) => (is_max && percent == 0) || (!is_max && percent >= 100),
    }
}

fn hazard(
    budget: Of<'_, DisruptionBudget>,
    limit: &Traced<IntOrPercent>,
    workload: Of<'_, Workload>,
    total: u32,
    ctx: Context<'_>,
) -> Hazard {
    let pods = if total == 1 { "the only pod".into() } else { format!("none of the {total} pods") };
    let verb = if total == 1 { "never lets" } else { "lets" };
    let message = format!(
        "`{}` {verb} {pods} of `{}` be evicted, so a node drain never ends",
        budget.component.name,
        workload.component.label(),
    );
    let remedy = if let (1, Some(engine)) = (total, workload.engine.as_ref()) {
        format!(
            "Move {} by hand in a quiet hour, or run it with a replica that takes over; a second pod alone \
             would be an empty one",
            engine.name
        )
    } else if total == 1 {
        format!(
            "Run two pods of `{}` before asking that one stays, or let the budget go",
            workload.component.label()
        )
    } else {
        format!("Let one pod go at a time: at most {} of {total} must stay", total - 1)
    };
    let hazard = draft(budget, limit, workload, message, ctx);
    let hazard = match workload.replicas.traced() {
        Some(replicas) => hazard
            .related(replicas.origin, format!("{} exist", words::count(total as usize, "pod"))),
        None => hazard,
    };
    let hazard = match total {
        1 if workload.engine.is_some() => hazard.recover(
            "Delete its pod by hand, an outage at a time that you choose; the drain then goes on",
        ),
        _ => hazard,
    };
    hazard.remedy(remedy).fix(allow_one_eviction(budget.facts, limit, total, ctx))
}

fn blocks_any_count(
    budget: Of<'_, DisruptionBudget>,
    limit: &Traced<IntOrPercent>,
    workload: Of<'_, Workload>,
    ctx: Context<'_>,
) -> Hazard {
    let message = format!(
        "`{}` lets no pod of `{}` be evicted, however many there are, so a node drain never ends",
        budget.component.name,
        workload.component.label(),
    );
    draft(budget, limit, workload, message, ctx).remedy("Say `maxUnavailable: 1` instead")
}

fn draft(
    budget: Of<'_, DisruptionBudget>,
    limit: &Traced<IntOrPercent>,
    workload: Of<'_, Workload>,
    message: String,
    ctx: Context<'_>,
) -> Hazard {
    let name = &budget.component.name;
    RULE.worsens(
        workload.component.id,
        FailureMode::NodeDrain,
        Term::TimeToRecover,
        "its budget lets no pod go",
        message,
    )
    .at(limit.origin)
    .shows_as(format!(
        "`kube_poddisruptionbudget_status_pod_disruptions_allowed` of `{name}` is 0 for an hour"
    ))
    .recover(format!("{}; the drain then goes on by itself", scale(workload.component, ctx, "N"),))
    .verify(kubectl(
        budget.component,
        format!("get pdb {name} -o jsonpath='{{.status.disruptionsAllowed}}'"),
    ))
}

/// A lone pod gets no fix: freeing it trades a stuck drain for an outage, and only an operator
/// may make that trade.
fn allow_one_eviction(
    budget: &DisruptionBudget,
    limit: &Traced<IntOrPercent>,
    total: u32,
    ctx: Context<'_>,
) -> Option<Fix> {
    if total < 2 {
        return None;
    }
    let (key, value) = match budget.max_unavailable {
        Some(_) => ("maxUnavailable", 1),
        None => ("minAvailable", total - 1),
    };
    Some(Fix::unsafely("Let one pod go at a time", ctx.set(limit.origin, key, value)?))
}
