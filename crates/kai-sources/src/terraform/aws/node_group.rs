//! Node groups of EKS, and who reaches the API of a cluster.

use kai_core::{Known, Origins, Reason, Role, SmolStr};
use kai_graph::{ClusterApi, ComponentKind, Facts, Naming, NodeGroup};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::fields::{at, flag, number, or_default, text};
use super::super::machines::grows;
use super::super::naming::{means, naming, namings};

pub(super) fn node_group(instance: &Instance, all: &[Instance]) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let subnets = match at(values, &["subnet_ids"]) {
        Ok(Some(list)) => match namings(list) {
            Some(it) => Known::new(it, list.origin),
            None => Known::Unknown(Reason::Unreadable),
        },
        Ok(None) => Known::Unknown(Reason::NotDeclared),
        Err(reason) => Known::Unknown(reason),
    };
    let zones = match subnets.traced() {
        Some(it) => {
            zones(&it.value, all).map_or_else(Known::default, |zones| Known::new(zones, it.origin))
        }
        None => Known::default(),
    };
    let taints = at(values, &["taint"]).ok().flatten().and_then(Value::elements);
    let taints = taints.into_iter().flat_map(|it| it.iter()).map(|it| {
        let part = |name| text(it, &[name]).value().map(ToString::to_string).unwrap_or_default();
        SmolStr::from(format!("{}={}", part("key"), part("value")))
    });
    let facts = NodeGroup {
        cloud_name: text(values, &["node_group_name"]),
        cluster: naming(values, &["cluster_name"]),
        subnets,
        zones,
        count_min: number(values, &["scaling_config", "min_size"]),
        count_max: number(values, &["scaling_config", "max_size"]),
        may_grow: grows(values, &["scaling_config", "min_size"], &["scaling_config", "max_size"]),
        taints: taints.collect(),
    };
    (ComponentKind::FailureDomain, Facts::NodeGroup(Box::new(facts)))
}

/// The zones of subnets that the same plan makes, each once; none where it does not make all of them.
fn zones(subnets: &[Naming], all: &[Instance]) -> Option<Vec<SmolStr>> {
    let zone = |subnet: &Naming| {
        let subnet_of = |it: &&Instance| it.ty == "aws_subnet" && means(subnet, it, &["id"]);
        text(&all.iter().find(subnet_of)?.values, &["availability_zone"]).value().cloned()
    };
    let mut zones: Vec<SmolStr> = subnets.iter().map(zone).collect::<Option<_>>()?;
    zones.sort_unstable();
    zones.dedup();
    (!zones.is_empty()).then_some(zones)
}

/// The API answers everywhere where `endpoint_public_access` is not written
/// (registry.terraform.io/providers/hashicorp/aws, `eks_cluster`).
pub(super) fn api(instance: &Instance, origins: &Origins) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let absent = origins.defaulted(Role::ProviderDefault, instance.origin);
    let is_public = flag(values, &["vpc_config", "endpoint_public_access"]);
    let facts = ClusterApi {
        cloud_name: text(values, &["name"]),
        is_public: or_default(is_public, true, absent),
        may_grow: or_default(flag(values, &["compute_config", "enabled"]), false, absent),
    };
    (ComponentKind::FailureDomain, Facts::ClusterApi(Box::new(facts)))
}
