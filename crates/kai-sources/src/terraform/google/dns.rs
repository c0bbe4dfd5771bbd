//! Zones and records of Cloud DNS.

use kai_core::{Known, Origins, Role};
use kai_graph::{
    Cloud, ComponentKind, DnsZone, Facts, FailoverRecord, HealthProbe, NameService, Naming,
};
use kai_terraform::roots::Instance;

use super::super::fields::{is_emptied, number, or_default, text};
use super::super::naming::{means, naming};

pub(super) fn zone(instance: &Instance) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let facts = DnsZone {
        cloud: Cloud::Google,
        cloud_name: text(values, &["dns_name"]),
        is_emptied: is_emptied(instance),
        is_private: text(values, &["visibility"]).value().is_some_and(|it| it == "private"),
    };
    (ComponentKind::NetworkPath, Facts::DnsZone(Box::new(facts)))
}

/// None for a record that is answered whatever happens.
pub(super) fn failover(
    instance: &Instance,
    all: &[Instance],
    origins: &Origins,
) -> Option<(ComponentKind, Facts)> {
    let values = &instance.values;
    let health_check = naming(values, &["routing_policy", "health_check"])?;
    let facts = FailoverRecord {
        answered_by: NameService::CloudDns,
        cloud_name: text(values, &["name"]),
        is_primary: Known::default(),
        is_watched: Known::new(true, health_check.origin),
        ttl: number(values, &["ttl"]),
        probe: probe(&health_check, all, origins),
    };
    Some((ComponentKind::NetworkPath, Facts::FailoverRecord(Box::new(facts))))
}

/// Defaults are those of registry.terraform.io/providers/hashicorp/google, `compute_health_check`.
fn probe(naming: &Naming, all: &[Instance], origins: &Origins) -> Option<HealthProbe> {
    const NAMES: &[&str] = &["id", "self_link", "name"];
    let mut checks = all.iter().filter(|it| it.ty == "google_compute_health_check");
    let check = checks.find(|it| means(naming, it, NAMES))?;
    let absent = origins.defaulted(Role::ProviderDefault, check.origin);
    let field = |name: &str, default| or_default(number(&check.values, &[name]), default, absent);
    Some(HealthProbe {
        interval: field("check_interval_sec", 5),
        failures: field("unhealthy_threshold", 2),
    })
}
