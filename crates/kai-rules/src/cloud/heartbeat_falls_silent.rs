//! Tests that run by the clock, whose alarms take silence for health.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Alarm, Component, Facts, MissingData, Of, Timetable};

use super::near;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "heartbeat-falls-silent",
    pillar: Pillar::Observability,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("heartbeat_falls_silent.md"),
    check: Check::System(check),
};

/// Words for something whose only task is to say that all works.
const TESTS: &[&str] =
    &["canary", "heartbeat", "healthcheck", "probe", "smoke", "synthetic", "synthetics"];

fn check(ctx: Context<'_>, out: &mut Observed) {
    for timetable in ctx.system.components().iter().filter_map(timetable) {
        if !near::is_production(timetable.component, ctx) {
            continue;
        }
        let Some(word) = word(timetable.component, ctx) else { continue };
        let held = ctx.system.components().iter();
        let held = held.filter(|it| it.root == timetable.component.root).filter_map(alarm);
        let own: Vec<_> = held.filter(|it| is_about(*it, word, ctx)).collect();
        let hears_silence = |it: &Of<'_, Alarm>| !takes_silence(*it);
        if !own.is_empty() && !own.iter().any(hears_silence) {
            out.push(hazard(timetable, &own));
        }
    }
}

fn timetable(component: &Component) -> Option<Of<'_, Timetable>> {
    match &component.facts {
        Facts::Timetable(facts) => Some(Of { component, facts }),
        _ => None,
    }
}

fn alarm(component: &Component) -> Option<Of<'_, Alarm>> {
    match &component.facts {
        Facts::Alarm(facts) => Some(Of { component, facts }),
        _ => None,
    }
}

/// The word that a timetable, or what it starts, is named with.
fn word(timetable: &Component, ctx: Context<'_>) -> Option<&'static str> {
    let mut names = near::words(&timetable.name);
    for it in near::components(timetable, ctx).filter(|it| it.root == timetable.root) {
        let Facts::ScheduledCall(call) = &it.facts else { continue };
        let starts = ctx.system.named_by(&call.timetable, it.root);
        if starts.is_some_and(|it| it.id == timetable.id) {
            let target = call.target.resource().map(|it| near::words(&it.name));
            names.extend(target.unwrap_or_default());
        }
    }
    TESTS.iter().copied().find(|it| names.contains(*it))
}

/// True where its name, or that of its metric, has the word.
fn is_about(alarm: Of<'_, Alarm>, word: &str, _: Context<'_>) -> bool {
    let metrics = alarm.facts.metrics.iter();
    let mut named = metrics.flat_map(|it| &it.name.resources).map(|it| near::words(&it.name));
    near::words(&alarm.component.name).contains(word) || named.any(|it| it.contains(word))
}

fn takes_silence(alarm: Of<'_, Alarm>) -> bool {
    matches!(alarm.facts.missing.value(), Some(MissingData::NotBreaching | MissingData::Ignored))
}

fn hazard(timetable: Of<'_, Timetable>, alarms: &[Of<'_, Alarm>]) -> Hazard {
    let names: Vec<_> = alarms.iter().map(|it| near::address(it.component)).collect();
    let message = format!(
        "`{}` tests the system by the clock, and {} {} silence for health: if it is turned off, cannot start or dies before it \
         writes, everything looks well",
        near::address(timetable.component),
        words::list(&names),
        if names.len() == 1 { "takes" } else { "take" },
    );
    let at =
        |it: Of<'_, Alarm>| it.facts.missing.traced().map_or(it.component.origin, |it| it.origin);
    let mut hazard = RULE
        .worsens(
            timetable.component.id,
            FailureMode::Misconfigured,
            Term::TimeToDetect,
            "its silence looks like health",
            message,
        )
        .loses(LossClass::Degraded)
        .shows_as("Nothing; a graph that ends")
        .recover("Start it by hand, and read what it says")
        .remedy("Add alarms on its `Invocations` below what the schedule makes, missing data as `breaching`, and on its `Errors`")
        .verify("Disable the schedule in staging: an alarm must come within two of its periods");
    for (index, it) in alarms.iter().enumerate() {
        hazard = match index {
            0 => hazard.at(at(*it)),
            _ => hazard.related(at(*it), "takes silence for health too"),
        };
    }
    hazard.related(timetable.component.origin, "what starts it")
}
