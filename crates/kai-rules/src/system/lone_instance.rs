//! A database, queue or cache in the hands of an operator, on one instance.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Role, Term, Traced};
use kai_graph::{Datastore, EngineRole, Of};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "lone-instance",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("lone_instance.md"),
    check: Check::Datastore(check),
};

fn check(store: Of<'_, Datastore>, ctx: Context<'_>, out: &mut Observed) {
    let journeys = ctx.journeys_that_need(store.component.id);
    let instances = store.facts.instances.traced().filter(|it| it.value == 1);
    if let (Some(instances), false) = (instances, journeys.is_empty()) {
        out.push(hazard(store, instances, ctx));
    }
}

fn hazard(store: Of<'_, Datastore>, instances: &Traced<u32>, ctx: Context<'_>) -> Hazard {
    let component = store.component;
    let (label, engine) = (component.label(), store.facts.engine.name);
    let message = format!(
        "`{label}` runs {engine} on one instance; while it restarts, moves or is upgraded, {}",
        ctx.stops(component.id)
    );
    RULE.worsens(component.id, FailureMode::PodLoss, Term::Impact, "one instance", message)
        .at(instances.origin)
        .loses(LossClass::Outage)
        .shows_as(format!("Connections to {engine} are refused"))
        .recover(format!(
            "The operator starts it again: `{}`",
            kubectl(component, format!("get {} -w", resource(component)))
        ))
        .remedy(remedy(store.facts.engine.role))
        .fix(run_three(instances, ctx))
        .verify(kubectl(component, format!("get {} -o yaml | grep -i ready", resource(component))))
}

fn remedy(role: EngineRole) -> &'static str {
    match role {
        EngineRole::Cache => "Run a replica that takes over, or make its clients live without it",
        _ => "Run three instances on different nodes, so that the loss of one is a failover",
    }
}

/// Only where the count is written: what an operator calls it is the operator's business.
fn run_three(instances: &Traced<u32>, ctx: Context<'_>) -> Option<Fix> {
    if ctx.origins.role(instances.origin) == Role::ApiDefault {
        return None;
    }
    Some(Fix::unsafely("Run three instances", ctx.set(instances.origin, "instances", 3)?))
}
