//! Clusters of Azure Kubernetes Service.

use kai_core::{Known, OriginId, Origins, Reason, Role, SmolStr};
use kai_graph::{Channel, Cloud, ComponentKind, Facts, ManagedCluster};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::fields::{at, flag, is_there, number, or_default, parsed, text};
use super::super::firewall::is_world;
use super::super::machines::of_azure;
use super::super::naming::{means, naming};

/// Azure keeps the control plane in several zones where its region has them, and upgrades nothing by
/// itself unless a channel is named.
pub(super) fn cluster(
    instance: &Instance,
    all: &[Instance],
    origins: &Origins,
) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let absent = || origins.defaulted(Role::ProviderDefault, instance.origin);
    let named = |name| parsed(values, &[name], channel);
    let upgrades = named("automatic_upgrade_channel").or(|| named("automatic_channel_upgrade"));
    let window = is_there(values, &["maintenance_window_auto_upgrade"])
        .or(|| is_there(values, &["maintenance_window"]));
    let facts = ManagedCluster {
        cloud: Cloud::Azure,
        cloud_name: text(values, &["name"]),
        home: text(values, &["resource_group_name"]),
        is_regional: Known::Unknown(Reason::NotDeclared),
        node_zone_count: node_zone_count(instance, all),
        channel: or_default(upgrades, Channel::ByHand, absent()),
        has_window: or_default(window, false, absent()),
        is_closed: is_closed(values, absent()),
        may_grow: of_azure(instance),
        checks_images: Known::default(),
    };
    (ComponentKind::FailureDomain, Facts::ManagedCluster(Box::new(facts)))
}

fn channel(name: &str) -> Option<Channel> {
    Some(match name {
        "rapid" => Channel::Rapid,
        "stable" => Channel::Stable,
        "patch" => Channel::Regular,
        "none" | "node-image" => Channel::ByHand,
        _ => return None,
    })
}

/// Over the zones that all pools name. Where one names none, Azure chooses, and nobody knows.
fn node_zone_count(instance: &Instance, all: &[Instance]) -> Known<usize> {
    let is_pool = |it: &&Instance| {
        it.ty == "azurerm_kubernetes_cluster_node_pool"
            && naming(&it.values, &["kubernetes_cluster_id"])
                .is_some_and(|it| means(&it, instance, &["id"]))
    };
    let own: (&Value, &[&str]) = (&instance.values, &["default_node_pool"]);
    let pools = all.iter().filter(is_pool).map(|it| (&it.values, &[][..]));
    let (mut seen, mut origin, mut least) = (Vec::new(), None, 0);
    for (pool, path) in std::iter::once(own).chain(pools) {
        match zones(pool, path) {
            Ok((zones, at)) => {
                seen.extend(zones);
                origin.get_or_insert(at);
            }
            Err(reason) => return Known::Unknown(reason),
        }
        least += nodes(pool, path);
    }
    seen.sort_unstable();
    seen.dedup();
    match origin {
        // So few nodes are in as many of the zones, and nobody says in which.
        Some(_) if seen.len() > 1 && seen.len() > least => Known::Unknown(Reason::Unreadable),
        Some(origin) => Known::new(seen.len(), origin),
        None => Known::Unknown(Reason::NotDeclared),
    }
}

/// The least that a pool has, as far as it is written; a user's own may have none.
fn nodes(pool: &Value, path: &[&str]) -> usize {
    let written = |name| number(pool, &[path, &[name]].concat());
    let least = written("min_count").or(|| written("node_count"));
    least.value().and_then(|it| usize::try_from(*it).ok()).unwrap_or_default()
}

/// The zones of a pool and the place that lists them, under the two names that the list has had.
fn zones(pool: &Value, path: &[&str]) -> Result<(Vec<SmolStr>, OriginId), Reason> {
    for name in ["zones", "availability_zones"] {
        let path = [path, &[name]].concat();
        let Some(list) = at(pool, &path)? else { continue };
        let elements = list.elements().ok_or(Reason::Unreadable)?;
        let texts = elements.iter().map(|it| it.as_str().map(SmolStr::from));
        let texts: Option<Vec<SmolStr>> = texts.collect();
        let texts = texts.filter(|it| !it.is_empty()).ok_or(Reason::Unreadable)?;
        return Ok((texts, list.origin));
    }
    Err(Reason::NotDeclared)
}

/// The API answers everywhere unless its address is private or ranges that may call it are named.
fn is_closed(values: &Value, absent: OriginId) -> Known<bool> {
    let private = flag(values, &["private_cluster_enabled"]);
    if private.value() == Some(&true) {
        return private;
    }
    let apart = ["api_server_access_profile", "authorized_ip_ranges"];
    let ranges = at(values, &apart).and_then(|it| match it {
        Some(it) => Ok(Some(it)),
        None => at(values, &["api_server_authorized_ip_ranges"]),
    });
    match ranges {
        Err(reason) => Known::Unknown(reason),
        Ok(None) => or_default(private, false, absent),
        Ok(Some(list)) => {
            let is_empty = list.elements().is_some_and(|it| it.is_empty());
            Known::new(!is_empty && !is_world(list), list.origin)
        }
    }
}
