//! Groups of several machines in one subnet, beside groups that are spread.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Facts, NodeGroup, Of};

use super::near;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "node-group-in-one-zone",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("node_group_in_one_zone.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Some(group) = group(component).filter(|_| near::is_production(component, ctx)) else {
        return;
    };
    let Some(place) = group.facts.zone_count().filter(|it| it.value == 1) else { return };
    let Some(count) = group.facts.count_min.value().filter(|it| **it >= 2) else { return };
    // Groups of one zone each are a way to scale by zone.
    let groups = near::components(component, ctx).filter_map(self::group);
    let of_cluster = groups.filter(|it| {
        it.component.root == component.root && it.component.native_kind == component.native_kind
    });
    let others: Vec<_> = of_cluster.filter(|it| it.component.id != component.id).collect();
    let is_spread = |it: &Of<'_, NodeGroup>| it.facts.zone_count().is_some_and(|it| it.value > 1);
    let is_lone = |it: &Of<'_, NodeGroup>| it.facts.zone_count().is_none_or(|it| it.value == 1);
    let is_one_by_zone = others.iter().any(is_lone);
    if others.iter().any(is_spread) && !is_one_by_zone {
        out.push(hazard(group, *count, place.origin));
    }
}

/// Groups of nodes of clusters that a cloud runs.
const KINDS: [&str; 3] =
    ["aws_eks_node_group", "azurerm_kubernetes_cluster_node_pool", "google_container_node_pool"];

fn group(component: &Component) -> Option<Of<'_, NodeGroup>> {
    match &component.facts {
        Facts::NodeGroup(facts) if KINDS.contains(&component.native_kind.as_str()) => {
            Some(Of { component, facts })
        }
        _ => None,
    }
}

fn hazard(group: Of<'_, NodeGroup>, count: u32, at: OriginId) -> Hazard {
    let kept = match group.facts.taints.first() {
        Some(taint) => format!("; what runs there and nowhere else (`{taint}`) is gone with it"),
        None => String::new(),
    };
    let message = format!(
        "`{}` keeps {count} machines {}{kept}",
        near::address(group.component),
        match group.facts.zones.value() {
            Some(_) => "in one zone",
            None => "in one subnet, so all of them are in one zone",
        },
    );
    let (remedy, verify) = words(group.component);
    RULE.worsens(
        group.component.id,
        FailureMode::ZoneLoss,
        Term::Impact,
        "several machines, one zone",
        message,
    )
    .at(at)
    .loses(LossClass::Degraded)
    .shows_as("Every node of the group is `NotReady` at once")
    .recover("Let the pods run on another group, or add a subnet; volumes of the zone wait for it")
    .remedy(remedy)
    .verify(verify)
}

/// What mends it and what proves that, by its cloud.
fn words(component: &Component) -> (&'static str, &'static str) {
    match component.native_kind.as_str() {
        "azurerm_kubernetes_cluster_node_pool" => (
            "Make a pool over every zone, move to it, and take this one away: the zones of a pool cannot be changed; \
             or say in a comment why one is enough",
            "az aks nodepool list --cluster-name CLUSTER --resource-group GROUP --query '[].[name,availabilityZones]'",
        ),
        "google_container_node_pool" => (
            "Name every zone in `node_locations`, or say in a comment why one is enough",
            "gcloud container node-pools list --cluster CLUSTER --format='value(name,locations)'",
        ),
        _ => (
            "Give it a subnet in every zone, or say in a comment why one is enough",
            "aws eks describe-nodegroup --cluster-name CLUSTER --nodegroup-name GROUP --query nodegroup.subnets",
        ),
    }
}
