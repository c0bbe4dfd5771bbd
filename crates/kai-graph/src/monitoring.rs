//! What scrapes metrics and evaluates rules.

use std::time::Duration;

use kai_core::{Known, OriginId, SmolStr, Traced};

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
    /// How an operator runs it; none for one that reads files.
    pub run: Option<Run>,
}

/// An Alertmanager that an operator makes.
#[derive(Debug, Clone)]
pub struct Alertmanager {
    /// The AlertmanagerConfig that is its whole configuration, if it names one.
    pub configuration: Option<SmolStr>,
    pub run: Run,
}

/// How an operator runs what monitors.
#[derive(Debug, Clone)]
pub struct Run {
    pub replicas: Known<u32>,
    /// True where a claim holds what it writes, else an emptyDir does.
    pub has_storage: Known<bool>,
    /// True where it sends what it measures to somebody else too.
    pub writes_on: bool,
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

/// Targets that Prometheus is told to find by labels: a ServiceMonitor or a PodMonitor.
#[derive(Debug, Clone)]
pub struct Scrape {
    /// True where it looks for pods, false where it looks for Services.
    pub of_pods: bool,
    pub selector: Selector,
    pub namespaces: ScrapeNamespaces,
    /// The ports that it names, each by the name of a port of the Service or container.
    pub ports: Vec<Traced<SmolStr>>,
    /// True where an endpoint names none of them, so that it may find another one.
    pub has_other_ports: bool,
}

/// Where a scrape looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScrapeNamespaces {
    Own,
    Any,
    Named(Vec<SmolStr>),
}
