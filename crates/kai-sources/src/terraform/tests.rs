use kai_core::{Known, Origins, RootId};
use kai_graph::{Facts, ManagedDatabase};
use kai_terraform::config::Library;
use kai_terraform::roots::{compose, discover};
use kai_testing::Memory;

use super::lower;

fn database(text: &str) -> Option<ManagedDatabase> {
    let tree = Memory::of(&format!("== main.tf\n{text}"));
    let origins = Origins::new();
    let plans = discover(&tree);
    let composed = compose(&Library::new(&tree, &origins), &plans[0]);
    let lowered = lower(&composed[0].instances, RootId(0), &origins);
    lowered.components.into_iter().find_map(|it| match it.facts {
        Facts::ManagedDatabase(facts) => Some(*facts),
        _ => None,
    })
}

#[track_caller]
fn check_backup(text: &str, expected: Option<bool>) {
    let facts = database(text).expect("the text declares a database");
    assert_eq!(facts.has_backup.value().copied(), expected);
}

#[test]
fn cloud_sql_has_no_backups_unless_they_are_turned_on() {
    check_backup(
        "resource \"google_sql_database_instance\" \"a\" {\n  settings {}\n}\n",
        Some(false),
    );
    check_backup(
        "resource \"google_sql_database_instance\" \"a\" {\n  settings {\n    backup_configuration {\n      enabled = true\n    }\n  }\n}\n",
        Some(true),
    );
}

#[test]
fn what_a_variable_decides_is_not_known() {
    let text = "variable \"days\" {}\nresource \"aws_db_instance\" \"a\" {\n  backup_retention_period = var.days\n}\n";
    check_backup(text, None);
    let facts = database(text).unwrap();
    assert!(!matches!(facts.has_backup, Known::Unknown(kai_core::Reason::NotDeclared)));
}

#[test]
fn amazon_keeps_backups_of_clusters_and_none_of_instances_where_nothing_is_written() {
    check_backup("resource \"aws_db_instance\" \"a\" {}\n", Some(false));
    check_backup("resource \"aws_rds_cluster\" \"a\" {}\n", Some(true));
}

#[test]
fn a_module_of_the_registry_is_read_by_what_it_is_given() {
    let text = "module \"db\" {\n  source = \"GoogleCloudPlatform/sql-db/google//modules/postgresql\"\n  user_password = \"admin\"\n}\n";
    let facts = database(text).unwrap();
    assert_eq!(facts.has_backup.value(), Some(&false));
    assert_eq!(facts.is_protected.value(), Some(&true));
    assert_eq!(facts.material.len(), 1);
}

#[test]
fn a_replica_is_a_copy_of_what_has_backups() {
    let text = "resource \"aws_db_instance\" \"a\" {\n  replicate_source_db = \"ledger\"\n}\n";
    assert!(database(text).is_none());
}
