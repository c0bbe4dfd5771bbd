//! Alert policies of Cloud Monitoring.

use kai_core::{Known, Reason, SmolStr};
use kai_graph::{Alarm, AlarmChannel, ComponentKind, Facts, Naming};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::fields::{argument, at, flag, text};
use super::super::naming::{naming, namings};

/// `google_monitoring_alert_policy`: it tells those in `notification_channels`. Its name is for people,
/// and two may have one.
pub(super) fn policy(instance: &Instance) -> Option<(ComponentKind, Facts)> {
    let values = &instance.values;
    if flag(values, &["enabled"]).value() == Some(&false) {
        return None;
    }
    let actions = match at(values, &["notification_channels"]) {
        Ok(None) => Known::new(Vec::new(), instance.origin),
        Ok(Some(list)) => match namings(list) {
            Some(it) => Known::new(it, list.origin),
            None => Known::Unknown(Reason::Unreadable),
        },
        Err(reason) => Known::Unknown(reason),
    };
    let facts = Alarm {
        cloud_name: Known::default(),
        metrics: Vec::new(),
        watched: watched(values),
        condition: SmolStr::default(),
        actions,
        missing: Known::default(),
    };
    Some((ComponentKind::Control, Facts::Alarm(Box::new(facts))))
}

/// What the filters of its conditions name.
fn watched(policy: &Value) -> Vec<(SmolStr, Naming)> {
    const KINDS: &[&str] = &[
        "condition_absent",
        "condition_matched_log",
        "condition_monitoring_query_language",
        "condition_prometheus_query_language",
        "condition_threshold",
    ];
    let conditions = argument(policy, "conditions").and_then(Value::elements);
    let conditions = conditions.into_iter().flat_map(|it| it.iter());
    let filters = conditions.flat_map(|condition| {
        KINDS.iter().flat_map(move |kind| {
            ["filter", "query"].iter().filter_map(move |it| naming(condition, &[kind, it]))
        })
    });
    let mut found = Vec::new();
    for filter in filters {
        for (label, name) in filter.text.as_deref().map(labels).unwrap_or_default() {
            found.push((label, Naming { text: Some(name), ..filter.clone() }));
        }
        found.push((SmolStr::default(), filter));
    }
    found
}

/// The labels of resources that a filter compares, each with the last part of its text:
/// `resource.label.database_id = "shop:orders"` has `orders` for `database_id`.
fn labels(filter: &str) -> Vec<(SmolStr, SmolStr)> {
    let terms = filter.split("resource.label").skip(1);
    let label = |term: &str| {
        let (key, rest) = term.split_once('=')?;
        let key = key.trim_start_matches('s').trim_matches(['.', '"', ' ']);
        let value = rest.trim_start().strip_prefix('"')?.split('"').next()?;
        Some((key.into(), value.rsplit([':', '/']).next()?.into()))
    };
    terms.filter_map(label).collect()
}

/// `google_monitoring_notification_channel`: its `type` says how it tells.
pub(super) fn channel(instance: &Instance) -> (ComponentKind, Facts) {
    let ways = text(&instance.values, &["type"]).value().cloned().into_iter().collect();
    (ComponentKind::Control, Facts::AlarmChannel(Box::new(AlarmChannel { ways })))
}
