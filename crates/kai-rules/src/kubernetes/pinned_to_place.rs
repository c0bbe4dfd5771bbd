//! A journey whose pods may run on one machine, or in one zone, and nowhere else.

use kai_core::{FailureMode, Hazard, Level, LossClass, Node, OriginId, Pillar, SmolStr, Term};
use kai_graph::{Controller, Of, Pod, Workload};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "pinned-to-place",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("pinned_to_place.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    // What runs on a chosen node because it belongs there is a DaemonSet.
    if !workload.is_rescheduled()
        || !workload.is_long_running()
        || workload.controller == Controller::DaemonSet
        || ctx.is_live(workload.component)
    {
        return;
    }
    let journeys = ctx.journeys_that_need(workload.component.id);
    let Some(place) = place(&workload.facts.pod).filter(|_| !journeys.is_empty()) else {
        return;
    };
    out.push(hazard(workload, &place, ctx));
}

/// The one place that is allowed.
pub(super) struct Place {
    pub(super) name: SmolStr,
    at: OriginId,
    pub(super) is_zone: bool,
}

pub(super) fn place(pod: &Pod) -> Option<Place> {
    let placement = &pod.placement;
    if let Some(machine) = &placement.machine {
        return Some(Place { name: machine.clone(), at: pod.origin, is_zone: false });
    }
    let mut places: Vec<_> = required(pod).into_iter().filter_map(place_of).collect();
    // The narrowest counts.
    places.sort_by_key(|it| it.is_zone);
    places.into_iter().next()
}

/// Labels, with their one value, that a machine must have to take the pod.
pub(super) fn required(pod: &Pod) -> Vec<(SmolStr, SmolStr, OriginId)> {
    let placement = &pod.placement;
    let at = placement.node_selector_at.unwrap_or(pod.origin);
    let chosen = placement.node_selector.iter().cloned().map(|(key, value)| (key, value, at));
    chosen.chain(placement.node_affinity.as_ref().map(only_values).unwrap_or_default()).collect()
}

fn place_of((key, name, at): (SmolStr, SmolStr, OriginId)) -> Option<Place> {
    match key.as_str() {
        "kubernetes.io/hostname" => Some(Place { name, at, is_zone: false }),
        "topology.kubernetes.io/zone" | "failure-domain.beta.kubernetes.io/zone" => {
            Some(Place { name, at, is_zone: true })
        }
        _ => None,
    }
}

/// Keys that the only required term allows one value of. Several terms are alternatives.
fn only_values(affinity: &Node) -> Vec<(SmolStr, SmolStr, OriginId)> {
    let path = ["requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"];
    let [term] = affinity.at(&path).map(Node::items).unwrap_or_default() else {
        return Vec::new();
    };
    let expressions = term.get("matchExpressions").map(Node::items).unwrap_or_default();
    let only = |it: &Node| {
        let text = |key: &str| it.get(key).and_then(Node::text).map(SmolStr::new);
        let [value] = it.get("values").map(Node::items)? else { return None };
        (text("operator")? == "In").then_some(())?;
        Some((text("key")?, SmolStr::new(value.text()?), value.origin))
    };
    expressions.iter().filter_map(only).collect()
}

fn hazard(workload: Of<'_, Workload>, place: &Place, ctx: Context<'_>) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let (mode, kind, title) = if place.is_zone {
        (FailureMode::ZoneLoss, "zone", "all pods in one zone")
    } else {
        (FailureMode::NodeLoss, "node", "pinned to one node")
    };
    let message = format!(
        "`{label}` may run on {kind} `{}` only; while that is drained, full or lost, its pods stay \
         Pending and {}",
        place.name,
        ctx.stops(component.id),
    );
    let term = if place.is_zone { Term::Impact } else { Term::TimeToRecover };
    RULE.worsens(component.id, mode, term, title, message)
        .at(place.at)
        .loses(LossClass::Outage)
        .shows_as(format!(
            "Pods of `{label}` are Pending: `didn't match Pod's node affinity/selector`"
        ))
        .recover(format!(
            "`{}`: take the term out, or bring {kind} `{}` back",
            kubectl(component, format!("edit {}", resource(component))),
            place.name,
        ))
        .remedy(format!(
            "Choose {kind}s by what they have (a label of a pool, a class of disks), so that more \
             than one can take it"
        ))
        .verify(kubectl(
            component,
            format!("get {} -o yaml | grep -A3 -i nodeSelector", resource(component)),
        ))
}
