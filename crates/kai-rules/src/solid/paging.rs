//! Critical alerts that ring.

use kai_core::all;
use kai_graph::{AlertRule, Component, Facts, Notifications, Solid, Urgency};

use super::evidence::{Evidence, credit};
use crate::Context;
use crate::command::routes_test;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let components = ctx.system.components().iter();
    let evidence = components.filter_map(|component| match &component.facts {
        Facts::Notifications(facts) => evidence(component, facts, ctx),
        _ => None,
    });
    credit(evidence.collect(), "configuration", ctx)
}

/// Every critical alert of the environment is sure to reach a receiver that pages.
fn evidence<'a>(
    component: &'a Component,
    facts: &'a Notifications,
    ctx: Context<'a>,
) -> Option<Evidence<'a>> {
    let environment = ctx.system.environment(component);
    let near = ctx.system.components().iter();
    let critical: Vec<&AlertRule> = near
        .filter(|it| ctx.system.environment(it) == environment)
        .filter_map(|it| match &it.facts {
            Facts::AlertRules(rules) => Some(rules.alerts.iter()),
            _ => None,
        })
        .flatten()
        .filter(|it| it.is_critical())
        .collect();
    let mut ends = critical.iter().map(|it| {
        let deliveries = facts.deliveries(&it.label_set());
        deliveries.into_iter().find(|it| {
            let receiver = facts.receiver(it.receiver);
            it.is_certain && receiver.and_then(|it| it.urgency()) == Some(Urgency::Page)
        })
    });
    let first = ends.next()??;
    ends.all(|it| it.is_some()).then(|| Evidence {
        component,
        at: first.origin,
        title: format!(
            "`{}` sends {} that I read to a receiver that pages (`{}`)",
            component.label(),
            match critical.len() {
                1 => "the one critical alert".to_string(),
                count => format!("{} critical alerts", all(count)),
            },
            first.receiver,
        ),
        verify: routes_test(component, "severity=critical"),
    })
}
