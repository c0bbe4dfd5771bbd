use kai_core::{Origins, RootId};
use kai_graph::{Channel, Facts, ManagedCluster};
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
