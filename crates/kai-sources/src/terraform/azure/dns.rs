//! Names of Traffic Manager.

use kai_core::{Known, Origins, Role};
use kai_graph::{ComponentKind, Facts, FailoverRecord, HealthProbe, NameService};
use kai_terraform::roots::Instance;

use super::super::fields::{number, or_default, text};

/// A profile probes its endpoints, and gives one up after one failure more than it tolerates
/// (learn.microsoft.com, "Traffic Manager endpoint monitoring").
pub(super) fn profile(instance: &Instance, origins: &Origins) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let absent = origins.defaulted(Role::ProviderDefault, instance.origin);
    let monitor = |field: &str| number(values, &["monitor_config", field]);
    let tolerated = or_default(monitor("tolerated_number_of_failures"), 3, absent);
    let facts = FailoverRecord {
        answered_by: NameService::TrafficManager,
        cloud_name: text(values, &["dns_config", "relative_name"]),
        is_primary: Known::default(),
        is_watched: Known::new(true, instance.origin),
        ttl: number(values, &["dns_config", "ttl"]),
        probe: Some(HealthProbe {
            interval: or_default(monitor("interval_in_seconds"), 30, absent),
            failures: tolerated.map(|it| it.saturating_add(1)),
        }),
    };
    (ComponentKind::NetworkPath, Facts::FailoverRecord(Box::new(facts)))
}
