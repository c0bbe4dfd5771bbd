//! The server itself: its own file, or the object from which an operator makes it.

use std::time::Duration;

use kai_core::{Known, Reason};
use kai_graph::{Alertmanager, Prometheus, RuleChoice, Run};

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
        run: None,
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
        run: Some(run(spec)),
    }
}

/// From an object of kind Alertmanager.
pub(crate) fn alertmanager(spec: Fields<'_>) -> Alertmanager {
    let configuration = spec.at("alertmanagerConfiguration").opt("name");
    Alertmanager { configuration, run: run(spec) }
}

fn run(spec: Fields<'_>) -> Run {
    let storage = spec.at("storage");
    let is_volatile = storage.has("emptyDir");
    let is_kept = storage.has("volumeClaimTemplate") || storage.has("ephemeral");
    let has_storage = match spec.node("storage") {
        None => spec.default(false),
        Some(node) if is_volatile || is_kept || node.as_map().is_some() => {
            Known::new(is_kept, node.origin)
        }
        Some(_) => Known::Unknown(Reason::Unreadable),
    };
    let writes_on = spec.has("remoteWrite") || spec.at("thanos").has("objectStorageConfig");
    Run { replicas: spec.or("replicas", 1), has_storage, writes_on }
}
