//! What limits or steers others: budgets, autoscalers, policies, webhooks.

use kai_graph::{
    Autoscaler, Component, DependencyKind, DisruptionBudget, Facts, NetworkPolicy, Selector,
    Strength, Webhook,
};

use super::arrows::Arrows;

/// Links every control with what it acts on.
pub(super) fn link(arrows: &mut Arrows<'_>) {
    for component in arrows.index.components {
        match &component.facts {
            Facts::DisruptionBudget(facts) => budget(arrows, component, facts),
            Facts::Autoscaler(facts) => autoscaler(arrows, component, facts),
            Facts::NetworkPolicy(facts) => policy(arrows, component, facts),
            Facts::Webhook(facts) => webhook(arrows, component, facts),
            _ => {}
        }
    }
}

fn budget(arrows: &mut Arrows<'_>, component: &Component, budget: &DisruptionBudget) {
    if let Some(selector) = &budget.selector {
        select(arrows, component, Some(&component.namespace), selector);
    }
}

fn autoscaler(arrows: &mut Arrows<'_>, component: &Component, autoscaler: &Autoscaler) {
    let target = &autoscaler.target;
    let namespace =
        if target.namespace.is_empty() { &component.namespace } else { &target.namespace };
    if let Some(id) = arrows.index.object(component, &target.kind, namespace, &target.name) {
        let kind = DependencyKind::Controls;
        arrows.add(component.id, id, kind, Strength::Hard, target.origin);
    }
}

fn policy(arrows: &mut Arrows<'_>, component: &Component, policy: &NetworkPolicy) {
    let namespace = (!policy.is_cluster_wide).then_some(component.namespace.as_str());
    if let Some(selector) = &policy.selector {
        select(arrows, component, namespace, selector);
    }
}

fn select(
    arrows: &mut Arrows<'_>,
    component: &Component,
    namespace: Option<&str>,
    selector: &Selector,
) {
    for workload in arrows.index.selected(component, namespace, selector) {
        let kind = DependencyKind::Controls;
        arrows.add(component.id, workload, kind, Strength::Hard, selector.origin);
    }
}

fn webhook(arrows: &mut Arrows<'_>, component: &Component, webhook: &Webhook) {
    for hook in &webhook.hooks {
        let Some(service) = &hook.service else { continue };
        let found = arrows.index.object(component, "Service", &service.namespace, &service.name);
        let Some(target) = found else { continue };
        let strength = match hook.fails_closed.value() {
            Some(false) => Strength::Soft,
            _ => Strength::Hard,
        };
        arrows.add(component.id, target, DependencyKind::AskedBy, strength, service.origin);
    }
}
