//! Clusters of a cloud that survive a zone.

use kai_core::Environment;
use kai_graph::{Cloud, ManagedCluster, Of, Solid};

use super::evidence::{Evidence, credit};
use crate::Context;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let clusters = ctx.system.managed_clusters();
    let production =
        clusters.filter(|it| ctx.system.environment(it.component) == Environment::Production);
    credit(production.filter_map(evidence).collect(), "cluster", ctx)
}

fn evidence(cluster: Of<'_, ManagedCluster>) -> Option<Evidence<'_>> {
    let regional = cluster.facts.is_regional.traced().filter(|it| it.value).map(|it| it.origin);
    let zones = cluster.facts.node_zone_count.traced().filter(|it| it.value > 1)?;
    // Where Azure keeps the control plane is nobody's choice.
    let (at, what) = match cluster.cloud {
        Cloud::Azure => (zones.origin, "its nodes"),
        Cloud::Amazon | Cloud::Google => (regional?, "its control plane and its nodes"),
    };
    let closed = match cluster.is_closed.value() {
        Some(true) => ", and its API does not answer the whole internet",
        _ => "",
    };
    let component = cluster.component;
    let name = cluster.cloud_name.value().map_or("NAME", |it| it.as_str());
    Some(Evidence {
        component,
        at,
        title: format!("`{}` spans zones with {what}{closed}", component.label()),
        verify: match cluster.cloud {
            Cloud::Azure => format!(
                "az aks nodepool list --cluster-name {name} --resource-group GROUP --query '[].[name,availabilityZones]'"
            ),
            Cloud::Amazon | Cloud::Google => format!(
                "gcloud container clusters list --filter='name={name}' --format='value(location,locations)'"
            ),
        },
    })
}
