//! Alerts of Azure Monitor.

use kai_core::{Known, Reason, SmolStr};
use kai_graph::{Alarm, AlarmChannel, ComponentKind, Facts, Naming};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::fields::{argument, at, flag};
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
        watched: scopes(&instance.values),
        condition: SmolStr::default(),
        actions,
        missing: Known::default(),
    };
    Some((ComponentKind::Control, Facts::Alarm(Box::new(facts))))
}

fn scopes(alert: &Value) -> Vec<(SmolStr, Naming)> {
    let scopes = at(alert, &["scopes"]).ok().flatten().and_then(namings);
    scopes.into_iter().flatten().map(|it| (SmolStr::default(), it)).collect()
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

/// `azurerm_monitor_action_group`: each kind of receiver is a block of its own.
pub(super) fn group(instance: &Instance) -> (ComponentKind, Facts) {
    let blocks = instance.values.entries().into_iter().flat_map(|it| it.iter());
    let is_there = |it: &Value| it.elements().is_some_and(|it| !it.is_empty());
    let ways = blocks.filter(|it| is_there(it.1)).filter_map(|it| it.0.strip_suffix("_receiver"));
    let ways = ways.map(|it| it.replace('_', " ").into()).collect();
    (ComponentKind::Control, Facts::AlarmChannel(Box::new(AlarmChannel { ways })))
}
