//! Reviews compared.

use expect_test::expect;
use kai_assess::Assessment;
use kai_core::{
    Environment, Finding, Interval, Level, LocationRole, LossClass, Suppressed, Suppression,
    SuppressionKind, content_id,
};
use kai_testing::schema_offences;

use super::{Comparison, Snapshot, compare, json, markdown, text};
use crate::json::review;
use crate::sample::{assessment, location};

const SCHEMA: &str = include_str!("../../../../docs/schema/kai.diff.v1.json");

fn compared(base: &Assessment, head: &Assessment) -> Comparison {
    compare(&Snapshot::of(base), &Snapshot::of(head))
}

/// One finding, and the same after a change to it.
#[track_caller]
fn check(change: impl Fn(&mut Finding), expected: &str) {
    let (base, mut head) = (assessment(1), assessment(1));
    change(&mut head.findings[0]);
    let comparison = compared(&base, &head);
    let worse = comparison.worse.iter().map(|it| format!("worse: {}", it.how));
    let better = comparison.better.iter().map(|it| format!("better: {}", it.how));
    let new = comparison.new.iter().map(|_| "new".to_owned());
    let gone = comparison.gone.iter().map(|_| "gone".to_owned());
    let same = comparison.same.iter().map(|_| "same".to_owned());
    let said: Vec<_> = new.chain(worse).chain(better).chain(gone).chain(same).collect();
    assert_eq!(said.join("; "), expected);
}

#[test]
fn what_moves_stays_the_same() {
    check(|_| {}, "same");
    check(|it| it.locations[0].line = 700, "same");
    check(|it| it.rank = 9, "same");
}

#[test]
fn a_file_that_is_renamed_or_moved_keeps_its_findings() {
    let moved = |path: &'static str| {
        move |it: &mut Finding| {
            it.id = content_id(&[path]);
            it.causes = vec![it.id];
            it.locations[0].path = path.into();
        }
    };
    check(moved("base/redis.yaml"), "same");
    check(moved("apps/cache/cache.yaml"), "same");
    check(moved("apps/redis.yaml"), "new; gone");
}

#[test]
fn another_component_is_another_finding() {
    let other = |it: &mut Finding| {
        it.id = content_id(&["other"]);
        it.causes = vec![it.id];
        it.component = "Deployment/other".to_owned();
    };
    check(other, "new; gone");
}

#[test]
fn worse_and_better_go_by_environment_class_level_and_minutes() {
    check(|it| it.level = Level::High, "better: level critical to high");
    check(|it| it.loss_class = LossClass::Irreversible, "worse: class outage to irreversible");
    check(
        |it| (it.environment, it.level) = (Environment::Staging, Level::High),
        "better: environment production to staging, level critical to high",
    );
    let minutes =
        |typical| move |it: &mut Finding| it.bad_minutes = Some(Interval::exactly(typical));
    check(minutes(40.0), "worse: 9.1 to 40 bad minutes a year");
    check(minutes(1.0), "better: 9.1 to 1.0 bad minutes a year");
    check(minutes(9.3), "same");
}

#[test]
fn one_cause_more_in_a_group_is_worse_and_one_less_is_better() {
    let add = |it: &mut Finding| it.causes.push(content_id(&["one more"]));
    check(add, "worse: 1 more");
    let (mut base, head) = (assessment(1), assessment(1));
    add(&mut base.findings[0]);
    assert_eq!(compared(&base, &head).better[0].how, "1 fewer");
}

#[test]
fn findings_that_become_a_group_are_not_gone() {
    let (base, mut head) = (assessment(3), assessment(1));
    head.findings[0].id = content_id(&["group"]);
    head.findings[0].causes = base.findings.iter().map(|it| it.id).collect();
    let comparison = compared(&base, &head);
    assert!(comparison.gone.is_empty() && comparison.new.is_empty(), "{comparison:?}");
    assert_eq!(comparison.same.len(), 1);
}

/// The same assessment after somebody accepted its findings of these ranks.
fn accepted(mut of: Assessment, ranks: &[u32]) -> Assessment {
    let (accepted, left) = of.findings.into_iter().partition(|it| ranks.contains(&it.rank));
    of.findings = left;
    let by = Suppression {
        kind: SuppressionKind::Settings,
        reason: "a cache may be cold".to_owned(),
        location: location("kai.yaml", 3, LocationRole::Primary),
        until: None,
    };
    let accepted: Vec<Finding> = accepted;
    of.suppressed =
        accepted.into_iter().map(|finding| Suppressed { finding, by: by.clone() }).collect();
    of
}

