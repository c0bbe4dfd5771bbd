//! The server itself: its own file, or the object from which an operator makes it.

use std::time::Duration;

use kai_graph::{Prometheus, RuleChoice};

use super::duration::duration_or;
use crate::fields::Fields;

/// What Prometheus takes where its file says nothing: `DefaultGlobalConfig` in `config/config.go`.
const OF_FILES: Duration = Duration::from_secs(60);

/// What the operator writes where the object says nothing: the defaults of its API.
const OF_OBJECTS: Duration = Duration::from_secs(30);

/// From `prometheus.yml`.
pub(crate) fn of_file(fields: Fields<'_>) -> Prometheus {
    let global = fields.at("global");
    Prometheus {
        scrape_interval: duration_or(global, "scrape_interval", OF_FILES),
        evaluation_interval: duration_or(global, "evaluation_interval", OF_FILES),
        has_alertmanager: !fields.at("alerting").nodes("alertmanagers").is_empty(),
        rules: None,
    }
}

/// From an object of kind Prometheus.
pub(crate) fn of_object(spec: Fields<'_>) -> Prometheus {
    let rules = spec.selector("ruleSelector");
    let origin = rules.as_ref().map_or(spec.origin, |it| it.origin);
    Prometheus {
        scrape_interval: duration_or(spec, "scrapeInterval", OF_OBJECTS),
        evaluation_interval: duration_or(spec, "evaluationInterval", OF_OBJECTS),
        has_alertmanager: !spec.at("alerting").nodes("alertmanagers").is_empty(),
        rules: Some(RuleChoice {
            rules,
            namespaces: spec.selector("ruleNamespaceSelector"),
            origin,
        }),
    }
}
