//! Logs as a code scanner reads them.

use std::collections::BTreeSet;

use kai_core::{
    Edit, Fix, Level, LocationRole, Origins, Span, Suppressed, Suppression, SuppressionKind,
};
use kai_testing::schema_offences;
use serde_json::{Value, json};

use super::review;
use crate::Places;
use crate::diff::{Snapshot, compare};
use crate::sample::{assessment, finding, location};

const SCHEMA: &str = include_str!("test_data/sarif-schema-2.1.0.json");

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("the log is JSON")
}

#[track_caller]
fn valid(text: &str) -> Value {
    let log = parsed(text);
    assert_eq!(schema_offences(&log, &parsed(SCHEMA)), Vec::<String>::new());
    log
}

#[test]
fn a_log_is_valid_by_the_published_schema() {
    for count in [0, 1, 12] {
        let log = valid(&review(&assessment(count), &Origins::new(), &Places::default(), None));
        let results = log["runs"][0]["results"].as_array().map_or(0, Vec::len);
        assert_eq!(results, count as usize);
    }
}

#[test]
fn the_schema_refuses_what_it_does_not_describe() {
    let log = parsed(&review(&assessment(1), &Origins::new(), &Places::default(), None));
    let broken: [fn(&mut Value); 5] = [
        |it| it["version"] = "2.2".into(),
        |it| it["runs"][0]["results"][0]["level"] = "critical".into(),
        |it| it["runs"][0]["results"][0]["message"] = json!({}),
        |it| it["runs"][0]["columnKind"] = "bytes".into(),
        |it| it["runs"][0]["tool"]["driver"] = json!({}),
    ];
    for breaks in broken {
        let mut log = log.clone();
        breaks(&mut log);
        assert!(!schema_offences(&log, &parsed(SCHEMA)).is_empty(), "{log}");
    }
}

