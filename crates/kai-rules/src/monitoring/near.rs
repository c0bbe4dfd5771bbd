//! What of alerting is declared where a component is.

use kai_core::Environment;
use kai_graph::{Absence, AlertRule, Component, Facts, Notifications};

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
