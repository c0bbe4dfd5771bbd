//! Buckets of S3, and what is written of them apart.

use kai_core::{Known, OriginId, Origins, Reason, Role, SmolStr};
use kai_graph::{Bucket, Cloud, ComponentKind, Facts, Openness, SharedRead, Statement};
use kai_terraform::roots::Instance;

use super::super::fields::{at, flag, is_emptied, or_default, parsed, text};
use super::super::naming::{means, naming};
use super::policy::policy_at;

/// `aws_s3_bucket`: versions are kept where `aws_s3_bucket_versioning` or the older block says so, and
/// a bucket that is not empty is not deleted unless `force_destroy` says so
/// (registry.terraform.io/providers/hashicorp/aws).
pub(super) fn bucket(
    instance: &Instance,
    all: &[Instance],
    origins: &Origins,
) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let absent = || origins.defaulted(Role::ProviderDefault, instance.origin);
    let facts = Bucket {
        cloud: Cloud::Amazon,
        cloud_name: text(values, &["bucket"]),
        keeps_versions: or_default(versions(instance, all), false, absent()),
        is_emptied: or_default(is_emptied(instance), false, absent()),
        opened: opened(instance, all),
        shared: policies(instance, all).flat_map(|it| companies(it, all)).collect(),
        named: policies(instance, all).flat_map(|it| named_readers(it, all)).collect(),
    };
    (ComponentKind::Datastore, Facts::Bucket(Box::new(facts)))
}

/// What a resource of a type says of the bucket.
fn apart<'a>(
    ty: &'static str,
    bucket: &'a Instance,
    all: &'a [Instance],
) -> impl Iterator<Item = &'a Instance> {
    let is_one = move |it: &&Instance| {
        it.ty == ty
            && naming(&it.values, &["bucket"]).is_some_and(|it| means(&it, bucket, &["bucket"]))
    };
    all.iter().filter(is_one)
}

fn versions(bucket: &Instance, all: &[Instance]) -> Known<bool> {
    const TY: &str = "aws_s3_bucket_versioning";
    let path = ["versioning_configuration", "status"];
    if let Some(it) = apart(TY, bucket, all).next() {
        return parsed(&it.values, &path, |it| Some(it == "Enabled"));
    }
    // One for a bucket that nobody knows may be for this one.
    let is_open = |it: &Instance| {
        it.ty == TY && naming(&it.values, &["bucket"]).is_none_or(|it| it.is_unknown())
    };
    match all.iter().any(is_open) {
        true => Known::Unknown(Reason::ComputedAtApply),
        false => flag(&bucket.values, &["versioning", "enabled"]),
    }
}

/// What the list of access and the policy let everybody do, unless the bucket or the account blocks
/// it. A policy with conditions is not for everybody.
fn opened(bucket: &Instance, all: &[Instance]) -> Vec<(Openness, OriginId)> {
    let is_account_blocked = all.iter().any(|it| it.ty == "aws_s3_account_public_access_block");
    let blocks: Vec<_> = apart("aws_s3_bucket_public_access_block", bucket, all).collect();
    let is_off = |names: [&str; 2]| {
        !is_account_blocked
            && blocks.iter().all(|block| {
                names.iter().all(|it| flag(&block.values, &[it]).value() != Some(&true))
            })
    };
    let mut found = Vec::new();
    let lists = apart("aws_s3_bucket_acl", bucket, all).chain([bucket]);
    let lists = lists.filter_map(|it| at(&it.values, &["acl"]).ok().flatten());
    let lists = lists.filter(|_| is_off(["block_public_acls", "ignore_public_acls"]));
    found.extend(lists.filter_map(|it| match it.as_str()? {
        "public-read-write" => Some((Openness::Writes, it.origin)),
        "public-read" => Some((Openness::Reads, it.origin)),
        _ => None,
    }));
    let policies = policies(bucket, all)
        .filter(|_| is_off(["block_public_policy", "restrict_public_buckets"]));
    for policy in policies.filter_map(|it| policy_at(it, "policy", all).traced().cloned()) {
        for it in &policy.value.statements {
            if !it.principals.iter().any(|it| it == "*") || !it.conditions.is_empty() || it.is_open
            {
                continue;
            }
            if it.allows_any(&["s3:PutObject", "s3:DeleteObject", "s3:PutBucketPolicy"]) {
                found.push((Openness::Writes, policy.origin));
            } else if it.allows_any(&["s3:GetObject"]) {
                found.push((Openness::Reads, policy.origin));
            }
        }
    }
    found
}

/// What holds a policy on the bucket.
fn policies<'a>(bucket: &'a Instance, all: &'a [Instance]) -> impl Iterator<Item = &'a Instance> {
    apart("aws_s3_bucket_policy", bucket, all).chain([bucket])
}

/// Accounts, roles and users whom a policy on a bucket lets read what is in it.
pub(in super::super) fn named_readers(policy: &Instance, all: &[Instance]) -> Vec<SharedRead> {
    let policy = policy_at(policy, "policy", all);
    let Some(policy) = policy.traced() else { return Vec::new() };
    let lets = policy.value.statements.iter().filter(|it| it.allows_any(&["s3:GetObject"]));
    let named = lets.flat_map(|statement| {
        let under = if statement.conditions.is_empty() { "" } else { " under a condition" };
        let names = statement.principals.iter().chain(&statement.services);
        let plain = names.filter(|it| *it != "*" && it.is_ascii());
        plain.map(move |it| SharedRead {
            who: format!("`{it}`{under}").into(),
            objects: statement.resources.clone(),
            origin: policy.origin,
        })
    });
    named.collect()
}

/// Organisations whose every identity a policy lets read what is in a bucket.
pub(in super::super) fn companies(policy: &Instance, all: &[Instance]) -> Vec<SharedRead> {
    let policy = policy_at(policy, "policy", all);
    let Some(policy) = policy.traced() else { return Vec::new() };
    // What a statement that denies leaves of the others is not worked out, but for those that ask for TLS.
    let narrows = |it: &Statement| {
        !it.is_allowed && !it.conditions.iter().any(|it| it.key == "aws:SecureTransport")
    };
    let statements = &policy.value.statements;
    if statements.iter().any(narrows) {
        return Vec::new();
    }
    let shared = statements.iter().filter_map(|it| {
        let who = organisation(it)?;
        // What it leaves out is not worked out where it says that alone.
        let objects = Some(it.resources.clone()).filter(|it| !it.is_empty())?;
        Some(SharedRead { who, objects, origin: policy.origin })
    });
    shared.collect()
}

fn organisation(statement: &Statement) -> Option<SmolStr> {
    let is_anybody = statement.principals.iter().any(|it| it == "*") && !statement.is_open;
    let [condition] = &statement.conditions[..] else { return None };
    let is_it = is_anybody
        && statement.allows_any(&["s3:GetObject"])
        && condition.asks_for_pattern().is_some()
        && condition.key.eq_ignore_ascii_case("aws:PrincipalOrgID");
    let id = condition.values.first().filter(|it| it.starts_with("o-"));
    let id = id.map(|it| format!(" `{it}`")).unwrap_or_default();
    is_it.then(|| format!("every identity of the organisation{id}").into())
}
