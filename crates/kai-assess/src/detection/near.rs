//! What is declared near a component: alerts, whom they tell, and how often they are evaluated.

use std::time::Duration;

use kai_core::{ComponentId, Environment, FailureMode, Traced};
use kai_graph::{
    AlertRule, Component, Facts, Notifications, Prometheus, Receiver, System, alert_rules,
    given_labels,
};

use super::signal;

/// Everything that alerts, notifies or evaluates.
#[must_use]
pub fn alerting(system: &System) -> Vec<&Component> {
    system.components().iter().filter(|it| is_alerting(it)).collect()
}

pub(crate) fn is_alerting(component: &Component) -> bool {
    let facts = &component.facts;
    let is_server = matches!(facts, Facts::Prometheus(_) | Facts::Alertmanager(_));
    is_server || matches!(facts, Facts::AlertRules(_) | Facts::Notifications(_))
}

/// What of it concerns one component.
#[derive(Debug)]
pub struct Near<'a> {
    pub alerts: Vec<&'a AlertRule>,
    routes: Vec<(ComponentId, &'a Notifications)>,
    pub servers: Vec<&'a Prometheus>,
}

/// Whom an alert tells.
#[derive(Debug, Clone, Copy)]
pub enum Told<'a> {
    /// No route was read.
    Unread,
    /// No route that was read takes it.
    Untaken,
    /// It ends in a receiver of this component that has no integration.
    Nobody(ComponentId, &'a str),
    /// After this wait for others of its group.
    Somebody(&'a Receiver, Option<Traced<Duration>>),
}

impl<'a> Near<'a> {
    /// What is declared in the component's environment.
    #[must_use]
    pub fn of(component: &Component, system: &System, alerting: &[&'a Component]) -> Self {
        let mut near = Self { alerts: Vec::new(), routes: Vec::new(), servers: Vec::new() };
        let around = || alerting.iter().copied().filter(|it| is_near(it, component, system));
        near.alerts = alert_rules(around());
        for it in around() {
            match &it.facts {
                Facts::Notifications(facts) => near.routes.push((it.id, facts)),
                Facts::Prometheus(facts) => near.servers.push(facts),
                _ => {}
            }
        }
        near
    }

    /// The alert that would show the failure: one that is heard, else the quickest.
    #[must_use]
    pub fn alert(&self, component: &Component, mode: FailureMode) -> Option<&'a AlertRule> {
        let shown = self.alerts.iter().filter(|it| signal::shows(it, component, mode));
        let best = shown.min_by_key(|it| {
            let hold = it.hold.value().copied().unwrap_or(Duration::MAX);
            (!matches!(self.told(it), Told::Somebody(..)), hold, it.name.clone())
        });
        best.copied()
    }

    /// The most urgent receiver that the alert may reach.
    #[must_use]
    pub fn told(&self, alert: &AlertRule) -> Told<'a> {
        if self.routes.is_empty() {
            return Told::Unread;
        }
        let labels = alert.labels_among(&given_labels(self.alerts.iter().copied()));
        let mut nobody = Told::Untaken;
        for (id, routes) in &self.routes {
            let deliveries = routes.deliveries(&labels);
            let receivers = deliveries
                .iter()
                .filter_map(|it| Some((routes.receiver(it.receiver)?, it.group_wait)))
                .filter(|it| it.0.urgency().is_some());
            if let Some((receiver, wait)) = receivers.min_by_key(|it| it.0.urgency()) {
                return Told::Somebody(receiver, wait);
            }
            if let (Told::Untaken, Some(first)) = (nobody, deliveries.first()) {
                nobody = Told::Nobody(*id, first.receiver);
            }
        }
        nobody
    }
}

/// The same environment; of examples and archives the same root, as they do not know each other.
fn is_near(it: &Component, component: &Component, system: &System) -> bool {
    let environment = system.environment(component);
    let is_apart = matches!(environment, Environment::Example | Environment::Archive);
    system.environment(it) == environment && (!is_apart || it.root == component.root)
}
