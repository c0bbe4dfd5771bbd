//! Buckets of Cloud Storage.

use kai_core::{Known, OriginId, Reason};
use kai_graph::{Bucket, Cloud, ComponentKind, Facts, Openness, SharedRead};
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
        shared: shared(instance, all),
        named: named(instance, all),
    };
    (ComponentKind::Datastore, Facts::Bucket(Box::new(facts)))
}

/// What bindings of the same plan give to everybody, unless the bucket refuses that.
fn opened(bucket: &Instance, all: &[Instance]) -> Vec<(Openness, OriginId)> {
    let prevention = text(&bucket.values, &["public_access_prevention"]);
    if prevention.value().is_some_and(|it| it == "enforced") {
        return Vec::new();
    }
    let is_all = |it: &str| matches!(it, "allUsers" | "allAuthenticatedUsers");
    let opened = given(bucket, all).filter_map(|it| {
        Some((openness(it)?, members(it).find(|it| it.as_str().is_some_and(is_all))?.origin))
    });
    opened.collect()
}

/// Domains whose every user reads it.
fn shared(bucket: &Instance, all: &[Instance]) -> Vec<SharedRead> {
    let shared = given(bucket, all).filter(|it| reads_objects(it)).flat_map(|it| {
        members(it).filter_map(|it| {
            let domain = it.as_str()?.strip_prefix("domain:")?;
            let who = format!("every user of the domain `{domain}`").into();
            Some(SharedRead { who, objects: Vec::new(), origin: it.origin })
        })
    });
    shared.collect()
}

/// Users, groups and accounts that read it.
fn named(bucket: &Instance, all: &[Instance]) -> Vec<SharedRead> {
    let named = given(bucket, all).filter(|it| reads_objects(it)).flat_map(|it| {
        members(it).filter_map(|it| {
            let name = it.as_str().filter(|it| it.contains(':') && !it.starts_with("domain:"))?;
            Some(SharedRead {
                who: format!("`{name}`").into(),
                objects: Vec::new(),
                origin: it.origin,
            })
        })
    });
    named.collect()
}

/// What gives a role on the bucket without a condition.
fn given<'a>(bucket: &'a Instance, all: &'a [Instance]) -> impl Iterator<Item = &'a Instance> {
    const TYPES: &[&str] =
        &["google_storage_bucket_iam_binding", "google_storage_bucket_iam_member"];
    all.iter()
        .filter(|it| TYPES.contains(&it.ty.as_str()))
        .filter(|it| {
            naming(&it.values, &["bucket"]).is_some_and(|it| means(&it, bucket, &["name"]))
        })
        .filter(|it| matches!(at(&it.values, &["condition"]), Ok(None)))
}

/// Roles with `storage.objects.get`: others list, or write without reading
/// (cloud.google.com/storage/docs/access-control/iam-roles).
fn reads_objects(given: &Instance) -> bool {
    const ROLES: &[&str] = &[
        "roles/storage.admin",
        "roles/storage.legacyObjectOwner",
        "roles/storage.legacyObjectReader",
        "roles/storage.objectAdmin",
        "roles/storage.objectUser",
        "roles/storage.objectViewer",
    ];
    text(&given.values, &["role"]).value().is_some_and(|it| ROLES.contains(&it.as_str()))
}

fn openness(given: &Instance) -> Option<Openness> {
    match text(&given.values, &["role"]).value()?.as_str() {
        "roles/storage.objectViewer"
        | "roles/storage.legacyBucketReader"
        | "roles/storage.legacyObjectReader" => Some(Openness::Reads),
        "roles/storage.admin"
        | "roles/storage.legacyBucketOwner"
        | "roles/storage.legacyBucketWriter"
        | "roles/storage.legacyObjectOwner"
        | "roles/storage.objectAdmin"
        | "roles/storage.objectCreator"
        | "roles/storage.objectUser" => Some(Openness::Writes),
        _ => None,
    }
}

fn members(given: &Instance) -> impl Iterator<Item = &Value> {
    let named = ["member", "members"].into_iter().filter_map(|it| argument(&given.values, it));
    named.flat_map(|it| it.elements().map_or(std::slice::from_ref(it), |it| &it[..]))
}
