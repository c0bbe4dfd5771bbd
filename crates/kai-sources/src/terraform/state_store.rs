//! Where the state of a root is kept.

use kai_core::{Known, Origins, Reason, Role, SmolStr};
use kai_graph::{CommittedState, ComponentKind, Facts, StateStore};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::aws;
use super::fields::{at, flag, may_be_there, number, or_default, text};
use super::naming::{means, naming};

/// `backend "s3"` locks where `dynamodb_table` or `use_lockfile` says so
/// (developer.hashicorp.com/terraform/language/backend/s3); the others that are kept by clouds lock by
/// themselves. What other services do is not read.
pub(super) fn state_store(
    instance: &Instance,
    all: &[Instance],
    origins: &Origins,
) -> Option<(ComponentKind, Facts)> {
    let values = &instance.values;
    let Some(kind) = instance.address.strip_prefix("backend.") else {
        let facts = committed(values, kept_by(all))?;
        return Some((ComponentKind::Control, Facts::StateStore(Box::new(facts))));
    };
    let absent = || origins.defaulted(Role::ProviderDefault, instance.origin);
    let facts = StateStore {
        backend: kind.into(),
        bucket: match kind {
            "azurerm" => text(values, &["storage_account_name"]),
            _ => text(values, &["bucket"]),
        },
        key: text(values, &["key"]),
        is_locked: match kind {
            "s3" => s3_locks(values, origins, instance),
            "azurerm" | "gcs" => Known::new(true, absent()),
            _ => Known::Unknown(Reason::NotInRepository),
        },
        shared: policies(kind, values, all).flat_map(|it| aws::companies(it, all)).collect(),
        named: policies(kind, values, all).flat_map(|it| aws::named_readers(it, all)).collect(),
        committed: None,
    };
    Some((ComponentKind::Control, Facts::StateStore(Box::new(facts))))
}

/// Policies on the bucket, where the configuration only reads it or calls it by its name.
fn policies<'a>(
    kind: &str,
    values: &'a Value,
    all: &'a [Instance],
) -> impl Iterator<Item = &'a Instance> {
    let name = at(values, &["bucket"]).ok().flatten().and_then(Value::as_str);
    let name = name.filter(|_| kind == "s3");
    let is_meant = move |it: &&Instance| {
        let naming = naming(&it.values, &["bucket"]);
        let (Some(name), Some(naming)) = (name, naming) else { return false };
        match &naming.text {
            Some(text) => text == name,
            None => all.iter().any(|bucket| {
                let own = at(&bucket.values, &["bucket"]).ok().flatten().and_then(Value::as_str);
                bucket.is_data && own == Some(name) && means(&naming, bucket, &[])
            }),
        }
    };
    all.iter().filter(|it| it.ty == "aws_s3_bucket_policy").filter(is_meant)
}

/// The backend of the same configuration that keeps its state outside of the repository.
fn kept_by(all: &[Instance]) -> Option<SmolStr> {
    let mut kinds = all.iter().filter(|it| it.ty == "backend");
    let kind = kinds.find_map(|it| it.address.strip_prefix("backend."))?;
    (kind != "local").then(|| kind.into())
}

fn committed(values: &Value, kept_by: Option<SmolStr>) -> Option<StateStore> {
    let count = |it: &str| number(values, &[it]).value().and_then(|it| usize::try_from(*it).ok());
    let committed = CommittedState {
        path: text(values, &["path"]).value()?.clone(),
        object_count: count("object_count")?,
        secret_count: count("secret_count")?,
        kept_by,
    };
    Some(StateStore {
        backend: SmolStr::default(),
        bucket: Known::Unknown(Reason::NotDeclared),
        key: Known::Unknown(Reason::NotDeclared),
        is_locked: Known::Unknown(Reason::NotDeclared),
        shared: Vec::new(),
        named: Vec::new(),
        committed: Some(committed),
    })
}

fn s3_locks(values: &Value, origins: &Origins, instance: &Instance) -> Known<bool> {
    // What is left out here is given on the command line, and the lock may be too.
    let is_whole = ["bucket", "key", "region"].iter().all(|it| may_be_there(values, &[it]));
    let table = ["dynamodb_table", "lock_table", "dynamodb_endpoint"];
    if !is_whole {
        return Known::Unknown(Reason::NotInRepository);
    }
    if table.iter().any(|it| may_be_there(values, &[it])) {
        return Known::new(true, instance.origin);
    }
    let absent = origins.defaulted(Role::ProviderDefault, instance.origin);
    or_default(flag(values, &["use_lockfile"]), false, absent)
}
