//! Zones and records of Route 53.

use kai_core::{Known, Origins, Role};
use kai_graph::{Cloud, ComponentKind, DnsRecord, DnsZone, Facts, FailoverRecord};
use kai_terraform::roots::Instance;

use super::super::fields::{argument, flag, is_emptied, may_be_there, or_default, parsed, text};
use super::super::naming::{mentions, naming};

pub(super) fn zone(instance: &Instance) -> (ComponentKind, Facts) {
    let facts = DnsZone {
        cloud: Cloud::Amazon,
        cloud_name: text(&instance.values, &["name"]),
        is_emptied: is_emptied(instance),
        is_private: may_be_there(&instance.values, &["vpc"]),
    };
    (ComponentKind::NetworkPath, Facts::DnsZone(Box::new(facts)))
}

/// A record: one of two that stand in for each other, or one that is answered whatever happens.
pub(super) fn record(instance: &Instance, origins: &Origins) -> (ComponentKind, Facts) {
    failover(instance, origins).unwrap_or_else(|| plain(instance))
}

fn plain(instance: &Instance) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let mut targets = Vec::new();
    for name in ["records", "alias"] {
        argument(values, name).into_iter().for_each(|it| mentions(it, &mut targets));
    }
    targets.sort();
    targets.dedup_by(|one, other| one.is_same_thing(other));
    let facts = DnsRecord {
        cloud_name: text(values, &["name"]),
        zone: naming(values, &["zone_id"]),
        ty: text(values, &["type"]),
        is_one_of_many: may_be_there(values, &["set_identifier"])
            || flag(values, &["allow_overwrite"]).value() == Some(&true),
        targets,
    };
    (ComponentKind::Control, Facts::DnsRecord(Box::new(facts)))
}

/// None for a record that is answered whatever happens. A health check tells, or an alias that asks its
/// target (registry.terraform.io/providers/hashicorp/aws, `route53_record`).
fn failover(instance: &Instance, origins: &Origins) -> Option<(ComponentKind, Facts)> {
    const POLICY: &str = "failover_routing_policy";
    let values = &instance.values;
    if !may_be_there(values, &[POLICY]) {
        return None;
    }
    let is_watched = match argument(values, "health_check_id") {
        Some(it) => Known::new(true, it.origin),
        None => {
            let absent = origins.defaulted(Role::ProviderDefault, instance.origin);
            or_default(flag(values, &["alias", "evaluate_target_health"]), false, absent)
        }
    };
    let facts = FailoverRecord {
        cloud_name: text(values, &["name"]),
        is_primary: parsed(values, &[POLICY, "type"], |it| Some(it == "PRIMARY")),
        is_watched,
    };
    Some((ComponentKind::NetworkPath, Facts::FailoverRecord(Box::new(facts))))
}
