//! Files of Prometheus and Alertmanager, told by their keys: they name neither kind nor version.

use kai_core::Node;

/// What such a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MonitoringFile {
    /// Groups of rules.
    Rules,
    /// Routes and receivers.
    Alertmanager,
    /// What is scraped, and which rules are evaluated.
    Prometheus,
}

/// The sections of a configuration of Prometheus 3. The tests of rules, and the configurations of
/// Promtail and of collectors, have others too.
const PROMETHEUS: &[&str] = &[
    "alerting",
    "global",
    "otlp",
    "remote_read",
    "remote_write",
    "rule_files",
    "runtime",
    "scrape_config_files",
    "scrape_configs",
    "storage",
    "tracing",
];

impl MonitoringFile {
    /// None for everything else.
    #[must_use]
    pub fn of(node: &Node) -> Option<Self> {
        if node.get("kind").is_some() {
            return None;
        }
        let found = [
            (Self::Rules, is_rules as fn(&Node) -> bool),
            (Self::Alertmanager, is_alertmanager),
            (Self::Prometheus, is_prometheus),
        ];
        found.into_iter().find(|it| it.1(node)).map(|it| it.0)
    }
}

fn is_rules(node: &Node) -> bool {
    let groups = node.get("groups").map(Node::items).unwrap_or_default();
    let mut rules = groups.iter().filter_map(|it| it.get("rules")).flat_map(Node::items);
    let is_rule = |it: &Node| {
        it.get("expr").is_some() && (it.get("alert").is_some() || it.get("record").is_some())
    };
    !groups.is_empty()
        && groups.iter().all(|it| it.get("rules").is_some_and(Node::is_seq))
        && rules.all(is_rule)
}

/// A route that names a receiver, and a list of receivers with names.
fn is_alertmanager(node: &Node) -> bool {
    let has_route = node.get("route").is_some_and(|it| it.get("receiver").is_some());
    let receivers = node.get("receivers").map(Node::items).unwrap_or_default();
    has_route && !receivers.is_empty() && receivers.iter().all(|it| it.get("name").is_some())
}

fn is_prometheus(node: &Node) -> bool {
    let Some(map) = node.as_map() else { return false };
    let is_list = |key: &str| node.get(key).is_some_and(Node::is_seq);
    let names_interval = node.get("global").is_some_and(|it| it.get("scrape_interval").is_some());
    (is_list("scrape_configs") || is_list("rule_files") || names_interval)
        && map.iter().all(|it| PROMETHEUS.contains(&it.key.as_str()))
}

#[cfg(test)]
mod tests {
    use kai_core::Origins;

    use super::MonitoringFile;
    use crate::yaml;

    #[track_caller]
    fn check(text: &str, expected: Option<MonitoringFile>) {
        let origins = Origins::new();
        let id = origins.add_document("file.yml".into(), text.into()).unwrap();
        let found = MonitoringFile::of(&yaml::parse(&origins, id).documents[0].node);
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn files_are_told_by_their_sections() {
        check("groups: [{name: a, rules: [{alert: A, expr: up}]}]", Some(MonitoringFile::Rules));
        check("route: {receiver: a}\nreceivers: [{name: a}]", Some(MonitoringFile::Alertmanager));
        check(
            "global: {scrape_interval: 1m}\nrule_files: [a.yml]",
            Some(MonitoringFile::Prometheus),
        );
    }

    #[test]
    fn tests_of_rules_and_configurations_of_other_programs_are_none() {
        check("rule_files: [a.yml]\nevaluation_interval: 1m\ntests: []", None);
        check("scrape_configs: []\nclients: []\npositions: {}", None);
        check("groups: [{name: a, members: []}]", None);
        check("kind: PrometheusRule\ngroups: [{rules: [{alert: A, expr: up}]}]", None);
        check("global: {debug: true}", None);
    }
}
