use kai_core::{Origins, RootId};
use kai_graph::{BackupPlan, BackupScope, Channel, Facts, ManagedCluster};
use kai_terraform::config::Library;
use kai_terraform::roots::{compose, discover};
use kai_testing::Memory;

use super::super::lower;

fn lowered(text: &str) -> Vec<kai_graph::Component> {
    let tree = Memory::of(&format!("== main.tf\n{text}"));
    let origins = Origins::new();
    let composed = compose(&Library::new(&tree, &origins), &discover(&tree)[0]);
    lower(&composed[0].instances, RootId(0), &origins).components
}

fn cluster(text: &str) -> ManagedCluster {
    let found = lowered(text).into_iter().find_map(|it| match it.facts {
        Facts::ManagedCluster(facts) => Some(*facts),
        _ => None,
    });
    found.expect("the text declares a cluster")
}

#[track_caller]
fn check_zones(text: &str, regional: Option<bool>, nodes: Option<usize>) {
    let facts = cluster(text);
    assert_eq!(facts.is_regional.value().copied(), regional);
    assert_eq!(facts.node_zone_count.value().copied(), nodes);
}

#[test]
fn a_region_has_nodes_in_three_zones_and_a_zone_in_one() {
    let cluster = |location: &str, more: &str| {
        format!(
            "resource \"google_container_cluster\" \"a\" {{\n  location = \"{location}\"\n{more}}}\n"
        )
    };
    check_zones(&cluster("europe-west1", ""), Some(true), Some(3));
    check_zones(&cluster("europe-west1-b", ""), Some(false), Some(1));
    let further = "  node_locations = [\"europe-west1-c\"]\n";
    check_zones(&cluster("europe-west1-b", further), Some(false), Some(2));
    check_zones(&cluster("europe-west1", further), Some(true), Some(1));
}

#[test]
fn pools_that_say_where_they_are_decide_where_nodes_are() {
    let text = "resource \"google_container_cluster\" \"a\" {\n  location = \"europe-west1-b\"\n}\nresource \"google_container_node_pool\" \"b\" {\n  node_locations = [\"europe-west1-c\"]\n}\n";
    check_zones(text, Some(false), None);
}

#[test]
fn a_module_spans_zones_unless_it_is_given_one() {
    let call = |more: &str| {
        format!(
            "variable \"zone\" {{}}\nmodule \"a\" {{\n  source = \"terraform-google-modules/kubernetes-engine/google\"\n{more}}}\n"
        )
    };
    check_zones(&call(""), Some(true), Some(3));
    check_zones(&call("  zones = [var.zone]\n"), Some(true), Some(1));
    check_zones(&call("  regional = false\n"), Some(false), None);
    assert_eq!(cluster(&call("")).channel.value(), Some(&Channel::Regular));
}

#[track_caller]
fn check_holders(text: &str, expected: &[&str]) {
    let grants = lowered(text).into_iter().find_map(|it| match it.facts {
        Facts::CloudGrants(facts) => Some(facts.grants),
        _ => None,
    });
    let holders = grants.into_iter().flatten().flat_map(|it| it.holders);
    let shown: Vec<_> = holders
        .map(|it| match it.resource() {
            Some(it) => format!("{}.{}", it.kind, it.name),
            None => it.text.unwrap_or_default().into(),
        })
        .collect();
    assert_eq!(shown, expected);
}

#[test]
fn holders_are_identities_by_their_address_or_their_name() {
    let binding = |members: &str| {
        format!(
            "resource \"google_service_account\" \"a\" {{\n  account_id = \"a\"\n}}\ndata \"google_project\" \"p\" {{}}\nresource \"google_project_iam_binding\" \"b\" {{\n  project = \"p\"\n  role    = \"roles/editor\"\n  members = [{members}]\n}}\n"
        )
    };
    check_holders(
        &binding("\"serviceAccount:${google_service_account.a.email}\""),
        &["google_service_account.a"],
    );
    check_holders(
        &binding("\"serviceAccount:a@p.iam.gserviceaccount.com\", \"user:a@example.com\""),
        &["a@p.iam.gserviceaccount.com"],
    );
    // The number of the project is not known, and two identities begin with it.
    check_holders(
        &binding(
            "\"serviceAccount:${data.google_project.p.number}-compute@developer.gserviceaccount.com\"",
        ),
        &[],
    );
}

