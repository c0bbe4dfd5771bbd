//! Rules of EventBridge that run by the clock.

use kai_graph::{ComponentKind, Facts, ScheduledCall, Timetable};
use kai_terraform::roots::Instance;

use super::super::fields::text;
use super::super::naming::naming;

pub(super) fn timetable(instance: &Instance) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let facts = Timetable {
        cloud_name: text(values, &["name"]),
        expression: text(values, &["schedule_expression"]),
    };
    (ComponentKind::Control, Facts::Timetable(Box::new(facts)))
}

pub(super) fn call(instance: &Instance) -> Option<(ComponentKind, Facts)> {
    let values = &instance.values;
    let facts =
        ScheduledCall { timetable: naming(values, &["rule"])?, target: naming(values, &["arn"])? };
    Some((ComponentKind::Control, Facts::ScheduledCall(Box::new(facts))))
}
