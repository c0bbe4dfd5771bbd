//! Alerts of Azure Monitor.

use kai_core::{Known, Reason};
use kai_graph::{Alarm, ComponentKind, Facts, Naming};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::fields::{argument, flag};
use super::super::naming::{naming, namings};

/// Whom it tells stands in its blocks `action`, and in rules for all alerts of a scope, which are
/// components of their own.
pub(super) fn alert(instance: &Instance) -> Option<(ComponentKind, Facts)> {
    if flag(&instance.values, &["enabled"]).value() == Some(&false) {
        return None;
    }
    let actions = match argument(&instance.values, "action") {
        None => Known::new(Vec::new(), instance.origin),
        Some(blocks) => match groups(blocks) {
            Some(it) => Known::new(it, blocks.origin),
            None => Known::Unknown(Reason::Unreadable),
        },
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

/// The groups that the blocks name; none where nobody knows how many there are.
fn groups(blocks: &Value) -> Option<Vec<Naming>> {
    let mut found = Vec::new();
    for block in blocks.elements()?.iter() {
        found.extend(naming(block, &["action_group_id"]));
        if let Some(list) = argument(block, "action_groups") {
            found.extend(namings(list)?);
        }
    }
    Some(found)
}
