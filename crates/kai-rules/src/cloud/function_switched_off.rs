//! Functions that may run no time at all.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::Component;

use super::near;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "function-switched-off",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("function_switched_off.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Some(program) = near::program(component).filter(|_| near::is_production(component, ctx))
    else {
        return;
    };
    let off = program.facts.count_max.traced().filter(|it| it.value == 0);
    if let Some(off) =
        off.filter(|it| !ctx.is_commented(it.origin, &["off", "disable", "stop", "pause"]))
    {
        out.push(hazard(component, off.origin, ctx));
    }
}

fn hazard(component: &Component, at: OriginId, ctx: Context<'_>) -> Hazard {
    let message = format!(
        "`{}` reserves 0 runs, which is how Lambda is told to refuse every call: whatever calls it is throttled, and events are \
         dropped after their retries",
        near::address(component),
    );
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::Frequency,
        "no run of it is allowed",
        message,
    )
    .at(at)
    .loses(LossClass::Outage)
    .shows_as("`Throttles` of the function, equal to what calls it")
    .recover("Set the number, or take it out; events of the last six hours may still be tried")
    .remedy("Take `reserved_concurrent_executions` out, or set what the account can spare; say in a comment where it is off on purpose")
    .fix(near::swap(at, "0", "-1", ctx).map(|it| Fix::unsafely("Let it run without a reservation", it)))
    .verify("aws lambda get-function-concurrency --function-name NAME")
}
