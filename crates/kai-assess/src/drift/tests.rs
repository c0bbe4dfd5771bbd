use kai_core::{Level, Origins, Unwatched};
use kai_terraform::record::{Action, Shown, read};
use kai_testing::Memory;

use super::*;
use crate::{Keep, Settings};

const TREE: &[(&str, &str)] = &[
    (
        "prod/main.tf",
        r#"
resource "aws_db_instance" "ledger" {
  identifier = "ledger"
  password   = var.password
}
variable "password" { default = "fake-not-real-1" }
resource "aws_s3_bucket" "exports" {
  bucket = "exports"
}
moved {
  from = aws_s3_bucket.old_name
  to   = aws_s3_bucket.exports
}
removed {
  from = aws_sqs_queue.jobs
  lifecycle { destroy = false }
}
module "elsewhere" {
  source = "git::https://example.com/modules.git"
}
"#,
    ),
    ("staging/main.tf", "resource \"aws_db_instance\" \"ledger\" {}\n"),
];

fn judged(record: &str, root: Option<&str>) -> Result<Drift, Vec<String>> {
    let tree = Memory::new(TREE.iter().copied());
    let origins = Origins::new();
    let record = read(&origins, "record.json".into(), record.as_bytes()).expect("it is a record");
    let reviewed =
        crate::read(&tree, None, origins, Settings::default(), &Unwatched, Keep::Configurations);
    drift(&record, &reviewed, root)
}

#[track_caller]
fn said(drift: &Drift, address: &str) -> (Level, Action, Cause) {
    let found = drift.changes.iter().find(|it| it.address == address);
    let found = found.unwrap_or_else(|| panic!("`{address}` is told"));
    (found.level, found.action, found.cause)
}

fn plan(ty: &str, change: &str) -> String {
    format!(
        r#"{{"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": [
            {{"address": "{ty}.ledger", "mode": "managed", "type": "{ty}", "name": "ledger",
              "change": {change}}}]}}"#
    )
}

/// An object of a kept state.
fn object(ty: &str, name: &str, attributes: &str) -> String {
    format!(
        r#"{{"mode": "managed", "type": "{ty}", "name": "{name}",
            "instances": [{{"attributes": {attributes}}}]}}"#
    )
}

fn state(objects: &[String]) -> String {
    format!(
        r#"{{"version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "x",
            "outputs": {{}}, "resources": [{}]}}"#,
        objects.join(",")
    )
}

const GONE: &str =
    r#"{"actions": ["delete"], "before": {"deletion_protection": false}, "after": null}"#;

#[test]
fn a_database_that_is_destroyed_is_the_worst() {
    let drift = judged(&plan("aws_db_instance", GONE), Some("prod")).expect("there is such a root");
    assert_eq!(
        said(&drift, "aws_db_instance.ledger"),
        (Level::Critical, Action::Delete, Cause::Planned)
    );
    assert_eq!(drift.changes[0].component.as_deref(), Some("aws_db_instance/ledger"));
}

#[test]
fn outside_of_production_it_is_less() {
    let drift = judged(&plan("aws_db_instance", GONE), Some("staging")).expect("there is one");
    assert_eq!(said(&drift, "aws_db_instance.ledger").0, Level::High);
}

#[test]
fn what_refuses_the_deletion_is_told_instead_of_a_loss() {
    let held = GONE.replace("false", "true");
    let drift = judged(&plan("aws_db_instance", &held), Some("prod")).expect("there is one");
    assert_eq!(said(&drift, "aws_db_instance.ledger").0, Level::High);
    assert!(drift.changes[0].remedy.starts_with("`deletion_protection` refuses"));
}

#[test]
fn a_protection_that_is_taken_away_is_told_by_name() {
    let change =
        r#"{"actions": ["update"], "before": {"multi_az": true}, "after": {"multi_az": false}}"#;
    let drift = judged(&plan("aws_db_instance", change), Some("prod")).expect("there is one");
    assert_eq!(said(&drift, "aws_db_instance.ledger").0, Level::High);
    assert!(drift.changes[0].breaks.ends_with("it loses its standby in another zone"));
}

#[test]
fn of_roots_that_fit_the_one_that_declares_nothing_besides_is_taken() {
    let drift = judged(&plan("aws_db_instance", GONE), None).expect("no root was asked for");
    let fit = drift.fit.expect("one declares it");
    assert_eq!(fit.path, "staging", "it declares nothing besides");
    assert_eq!((fit.known, fit.all), (1, 1));
    let names = judged(&plan("aws_db_instance", GONE), Some("other")).expect_err("there is none");
    assert_eq!(names, ["prod", "staging"]);
}

