//! Buckets of Cloud Storage.

use kai_core::{Known, OriginId, Reason};
use kai_graph::{Bucket, Cloud, ComponentKind, Facts, Openness};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::fields::{argument, at, flag, is_emptied, is_positive, text};
use super::super::naming::{means, naming};

/// `google_storage_bucket`: what is deleted can be had back for seven days, unless
/// `soft_delete_policy` says otherwise (cloud.google.com/storage/docs/soft-delete).
pub(super) fn bucket(instance: &Instance, all: &[Instance]) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let soft = is_positive(values, &["soft_delete_policy", "retention_duration_seconds"]);
    let is_final = soft.value() == Some(&false);
    let versions = flag(values, &["versioning", "enabled"]);
    let keeps_versions = if versions.value() == Some(&true) { versions } else { soft };
    let emptied = is_emptied(instance);
    let facts = Bucket {
        cloud: Cloud::Google,
        cloud_name: text(values, &["name"]),
        keeps_versions,
        is_emptied: if is_final { emptied } else { Known::Unknown(Reason::NotDeclared) },
        opened: opened(instance, all),
    };
    (ComponentKind::Datastore, Facts::Bucket(Box::new(facts)))
}

/// What bindings of the same plan give to everybody, unless the bucket refuses that.
fn opened(bucket: &Instance, all: &[Instance]) -> Vec<(Openness, OriginId)> {
    const TYPES: &[&str] =
        &["google_storage_bucket_iam_binding", "google_storage_bucket_iam_member"];
    let prevention = text(&bucket.values, &["public_access_prevention"]);
    if prevention.value().is_some_and(|it| it == "enforced") {
        return Vec::new();
    }
    let own = all.iter().filter(|it| TYPES.contains(&it.ty.as_str())).filter(|it| {
        naming(&it.values, &["bucket"]).is_some_and(|it| means(&it, bucket, &["name"]))
    });
    let own = own.filter(|it| matches!(at(&it.values, &["condition"]), Ok(None)));
    let opened = own.filter_map(|it| {
        let members = ["member", "members"].map(|name| argument(&it.values, name));
        let everybody = members.into_iter().flatten().find_map(everybody)?;
        let role = text(&it.values, &["role"]);
        let openness = match role.value()?.as_str() {
            "roles/storage.objectViewer"
            | "roles/storage.legacyBucketReader"
            | "roles/storage.legacyObjectReader" => Openness::Reads,
            "roles/storage.admin"
            | "roles/storage.legacyBucketOwner"
            | "roles/storage.legacyBucketWriter"
            | "roles/storage.legacyObjectOwner"
            | "roles/storage.objectAdmin"
            | "roles/storage.objectCreator"
            | "roles/storage.objectUser" => Openness::Writes,
            _ => return None,
        };
        Some((openness, everybody))
    });
    opened.collect()
}

fn everybody(members: &Value) -> Option<OriginId> {
    let is_all = |it: &Value| matches!(it.as_str(), Some("allUsers" | "allAuthenticatedUsers"));
    let element = members.elements().and_then(|them| them.iter().find(|it| is_all(it)));
    element.or(Some(members).filter(|it| is_all(it))).map(|it| it.origin)
}
