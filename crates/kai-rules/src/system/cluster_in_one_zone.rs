//! Production clusters that end with one zone.

use kai_core::{Environment, FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Cloud, Component, Facts, ManagedCluster, Of};

use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "cluster-in-one-zone",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("cluster_in_one_zone.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::ManagedCluster(facts) = &component.facts else { return };
    if ctx.system.environment(component) != Environment::Production {
        return;
    }
    let nodes = facts.node_zone_count.traced().filter(|it| it.value == 1);
    let nodes =
        nodes.filter(|_| facts.cloud != Cloud::Azure || !has_pools_elsewhere(component, ctx));
    let control = facts.is_regional.traced().filter(|it| !it.value);
    let (origin, message) = match (nodes, control) {
        (Some(it), Some(_)) => (
            it.origin,
            "has its control plane and its nodes in one zone: when that zone goes, everything on it stops, and each \
             upgrade of the control plane takes the API away for minutes",
        ),
        (Some(it), None) => (
            it.origin,
            "has all of its nodes in one zone: when that zone goes, everything on it stops, although its control \
             plane goes on",
        ),
        (None, Some(it)) => (
            it.origin,
            "has its control plane in one zone: when that zone goes, or while the control plane is upgraded, nothing \
             is rescheduled, scaled or rolled out",
        ),
        (None, None) => return,
    };
    out.push(hazard(Of { component, facts: &**facts }, nodes.is_some(), origin, message, ctx));
}

/// Another root may add pools to a cluster that it finds by its name.
fn has_pools_elsewhere(cluster: &Component, ctx: Context<'_>) -> bool {
    let mut all = ctx.system.components().iter();
    all.any(|it| {
        it.native_kind == "azurerm_kubernetes_cluster_node_pool" && it.root != cluster.root
    })
}

fn hazard(
    cluster: Of<'_, ManagedCluster>,
    stops: bool,
    origin: OriginId,
    message: &str,
    ctx: Context<'_>,
) -> Hazard {
    let component = cluster.component;
    let name = cluster.cloud_name.value().map_or("CLUSTER", |it| it.as_str());
    let title = if stops { "all nodes in one zone" } else { "its control plane is in one zone" };
    RULE.worsens(
        component.id,
        FailureMode::ZoneLoss,
        Term::Impact,
        title,
        format!("`{}` {message}", component.label()),
    )
    .at(ctx.shown(origin, component))
    .loses(if stops { LossClass::Outage } else { LossClass::Degraded })
    .shows_as("Every node of the cluster is `NotReady` at once, or its API does not answer")
    .recover(format!("A cluster in another zone, and all of `{name}` applied to it; state comes from backups"))
    .remedy(match cluster.cloud {
        Cloud::Azure => {
            "Add a pool whose `zones` are three, move to it, and take the first away: the zones of a pool cannot be \
             changed; that of `default_node_pool` is made anew under `temporary_name_for_rotation`"
        }
        Cloud::Amazon | Cloud::Google => {
            "Make the cluster regional with nodes in three zones; the location of a control plane cannot be changed, \
             so a new cluster takes over from this one"
        }
    })
    .verify(match cluster.cloud {
        Cloud::Azure => format!(
            "az aks nodepool list --cluster-name {name} --resource-group GROUP --query '[].[name,availabilityZones]'"
        ),
        Cloud::Amazon | Cloud::Google => format!(
            "gcloud container clusters list --filter='name={name}' --format='value(location,locations)'"
        ),
    })
}
