//! Fixes of several findings in one text.

use kai_assess::{Why, repair};
use kai_core::{Applicability, Edit, Finding, Fix, Origins, Span, content_id};
use kai_testing::Memory;

const TEXT: &str = "a: 1\nb: 2\nc: 3\n";

/// Findings that would each replace some bytes; the result, and what is left out.
#[track_caller]
fn check(edits: &[&[(u32, u32, &str)]], expected: &str, left_out: &[usize]) {
    let origins = Origins::new();
    let document = origins.add_document("a.yaml".into(), TEXT.into()).expect("it is small");
    let edit =
        |&(start, end, text): &(u32, u32, &str)| Edit::replace(Span { document, start, end }, text);
    let fixes = edits.iter().map(|it| Fix::safely("Change it", it.iter().map(edit).collect()));
    let findings: Vec<Finding> = (0..).zip(fixes).map(|(at, fix)| finding(at, fix)).collect();
    let repair = repair(&findings, &origins, false);
    assert_eq!(repair.files[0].after, expected);
    let left: Vec<_> = repair.left_out.iter().map(|it| (it.finding, it.why)).collect();
    let wanted: Vec<_> = left_out.iter().map(|&it| (findings[it].id, Why::Overlap)).collect();
    assert_eq!(left, wanted);
    assert_eq!(repair.applied.len() + left.len(), edits.len());
}

fn finding(at: u32, fix: Fix) -> Finding {
    let text = "apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { selector: { app: b } }\n---\n\
                apiVersion: v1\nkind: Pod\nmetadata: { name: c }\n";
    let mut found = super::assess(&Memory::new([("a.yaml", text)])).findings;
    let mut finding = found.pop().expect("a Service that selects nothing is found");
    finding.id = content_id(&[&at.to_string()]);
    finding.fixes = vec![fix];
    finding
}

#[test]
fn fixes_of_different_places_are_put_together() {
    check(&[&[(13, 14, "9")], &[(3, 4, "7")]], "a: 7\nb: 2\nc: 9\n", &[]);
}

#[test]
fn the_same_fix_is_made_once() {
    check(&[&[(3, 4, "7")], &[(3, 4, "7")]], "a: 7\nb: 2\nc: 3\n", &[]);
}

#[test]
fn the_worse_finding_goes_first_where_two_edit_one_place() {
    check(&[&[(3, 4, "7")], &[(0, 5, "")]], "a: 7\nb: 2\nc: 3\n", &[1]);
    check(&[&[(5, 5, "x: 1\n")], &[(5, 5, "y: 1\n")]], "a: 1\nx: 1\nb: 2\nc: 3\n", &[1]);
}

#[test]
fn a_fix_goes_in_whole_or_not_at_all() {
    check(&[&[(3, 4, "7")], &[(8, 9, "8"), (3, 4, "8")]], "a: 7\nb: 2\nc: 3\n", &[1]);
}

#[test]
fn what_alters_behaviour_is_made_only_where_it_is_asked_for() {
    let origins = Origins::new();
    let document = origins.add_document("a.yaml".into(), TEXT.into()).expect("it is small");
    let edit = Edit::replace(Span { document, start: 3, end: 4 }, "7");
    let findings = [finding(0, Fix::unsafely("Change it", vec![edit]))];
    assert_eq!(findings[0].fixes[0].applicability, Applicability::Unsafe);
    let asked = repair(&findings, &origins, true);
    assert_eq!(asked.applied, [findings[0].id]);
    let unasked = repair(&findings, &origins, false);
    assert!(unasked.files.is_empty() && unasked.left_out[0].why == Why::Unsafe);
}
