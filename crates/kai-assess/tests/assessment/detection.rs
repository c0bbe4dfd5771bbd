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