#[test]
fn what_is_accepted_is_not_gone_but_allowed_with_its_reason() {
    let comparison = compared(&assessment(2), &accepted(assessment(3), &[2, 3]));
    expect![[r#"
        This change allows 2 findings; 1 stays as it was.

        Allowed
        - high outage Deployment/part-2: one pod, state on emptyDir; allowed: a cache may be cold
          [state-dies-with-pod] base/cache.yaml:8
        - high outage Deployment/part-3: one pod, state on emptyDir; new, allowed: a cache may be cold
          [state-dies-with-pod] base/cache.yaml:9
    "#]]
    .assert_eq(&text(&comparison, 100));
    assert!(markdown(&comparison).contains("| new, allowed: a cache may be cold |"));
    assert_eq!(comparison.added().count(), 0);
}

#[test]
fn what_stays_accepted_is_silent_and_what_is_accepted_no_longer_is_worse() {
    let base = accepted(assessment(3), &[2, 3]);
    let kept = compared(&base, &base);
    assert_eq!(kept.verdict, "Nothing changes: 1 finding before and after.");
    let head = accepted(assessment(2), &[]);
    let comparison = compared(&base, &head);
    assert!(comparison.gone.is_empty() && comparison.new.is_empty(), "{comparison:?}");
    assert_eq!(comparison.worse[0].how, "allowed before, and no longer");
    assert_eq!(comparison.worse.len(), 1);
}

#[test]
fn a_member_of_a_group_that_is_accepted_no_longer_is_one_more() {
    let mut grouped = assessment(1);
    let other = assessment(2).findings.remove(1);
    grouped.findings[0].causes.push(other.id);
    let comparison = compared(&accepted(assessment(2), &[2]), &grouped);
    assert_eq!(comparison.worse[0].how, "1 more");
    let back = compared(&grouped, &accepted(assessment(2), &[2]));
    assert_eq!((back.same.len(), back.gone.len(), back.better.len()), (1, 0, 0), "{back:?}");
}

fn changed() -> Comparison {
    let (mut base, mut head) = (assessment(3), assessment(4));
    base.findings[1].level = Level::Medium;
    base.findings[2].level = Level::High;
    head.findings[2].level = Level::Low;
    head.findings.remove(0);
    compared(&base, &head)
}

#[test]
fn a_page_is_a_verdict_and_the_changes() {
    expect![[r#"
        This change adds 1 finding and makes 1 worse, the worst a high outage: `Deployment/part-4`, one pod,
        state on emptyDir; it takes 1 finding away and makes 1 better.

        New
        - high outage Deployment/part-4: one pod, state on emptyDir [state-dies-with-pod] base/cache.yaml:10

        Worse
        - high outage Deployment/part-2: one pod, state on emptyDir; level medium to high
          [state-dies-with-pod] base/cache.yaml:8

        Better
        - low outage Deployment/part-3: one pod, state on emptyDir; level high to low [state-dies-with-pod]
          base/cache.yaml:9

        Gone
        - critical outage Deployment/part-1: one pod, state on emptyDir [state-dies-with-pod]
          base/cache.yaml:7
    "#]].assert_eq(&text(&changed(), 100));
}

#[test]
fn a_comment_is_a_verdict_and_the_changes() {
    expect![[r#"
        <!-- kai diff -->
        ### This change adds 1 finding and makes 1 worse, the worst a high outage: `Deployment/part-4`, one pod, state on emptyDir; it takes 1 finding away and makes 1 better.

        **New**

        | level | component | at risk | change | line |
        |-|-|-|-|-|
        | **high** outage | `Deployment/part-4` | one pod, state on emptyDir |  | `base/cache.yaml:10` |

        **Worse**

        | level | component | at risk | change | line |
        |-|-|-|-|-|
        | **high** outage | `Deployment/part-2` | one pod, state on emptyDir | level medium to high | `base/cache.yaml:8` |

        <details><summary>Better (1)</summary>

        | level | component | at risk | change | line |
        |-|-|-|-|-|
        | **low** outage | `Deployment/part-3` | one pod, state on emptyDir | level high to low | `base/cache.yaml:9` |

        </details>

        <details><summary>Gone (1)</summary>

        | level | component | at risk | change | line |
        |-|-|-|-|-|
        | **critical** outage | `Deployment/part-1` | one pod, state on emptyDir |  | `base/cache.yaml:7` |

        </details>
    "#]].assert_eq(&markdown(&changed()));
}

#[test]
fn the_verdict_is_one_sentence() {
    let said = |base, head| compared(&assessment(base), &assessment(head)).verdict;
    expect!["Nothing is at risk that I can see, before or after."].assert_eq(&said(0, 0));
    expect!["Nothing changes: 3 findings before and after."].assert_eq(&said(3, 3));
    expect!["This change takes 2 findings away; 1 stays as it was."].assert_eq(&said(3, 1));
    expect!["This change adds 2 findings, the worst a high outage: `Deployment/part-2`, one pod, state on emptyDir; 1 stays as it was."].assert_eq(&said(1, 3));
}

#[test]
fn the_wire_format_is_valid_by_its_published_schema() {
    let schema = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let offences = |text: &str| {
        schema_offences(&serde_json::from_str(text).expect("the format is JSON"), &schema)
    };
    let allows = compared(&assessment(2), &accepted(assessment(3), &[2, 3]));
    for comparison in [changed(), allows, compared(&assessment(0), &assessment(0))] {
        assert_eq!(offences(&json(&comparison)), Vec::<String>::new());
    }
    assert!(!offences(&json(&changed()).replace("\"how\"", "\"why\"")).is_empty());
}

#[test]
fn a_review_that_was_written_reads_as_the_review() {
    let full = assessment(12);
    let read = Snapshot::read(&review(&full)).expect("it was just written");
    let comparison = compare(&read, &Snapshot::of(&full));
    assert_eq!(comparison.same.len(), 12, "{comparison:?}");
    let some = accepted(full, &[1, 7]);
    let read = Snapshot::read(&review(&some)).expect("it was just written");
    assert_eq!(read.allowed[1].allowance.as_deref(), Some("a cache may be cold"));
    let comparison = compare(&read, &Snapshot::of(&some));
    assert_eq!((comparison.same.len(), comparison.allowed.len()), (10, 0), "{comparison:?}");
}

#[test]
fn what_is_no_review_is_refused_with_a_reason() {
    let refusal = |text: &str| Snapshot::read(text).err().unwrap_or_default();
    assert_eq!(
        refusal(r#"{"schema": "kai.review/v2", "findings": []}"#),
        "its `schema` is `kai.review/v2`, not `kai.review/v1`"
    );
    assert!(refusal("[").contains("line 1"), "{}", refusal("["));
    let strange = review(&assessment(1)).replace("\"critical\"", "\"terrible\"");
    assert_eq!(refusal(&strange), "`terrible` is none of `critical`, `high`, `medium`, `low`");
}
