//! What `kai break` prints, and what it does with input that no cluster could have.

use kai_testing::schema_offences;
use serde_json::Value;

use crate::run::{empty_folder, kai, repository, write};

const SCHEMA: &str = include_str!("../../../../docs/schema/kai.break.v1.json");

#[test]
fn the_standard_sweep_is_valid_by_its_published_schema() {
    let ran = kai(&repository(), &["break", "examples/payments", "--format", "json"], None);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let document: Value = serde_json::from_str(&ran.stdout).expect("the format is JSON");
    assert_eq!(offences(&document), Vec::<String>::new());
    assert!(document["scenarios"].as_array().is_some_and(|it| it.len() > 50));
    let mut broken = document.clone();
    broken["scenarios"][0]["surprise"] = 1.into();
    assert!(!offences(&broken).is_empty());
}

fn offences(document: &Value) -> Vec<String> {
    let schema = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    schema_offences(document, &schema)
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let run =
        || kai(&repository(), &["break", "examples/payments", "--format", "json"], None).stdout;
    assert_eq!(run(), run());
}

#[test]
fn names_that_there_are_not_are_answered_with_those_that_there_are() {
    check_refused("workload=payments/chekout", "`payments/checkout`");
    check_refused("nod=a", "`node`");
    check_refused("load=0x", "`load=2x` is twice as much");
    check_refused("rollout=payments/web:slow", "healthy, never-ready or crash-after-ready");
    check_refused("zone=", "`zone=*` for each");
}

#[track_caller]
fn check_refused(scenario: &str, hint: &str) {
    let ran = kai(&repository(), &["break", scenario, "examples/payments"], None);
    assert_eq!(ran.code, Some(2), "{}", ran.stdout);
    assert!(ran.stderr.contains(hint), "{}", ran.stderr);
}

#[test]
fn a_folder_in_which_nothing_runs_is_said() {
    let folder = empty_folder("break-nothing");
    write(&folder, "a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    let ran = kai(&folder, &["break"], None);
    assert_eq!(ran.code, Some(3));
    assert!(ran.stderr.contains("nothing runs in"), "{}", ran.stderr);
}
