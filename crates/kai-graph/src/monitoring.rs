//! What scrapes metrics and evaluates rules.

use std::time::Duration;

use kai_core::{Known, OriginId};

use crate::Selector;

/// A Prometheus, as an object of an operator or as its own configuration.
#[derive(Debug, Clone)]
pub struct Prometheus {
    /// How often a target is read where its own section says nothing.
    pub scrape_interval: Known<Duration>,
    /// How often a group of rules is evaluated where the group says nothing.
    pub evaluation_interval: Known<Duration>,
    /// True where it names whom to tell of alerts.
    pub has_alertmanager: bool,
    /// Which rule objects it takes; none for one that reads files.
    pub rules: Option<RuleChoice>,
}

/// Which PrometheusRule objects a Prometheus takes.
#[derive(Debug, Clone)]
pub struct RuleChoice {
    /// None takes no rule.
    pub rules: Option<Selector>,
    /// Over the labels of namespaces; none means the own namespace.
    pub namespaces: Option<Selector>,
    pub origin: OriginId,
}
