//! Services of ECS whose deploys may stop every task at once.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::Component;

use super::near;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "deploy-stops-service",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("deploy_stops_service.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Some(program) = near::program(component).filter(|_| near::is_production(component, ctx))
    else {
        return;
    };
    let Some(size) = program.facts.service.as_ref().filter(|it| it.is_called) else { return };
    if let Some(none) = size.healthy_min.traced().filter(|it| it.value == 0) {
        out.push(hazard(component, none.origin, ctx));
    }
}

fn hazard(component: &Component, at: OriginId, ctx: Context<'_>) -> Hazard {
    let message = format!(
        "`{}` lets a deploy stop all of its tasks before the next ones are healthy: each deploy is an outage, and one that does \
         not start stays one",
        near::address(component),
    );
    // With the most at 100 as well, nothing could start or stop.
    let has_room = near::block(component, ctx)
        .is_some_and(|it| !it.contains("deployment_maximum_percent") && !it.contains("\"DAEMON\""));
    let fix = near::swap(at, "0", "100", ctx).filter(|_| has_room);
    RULE.worsens(
        component.id,
        FailureMode::Rollout,
        Term::Impact,
        "a deploy may stop all tasks",
        message,
    )
    .at(at)
    .loses(LossClass::Outage)
    .shows_as("503 of the load balancer with each deploy")
    .recover("Deploy the last version that worked; it starts with nothing beside it")
    .remedy("Keep `deployment_minimum_healthy_percent` at 100, with `deployment_circuit_breaker` and its rollback")
    .fix(fix.map(|it| Fix::unsafely("Keep all tasks until the next ones are healthy", it)))
    .verify("aws ecs describe-services --cluster CLUSTER --services NAME --query 'services[].deploymentConfiguration'")
}
