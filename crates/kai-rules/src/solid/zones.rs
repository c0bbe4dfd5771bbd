//! Clusters of a cloud that survive a zone.

use kai_core::Environment;
use kai_graph::{ManagedCluster, Of, Solid};

use super::evidence::{Evidence, credit};
use crate::Context;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let clusters = ctx.system.managed_clusters();
    let production =
        clusters.filter(|it| ctx.system.environment(it.component) == Environment::Production);
    credit(production.filter_map(evidence).collect(), "cluster", ctx)
}

fn evidence(cluster: Of<'_, ManagedCluster>) -> Option<Evidence<'_>> {
    let regional = cluster.facts.is_regional.traced().filter(|it| it.value)?;
    cluster.facts.node_zone_count.value().filter(|it| **it > 1)?;
    let closed = match cluster.is_closed.value() {
        Some(true) => ", and its API does not answer the whole internet",
        _ => "",
    };
    let component = cluster.component;
    let name = cluster.cloud_name.value().map_or("NAME", |it| it.as_str());
    Some(Evidence {
        component,
        at: regional.origin,
        title: format!(
            "`{}` spans zones with its control plane and its nodes{closed}",
            component.label()
        ),
        verify: format!(
            "gcloud container clusters list --filter='name={name}' --format='value(location,locations)'"
        ),
    })
}