#[test]
fn an_object_that_a_module_is_given_keeps_what_is_written_in_it() {
    let text = "resource \"google_clouddeploy_target\" \"last\" {\n  name = \"production\"\n}\nmodule \"m\" {\n  source  = \"./m\"\n  targets = [google_clouddeploy_target.last]\n}\n== m/main.tf\nvariable \"targets\" {\n  type = list(object({ name = string, uid = string }))\n}\nresource \"google_clouddeploy_delivery_pipeline\" \"p\" {\n  name = var.targets[0].uid\n  serial_pipeline {\n    stages {\n      target_id = var.targets[0].name\n    }\n  }\n}\n";
    let pipeline = lowered(text).into_iter().find_map(|it| match it.facts {
        Facts::Promotion(facts) => Some(*facts),
        _ => None,
    });
    let pipeline = pipeline.expect("the module declares a pipeline");
    let target = pipeline.stages[0].target.value().map(|it| it.as_str());
    assert_eq!(target, Some("production"));
    assert!(pipeline.cloud_name.value().is_none());
}

fn plan(text: &str) -> BackupPlan {
    let found = lowered(text).into_iter().find_map(|it| match it.facts {
        Facts::BackupPlan(facts) => Some(*facts),
        _ => None,
    });
    found.expect("the text declares a plan")
}

fn copied(plan: &BackupPlan) -> Vec<String> {
    let resources = plan.copied.iter().filter_map(|it| it.resource());
    resources.map(|it| format!("{}.{}", it.kind, it.name)).collect()
}

fn hours(plan: &BackupPlan) -> Option<u64> {
    Some(plan.longest_gap(plan.takes.first()?)?.as_secs() / 3600)
}

#[test]
fn a_plan_of_a_cluster_says_what_when_where_and_for_how_long() {
    let text = |schedule: &str, config: &str| {
        format!(
            "variable \"unset\" {{}}\nresource \"google_container_cluster\" \"main\" {{\n  name = \"main\"\n}}\nresource \"google_gke_backup_backup_plan\" \"a\" {{\n  cluster  = google_container_cluster.main.id\n  location = \"europe-west4\"\n  backup_schedule {{\n    {schedule}\n  }}\n  retention_policy {{\n    backup_delete_lock_days = 7\n    backup_retain_days = 30\n  }}\n  backup_config {{\n    {config}\n  }}\n}}\n"
        )
    };
    let all = "all_namespaces = true\n    include_volume_data = true";
    let daily = plan(&text("cron_schedule = \"0 3 * * *\"", all));
    assert_eq!(copied(&daily), ["google_container_cluster.main"]);
    assert_eq!(hours(&daily), Some(24));
    let [rule] = &daily.rules[..] else { panic!("one rule: {daily:?}") };
    assert_eq!((rule.kept_days.value(), rule.locked_days.value()), (Some(&30), Some(&7)));
    assert_eq!(rule.vaults[0].region.as_deref(), Some("europe-west4"));
    assert_eq!(daily.clusters[0].has_volumes.value(), Some(&true));

    let often = "rpo_config {\n      target_rpo_minutes = 240\n    }";
    assert_eq!(hours(&plan(&text(often, all))), Some(4));
    let some = "selected_namespaces {\n      namespaces = [\"shop\"]\n    }";
    let some = plan(&text("cron_schedule = \"0 3 * * *\"", some));
    assert!(
        matches!(&some.clusters[0].scope, BackupScope::Namespaces { included, .. } if included == &["shop"])
    );
    assert_eq!(some.clusters[0].has_volumes.value(), Some(&false));
    let untold = "all_namespaces = var.unset\n    include_volume_data = var.unset";
    let untold = plan(&text("cron_schedule = var.unset", untold));
    assert!(matches!(untold.clusters[0].scope, BackupScope::Unknown));
    assert_eq!((untold.clusters[0].has_volumes.value(), hours(&untold)), (None, None));

    let by_hand = plan(&text("paused = false", all));
    assert!(by_hand.is_open && by_hand.copied.is_empty(), "nobody is seen to ask for a copy");
    let stopped = |more: &str| {
        let found = plan(&text(&format!("cron_schedule = \"0 3 * * *\"\n    {more}"), all));
        found.stopped_by.value().cloned()
    };
    assert_eq!(stopped("paused = true").as_deref(), Some("paused"));
    assert_eq!(stopped("paused = var.unset"), None);
}

