//! Services of ECS behind a load balancer that are one task.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term, Traced};
use kai_graph::{Component, ServiceSize};

use super::near;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "lone-task",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("lone_task.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Some(program) = near::program(component).filter(|_| near::is_production(component, ctx))
    else {
        return;
    };
    let Some(size) = program.facts.service.as_ref().filter(|it| it.is_called) else { return };
    if let Some(count) = lone(component, size, ctx) {
        out.push(hazard(component, count, ctx));
    }
}

/// The number that leaves one task: what scaling keeps at least, else what is written, unless it is
/// left to somebody else after the first time.
fn lone<'a>(
    component: &Component,
    size: &'a ServiceSize,
    ctx: Context<'_>,
) -> Option<&'a Traced<u32>> {
    let decides = match &size.floor {
        Some(floor) => floor,
        None => {
            let block = near::block(component, ctx)?;
            let ignored = block.split_once("ignore_changes").map(|it| it.1);
            if ignored.is_some_and(|it| it.contains("desired_count") || it.contains("all")) {
                return None;
            }
            &size.count
        }
    };
    let lone = decides.traced().filter(|it| it.value == 1)?;
    near::is_settled(component, lone.origin, ctx).then_some(lone)
}

fn hazard(component: &Component, count: &Traced<u32>, ctx: Context<'_>) -> Hazard {
    let address = near::address(component);
    let message = format!(
        "`{address}` answers behind a load balancer with one task; while that one crashes, is moved or its zone is away, \
         callers get 503 until another has started"
    );
    RULE.worsens(component.id, FailureMode::PodLoss, Term::Impact, "one task", message)
        .at(count.origin)
        .loses(LossClass::Outage)
        .shows_as("`HTTPCode_ELB_503_Count`, and `HealthyHostCount` of 0")
        .recover("ECS starts another one; how long that takes is the pull of the image and the start of the program")
        .remedy("Run two or more, in subnets of several zones")
        .fix(near::swap(count.origin, "1", "2", ctx).map(|it| Fix::unsafely("Run two tasks", it)))
        .verify("aws ecs describe-services --cluster CLUSTER --services NAME --query 'services[].[desiredCount,runningCount]'")
}
