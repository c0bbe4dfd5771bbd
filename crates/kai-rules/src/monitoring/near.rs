//! What of alerting is declared where a component is.

use kai_core::{Environment, SmolStr};
use kai_graph::{Absence, AlertRule, Component, Facts, Notifications, alert_rules, given_labels};

use crate::Context;

/// Everything of the component's environment; of examples and archives its own root, as they do not
/// know each other.
pub(super) fn components<'a>(component: &Component, ctx: Context<'a>) -> Vec<&'a Component> {
    let environment = ctx.system.environment(component);
    let is_apart = matches!(environment, Environment::Example | Environment::Archive);
    let is_near = |it: &&Component| {
        ctx.system.environment(it) == environment && (!is_apart || it.root == component.root)
    };
    ctx.system.components().iter().filter(is_near).collect()
}

pub(super) fn alerts(component: &Component) -> &[AlertRule] {
    if let Facts::AlertRules(rules) = &component.facts { &rules.alerts } else { &[] }
}

/// Of all of them, each object once.
pub(super) fn all_alerts<'a>(near: &[&'a Component]) -> Vec<&'a AlertRule> {
    alert_rules(near.iter().copied())
}

pub(super) fn notifications(component: &Component) -> Option<&Notifications> {
    if let Facts::Notifications(facts) = &component.facts { Some(facts) } else { None }
}

/// True where nothing that was not read can bring more routes for the component's alerts.
pub(super) fn is_whole(component: &Component, ctx: Context<'_>) -> bool {
    let Component { namespace, .. } = component;
    let absence = ctx.system.absence(component, "AlertmanagerConfig", namespace, "more");
    // A file in no namespace is whole by itself, unless its root leaves something out.
    let is_file = namespace.is_empty() && ctx.system.root(component.root).gaps.is_empty();
    is_file || matches!(absence, Absence::Certain { .. })
}

/// Labels that rules give to their alerts here.
pub(super) fn given(near: &[&Component]) -> Vec<SmolStr> {
    given_labels(all_alerts(near).into_iter())
}

/// Who installs a chart that is not here and brings alert rules along, with a watchdog among them.
pub(super) fn brings_rules<'a>(near: &[&'a Component]) -> Option<&'a Component> {
    let brings = |it: &&&Component| match &it.facts {
        Facts::Reconciliation(facts) => facts.alerting.as_ref().is_some_and(|it| it.brings_rules),
        _ => false,
    };
    near.iter().find(brings).copied()
}

/// True where another configuration may take what the component's drops. The same one, installed
/// elsewhere, does not.
pub(super) fn has_other_routes(component: &Component, near: &[&Component]) -> bool {
    let mut others = near.iter().filter(|it| notifications(it).is_some());
    others.any(|it| it.label() != component.label())
}

/// True where a receiver of this name is there and tells nobody.
pub(super) fn is_empty(facts: &Notifications, receiver: &str) -> bool {
    facts.receiver(receiver).is_some_and(|it| it.integrations.is_empty())
}
