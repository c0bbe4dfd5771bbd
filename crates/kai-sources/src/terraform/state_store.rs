//! Where the state of a root is kept.

use kai_core::{Known, Origins, Reason, Role};
use kai_graph::{CommittedState, ComponentKind, Facts, StateStore};
use kai_terraform::roots::{COMMITTED, Instance};
use kai_terraform::value::Value;

use super::fields::{flag, may_be_there, number, or_default, text};

/// `backend "s3"` locks where `dynamodb_table` or `use_lockfile` says so
/// (developer.hashicorp.com/terraform/language/backend/s3); the others that are kept by clouds lock by
/// themselves.
pub(super) fn state_store(
    instance: &Instance,
    origins: &Origins,
) -> Option<(ComponentKind, Facts)> {
    let values = &instance.values;
    let kind = instance.address.strip_prefix("backend.")?;
    if kind == COMMITTED {
        return Some((ComponentKind::Control, Facts::StateStore(Box::new(committed(values)?))));
    }
    let absent = || origins.defaulted(Role::ProviderDefault, instance.origin);
    let is_locked = match kind {
        "s3" => s3_locks(values, origins, instance),
        "azurerm" | "gcs" => Known::new(true, absent()),
        _ => return None,
    };
    let bucket = text(values, &["bucket"]);
    let facts = StateStore { bucket, is_locked, committed: None };
    Some((ComponentKind::Control, Facts::StateStore(Box::new(facts))))
}

fn committed(values: &Value) -> Option<StateStore> {
    let count = |it: &str| number(values, &[it]).value().and_then(|it| usize::try_from(*it).ok());
    let committed = CommittedState {
        path: text(values, &["path"]).value()?.clone(),
        object_count: count("object_count")?,
        secret_count: count("secret_count")?,
    };
    let unknown = || Reason::NotDeclared;
    Some(StateStore {
        bucket: Known::Unknown(unknown()),
        is_locked: Known::Unknown(unknown()),
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
