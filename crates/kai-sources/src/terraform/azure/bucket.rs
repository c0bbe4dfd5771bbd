//! Accounts of blob storage.

use kai_core::{Known, OriginId, Origins, Reason, Role};
use kai_graph::{Bucket, Cloud, ComponentKind, Facts, Openness};
use kai_terraform::roots::Instance;

use super::super::fields::{at, flag, is_there, or_default, text};
use super::super::naming::{means, naming};

/// `azurerm_storage_account`: what is deleted or overwritten is gone unless versions or a time to have
/// it back are asked for.
pub(super) fn account(
    instance: &Instance,
    all: &[Instance],
    origins: &Origins,
) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let absent = origins.defaulted(Role::ProviderDefault, instance.origin);
    let versions = flag(values, &["blob_properties", "versioning_enabled"]);
    let soft = || is_there(values, &["blob_properties", "delete_retention_policy"]);
    let keeps_versions = match is_locked(instance, all) {
        Some(locked) => locked,
        None if versions.value() == Some(&true) => versions,
        None => soft(),
    };
    let facts = Bucket {
        cloud: Cloud::Azure,
        cloud_name: text(values, &["name"]),
        keeps_versions: or_default(keeps_versions, false, absent),
        is_emptied: Known::Unknown(Reason::NotDeclared),
        opened: opened(instance, all),
        shared: Vec::new(),
        named: Vec::new(),
    };
    (ComponentKind::Datastore, Facts::Bucket(Box::new(facts)))
}

/// Whether what is written cannot be changed for a time, or may not: by the account, or by a policy of one
/// of its containers.
fn is_locked(account: &Instance, all: &[Instance]) -> Option<Known<bool>> {
    let own = is_there(&account.values, &["immutability_policy"]);
    if !own.is_not_declared() {
        return Some(own);
    }
    let containers: Vec<_> = containers(account, all).collect();
    let policies = all.iter().filter(|it| it.ty == "azurerm_storage_container_immutability_policy");
    let of_one = |policy: &&Instance| {
        let by = ["storage_container_resource_manager_id", "storage_container_id"];
        let by = by.iter().find_map(|name| naming(&policy.values, &[name]));
        by.is_none_or(|by| containers.iter().any(|it| means(&by, it, &["name"])))
    };
    policies.into_iter().find(of_one).map(|it| Known::new(true, it.origin))
}

fn containers<'a>(
    account: &'a Instance,
    all: &'a [Instance],
) -> impl Iterator<Item = &'a Instance> {
    all.iter().filter(|it| it.ty == "azurerm_storage_container").filter(|it| {
        let by = ["storage_account_id", "storage_account_name"];
        let by = by.iter().find_map(|name| naming(&it.values, &[name]));
        by.is_some_and(|it| means(&it, account, &["name"]))
    })
}

/// True where a firewall lets in those alone whom it names, or may.
fn is_walled(account: &Instance, all: &[Instance]) -> bool {
    const APART: &str = "azurerm_storage_account_network_rules";
    let allows = |values, path: &[&str]| {
        let action = text(values, path);
        action.is_not_declared() || action.value().is_some_and(|it| it == "Allow")
    };
    let apart = all.iter().filter(|it| it.ty == APART).filter(|it| {
        let by = naming(&it.values, &["storage_account_id"]);
        by.is_none_or(|it| means(&it, account, &["name"]))
    });
    !allows(&account.values, &["network_rules", "default_action"])
        || apart.into_iter().any(|it| !allows(&it.values, &["default_action"]))
}

/// Containers of the same plan that everybody may read, unless the account refuses that.
fn opened(account: &Instance, all: &[Instance]) -> Vec<(Openness, OriginId)> {
    let named = |name| flag(&account.values, &[name]);
    let allows = named("allow_nested_items_to_be_public").or(|| named("allow_blob_public_access"));
    let is_reached = flag(&account.values, &["public_network_access_enabled"]);
    // What is not known may refuse it.
    let refuses = |it: &Known<bool>| !it.is_not_declared() && it.value() != Some(&true);
    if refuses(&allows) || refuses(&is_reached) || is_walled(account, all) {
        return Vec::new();
    }
    let opened = containers(account, all).filter_map(|it| {
        let access = at(&it.values, &["container_access_type"]).ok()??;
        matches!(access.as_str(), Some("blob" | "container"))
            .then_some((Openness::Reads, access.origin))
    });
    opened.collect()
}
