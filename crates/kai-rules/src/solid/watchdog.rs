//! A dead man's switch that somebody outside holds.

use kai_core::SmolStr;
use kai_graph::{Component, Facts, LabelSet, Notifications, Solid, Urgency};

use super::evidence::{Evidence, credit};
use crate::Context;
use crate::command::routes_test;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let components = ctx.system.components().iter();
    let evidence = components.filter_map(|component| match &component.facts {
        Facts::Notifications(facts) => evidence(component, facts),
        _ => None,
    });
    credit(evidence.collect(), "configuration", ctx)
}

/// The watchdog has a receiver of its own, and a program takes it.
fn evidence<'a>(component: &'a Component, facts: &'a Notifications) -> Option<Evidence<'a>> {
    let name = (SmolStr::new_static("alertname"), SmolStr::new_static("Watchdog"));
    let deliveries = facts.deliveries(&LabelSet::open(vec![name]));
    let own = deliveries.iter().find(|it| {
        let urgency = facts.receiver(it.receiver).and_then(|it| it.urgency());
        facts.route.receiver.as_deref() != Some(it.receiver)
            && matches!(urgency, Some(Urgency::Page | Urgency::Relay))
            && (it.is_certain || facts.is_part && deliveries.len() == 1)
    })?;
    Some(Evidence {
        component,
        at: own.origin,
        title: format!(
            "`{}` sends the watchdog to a receiver of its own (`{}`), which can tell when it stops",
            component.label(),
            own.receiver,
        ),
        verify: routes_test(component, "alertname=Watchdog"),
    })
}
