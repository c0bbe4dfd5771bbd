//! Pages as a terminal shows them.

use expect_test::{Expect, expect};
use kai_assess::Assessment;
use kai_core::{Environment, Level};

use super::{Mount, Options, review};
use crate::sample::{assessment, finding};

#[track_caller]
fn check(assessment: &Assessment, options: &Options, expected: Expect) {
    expected.assert_eq(&review(assessment, options));
}

#[test]
fn a_review_is_a_verdict_what_was_read_what_is_solid_and_what_is_at_risk() {
    check(
        &assessment(1),
        &Options::default(),
        expect![[r#"
            Not ready: `pay.example` goes down with one pod.
            I read 37 documents in 17 files, applied as 2 roots: 35 objects, 1 user journey. Not known: no alert
            rule was read, so `know` says where to look; 2 charts not rendered, so I do not know what they
            create. I could not use base/broken.yaml:3 (a mapping ends before its value). The places: --all.

            Solid
            + Deployment/web: three pods in three zones, one may go at a time                    base/web.yaml:6

            At risk, worst first
            1. CRITICAL outage  Deployment/part-1: one pod, state on emptyDir                  base/cache.yaml:7
               breaks   `cache` is one pod and keeps its data on emptyDir, so every eviction empties it and
                        `pay.example` is down until it is back.
               know     `kube_deployment_status_replicas_available` of `cache` is 0.
               recover  The scheduler starts the pod again, empty.
               fix      Run three replicas with a claim template.
               verify   kubectl -n payments delete pod -l app=cache; checkout must go on
        "#]],
    );
}

#[test]
fn everything_but_the_worst_ten_is_one_line() {
    let text = review(&assessment(14), &Options::default());
    let tail: Vec<_> = text.lines().rev().take(9).collect();
    let tail: Vec<_> = tail.into_iter().rev().map(|it| format!("{it}\n")).collect();
    expect![[r#"

         4. high     Deployment/part-4: one pod, state on emptyDir                        base/cache.yaml:10
         5. medium   Deployment/part-5: one pod, state on emptyDir                        base/cache.yaml:11
         6. medium   Deployment/part-6: one pod, state on emptyDir                        base/cache.yaml:12
         7. medium   Deployment/part-7: one pod, state on emptyDir                        base/cache.yaml:13
         8. medium   Deployment/part-8: one pod, state on emptyDir                        base/cache.yaml:14
         9. medium   Deployment/part-9: one pod, state on emptyDir                        base/cache.yaml:15
        10. low      Deployment/part-10: one pod, state on emptyDir                       base/cache.yaml:16
        In full: kai explain 4. And 4 more (4 low): add --all.
    "#]].assert_eq(&tail.concat());
}

#[test]
fn the_line_for_the_rest_names_what_is_not_production() {
    let mut staged = assessment(14);
    for finding in &mut staged.findings[11..] {
        finding.environment = Environment::Staging;
        finding.level = Level::High;
    }
    let text = review(&staged, &Options::default());
    assert!(text.contains("And 4 more (1 low; staging: 3 high): add --all."), "{text}");
}

#[test]
fn a_full_page_fits_one_screen() {
    let mut full = assessment(40);
    full.solid = vec![full.solid.remove(0); 9];
    for finding in &mut full.findings {
        finding.message = finding.message.repeat(4);
        finding.recovery = finding.recovery.repeat(3);
        finding.verify = finding.verify.repeat(2);
    }
    let text = review(&full, &Options::default());
    assert!(text.lines().count() <= 45, "{} lines:\n{text}", text.lines().count());
}

#[test]
fn no_line_but_a_command_is_wider_than_the_page() {
    let is_command = |line: &str| line.trim_start().starts_with("verify");
    for width in [60, 80, 100, 120] {
        let options = Options { width, explain: true, ..Options::default() };
        for all in [false, true] {
            let text = review(&assessment(12), &Options { all, ..options.clone() });
            let is_wide = |it: &&str| it.chars().count() > width && !is_command(it);
            let wide: Vec<_> = text.lines().filter(is_wide).collect();
            assert!(wide.is_empty(), "wider than {width}: {wide:#?}");
        }
    }
}

#[test]
fn a_command_is_never_cut() {
    let mut full = assessment(3);
    let command = format!("kubectl -n payments get deploy/{} -o yaml", "a-long-name".repeat(9));
    full.findings[0].verify.clone_from(&command);
    assert!(review(&full, &Options::default()).contains(&command));
}

#[test]
fn colour_adds_nothing_but_colour() {
    let plain = review(&assessment(12), &Options::default());
    let colored = review(&assessment(12), &Options { color: true, ..Options::default() });
    assert_ne!(plain, colored);
    assert_eq!(plain, without_escapes(&colored));
}

fn without_escapes(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, it| kept + it.split_once('m').map_or("", |(_, rest)| rest))
}

#[test]
fn paths_are_shown_as_the_reader_typed_them() {
    let mounts = vec![Mount { inside: "".into(), outside: "examples/payments".into() }];
    let text = review(&assessment(1), &Options { mounts, ..Options::default() });
    assert!(text.contains("examples/payments/base/cache.yaml:7"), "{text}");
}

#[test]
fn a_text_cannot_command_the_terminal() {
    let mut hostile = assessment(0);
    hostile.findings =
        vec![finding(1, Level::High, "Deployment/\u{1b}[2Jx", "a\u{202e}b\u{7}c\nd")];
    let text = review(&hostile, &Options::default());
    assert!(text.chars().all(|it| it == '\n' || !it.is_control()), "{text:?}");
    assert!(!text.contains('\u{202e}'), "{text:?}");
}

#[test]
fn what_is_not_production_says_so() {
    let mut staging = assessment(1);
    staging.findings[0].environment = Environment::Staging;
    let text = review(&staging, &Options::default());
    assert!(text.contains("CRITICAL outage (staging)"), "{text}");
}

#[test]
fn with_nothing_at_risk_the_page_is_short_and_says_what_was_not_seen() {
    check(
        &assessment(0),
        &Options::default(),
        expect![[r#"
        Not ready: `pay.example` goes down with one pod.
        I read 37 documents in 17 files, applied as 2 roots: 35 objects, 1 user journey. Not known: 2 charts
        not rendered, so I do not know what they create. I could not use base/broken.yaml:3 (a mapping ends
        before its value). The places: --all.

        Solid
        + Deployment/web: three pods in three zones, one may go at a time                    base/web.yaml:6

        At risk: nothing that I can see from here.
    "#]],
    );
}

#[test]
fn the_arithmetic_and_the_assumptions_stand_on_request() {
    let text = review(&assessment(1), &Options { explain: true, ..Options::default() });
    let tail = text.split_once("verify").map_or("", |(_, tail)| tail);
    expect![[r#"
           kubectl -n payments delete pod -l app=cache; checkout must go on
           = 2 a year × 1.0 × (0.5 + 4) min = 9 bad minutes a year

        1 assumption behind this ranking
        - A node is lost: 2 (0.5 to 6) a year, under 3 findings [node-loss: A Study of Nodes, 2019]
    "#]]
    .assert_eq(tail);
}

#[test]
fn what_kai_did_wrong_is_not_hidden() {
    let mut failed = assessment(0);
    failed.failures = vec!["pdb-blocks-drain: index out of bounds".to_owned()];
    let text = review(&failed, &Options::default());
    assert!(
        text.contains("this review is incomplete: pdb-blocks-drain: index out of bounds"),
        "{text}"
    );
}