#[test]
fn what_moved_or_is_let_go_of_or_is_not_read_is_not_destroyed() {
    let mut objects = vec![
        object("aws_s3_bucket", "old_name", r#"{"bucket": "exports"}"#),
        object("aws_sqs_queue", "jobs", "{}"),
        object("aws_kms_key", "gone", "{}"),
    ];
    objects.push(object("aws_vpc", "main", "{}").replacen(
        '{',
        r#"{"module": "module.elsewhere", "#,
        1,
    ));
    let drift = judged(&state(&objects), Some("prod")).expect("there is one");
    assert_eq!(said(&drift, "aws_sqs_queue.jobs").1, Action::Forget);
    assert_eq!(said(&drift, "aws_kms_key.gone").0, Level::Critical);
    assert_eq!(drift.changes.len(), 2, "{:?}", drift.changes);
    assert_eq!(
        drift.not_known[0],
        "Whether `module.elsewhere.aws_vpc.main` would be destroyed is not known: their modules or \
         keys are not known here."
    );
    assert_eq!((drift.tally.unchanged, drift.tally.create), (1, 1));
}

#[test]
fn values_that_differ_are_shown_and_secrets_are_not() {
    let database = r#"{"identifier": "ledger-2", "password": "fake-not-real-2"}"#;
    let drift = judged(&state(&[object("aws_db_instance", "ledger", database)]), Some("prod"));
    let drift = drift.expect("there is one");
    let shown: Vec<_> = drift.changes[0]
        .attributes
        .iter()
        .map(|it| (it.path.as_str(), it.before.clone(), it.after.clone()))
        .collect();
    let text = |it: &str| Shown::Text(it.into());
    assert_eq!(
        shown,
        [
            ("identifier", text("ledger-2"), text("ledger")),
            ("password", Shown::Secret, Shown::Secret)
        ]
    );
    assert!(!format!("{drift:?}").contains("fake-not-real"));
}

#[test]
fn what_runs_none_any_more_and_what_lets_everybody_in_is_told_by_that() {
    let change =
        r#"{"actions": ["update"], "before": {"desired_count": 2}, "after": {"desired_count": 0}}"#;
    let stopped = judged(&plan("aws_ecs_service", change), None).expect("it is judged");
    assert_eq!(said(&stopped, "aws_ecs_service.ledger").0, Level::Medium);
    assert!(stopped.changes[0].breaks.contains("`desired_count` becomes 0, so none of it runs"));
    let change = r#"{"actions": ["update"],
        "before": {"ingress": [{"cidr_blocks": ["10.0.0.0/8"], "from_port": 5432}]},
        "after": {"ingress": [{"cidr_blocks": ["0.0.0.0/0"], "from_port": 5432}]}}"#;
    let opened = judged(&plan("aws_security_group", change), None).expect("it is judged");
    assert_eq!(said(&opened, "aws_security_group.ledger").0, Level::High);
    assert!(opened.changes[0].breaks.contains("lets the whole internet in"));
    let out = change.replace("ingress", "egress");
    let out = judged(&plan("aws_security_group", &out), None).expect("it is judged");
    assert_eq!(said(&out, "aws_security_group.ledger").0, Level::Low);
}

#[test]
fn rules_about_what_goes_out_and_rules_that_deny_let_nobody_in() {
    let told = |ty: &str, range: &str, beside: &str| {
        let change = format!(
            r#"{{"actions": ["update"], "before": {{{beside}"{range}": ["10.0.0.0/8"]}},
                "after": {{{beside}"{range}": ["0.0.0.0/0"]}}}}"#
        );
        let drift = judged(&plan(ty, &change), None).expect("it is judged");
        let breaks = &drift.changes[0].breaks;
        (drift.changes[0].level, breaks.contains("lets the whole internet in"))
    };
    let rule = "aws_security_group_rule";
    assert_eq!(told(rule, "cidr_blocks", r#""type": "ingress", "#), (Level::High, true));
    for (ty, range, beside) in [
        (rule, "cidr_blocks", r#""type": "egress", "#),
        ("aws_vpc_security_group_egress_rule", "cidr_ipv4", ""),
        ("azurerm_network_security_rule", "source_address_prefixes", r#""access": "Deny", "#),
        (
            "azurerm_network_security_rule",
            "source_address_prefixes",
            r#""access": "Allow", "direction": "Outbound", "#,
        ),
        ("google_compute_firewall", "source_ranges", r#""deny": [{"protocol": "all"}], "#),
    ] {
        assert_eq!(told(ty, range, beside), (Level::Low, false), "{ty} {beside}");
    }
}
