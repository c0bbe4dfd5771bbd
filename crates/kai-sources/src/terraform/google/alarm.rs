//! Alert policies of Cloud Monitoring.

use kai_core::{Known, Reason};
use kai_graph::{Alarm, ComponentKind, Facts};
use kai_terraform::roots::Instance;

use super::super::fields::{at, flag};
use super::super::naming::namings;

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
        condition: kai_core::SmolStr::default(),
        actions,
        missing: Known::default(),
    };
    Some((ComponentKind::Control, Facts::Alarm(Box::new(facts))))
}
