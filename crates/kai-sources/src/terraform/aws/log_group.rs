//! Log groups of CloudWatch.

use kai_core::{Known, Origins, Reason, Role};
use kai_graph::{ComponentKind, Facts, LogGroup};
use kai_terraform::roots::Instance;

use super::super::fields::{is_positive, or_default, text};

/// Logs are kept for ever where `retention_in_days` is 0 or not written
/// (registry.terraform.io/providers/hashicorp/aws, `cloudwatch_log_group`).
pub(super) fn log_group(instance: &Instance, origins: &Origins) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let absent = origins.defaulted(Role::ProviderDefault, instance.origin);
    let is_limited = is_positive(values, &["retention_in_days"]);
    // What is to be left as it is found is set elsewhere, by an account's policy for one.
    let is_left = instance.ignored.iter().any(|it| *it == ["retention_in_days"] || *it == ["*"]);
    let facts = LogGroup {
        cloud_name: text(values, &["name"]),
        is_kept_for_ever: match is_left {
            true => Known::Unknown(Reason::NotInRepository),
            false => or_default(is_limited.map(|it| !it), true, absent),
        },
    };
    (ComponentKind::Configuration, Facts::LogGroup(Box::new(facts)))
}
