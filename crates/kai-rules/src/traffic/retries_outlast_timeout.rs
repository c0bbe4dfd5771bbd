//! Tries for which the route leaves no time.

use std::time::Duration;

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term, Traced};
use kai_graph::{EntryPoint, Of, RouteTiming};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "retries-outlast-timeout",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("retries_outlast_timeout.md"),
    check: Check::EntryPoint(check),
};

fn check(route: Of<'_, EntryPoint>, ctx: Context<'_>, out: &mut Observed) {
    for timing in &route.facts.timings {
        let (Some(timeout), Some(one)) = (timing.timeout.traced(), timing.try_timeout.traced())
        else {
            continue;
        };
        // Zero switches a limit off.
        if timeout.value.is_zero() || one.value.is_zero() {
            continue;
        }
        let retries = timing.retries.value().copied().unwrap_or(0);
        let is_cut = retries > 0 && one.value * 2 > timeout.value;
        if is_cut || one.value > timeout.value {
            let fix = fix(timeout, one, retries, ctx);
            out.push(hazard(route, timing, timeout, one, retries).fix(fix));
        }
    }
}

/// Nothing that succeeds today fails after it: a longer time for all tries, or for the only try the one
/// that holds in any case.
fn fix(
    timeout: &Traced<Duration>,
    one: &Traced<Duration>,
    retries: u32,
    ctx: Context<'_>,
) -> Option<Fix> {
    let (origin, time, title) = match retries {
        0 => (one.origin, timeout.value, "Write the limit that holds"),
        _ => (timeout.origin, one.value * (retries + 1), "Give every try its time"),
    };
    let text = match time.subsec_millis() {
        0 => format!("{}s", time.as_secs()),
        _ => format!("{}ms", time.as_millis()),
    };
    Some(Fix::unsafely(title, ctx.set_text(origin, "timeout", &text)?))
}

fn hazard(
    route: Of<'_, EntryPoint>,
    timing: &RouteTiming,
    timeout: &Traced<Duration>,
    one: &Traced<Duration>,
    retries: u32,
) -> Hazard {
    let component = route.component;
    let label = component.label();
    let (all, each) = (words::time(timeout.value), words::time(one.value));
    let message = match retries {
        0 => format!(
            "`{label}` gives one try {each} and the whole request {all}: the longer limit never holds",
        ),
        _ => format!(
            "`{label}` gives a request {all} and each try {each}: when the first one hangs, the {} that \
             {} written never get their time, and users get the error that they should hide",
            words::count(retries as usize, "retry").replace("retrys", "retries"),
            if retries == 1 { "is" } else { "are" },
        ),
    };
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::DependencyLoss,
            Term::Impact,
            "retries without time",
            message,
        )
        .at(one.origin)
        .related(timeout.origin, format!("{all} for all tries"))
        .loses(LossClass::Degraded)
        .impact(0.2)
        .shows_as(
            "Requests end with 504 after the whole time, and the backend saw each of them once",
        )
        .recover("By itself when the backend answers again")
        .remedy(format!(
            "Give a try less than half of {all}, or the request more than {}",
            words::time(one.value * (retries + 1)),
        ))
        .verify(kubectl(
            component,
            format!("get {} -o yaml | grep -i timeout", resource(component)),
        ));
    match timing.retries.traced() {
        Some(count) => hazard.related(count.origin, format!("{} retries", count.value)),
        None => hazard,
    }
}
