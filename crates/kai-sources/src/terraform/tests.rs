use expect_test::expect;
use kai_core::{Known, LocationRole, Origins, RootId};
use kai_graph::{Facts, ManagedDatabase, Strength, System};
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

fn linked(files: &str, origins: &Origins) -> System {
    let tree = Memory::of(files);
    let library = Library::new(&tree, origins);
    let plans = discover(&tree);
    let composed = plans.iter().flat_map(|it| compose(&library, it));
    let (mut roots, mut components) = (Vec::new(), Vec::new());
    for (id, mut it) in (0..).map(RootId).zip(composed) {
        it.root.id = id;
        components.push(lower(&it.instances, id, origins).components);
        roots.push(it.root);
    }
    crate::link::link(roots, crate::number(components), &[], origins)
}

/// How much each arrow is needed.
fn softly(files: &str) -> Vec<Strength> {
    let system = linked(files, &Origins::new());
    let arrows = system.components().iter().flat_map(|it| system.needs(it.id));
    arrows.map(|it| it.strength).collect()
}

/// Who calls whom, one a line, with the line that says so.
fn calls(files: &str) -> String {
    let origins = Origins::new();
    let system = linked(files, &origins);
    let arrows = system.components().iter().flat_map(|it| system.needs(it.id));
    let shown = arrows.map(|it| {
        let place = origins.location(it.origin, LocationRole::Primary).unwrap();
        let label = |id| system.component(id).label();
        let (source, target) = (label(it.source), label(it.target));
        format!("{source} {} {target} {}:{}\n", it.kind.as_str(), place.path, place.line)
    });
    shown.collect()
}

