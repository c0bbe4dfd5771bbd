//! The route tree and the receivers.

use kai_core::SmolStr;
use kai_graph::{Integration, MatchOperator, Matcher, Notifications, Receiver, Route};

use super::matchers::matchers;
use crate::fields::Fields;
use crate::prometheus::written;

/// The configuration below; one of an AlertmanagerConfig is part of a larger one and sees only
/// alerts of its own namespace. None where the tree cannot be read as a whole.
pub(crate) fn configuration(
    fields: Fields<'_>,
    part_of_namespace: Option<&str>,
) -> Option<Notifications> {
    let mut route = route(fields.find("route")?)?;
    if let Some(namespace) = part_of_namespace {
        route.matchers.push(Matcher::new("namespace", MatchOperator::Equal, namespace));
    }
    let receivers = fields.list("receivers").filter_map(receiver).collect();
    Some(Notifications { route, receivers, is_part: part_of_namespace.is_some() })
}

fn route(fields: Fields<'_>) -> Option<Route> {
    let receiver = fields.name("receiver");
    let wait = written(fields, "group_wait").or(|| written(fields, "groupWait"));
    let timed = [
        "mute_time_intervals",
        "active_time_intervals",
        "muteTimeIntervals",
        "activeTimeIntervals",
    ];
    Some(Route {
        origin: receiver.as_ref().map_or(fields.origin, |it| it.1),
        receiver: receiver.map(|it| it.0),
        matchers: matchers(fields)?,
        continues: fields.is("continue"),
        group_wait: wait.traced().copied(),
        is_timed: timed.iter().any(|it| fields.has(it)),
        routes: fields.list("routes").map(route).collect::<Option<_>>()?,
    })
}

/// Every list whose name ends in `_configs` or `Configs` and that holds something.
fn receiver(fields: Fields<'_>) -> Option<Receiver> {
    let (name, origin) = fields.name("name")?;
    let mut integrations = Vec::new();
    for (key, node) in fields.entries() {
        let kind = key.strip_suffix("_configs").or_else(|| key.strip_suffix("Configs"));
        let Some(kind) = kind else { continue };
        let kind: SmolStr = kind.to_ascii_lowercase().into();
        let items = node.items().iter();
        integrations.extend(items.map(|it| Integration { kind: kind.clone(), origin: it.origin }));
    }
    Some(Receiver { name, origin, integrations })
}
