//! The suite as a CI server reads it.

use expect_test::expect;
use kai_core::Level;
use kai_rules::RULES;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::review;
use crate::Places;
use crate::sample::{assessment, finding};

#[test]
fn a_finding_is_a_test_that_failed() {
    let text = review(&assessment(1), &Places::default(), |_| true);
    let (head, tail) = text.split_once("</failure>").expect("one failed");
    expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="Kai" tests="N" failures="1" errors="0">
          <testsuite name="kai review" tests="N" failures="1" errors="0" skipped="0">
            <testcase classname="state-dies-with-pod" name="Deployment/part-1: one pod, state on emptyDir" file="base/cache.yaml" line="7">
              <failure type="critical" message="`cache` is one pod and keeps its data on emptyDir, so every eviction empties it and `pay.example` is down until it is back.">place: base/cache.yaml:7
        breaks: `pay.example` is down.
        know: `kube_deployment_status_replicas_available` of `cache` is 0. No alert rule was read for this environment, so I cannot say whom it would tell.
        recover: The scheduler starts the pod again, empty.
        fix: Run three replicas with a claim template.
        verify: kubectl -n payments delete pod -l app=cache; checkout must go on
    "#]]
    .assert_eq(&head.replace(&format!(r#"tests="{}""#, RULES.len()), r#"tests="N""#));
    assert!(tail.contains(r#"<testcase classname="lone-replica" name="passes"/>"#), "{tail}");
}

#[test]
fn what_does_not_fail_is_skipped() {
    let text = review(&assessment(12), &Places::default(), |it| it <= Level::High);
    assert_eq!(text.matches("<failure").count(), 4);
    assert_eq!(text.matches("<skipped").count(), 8);
    assert!(text.contains(r#"failures="4""#) && text.contains(r#"skipped="8""#), "{text}");
}

#[test]
fn a_rule_that_gave_up_has_not_passed() {
    let mut failed = assessment(0);
    failed.failures = vec!["lone-replica: three is not two".to_owned()];
    let text = review(&failed, &Places::default(), |_| true);
    assert!(text.contains(r#"<error message="lone-replica: three is not two"/>"#), "{text}");
    assert!(!text.contains(r#"classname="lone-replica""#), "{text}");
}

#[test]
fn whatever_a_file_says_the_suite_is_xml() {
    let mut hostile = assessment(0);
    let title = "a\u{0}b\u{1b}[2J \u{ffff} ]]></failure> \"'&<x>";
    hostile.findings = vec![finding(1, Level::High, "Deployment/<x>&\"", title)];
    hostile.findings[0].verify = title.to_owned();
    let text = review(&hostile, &Places::default(), |_| true);
    let mut reader = Reader::from_str(&text);
    let mut depth = 0_i32;
    loop {
        match reader.read_event().expect("the suite is well-formed") {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    assert!(text.chars().all(|it| it == '\n' || !it.is_control() && it != '\u{ffff}'), "{text:?}");
}