#[test]
fn a_function_calls_the_database_whose_address_it_is_given() {
    expect![[r#"
        aws_lambda_function/bill calls aws_db_instance/ledger main.tf:3
    "#]]
    .assert_eq(&calls(
        r#"== main.tf
resource "aws_db_instance" "ledger" {}
locals {
  url = "postgres://app@${aws_db_instance.ledger.address}:5432/bills"
}
resource "aws_lambda_function" "bill" {
  environment {
    variables = { DATABASE_URL = local.url }
  }
}
resource "aws_lambda_function" "tag" {
  environment {
    variables = { ZONE = aws_db_instance.ledger.availability_zone }
  }
}
"#,
    ));
}

#[test]
fn a_service_calls_what_stands_in_the_secrets_that_it_is_given() {
    expect![[r#"
        aws_ecs_service/shop calls aws_elasticache_replication_group/sessions main.tf:11
        aws_ecs_service/shop calls aws_rds_cluster/db.orders modules/db/main.tf:3
    "#]]
    .assert_eq(&calls(
        r#"== main.tf
module "db" {
  source = "./modules/db"
}
resource "aws_elasticache_replication_group" "sessions" {}
resource "aws_ssm_parameter" "orders" {
  value = "postgres://app@${module.db.reader}/orders"
}
resource "aws_secretsmanager_secret" "sessions" {}
resource "aws_secretsmanager_secret_version" "sessions" {
  secret_id     = aws_secretsmanager_secret.sessions.id
  secret_string = "redis://${aws_elasticache_replication_group.sessions.primary_endpoint_address}"
}
resource "aws_ecs_task_definition" "shop" {
  family = "shop"
  container_definitions = jsonencode([{
    name = "shop"
    secrets = [
      { name = "ORDERS", valueFrom = aws_ssm_parameter.orders.arn },
      { name = "SESSIONS", valueFrom = aws_secretsmanager_secret.sessions.arn },
    ]
  }])
}
resource "aws_ecs_service" "shop" {
  task_definition = aws_ecs_task_definition.shop.arn
}
== modules/db/main.tf
resource "aws_rds_cluster" "orders" {}
resource "aws_rds_cluster_instance" "reader" {
  cluster_identifier = aws_rds_cluster.orders.id
}
output "reader" {
  value = aws_rds_cluster_instance.reader.endpoint
}
"#,
    ));
}

#[test]
fn a_service_of_cloud_run_calls_what_its_template_is_given() {
    expect![[r#"
        google_cloud_run_service/shop calls google_redis_instance/sessions main.tf:12
        google_cloud_run_v2_service/till calls google_pubsub_topic/jobs main.tf:24
        google_cloud_run_v2_service/till calls google_sql_database_instance/ledger main.tf:4
        google_cloud_run_v2_service/till calls google_storage_bucket/receipts main.tf:46
    "#]]
    .assert_eq(&calls(
        r#"== main.tf
resource "google_secret_manager_secret" "dsn" { secret_id = "dsn" }
resource "google_secret_manager_secret_version" "dsn" {
  secret      = google_secret_manager_secret.dsn.id
  secret_data = "postgres://till@${google_sql_database_instance.ledger.private_ip_address}"
}
resource "google_cloud_run_service" "shop" {
  template {
    spec {
      containers {
        env {
          name  = "REDIS_HOST"
          value = google_redis_instance.sessions.host
        }
      }
    }
  }
}
resource "google_cloud_run_v2_service" "till" {
  template {
    service_account = google_service_account.till.email
    containers {
      env {
        name  = "TOPIC"
        value = google_pubsub_topic.jobs.id
      }
      env {
        name = "DSN"
        value_source {
          secret_key_ref {
            secret = google_secret_manager_secret.dsn.secret_id
          }
        }
      }
    }
    volumes {
      gcs {
        bucket = google_storage_bucket.receipts.name
      }
    }
  }
}
resource "google_service_account" "till" { account_id = "till" }
resource "google_sql_database_instance" "ledger" {}
resource "google_redis_instance" "sessions" {}
resource "google_pubsub_topic" "jobs" {}
resource "google_storage_bucket" "receipts" { name = "receipts" }
"#,
    ));
}

#[test]
fn a_program_goes_on_without_the_queue_of_its_telemetry() {
    let text = "== main.tf\nresource \"aws_sqs_queue\" \"spans\" {}\nresource \"aws_lambda_function\" \"a\" {\n  environment {\n    variables = { TRACES_QUEUE = aws_sqs_queue.spans.url }\n  }\n}\n";
    assert_eq!(softly(text), [Strength::Soft]);
}

#[test]
fn a_plan_copies_what_its_selection_names_into_the_vaults_of_its_rules() {
    let text = r#"== main.tf
resource "aws_db_instance" "ledger" {}
resource "aws_db_instance" "bills" {}
resource "aws_backup_vault" "here" { name = "here" }
resource "aws_backup_vault" "away" { name = "away" }
resource "aws_backup_plan" "nightly" {
  rule {
    target_vault_name = aws_backup_vault.here.name
    copy_action {
      destination_vault_arn = aws_backup_vault.away.arn
    }
  }
}
resource "aws_backup_selection" "ledger" {
  plan_id   = aws_backup_plan.nightly.id
  resources = [aws_db_instance.ledger.arn]
}
"#;
    expect![[r#"
        aws_backup_plan/nightly keeps copies in aws_backup_vault/away main.tf:9
        aws_backup_plan/nightly keeps copies in aws_backup_vault/here main.tf:3
        aws_backup_plan/nightly backs up aws_db_instance/ledger main.tf:15
    "#]]
    .assert_eq(&calls(text));
    // What tags select as well is not told by the list alone.
    let tagged = text.replace(
        "  resources = [",
        "  selection_tag {\n    type = \"STRINGEQUALS\"\n    key = \"a\"\n    value = \"b\"\n  }\n  resources = [",
    );
    assert!(!calls(&tagged).contains("backs up"));
}

#[test]
fn policies_of_azure_copy_machines_shares_and_disks_and_a_vault_that_only_orders_holds_nothing() {
    expect![[r#"
        azurerm_backup_policy_file_share/docs backs up azurerm_storage_share/docs main.tf:14
        azurerm_backup_policy_vm/daily keeps copies in azurerm_recovery_services_vault/main main.tf:1
        azurerm_backup_policy_vm/daily backs up azurerm_windows_virtual_machine/web[0] main.tf:11
        azurerm_data_protection_backup_instance_disk/data backs up azurerm_managed_disk/data main.tf:25
    "#]]
    .assert_eq(&calls(
        r#"== main.tf
resource "azurerm_recovery_services_vault" "main" { name = "main" }
resource "azurerm_windows_virtual_machine" "web" {
  count = 1
  name  = "web"
}
resource "azurerm_backup_policy_vm" "daily" {
  recovery_vault_name = azurerm_recovery_services_vault.main.name
}
resource "azurerm_backup_protected_vm" "web" {
  count            = 1
  source_vm_id     = azurerm_windows_virtual_machine.web[count.index].id
  backup_policy_id = azurerm_backup_policy_vm.daily.id
}
resource "azurerm_storage_share" "docs" { name = "docs" }
resource "azurerm_backup_policy_file_share" "docs" { recovery_vault_name = azurerm_recovery_services_vault.main.name }
resource "azurerm_backup_protected_file_share" "docs" {
  source_file_share_name = azurerm_storage_share.docs.name
  backup_policy_id       = azurerm_backup_policy_file_share.docs.id
}
resource "azurerm_managed_disk" "data" { name = "data" }
resource "azurerm_data_protection_backup_vault" "snaps" { name = "snaps" }
variable "policy" {}
resource "azurerm_data_protection_backup_instance_disk" "data" {
  vault_id         = azurerm_data_protection_backup_vault.snaps.id
  disk_id          = azurerm_managed_disk.data.id
  backup_policy_id = var.policy
}
"#,
    ));
}

/// What the plan `p` copies by a selection.
fn copied(things: &str, selection: &str) -> String {
    let text = format!(
        "== main.tf\n{things}resource \"aws_backup_plan\" \"p\" {{}}\n\
         resource \"aws_backup_selection\" \"s\" {{\n  plan_id = aws_backup_plan.p.id\n{selection}}}\n"
    );
    let arrows = calls(&text);
    let names = arrows.lines().filter_map(|it| it.split("backs up ").nth(1));
    names.filter_map(|it| it.split(' ').next()).collect::<Vec<_>>().join(" ")
}

const TAGGED: &str = r#"provider "aws" {
  default_tags { tags = { env = "prod" } }
}
resource "aws_db_instance" "ledger" {
  identifier = "ledger"
  tags = { backup = "daily", tier = "gold" }
}
resource "aws_rds_cluster" "bills" {
  cluster_identifier = "bills"
  tags = { backup = "weekly", env = "other" }
}
resource "aws_efs_file_system" "files" {}
"#;

#[test]
fn selections_take_by_tags_by_conditions_and_by_patterns() {
    let tag = |key: &str, value: &str| {
        format!(
            "  selection_tag {{\n    type = \"STRINGEQUALS\"\n    key = \"{key}\"\n    value = \"{value}\"\n  }}\n"
        )
    };
    let taken = |selection: &str| copied(TAGGED, selection);
    assert_eq!(taken(&tag("backup", "daily")), "aws_db_instance/ledger");
    assert_eq!(taken(&tag("env", "prod")), "aws_db_instance/ledger aws_efs_file_system/files");
    let either = [tag("backup", "daily"), tag("backup", "weekly")].concat();
    assert_eq!(taken(&either), "aws_db_instance/ledger aws_rds_cluster/bills");
    let conditions = "  resources = [\"*\"]\n  condition {\n    string_like {\n      key = \"aws:ResourceTag/backup\"\n      value = \"*ly\"\n    }\n\
                      \x20   string_not_equals {\n      key = \"aws:ResourceTag/tier\"\n      value = \"gold\"\n    }\n  }\n";
    assert_eq!(taken(conditions), "aws_rds_cluster/bills");
    let all = "aws_db_instance/ledger aws_efs_file_system/files aws_rds_cluster/bills";
    assert_eq!(taken("  resources = [\"*\"]\n"), all);
    for (pattern, expected) in [
        ("arn:aws:rds:*:*:db:*", "aws_db_instance/ledger"),
        ("arn:aws:rds:*:*:cluster:b*s", "aws_rds_cluster/bills"),
        ("arn:aws:rds:*", "aws_db_instance/ledger aws_rds_cluster/bills"),
        ("arn:aws:dynamodb:*:*:table/*", ""),
        // Of which account it is, nobody knows here.
        ("arn:aws:rds:eu-west-1:1:db:ledger", ""),
    ] {
        assert_eq!(taken(&format!("  resources = [\"{pattern}\"]\n")), expected, "{pattern}");
    }
    let but = "  resources = [\"*\"]\n  not_resources = [aws_db_instance.ledger.arn]\n";
    assert_eq!(taken(but), "aws_efs_file_system/files aws_rds_cluster/bills");
    // Which services the region copies is told elsewhere, and which tags there are is to come.
    let settings = "resource \"aws_backup_region_settings\" \"r\" {}\n";
    assert_eq!(copied(&format!("{TAGGED}{settings}"), "  resources = [\"*\"]\n"), "");
    let to_come = TAGGED.replace("{ env = \"prod\" }", "{ env = aws_efs_file_system.files.id }");
    assert_eq!(copied(&to_come, &tag("env", "prod")), "");
}

#[test]
fn a_selection_takes_nothing_of_another_region() {
    let regions = |west: &str| {
        format!(
            "provider \"aws\" {{\n  region = \"eu-west-1\"\n}}\nprovider \"aws\" {{\n  alias = \"other\"\n  region = {west}\n}}\n\
             resource \"aws_db_instance\" \"here\" {{}}\nresource \"aws_db_instance\" \"there\" {{\n  provider = aws.other\n}}\n"
        )
    };
    let all = "  resources = [\"*\"]\n";
    assert_eq!(copied(&regions("\"us-east-1\""), all), "aws_db_instance/here");
    // The other provider may be one of another account, and which region it is may be to come.
    assert_eq!(copied(&regions("\"eu-west-1\""), all), "aws_db_instance/here");
    assert_eq!(copied(&regions("aws_db_instance.here.id"), all), "aws_db_instance/here");
}

/// Where states are kept, with what is told of each.
fn states(files: &str) -> String {
    let tree = Memory::of(files);
    let origins = Origins::new();
    let library = Library::new(&tree, &origins);
    let mut shown = String::new();
    for composed in discover(&tree).iter().flat_map(|it| compose(&library, it)) {
        for it in lower(&composed.instances, RootId(0), &origins).components {
            let Facts::StateStore(facts) = &it.facts else { continue };
            let kept_by = facts.committed.as_ref().and_then(|it| it.kept_by.as_deref());
            let leftover =
                kept_by.map(|it| format!(", a leftover beside {it}")).unwrap_or_default();
            let bucket = facts.bucket.value().map(|it| format!(" in {it}")).unwrap_or_default();
            shown.push_str(&format!("{}{bucket}{leftover}\n", it.label()));
        }
    }
    shown
}

#[test]
fn states_are_called_by_their_files_and_known_as_leftovers() {
    let state = r#"{"version": 4, "serial": 1, "lineage": "x", "resources": [{"mode": "managed", "type": "a_b", "name": "c", "instances": [{"attributes": {}}]}]}"#;
    let files = format!(
        "== main.tf\nterraform {{\n  backend \"azurerm\" {{\n    storage_account_name = \"shopstate\"\n  }}\n}}\n\
         resource \"a_b\" \"c\" {{}}\n== terraform.tfstate\n{state}\n== terraform.tfstate.d/blue/terraform.tfstate\n{state}\n"
    );
    expect![[r#"
        backend/azurerm in shopstate
        state/terraform.tfstate, a leftover beside azurerm
        state/terraform.tfstate.d/blue/terraform.tfstate, a leftover beside azurerm
    "#]]
    .assert_eq(&states(&files));
    let local = files.replace("\"azurerm\"", "\"local\"");
    expect![[r#"
        backend/local
        state/terraform.tfstate
        state/terraform.tfstate.d/blue/terraform.tfstate
    "#]]
    .assert_eq(&states(&local));
    let cloud = files.replace("backend \"azurerm\"", "cloud");
    assert!(states(&cloud).starts_with("backend/cloud\n"));
}

#[test]
fn a_type_that_nobody_reads_is_there_by_its_name_and_a_setting_is_not() {
    use super::unread::unread;
    for ty in
        ["aws_sfn_state_machine", "aws_wafv2_web_acl", "google_compute_router", "datadog_monitor"]
    {
        assert!(unread(ty).is_some(), "{ty}");
    }
    for ty in [
        "random_id",
        "null_resource",
        "aws_iam_role_policy_attachment",
        "aws_lb_listener",
        "helm_release",
    ] {
        assert!(unread(ty).is_none(), "{ty}");
    }
}

#[test]
fn who_calls_a_server_calls_the_databases_behind_it() {
    let database = |name: &str| {
        format!(
            "resource \"azurerm_mssql_database\" \"{name}\" {{\n  name = \"{name}\"\n  server_id = azurerm_mssql_server.a.id\n}}\n"
        )
    };
    let shown = |databases: &[&str]| {
        let databases: String = databases.iter().map(|it| database(it)).collect();
        let origins = Origins::new();
        let files = format!(
            "== main.tf\nresource \"azurerm_mssql_server\" \"a\" {{\n  name = \"a\"\n}}\n{databases}"
        );
        let system = linked(&files, &origins);
        let arrows = system.components().iter().flat_map(|it| system.needs(it.id));
        let shown = arrows.map(|it| {
            let [source, target] = [it.source, it.target].map(|it| system.component(it).label());
            format!("{source} -> {target} {:?}", it.strength)
        });
        shown.collect::<Vec<_>>()
    };
    let one = "azurerm_mssql_server/a -> azurerm_mssql_database/ledger";
    assert_eq!(shown(&["ledger"]), [format!("{one} Hard")]);
    let other = "azurerm_mssql_server/a -> azurerm_mssql_database/log";
    assert_eq!(shown(&["ledger", "log"]), [format!("{one} Soft"), format!("{other} Soft")]);
}

#[test]
fn groups_of_machines_say_where_they_are_and_how_many() {
    let check = |text: &str, zones: &[&str], counts: [Option<u32>; 2]| {
        let tree = Memory::of(&format!("== main.tf\n{text}"));
        let origins = Origins::new();
        let composed = compose(&Library::new(&tree, &origins), &discover(&tree)[0]);
        let lowered = lower(&composed[0].instances, RootId(0), &origins);
        let group = lowered.components.into_iter().find_map(|it| match it.facts {
            Facts::NodeGroup(facts) => Some(*facts),
            _ => None,
        });
        let group = group.expect("the text declares one");
        let found = group.zones.value().cloned().unwrap_or_default();
        assert_eq!(found, zones, "{text}");
        assert_eq!([group.count_min, group.count_max].map(|it| it.value().copied()), counts);
    };
    let subnets = "resource \"aws_subnet\" \"a\" {\n  count = 2\n  availability_zone = \"eu-west-1${[\"a\", \"b\"][count.index]}\"\n}\n";
    let eks = "resource \"aws_eks_node_group\" \"a\" {\n  subnet_ids = aws_subnet.a[*].id\n  scaling_config {\n    min_size = 2\n    max_size = 4\n  }\n}\n";
    check(&format!("{subnets}{eks}"), &["eu-west-1a", "eu-west-1b"], [Some(2), Some(4)]);
    let gke = |more: &str| {
        format!(
            "resource \"google_container_node_pool\" \"a\" {{\n  node_locations = [\"europe-west1-b\"]\n{more}}}\n"
        )
    };
    check(&gke("  node_count = 3\n"), &["europe-west1-b"], [Some(3), Some(3)]);
    let grown = "  autoscaling {\n    min_node_count = 1\n    max_node_count = 5\n  }\n";
    check(&gke(grown), &["europe-west1-b"], [Some(1), Some(5)]);
    let aks = "resource \"azurerm_kubernetes_cluster_node_pool\" \"a\" {\n  zones = [\"2\", \"1\"]\n  min_count = 2\n  max_count = 6\n}\n";
    check(aks, &["1", "2"], [Some(2), Some(6)]);
    let open = "variable \"zones\" {}\nresource \"azurerm_kubernetes_cluster_node_pool\" \"a\" {\n  zones = var.zones\n}\n";
    check(open, &[], [None, None]);
}

#[track_caller]
fn check_secrets(text: &str, expected: &[&str]) {
    let tree = Memory::of(&format!("== main.tf\n{text}"));
    let origins = Origins::new();
    let composed = compose(&Library::new(&tree, &origins), &discover(&tree)[0]);
    let lowered = lower(&composed[0].instances, RootId(0), &origins);
    let programs = lowered.components.iter().filter_map(|it| match &it.facts {
        Facts::CloudProgram(facts) => Some(facts),
        _ => None,
    });
    let keys: Vec<&str> = programs.flat_map(|it| &it.material).map(|it| it.key.as_str()).collect();
    assert_eq!(keys, expected);
}

#[test]
fn secrets_in_the_variables_of_programs_are_found_and_names_of_secrets_are_none() {
    check_secrets(
        r#"
resource "aws_ecs_task_definition" "t" {
  family = "t"
  container_definitions = jsonencode([{
    name        = "t"
    secrets     = [{ name = "DB_PASSWORD", valueFrom = "arn:aws:ssm:::parameter/db" }]
    environment = [{ name = "API_PASSWORD", value = "Xk4mvT9qRw2z" }, { name = "PORT", value = "80" }]
  }])
}
resource "aws_ecs_service" "t" {
  task_definition = aws_ecs_task_definition.t.arn
}
"#,
        &["API_PASSWORD"],
    );
    check_secrets(
        "resource \"aws_lambda_function\" \"f\" {\n  environment {\n    variables = { DB_PASSWORD = \"Xk4mvT9qRw2z\" }\n  }\n}\n",
        &["DB_PASSWORD"],
    );
    check_secrets(
        r#"
resource "google_cloud_run_v2_service" "c" {
  template {
    containers {
      env {
        name  = "DB_PASSWORD"
        value = "Xk4mvT9qRw2z"
      }
      env {
        name = "TOKEN"
        value_source {
          secret_key_ref { secret = "orders-token" }
        }
      }
    }
  }
}
"#,
        &["DB_PASSWORD"],
    );
}
