//! Who would hear of a finding, as far as alerts and routes are declared.

use kai_testing::Memory;

use crate::assess;
use crate::manifests::{ingress, service};

const RULES: &str = "---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: pods, namespace: monitoring}
spec:
  groups:
    - name: pods
      rules:
        - alert: ReplicasMissing
          expr: kube_deployment_status_replicas_available{namespace=~\"NAMESPACE\"} == 0
          for: 15m
          labels: {severity: critical}
";

/// Routes critical alerts to a receiver with these integrations.
fn routes(integrations: &str) -> String {
    format!(
        "---
apiVersion: v1
kind: Secret
metadata: {{name: alertmanager-main, namespace: monitoring}}
stringData:
  alertmanager.yaml: |
    route:
      receiver: everyone
      routes: [{{matchers: ['severity = \"critical\"'], receiver: first}}]
    receivers:
      - {{name: everyone}}
      - {{name: first{integrations}}}
"
    )
}

/// How the lone pod's finding says that one would know.
#[track_caller]
fn check(monitoring: &str, expected: &str) {
    let app = service("pay", "gate", 1, None) + &ingress("pay", "pay.example.com", "gate");
    let assessment =
        assess(&Memory::new([("app.yaml", app.as_str()), ("alerts.yaml", monitoring)]));
    let found = assessment
        .findings
        .iter()
        .find(|it| it.rule == "lone-replica")
        .expect("one pod is a finding");
    assert!(found.detection.ends_with(expected), "{}", found.detection);
}

#[test]
fn an_alert_that_pages_is_named_with_its_receiver() {
    check(
        &(RULES.replace("NAMESPACE", "pay|shop") + &routes(", pagerduty_configs: [{}]")),
        "Alert `ReplicasMissing` shows it once it has lasted 15 min; receiver `first` tells by pagerduty.",
    );
}

#[test]
fn an_alert_that_ends_nowhere_tells_nobody() {
    check(
        &(RULES.replace("NAMESPACE", "pay|shop") + &routes("")),
        "shows it once it has lasted 15 min; its receiver `first` has no integration, so nobody is told.",
    );
}

#[test]
fn an_alert_of_another_namespace_does_not_show_it() {
    check(
        &RULES.replace("NAMESPACE", "shop"),
        "The one alert rule read here is not known to show it.",
    );
}

#[test]
fn without_routes_nobody_is_named() {
    check(
        &RULES.replace("NAMESPACE", ".*"),
        "no route of this environment was read, so I cannot say whom it tells.",
    );
}

#[test]
fn without_rules_nothing_is_claimed() {
    check("", "No alert rule was read for this environment, so I cannot say whom it would tell.");
}

/// A Compose project with a shop behind a port.
const COMPOSE: &str = "services:
  shop:
    image: registry.example.com/shop:1.0
    ports: ['8080:8080']
  prometheus:
    image: prom/prometheus:v3.5.0
    restart: always
    volumes: ['./monitoring:/etc/prometheus']
  alertmanager: {image: 'prom/alertmanager:v0.28.1', restart: always}
";

const LOOSE_RULES: &str = "groups:
  - name: shop
    rules:
      - alert: ShopGone
        expr: up{job=\"shop\"} == 0
        for: 5m
        labels: {severity: critical}
";

const LOOSE_ROUTES: &str = "route: {receiver: pager}
receivers:
  - name: pager
    pagerduty_configs: [{routing_key_file: /etc/keys/pager}]
";

#[test]
fn files_that_a_compose_project_mounts_are_part_of_it() {
    let assessment = assess(&Memory::new([
        ("compose.yaml", COMPOSE),
        ("monitoring/rules.yml", LOOSE_RULES),
        ("monitoring/alertmanager.yml", LOOSE_ROUTES),
    ]));
    assert_eq!(assessment.roots.len(), 1, "{:?}", assessment.roots);
    let expected =
        "Alert `ShopGone` shows it once it has lasted 5 min; receiver `pager` tells by pagerduty.";
    let said: Vec<_> = assessment.findings.iter().map(|it| it.detection.as_str()).collect();
    assert!(said.iter().any(|it| it.ends_with(expected)), "{said:#?}");
}

#[test]
fn files_beside_manifests_are_read_with_them() {
    let app = service("pay", "gate", 1, None) + &ingress("pay", "pay.example.com", "gate");
    let rules = LOOSE_RULES.replace("up{job=\"shop\"}", "up{job=\"gate\"}");
    let assessment = assess(&Memory::new([
        ("deploy/app.yaml", app.as_str()),
        ("deploy/monitoring/rules.yml", &rules),
        ("deploy/monitoring/alertmanager.yml", LOOSE_ROUTES),
        ("deploy/monitoring/rules_test.yml", "rule_files: [rules.yml]\ntests: []\n"),
    ]));
    assert_eq!(assessment.roots.len(), 1, "{:?}", assessment.roots);
    assert!(assessment.problems.is_empty(), "{:?}", assessment.problems);
    let found = assessment.findings.iter().find(|it| it.rule == "lone-replica");
    let found = found.expect("one pod is a finding");
    let expected =
        "Alert `ShopGone` shows it once it has lasted 5 min; receiver `pager` tells by pagerduty.";
    assert!(found.detection.ends_with(expected), "{}", found.detection);
}

/// One pod that nobody moves from a lost node until somebody says that the node is dead.
fn lone_set() -> String {
    let app = service("pay", "gate", 1, None) + &ingress("pay", "pay.example.com", "gate");
    app.replace("kind: Deployment", "kind: StatefulSet")
}

fn rules_for_sets() -> String {
    RULES.replace("NAMESPACE", "pay").replace("kube_deployment", "kube_statefulset")
}

#[test]
fn the_working_shows_scrape_evaluation_hold_and_wait_with_their_lines() {
    let app = lone_set();
    let prometheus = "---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: main, namespace: monitoring}
spec: {scrapeInterval: 20s, ruleSelector: {}, ruleNamespaceSelector: {}}
";
    let monitoring = rules_for_sets() + &routes(", pagerduty_configs: [{}]") + prometheus;
    let assessment =
        assess(&Memory::new([("app.yaml", app.as_str()), ("alerts.yaml", &monitoring)]));
    let lines: Vec<&str> = assessment
        .findings
        .iter()
        .flat_map(|it| it.arithmetic.iter().map(String::as_str))
        .map(str::trim)
        .filter(|it| it.starts_with('+') && it.contains("derived"))
        .collect();
    for expected in [
        "the metric is scraped (derived: scrape interval of 20 s in alerts.yaml:29)",
        "the rule is evaluated (derived: evaluation interval of 30 s, the default)",
        "alert `ReplicasMissing` has held (derived: `for` of 15 min in alerts.yaml:11)",
        "(derived: `group_wait` of 30 s, which Alertmanager takes where nothing is written)",
    ] {
        assert!(lines.iter().any(|it| it.ends_with(expected)), "{expected}: {lines:#?}");
    }
}

#[test]
fn a_broken_path_is_ranked_by_the_sum_of_what_it_blinds() {
    let app = lone_set();
    let monitoring = rules_for_sets() + &routes("");
    let assessment =
        assess(&Memory::new([("app.yaml", app.as_str()), ("alerts.yaml", &monitoring)]));
    let found = assessment.findings.iter().find(|it| it.rule == "alert-delivers-nowhere");
    let found = found.expect("critical alerts tell nobody");
    let said = found.arithmetic.join("\n");
    assert!(said.contains("what a page would save of the risks that it blinds"), "{said}");
    assert!(said.contains("of `StatefulSet/gate`, shown by alert `ReplicasMissing`"), "{said}");
    assert!(said.contains("sum over everything it blinds = "), "{said}");
    let minutes = found.bad_minutes.as_ref().expect("it has minutes");
    assert!(minutes.typical > 0.0);
}
