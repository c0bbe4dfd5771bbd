//! Topics for alarms that reach people by two ways.

use std::collections::BTreeMap;

use kai_core::{ComponentId, Environment};
use kai_graph::{Component, Facts, Solid};

use super::evidence::{Evidence, credit};
use crate::Context;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let components = ctx.system.components().iter();
    let production = components.filter(|it| ctx.system.environment(it) == Environment::Production);
    let mut listeners = BTreeMap::<ComponentId, Vec<&Component>>::new();
    for component in production {
        let Facts::Subscription(facts) = &component.facts else { continue };
        let protocol = facts.protocol.value().map(|it| it.as_str());
        let tells_people = matches!(protocol, Some("https" | "email" | "sms" | "lambda"));
        if let Some(topic) = ctx.system.named_by(&facts.topic, component.root)
            && tells_people
        {
            listeners.entry(topic.id).or_default().push(component);
        }
    }
    let told = listeners.into_iter().filter(|it| it.1.len() >= 2);
    let mut told: Vec<_> = told.map(|(id, them)| (ctx.system.component(id), them)).collect();
    // What is critical is told first.
    told.sort_by_key(|it| (!it.0.name.contains("critical"), it.0.id));
    let (topic, them) = told.into_iter().next()?;
    let first = *them.first()?;
    let found = Evidence {
        component: topic,
        at: first.origin,
        title: format!("`{}` reaches people by {} ways", topic.label(), them.len()),
        verify: "aws sns list-subscriptions-by-topic --topic-arn ARN".to_owned(),
    };
    credit(vec![found], "topic", ctx)
}
