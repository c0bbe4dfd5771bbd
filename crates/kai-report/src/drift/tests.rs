use kai_assess::drift::{Drift, drift};
use kai_assess::{Keep, Settings};
use kai_core::{Origins, Unwatched};
use kai_terraform::record::read;
use kai_testing::{Memory, schema_offences};
use serde_json::Value;

use super::*;
use crate::terminal::Options;

const SCHEMA: &str = include_str!("../../../../docs/schema/kai.drift.v1.json");

/// One change of each kind.
const PLAN: &str = r#"{
  "format_version": "1.2", "terraform_version": "1.11.4",
  "resource_drift": [{"address": "aws_s3_bucket.exports", "mode": "managed", "type": "aws_s3_bucket",
    "name": "exports", "change": {"actions": ["update"], "before": {"force_destroy": false},
    "after": {"force_destroy": true}}}],
  "resource_changes": [
    {"address": "aws_db_instance.ledger", "mode": "managed", "type": "aws_db_instance", "name": "ledger",
     "change": {"actions": ["delete", "create"],
       "before": {"engine": "mysql", "password": "fake-not-real-1", "note": "\u001b[31m"},
       "after": {"engine": "postgres", "password": "fake-not-real-2"}, "after_unknown": {"id": true},
       "replace_paths": [["engine"]]}},
    {"address": "aws_kms_key.old", "mode": "managed", "type": "aws_kms_key", "name": "old",
     "change": {"actions": ["delete"], "before": {}, "after": null},
     "action_reason": "delete_because_no_resource_config"},
    {"address": "aws_sqs_queue.jobs", "mode": "managed", "type": "aws_sqs_queue", "name": "jobs",
     "change": {"actions": ["create"], "before": null, "after": {}}}]}"#;

fn judged(files: &[(&str, &str)]) -> Drift {
    let (tree, origins) = (Memory::new(files.iter().copied()), Origins::new());
    let record = read(&origins, "plan.json".into(), PLAN.as_bytes()).expect("it is a plan");
    let reviewed = kai_assess::read(
        &tree,
        None,
        origins,
        Settings::default(),
        &Unwatched,
        Keep::Configurations,
    );
    drift(&record, &reviewed, None).expect("no root was asked for")
}

const FILES: &[(&str, &str)] = &[("main.tf", "resource \"aws_db_instance\" \"ledger\" {}\n")];

#[test]
fn the_wire_format_is_valid_by_its_published_schema() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let offences = |text: &str| {
        schema_offences(&serde_json::from_str(text).expect("the format is JSON"), &schema)
    };
    for files in [FILES, &[]] {
        let text = json(&judged(files), "plan.json".into(), &Options::default());
        assert_eq!(offences(&text), Vec::<String>::new());
        assert!(!offences(&text.replace("\"breaks\"", "\"broken\"")).is_empty());
        assert!(!offences(&text.replace("kai.drift/v1", "kai.drift/v2")).is_empty());
    }
}

#[test]
fn no_secret_and_no_control_character_is_printed() {
    let drift = judged(FILES);
    let text = text(&drift, "plan.json".into(), &Options::default());
    let json = json(&drift, "plan.json".into(), &Options::default());
    assert!(!text.contains("fake-not-real") && !json.contains("fake-not-real"));
    assert!(text.contains("password: (secret) → (secret)"), "{text}");
    assert!(!text.contains('\u{1b}') && !json.contains('\u{1b}'));
}
