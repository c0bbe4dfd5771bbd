//! Pipelines and targets of Cloud Deploy.

use kai_core::{Known, Origins, Role, SmolStr};
use kai_graph::{Cloud, ComponentKind, DeliveryTarget, Facts, Promotion, Stage};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::fields::{at, flag, may_be_there, or_default, text};
use super::super::naming::of_value;
use super::access::named;

/// `google_clouddeploy_delivery_pipeline`: stages in the order of promotion.
pub(super) fn pipeline(instance: &Instance, origins: &Origins) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let stages = at(values, &["serial_pipeline", "stages"]).ok().flatten();
    let stages = stages.and_then(Value::elements).into_iter().flat_map(|it| it.iter());
    let facts = Promotion {
        cloud: Cloud::Google,
        cloud_name: text(values, &["name"]),
        stages: stages.map(|it| stage(it, instance, origins)).collect(),
    };
    (ComponentKind::Control, Facts::Promotion(Box::new(facts)))
}

/// A stage is tried after it was deployed only where `verify` says so; of a canary each phase may say it, and actions
/// before or after the deployment may be tests.
fn stage(values: &Value, instance: &Instance, origins: &Origins) -> Stage {
    let absent = || origins.defaulted(Role::ProviderDefault, instance.origin);
    let profiles = at(values, &["profiles"]).ok().flatten().and_then(Value::elements);
    let profiles = profiles.into_iter().flat_map(|it| it.iter());
    let others: [&[&str]; 3] = [
        &["strategy", "canary"],
        &["strategy", "standard", "predeploy"],
        &["strategy", "standard", "postdeploy"],
    ];
    let is_standard = !others.iter().any(|it| may_be_there(values, it));
    let verify = flag(values, &["strategy", "standard", "verify"]);
    Stage {
        target: text(values, &["target_id"]),
        profiles: profiles.filter_map(Value::as_str).map(SmolStr::from).collect(),
        is_verified: if is_standard {
            or_default(verify, false, absent())
        } else {
            Known::default()
        },
        origin: match at(values, &["target_id"]) {
            Ok(Some(it)) => it.origin,
            _ => instance.origin,
        },
    }
}

/// `google_clouddeploy_target`: `require_approval` is off where nothing is written.
pub(super) fn target(instance: &Instance, origins: &Origins) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let absent = origins.defaulted(Role::ProviderDefault, instance.origin);
    let first = |block: &str, field: &str| {
        let blocks = values.entries()?.get(block)?;
        let block = blocks.elements().and_then(|it| it.first()).unwrap_or(blocks);
        block.entries()?.get(field)
    };
    let cluster =
        first("anthos_cluster", "membership").or_else(|| first("gke", "cluster")).map(of_value);
    let facts = DeliveryTarget {
        cloud: Cloud::Google,
        cloud_name: text(values, &["name"]),
        needs_approval: or_default(flag(values, &["require_approval"]), false, absent),
        account: first("execution_configs", "service_account").and_then(named),
        cluster,
    };
    (ComponentKind::Control, Facts::DeliveryTarget(Box::new(facts)))
}
