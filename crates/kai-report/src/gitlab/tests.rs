//! The report as GitLab reads it.

use std::collections::BTreeSet;

use expect_test::expect;
use serde_json::Value;

use super::review;
use crate::Places;
use crate::sample::assessment;

#[test]
fn a_finding_is_an_issue_at_its_line() {
    expect![[r#"
        [
          {
            "description": "Deployment/part-1: `cache` is one pod and keeps its data on emptyDir, so every eviction empties it and `pay.example` is down until it is back.",
            "check_name": "state-dies-with-pod",
            "fingerprint": "5f8887dffbc01014",
            "severity": "critical",
            "location": {
              "path": "base/cache.yaml",
              "lines": {
                "begin": 7
              }
            }
          }
        ]
    "#]]
    .assert_eq(&review(&assessment(1), &Places::default()));
}

#[test]
fn nothing_at_risk_is_an_empty_list() {
    assert_eq!(review(&assessment(0), &Places::default()), "[]\n");
}

#[test]
fn no_two_issues_share_a_fingerprint() {
    let text = review(&assessment(40), &Places::default());
    let issues: Vec<Value> = serde_json::from_str(&text).expect("the report is JSON");
    let prints: BTreeSet<&str> =
        issues.iter().filter_map(|it| it["fingerprint"].as_str()).collect();
    assert_eq!(prints.len(), 40);
}
