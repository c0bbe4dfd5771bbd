//! Outlier detection that may leave nobody to call.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term, Traced};
use kai_graph::{Component, Facts, TrafficPolicy};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "outlier-ejects-all",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("outlier_ejects_all.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::TrafficPolicy(policy) = &component.facts else { return };
    let has_floor = policy.healthy_min.value().is_none_or(|it| *it > 0);
    let all = policy.ejected_max.traced().filter(|it| it.value >= 100);
    if let Some(all) = all.filter(|_| !has_floor) {
        out.push(hazard(component, policy, all, ctx));
    }
}

fn hazard(
    component: &Component,
    policy: &TrafficPolicy,
    all: &Traced<u32>,
    ctx: Context<'_>,
) -> Hazard {
    let host = &policy.host.0;
    let message = format!(
        "`{}` may leave out all endpoints of `{host}` at once (`maxEjectionPercent: {}`, no \
         `minHealthPercent`): when something behind them fails for a moment, every call fails at once \
         until they are let in again",
        component.label(),
        all.value,
    );
    RULE.worsens(
        component.id,
        FailureMode::DependencyLoss,
        Term::Impact,
        "nobody left to call",
        message,
    )
    .at(all.origin)
    .loses(LossClass::Outage)
    .impact(0.5)
    .shows_as("Callers get 503 with `no healthy upstream`, while the pods are ready")
    .recover("By itself after the ejection time, which grows with each ejection")
    .remedy("Leave out at most half, or keep a floor with `minHealthPercent: 50`")
    .fix(
        ctx.set(all.origin, "maxEjectionPercent", 50)
            .map(|it| Fix::unsafely("Leave out at most half", it)),
    )
    .verify(kubectl(component, format!("get {} -o yaml | grep -A6 outlier", resource(component))))
}
