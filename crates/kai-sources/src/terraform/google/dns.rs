//! Zones of Cloud DNS.

use kai_graph::{Cloud, ComponentKind, DnsZone, Facts};
use kai_terraform::roots::Instance;

use super::super::fields::{is_emptied, text};

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
