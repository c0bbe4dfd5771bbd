//! Which TLS load balancers speak.

use kai_core::{Origins, Role};
use kai_graph::{Cloud, ComponentKind, Facts, TlsFloor, TlsVersion};
use kai_terraform::roots::Instance;

use super::super::fields::{or_default, parsed, text};

/// `min_tls_version` is `TLS_1_0` where nothing is written (`google_compute_ssl_policy`).
pub(super) fn policy(instance: &Instance, origins: &Origins) -> (ComponentKind, Facts) {
    let absent = origins.defaulted(Role::ProviderDefault, instance.origin);
    let oldest = parsed(&instance.values, &["min_tls_version"], |it| match it {
        "TLS_1_0" => Some(TlsVersion::V1_0),
        "TLS_1_1" => Some(TlsVersion::V1_1),
        "TLS_1_2" => Some(TlsVersion::V1_2),
        "TLS_1_3" => Some(TlsVersion::V1_3),
        _ => None,
    });
    let facts = TlsFloor {
        cloud: Cloud::Google,
        cloud_name: text(&instance.values, &["name"]),
        oldest: or_default(oldest, TlsVersion::V1_0, absent),
    };
    (ComponentKind::Control, Facts::TlsFloor(Box::new(facts)))
}