const SNAPSHOTS: &str = r#"
resource "google_compute_resource_policy" "daily" {
  name = "daily"
  snapshot_schedule_policy {
    schedule {
      daily_schedule {
        days_in_cycle = 1
        start_time    = "04:00"
      }
    }
    retention_policy { max_retention_days = 14 }
    snapshot_properties { storage_locations = ["eu"] }
  }
}
resource "google_compute_disk" "files" { name = "files" }
resource "google_compute_instance" "web" { name = "web" }
resource "google_compute_region_disk" "ledger" {
  name = "ledger"
}
resource "google_compute_disk_resource_policy_attachment" "files" {
  name = google_compute_resource_policy.daily.name
  disk = google_compute_disk.files.name
}
"#;

#[test]
fn a_schedule_of_snapshots_copies_what_is_attached_to_it_and_what_lists_it() {
    let attached = plan(SNAPSHOTS);
    assert_eq!(copied(&attached), ["google_compute_disk.files"]);
    assert_eq!((hours(&attached), attached.is_open), (Some(24), false));
    let rule = &attached.rules[0];
    assert_eq!(rule.schedule.value().map(|it| it.as_str()), Some("every day at 04:00"));
    assert_eq!(rule.kept_days.value(), Some(&14));
    assert_eq!(rule.vaults[0].region.as_deref(), Some("eu"));

    let lists = |name: &str| {
        let listed = format!("  resource_policies = [{name}]\n  name = \"ledger\"");
        plan(&SNAPSHOTS.replace("  name = \"ledger\"", &listed))
    };
    let both = lists("google_compute_resource_policy.daily.self_link");
    assert_eq!(copied(&both), ["google_compute_disk.files", "google_compute_region_disk.ledger"]);
    assert!(lists("data.google_compute_resource_policy.daily.id").copied.len() == 1);
    // The disk that a machine starts from has its name; one with more disks is more than that one.
    let machine =
        SNAPSHOTS.replace("google_compute_disk.files.name", "google_compute_instance.web.name");
    assert_eq!(copied(&plan(&machine)), ["google_compute_instance.web"]);
    let more = machine.replace(
        "{ name = \"web\" }",
        "{\n  name = \"web\"\n  attached_disk {\n    source = \"b\"\n  }\n}",
    );
    assert!(plan(&more).copied.is_empty() == plan(&more).is_open, "{:?}", plan(&more));
    // A name with a variable that nobody sets is the same name wherever it is put together like that.
    let varied = SNAPSHOTS
        .replace("name = \"daily\"", "name = \"${var.stage}-daily\"")
        .replace("name = \"files\"", "name = \"${var.stage}-files\"");
    let varied = plan(&format!("variable \"stage\" {{}}\n{varied}"));
    assert_eq!(copied(&varied), ["google_compute_disk.files"]);
    let by_function = SNAPSHOTS
        .replace("name = \"daily\"", "name = format(\"%s-daily\", var.stage)")
        .replace("name = \"files\"", "name = join(\"-\", [var.stage, \"files\"])")
        .replace("google_compute_disk.files.name", "\"${var.stage}-files\"");
    let by_function = plan(&format!("variable \"stage\" {{}}\n{by_function}"));
    assert_eq!(copied(&by_function), ["google_compute_disk.files"]);
    // Text that reads like a variable is none, and what is written as JSON, or of a set, is not known part by part.
    let is_same = |disk: &str, named: &str| {
        let text = SNAPSHOTS
            .replace("name = \"files\"", &format!("name = {disk}"))
            .replace("google_compute_disk.files.name", named);
        !copied(&plan(&format!("variable \"a\" {{}}\nvariable \"b\" {{}}\n{text}"))).is_empty()
    };
    assert!(is_same("\"${var.a}-x\"", "format(\"%s-%s\", var.a, \"x\")"));
    assert!(!is_same("\"$${var.a}-${var.b}\"", "\"${var.a}-${var.b}\""));
    assert!(!is_same("format(\"%s-%s\", [1], var.a)", "format(\"%s-%s\", [2], var.a)"));
    assert!(!is_same("join(\"-\", toset([var.a, \"x\"]))", "\"${var.a}-x\""));
    // A disk that is only named like the machine is another one.
    let other = SNAPSHOTS
        .replace("google_compute_disk.files.name", "\"${google_compute_instance.web.name}-data\"");
    assert!(plan(&other).copied.is_empty() && plan(&other).is_open);
    let loose = SNAPSHOTS.replace("disk_resource_policy_attachment", "disk_iam_member");
    assert!(plan(&loose).is_open, "something elsewhere may be attached");
    let placement = "resource \"google_compute_resource_policy\" \"a\" {\n  group_placement_policy {\n    vm_count = 2\n  }\n}\n";
    assert!(!lowered(placement).iter().any(|it| matches!(it.facts, Facts::BackupPlan(_))));
}

