//! Alarms that are tried by the clock.

use kai_core::Environment;
use kai_graph::{Component, Facts, Solid};

use super::evidence::{Evidence, credit};
use crate::Context;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let components = ctx.system.components().iter();
    let production = components.filter(|it| ctx.system.environment(it) == Environment::Production);
    credit(production.filter_map(evidence).collect(), "schedule", ctx)
}

fn evidence(component: &Component) -> Option<Evidence<'_>> {
    let Facts::Timetable(facts) = &component.facts else { return None };
    let is_drill = |it: &str| it.split(|it: char| !it.is_alphabetic()).any(|it| it == "drill");
    let expression = facts.expression.traced().filter(|_| is_drill(&component.name))?;
    Some(Evidence {
        component,
        at: expression.origin,
        title: format!("`{}` raises a trial alarm by the clock", component.label()),
        verify: "Start it by hand, and list where it arrives: a listener that filters it out is not tried".to_owned(),
    })
}