#[test]
fn a_result_points_at_its_rule_its_line_and_the_other_places() {
    let log = valid(&review(&assessment(1), &Origins::new(), &Places::default(), None));
    let run = &log["runs"][0];
    let result = &run["results"][0];
    let rule = &run["tool"]["driver"]["rules"][0];
    assert_eq!(result["ruleId"], rule["id"]);
    assert_eq!(rule["defaultConfiguration"]["level"], "note");
    assert!(rule["help"]["markdown"].as_str().is_some_and(|it| it.contains("## How we recover")));
    assert_eq!(
        result["locations"][0]["physicalLocation"],
        json!({
            "artifactLocation": { "uri": "base/cache.yaml" },
            "region": { "startLine": 7, "startColumn": 7 }
        })
    );
    assert_eq!(result["relatedLocations"][0]["message"]["text"], "needs it");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn levels_are_those_of_the_format() {
    let log = valid(&review(&assessment(12), &Origins::new(), &Places::default(), None));
    let results = log["runs"][0]["results"].as_array().cloned().unwrap_or_default();
    let pairs: BTreeSet<String> =
        results.iter().map(|it| format!("{} {}", it["properties"]["level"], it["level"])).collect();
    let expected =
        [r#""critical" "error""#, r#""high" "error""#, r#""low" "note""#, r#""medium" "warning""#];
    assert!(pairs.iter().eq(expected), "{pairs:?}");
}

#[test]
fn a_fingerprint_stays_when_lines_move() {
    let print = |line| {
        let mut moved = assessment(1);
        moved.findings[0].locations[0].line = line;
        let log = valid(&review(&moved, &Origins::new(), &Places::default(), None));
        log["runs"][0]["results"][0]["partialFingerprints"].clone()
    };
    assert_eq!(print(7), print(700));
}

#[test]
fn a_fix_is_its_edits_by_line_and_column() {
    let origins = Origins::new();
    let text = "a: ü\nb: 1\n";
    let document = origins.add_document("x y.yaml".into(), text.into()).expect("it is small");
    let edits = vec![
        Edit::replace(Span { document, start: 3, end: 5 }, 2),
        Edit::insert(Span { document, start: 11, end: 11 }, "c: 3\n"),
    ];
    let mut fixed = assessment(1);
    fixed.findings[0].fixes = vec![Fix::unsafely("Change it", edits)];
    let log = valid(&review(&fixed, &origins, &Places::default(), None));
    let fix = &log["runs"][0]["results"][0]["fixes"][0];
    assert_eq!(
        fix["description"]["text"],
        "Change it; this changes behaviour, so look at it first"
    );
    assert_eq!(
        fix["artifactChanges"][0],
        json!({
            "artifactLocation": { "uri": "x%20y.yaml" },
            "replacements": [
                {
                    "deletedRegion":
                        { "startLine": 1, "startColumn": 4, "endLine": 1, "endColumn": 5 },
                    "insertedContent": { "text": "2" }
                },
                {
                    "deletedRegion":
                        { "startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 1 },
                    "insertedContent": { "text": "c: 3\n" }
                }
            ]
        })
    );
}

#[test]
fn the_text_of_a_file_makes_no_link() {
    let mut hostile = assessment(0);
    hostile.findings =
        vec![finding(1, Level::High, "Deployment/x", "[here](https://example.org)\u{1b}[2J")];
    let log = valid(&review(&hostile, &Origins::new(), &Places::default(), None));
    let message = log["runs"][0]["results"][0]["message"]["text"].as_str().unwrap_or_default();
    assert!(message.contains("[here] (https"), "{message}");
    assert!(message.chars().all(|it| it == '\n' || !it.is_control()), "{message:?}");
}

#[test]
fn what_kai_did_wrong_and_what_it_could_not_read_are_notifications() {
    let mut failed = assessment(0);
    failed.failures = vec!["lone-replica: three is not two".to_owned()];
    let log = valid(&review(&failed, &Origins::new(), &Places::default(), None));
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let levels = invocation["toolExecutionNotifications"].as_array().cloned().unwrap_or_default();
    let levels: Vec<_> = levels.iter().map(|it| it["level"].as_str().unwrap_or_default()).collect();
    assert_eq!(levels, ["error", "warning"]);
}

#[test]
fn what_somebody_accepted_is_there_with_the_reason() {
    let mut accepted = assessment(1);
    let finding = finding(0, Level::Low, "Deployment/x", "one pod");
    let kinds = [SuppressionKind::Comment, SuppressionKind::Settings];
    accepted.suppressed = kinds
        .map(|kind| Suppressed {
            finding: finding.clone(),
            by: Suppression {
                kind,
                reason: "a toy".to_owned(),
                location: location("kai.yaml", 3, LocationRole::Primary),
                until: None,
            },
        })
        .into();
    let log = valid(&review(&accepted, &Origins::new(), &Places::default(), None));
    let results = log["runs"][0]["results"].as_array().cloned().unwrap_or_default();
    assert_eq!(results[0].get("suppressions"), None);
    let of = |at: usize| results[at]["suppressions"][0].clone();
    assert_eq!(
        (of(1)["kind"].as_str(), of(2)["kind"].as_str()),
        (Some("inSource"), Some("external"))
    );
    assert_eq!(of(1)["justification"], "a toy");
    assert_eq!(of(1)["location"]["physicalLocation"]["region"]["startLine"], 3);
}

#[test]
fn with_a_baseline_every_result_says_what_it_was() {
    let (base, mut head) = (assessment(4), assessment(5));
    head.findings[1].level = Level::Critical;
    for (index, reason) in [(4, "it came so"), (3, "we know")] {
        let finding = head.findings.remove(index);
        let by = Suppression {
            kind: SuppressionKind::Settings,
            reason: reason.to_owned(),
            location: location("kai.yaml", 3, LocationRole::Primary),
            until: None,
        };
        head.suppressed.push(Suppressed { finding, by });
    }
    head.findings.push(finding(3, Level::Low, "Deployment/other", "one pod"));
    let comparison = compare(&Snapshot::of(&base), &Snapshot::of(&head));
    let log = review(&head, &Origins::new(), &Places::default(), Some(&comparison));
    let results = valid(&log)["runs"][0]["results"].clone();
    let states: Vec<_> = (0..6).map(|it| results[it]["baselineState"].clone()).collect();
    assert_eq!(states, ["unchanged", "updated", "unchanged", "new", "new", "updated"]);
    assert_eq!(results.as_array().map(Vec::len), Some(6), "what is gone is not shown as open");
}
