//! Groups of machines that are nodes of a cluster, or may be: whether more of them may come.

use kai_core::{Known, Reason, SmolStr};
use kai_graph::{ComponentKind, Facts, NodeGroup};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::fields::{at, flag, number, or_default, text, texts};
use super::naming::naming;

/// What a resource is, where it makes machines; those of EKS stand with Amazon's.
pub(super) fn machines(instance: &Instance) -> Option<(ComponentKind, Facts)> {
    let values = &instance.values;
    let count = |names: &[&[&str]]| {
        let none = Known::Unknown(Reason::NotDeclared);
        names.iter().fold(none, |found: Known<u32>, it| found.or(|| number(values, it)))
    };
    let unnamed = NodeGroup {
        cloud_name: text(values, &["name"]),
        cluster: None,
        subnets: Known::Unknown(Reason::NotDeclared),
        zones: Known::Unknown(Reason::NotDeclared),
        count_min: Known::Unknown(Reason::NotDeclared),
        count_max: Known::Unknown(Reason::NotDeclared),
        may_grow: Known::Unknown(Reason::NotDeclared),
        taints: Vec::new(),
    };
    let facts = match instance.ty.as_str() {
        "digitalocean_droplet" | "linode_instance" => {
            return Some((ComponentKind::FailureDomain, Facts::Named));
        }
        "aws_autoscaling_group" => NodeGroup {
            zones: texts(values, &["availability_zones"]),
            count_min: count(&[&["min_size"]]),
            count_max: count(&[&["max_size"]]),
            may_grow: grows(values, &["min_size"], &["max_size"]),
            ..unnamed
        },
        "google_container_node_pool" => NodeGroup {
            cluster: naming(values, &["cluster"]),
            zones: texts(values, &["node_locations"]),
            count_min: count(&[&["autoscaling", "min_node_count"], &["node_count"], INITIAL]),
            count_max: count(&[&["autoscaling", "max_node_count"], &["node_count"], INITIAL]),
            may_grow: autoscaling(values),
            ..unnamed
        },
        "azurerm_kubernetes_cluster_node_pool" => NodeGroup {
            cluster: naming(values, &["kubernetes_cluster_id"]),
            zones: texts(values, &["zones"]).or(|| texts(values, &["availability_zones"])),
            count_min: count(&[&["min_count"], &["node_count"]]),
            count_max: count(&[&["max_count"], &["node_count"]]),
            may_grow: scaled(instance, &[]),
            ..unnamed
        },
        _ => return None,
    };
    Some((ComponentKind::FailureDomain, Facts::NodeGroup(Box::new(facts))))
}

const INITIAL: &[&str] = &["initial_node_count"];

/// False where as many machines are the most as are the least.
pub(super) fn grows(values: &Value, least: &[&str], most: &[&str]) -> Known<bool> {
    match (number(values, least), number(values, most)) {
        (Known::Value(least), Known::Value(most)) => {
            Known::new(least.value < most.value, most.origin)
        }
        (Known::Unknown(reason), _) | (_, Known::Unknown(reason)) => Known::Unknown(reason),
    }
}

/// A pool of Google has a fixed count unless there is a block `autoscaling`, whose counts are for
/// each zone or for all of them.
pub(super) fn autoscaling(pool: &Value) -> Known<bool> {
    let counts = |prefix: &str| {
        let [least, most] = ["min", "max"].map(|it| format!("{prefix}{it}_node_count"));
        grows(pool, &["autoscaling", &least], &["autoscaling", &most])
    };
    match at(pool, &["autoscaling"]) {
        Ok(Some(block)) if block.elements().is_none_or(|it| !it.is_empty()) => {
            match (counts(""), counts("total_")) {
                (Known::Unknown(_), total) => total,
                (each, _) => each,
            }
        }
        Ok(_) => Known::new(false, pool.origin),
        Err(reason) => Known::Unknown(reason),
    }
}

/// A pool of Azure has a fixed count unless it is told to scale, by a flag that has had two names.
fn scaled(pool: &Instance, at: &[&str]) -> Known<bool> {
    let named = |name| flag(&pool.values, &[at, &[name]].concat());
    let flags = named("auto_scaling_enabled").or(|| named("enable_auto_scaling"));
    or_default(flags, false, pool.origin)
}

/// The pool that every cluster has, or nodes that Azure makes as they are needed.
pub(super) fn of_azure(cluster: &Instance) -> Known<bool> {
    let mode: Known<SmolStr> = text(&cluster.values, &["node_provisioning_profile", "mode"]);
    match mode {
        Known::Value(mode) if mode.value == "Auto" => Known::new(true, mode.origin),
        Known::Unknown(reason) if reason != Reason::NotDeclared => Known::Unknown(reason),
        _ => scaled(cluster, &["default_node_pool"]),
    }
}
