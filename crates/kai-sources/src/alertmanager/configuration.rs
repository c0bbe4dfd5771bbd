//! The route tree and the receivers.

use kai_core::SmolStr;
use kai_graph::{
    Integration, LostOperator, MatchOperator, Matcher, Notifications, Receiver, Route,
};

use super::intervals::Intervals;
use super::matchers::{lost_operators, matchers};
use crate::fields::Fields;
use crate::prometheus::written;

/// The configuration below; one of an AlertmanagerConfig is part of a larger one and sees only
/// alerts of its own namespace. None where the tree cannot be read as a whole.
pub(crate) fn configuration(
    fields: Fields<'_>,
    part_of_namespace: Option<&str>,
) -> Option<Notifications> {
    let written = fields.find("route")?;
    let mut route = route(written, &Intervals::of(fields))?;
    if let Some(namespace) = part_of_namespace {
        route.matchers.push(Matcher::new("namespace", MatchOperator::Equal, namespace));
    }
    let receivers = fields.list("receivers").filter_map(receiver).collect();
    let is_part = part_of_namespace.is_some();
    let lost_operators = lost(written, &route);
    Some(Notifications { route, receivers, lost_operators, is_part })
}

/// Matchers without an operator in the routes within a route. The API server refuses those of the
/// uppermost, and looks no deeper.
fn lost(written: Fields<'_>, route: &Route) -> Vec<LostOperator> {
    let mut found = Vec::new();
    for (index, inner) in written.list("routes").enumerate() {
        let (before, rest) = route.routes.split_at(index.min(route.routes.len()));
        let Some(route) = rest.first() else { break };
        let takes_all = |it: &Route| {
            let is_asked = |it: &Matcher| route.matchers.iter().any(|other| other.is_same(it));
            !it.continues && it.matchers.iter().all(is_asked)
        };
        found.extend(lost_operators(inner, before.iter().any(takes_all)));
        found.extend(lost(inner, route));
    }
    found
}

fn route(fields: Fields<'_>, intervals: &Intervals) -> Option<Route> {
    let receiver = fields.name("receiver");
    let wait = written(fields, "group_wait").or(|| written(fields, "groupWait"));
    Some(Route {
        origin: receiver.as_ref().map_or(fields.origin, |it| it.1),
        receiver: receiver.map(|it| it.0),
        matchers: matchers(fields)?,
        continues: fields.is("continue"),
        group_wait: wait.traced().copied(),
        silent_weekend: intervals.silent_weekend(fields),
        routes: fields.list("routes").map(|it| route(it, intervals)).collect::<Option<_>>()?,
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
