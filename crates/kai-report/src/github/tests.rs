//! Commands as a runner reads them.

use expect_test::expect;
use kai_core::Level;

use super::review;
use crate::Places;
use crate::sample::{assessment, finding};

#[test]
fn a_finding_is_an_annotation_at_its_line() {
    expect![[r#"
        ::error file=base/cache.yaml,line=7,col=7,title=critical%3A Deployment/part-1%3A one pod%2C state on emptyDir::`cache` is one pod and keeps its data on emptyDir, so every eviction empties it and `pay.example` is down until it is back.%0AFix: Run three replicas with a claim template.%0AVerify: kubectl -n payments delete pod -l app=cache; checkout must go on%0ARule: state-dies-with-pod
        ::notice title=Kai::Not ready: `pay.example` goes down with one pod. 1 finding.
    "#]]
    .assert_eq(&review(&assessment(1), &Places::default()));
}

#[test]
fn the_worst_come_first_and_one_line_says_how_many_are_left() {
    let text = review(&assessment(40), &Places::default());
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 10);
    assert!(lines[0].contains("part-1%3A") && lines[8].contains("part-9%3A"), "{text}");
    assert!(
        lines[9].ends_with("40 findings. 31 of them stand only in the whole review."),
        "{text}"
    );
}

#[test]
fn the_text_of_a_file_cannot_give_a_command() {
    let mut hostile = assessment(0);
    let mut finding = finding(1, Level::Low, "Deployment/a,line=1::b", "50%\n::stop-commands::x");
    finding.locations[0].path = "a,b:c%.yaml".into();
    hostile.findings = vec![finding];
    let text = review(&hostile, &Places::default());
    assert_eq!(text.lines().count(), 2, "{text}");
    let head = "::notice file=a%2Cb%3Ac%25.yaml,line=7,col=7,title=low%3A \
                Deployment/a%2Cline=1%3A%3Ab%3A 50%25 %3A%3Astop-commands%3A%3Ax::";
    assert!(text.starts_with(head), "{text}");
}