#[test]
fn a_continent_or_what_a_variable_says_is_no_region_of_the_provider() {
    let region = |place: &str| {
        let text = format!(
            "variable \"unset\" {{}}\nprovider \"google\" {{\n  region = \"europe-west1\"\n}}\nresource \"google_backup_dr_backup_vault\" \"a\" {{\n  backup_vault_id = \"a\"\n{place}}}\n"
        );
        let vault = lowered(&text).into_iter().next().expect("the text declares a vault");
        vault.label_value("region").map(ToOwned::to_owned)
    };
    assert_eq!(region("").as_deref(), Some("europe-west1"));
    assert_eq!(region("  location = \"us-east1\"\n").as_deref(), Some("us-east1"));
    assert_eq!(region("  location = \"US-EAST1-b\"\n").as_deref(), Some("us-east1"));
    assert_eq!(region("  location = \"eu\"\n"), None);
    assert_eq!(region("  location = var.unset\n"), None);
}

#[test]
fn a_plan_of_backup_and_dr_says_how_often_by_its_rules() {
    let schedule = |ty: &str, more: &str| {
        plan(&format!(
            "resource \"google_backup_dr_backup_plan\" \"a\" {{\n  resource_type = \"compute.googleapis.com/Disk\"\n  backup_vault = \"v\"\n  backup_rules {{\n    backup_retention_days = 5\n    standard_schedule {{\n      recurrence_type = \"{ty}\"\n{more}    }}\n  }}\n}}\n"
        ))
    };
    assert_eq!(hours(&schedule("DAILY", "")), Some(24));
    let every = "      hourly_frequency = 6\n";
    assert_eq!(hours(&schedule("HOURLY", every)), Some(6));
    // At 12 and at 18, and then not before the next day.
    let window = format!(
        "{every}      backup_window {{\n        start_hour_of_day = 12\n        end_hour_of_day = 18\n      }}\n"
    );
    assert_eq!(hours(&schedule("HOURLY", &window)), Some(18));
    let days = "      days_of_week = [\"SUNDAY\", \"THURSDAY\"]\n";
    assert_eq!(hours(&schedule("WEEKLY", days)), Some(96));
    assert_eq!(hours(&schedule("MONTHLY", "      days_of_month = [1]\n")), Some(31 * 24));
    let weekly = schedule("WEEKLY", days);
    assert_eq!(weekly.takes, ["google_compute_disk", "google_compute_region_disk"]);
    assert_eq!(weekly.rules[0].vaults[0].text.as_deref(), Some("v"));
}
