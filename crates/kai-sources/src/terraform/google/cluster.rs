//! Clusters of Google Kubernetes Engine.

use kai_core::{Known, OriginId, Origins, Reason, Role};
use kai_graph::{Channel, Cloud, ComponentKind, Facts, ManagedCluster};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::fields::{at, flag, is_there, length, may_be_there, or_default, parsed, text};
use super::super::machines::autoscaling;

/// A region whose nodes are not told where to be uses three of its zones
/// (cloud.google.com/kubernetes-engine/docs/concepts/regional-clusters).
const ZONES_OF_REGION: usize = 3;

/// `google_container_cluster`: `location` names a region or a zone, and `node_locations` the zones
/// of the nodes, for a zone those besides it.
pub(super) fn cluster(
    instance: &Instance,
    all: &[Instance],
    origins: &Origins,
) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let absent = || origins.defaulted(Role::ProviderDefault, instance.origin);
    let is_regional = parsed(values, &["location"], |it| Some(!is_zone(it)));
    let further = length(values, &["node_locations"]);
    let node_zone_count = match is_regional.value() {
        // Pools of nodes may be elsewhere.
        _ if all.iter().any(has_own_zones) => Known::Unknown(Reason::Unreadable),
        Some(true) => or_default(further, ZONES_OF_REGION, absent()),
        Some(false) => {
            let origin = is_regional.traced().map_or(instance.origin, |it| it.origin);
            or_default(further.map(|it| it + 1), 1, origin)
        }
        None => Known::Unknown(Reason::Unreadable),
    };
    let window = is_there(values, &["maintenance_policy"]);
    let private = ["private_cluster_config", "enable_private_endpoint"];
    facts(ManagedCluster {
        cloud: Cloud::Google,
        cloud_name: text(values, &["name"]),
        home: text(values, &["project"]),
        is_regional,
        node_zone_count,
        channel: or_default(
            parsed(values, &["release_channel", "channel"], channel),
            Channel::Regular,
            absent(),
        ),
        has_window: or_default(window, false, absent()),
        is_closed: closed(values, &private, &["master_authorized_networks_config"]),
        may_grow: may_grow(values, absent()),
        checks_images: or_default(checks_images(values), false, absent()),
    })
}

/// `us-central1-b` is a zone of the region `us-central1`.
fn is_zone(location: &str) -> bool {
    location
        .rsplit_once('-')
        .is_some_and(|(_, last)| last.len() == 1 && last.bytes().all(|it| it.is_ascii_lowercase()))
}

fn has_own_zones(instance: &Instance) -> bool {
    instance.ty == "google_container_node_pool"
        && may_be_there(&instance.values, &["node_locations"])
}

/// A call of `kubernetes-engine`: `regional` is on, `zones` are those of the nodes, and there is a
/// window at `05:00` (terraform-google-modules/terraform-google-kubernetes-engine, `variables.tf`).
pub(super) fn of_call(call: &Instance, origins: &Origins) -> (ComponentKind, Facts) {
    let inputs = &call.values;
    let absent = || origins.defaulted(Role::ProviderDefault, call.origin);
    let is_regional = or_default(flag(inputs, &["regional"]), true, absent());
    let zones = length(inputs, &["zones"]);
    let node_zone_count = match (is_regional.value(), zones.value()) {
        (Some(true), None | Some(0)) if zones.value().is_some() || zones.is_not_declared() => {
            Known::new(ZONES_OF_REGION, absent())
        }
        _ => zones,
    };
    facts(ManagedCluster {
        cloud: Cloud::Google,
        cloud_name: text(inputs, &["name"]),
        home: text(inputs, &["project_id"]),
        is_regional,
        node_zone_count,
        channel: or_default(
            parsed(inputs, &["release_channel"], channel),
            Channel::Regular,
            absent(),
        ),
        has_window: Known::new(true, absent()),
        is_closed: closed(inputs, &["enable_private_endpoint"], &["master_authorized_networks"]),
        // Its pools grow unless each of them is told not to.
        may_grow: Known::Unknown(Reason::Unreadable),
        checks_images: or_default(flag(inputs, &["enable_binary_authorization"]), false, absent()),
    })
}

/// Nodes are the cloud's where the cluster is on autopilot, or makes pools by itself; the pools that
/// are written in it may grow.
fn may_grow(values: &Value, absent: OriginId) -> Known<bool> {
    let pools = at(values, &["node_pool"]).map(|it| it.and_then(Value::elements));
    let pools_grow = match pools {
        Ok(Some(pools)) => pools.iter().map(autoscaling).find(|it| it.value() != Some(&false)),
        Ok(None) => None,
        Err(reason) => Some(Known::Unknown(reason)),
    };
    let by_cloud = [&["enable_autopilot"][..], &["cluster_autoscaling", "enabled"]];
    let by_cloud = by_cloud.map(|it| or_default(flag(values, it), false, absent));
    let mut all = by_cloud.into_iter().chain(pools_grow);
    all.find(|it| it.value() != Some(&false)).unwrap_or_else(|| Known::new(false, absent))
}

/// Policies that are bound to the cluster may be others than that of its project.
fn checks_images(values: &Value) -> Known<bool> {
    let mode = parsed(values, &["binary_authorization", "evaluation_mode"], |it| match it {
        "DISABLED" => Some(false),
        "PROJECT_SINGLETON_POLICY_ENFORCE"
        | "POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE" => Some(true),
        _ => None,
    });
    match mode.is_not_declared() {
        true => flag(values, &["enable_binary_authorization"]),
        false => mode,
    }
}

fn facts(facts: ManagedCluster) -> (ComponentKind, Facts) {
    (ComponentKind::FailureDomain, Facts::ManagedCluster(Box::new(facts)))
}

fn channel(name: &str) -> Option<Channel> {
    Some(match name {
        "RAPID" => Channel::Rapid,
        "REGULAR" => Channel::Regular,
        "STABLE" => Channel::Stable,
        "EXTENDED" => Channel::Extended,
        "UNSPECIFIED" => Channel::ByHand,
        _ => return None,
    })
}

/// Closed where its address is private, or where the networks that may call it are named.
fn closed(values: &Value, private: &[&str], networks: &[&str]) -> Known<bool> {
    let by_address = flag(values, private);
    if by_address.value() == Some(&true) {
        return by_address;
    }
    match at(values, networks) {
        Ok(Some(found)) => Known::new(true, found.origin),
        Ok(None) => by_address,
        Err(reason) => Known::Unknown(reason),
    }
}
