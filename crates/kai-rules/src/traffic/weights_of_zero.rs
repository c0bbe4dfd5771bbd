//! A route whose shares leave nobody to send to.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{EntryPoint, Of, RouteTiming};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "weights-of-zero",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("weights_of_zero.md"),
    check: Check::EntryPoint(check),
};

fn check(route: Of<'_, EntryPoint>, ctx: Context<'_>, out: &mut Observed) {
    for timing in &route.facts.timings {
        let is_nobody = timing.backends > 0
            && timing.weights.len() == timing.backends
            && timing.weights.iter().all(|it| *it == 0);
        if is_nobody {
            out.push(hazard(route, timing).fix(fix(timing, ctx)));
        }
    }
}

/// Of one backend the share is all, where none is written.
fn fix(timing: &RouteTiming, ctx: Context<'_>) -> Option<Fix> {
    const LISTS: [&str; 3] = ["backendRefs", "route", "services"];
    let weight = LISTS.iter().find_map(|it| ctx.entry(timing.origin, &[it, "0", "weight"]));
    let edit = ctx.remove(&weight.filter(|_| timing.backends == 1)?)?;
    Some(Fix::unsafely("Send everything to the one backend", vec![edit]))
}

fn hazard(route: Of<'_, EntryPoint>, timing: &RouteTiming) -> Hazard {
    let component = route.component;
    let label = component.label();
    let backends = words::count(timing.backends, "backend");
    let message = format!(
        "A rule of `{label}` gives all of its {backends} the weight 0: every request that it matches fails"
    );
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::Impact,
        "a route to nobody",
        message,
    )
    .at(timing.origin)
    .loses(LossClass::Outage)
    .shows_as("Requests of the rule get 500 or 503 at once")
    .recover("Give one backend a weight")
    .remedy("Give one backend a weight, or take the rule out")
    .verify(kubectl(component, format!("get {} -o yaml | grep -i weight", resource(component))))
}
