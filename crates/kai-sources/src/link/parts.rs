//! Parts of one program that find each other by a configuration which is kept secret, so that no text
//! here names the other's address.

use kai_core::OriginId;
use kai_graph::{DependencyKind, Strength, Workload};

use super::arrows::Arrows;

/// Teleport's proxies ask its authority about every login and every command (`--roles`).
pub(super) fn link(arrows: &mut Arrows<'_>) {
    let parts: Vec<_> = arrows
        .index
        .workloads()
        .filter_map(|(component, workload)| Some((component, teleport(workload)?)))
        .collect();
    for (proxy, (_, at)) in parts.iter().filter(|it| it.1.0 == "proxy") {
        let is_near = |namespace: &str, root| proxy.namespace == namespace && proxy.root == root;
        let authorities = parts.iter().filter(|(it, (roles, _))| {
            is_near(&it.namespace, it.root) && roles.split(',').any(|it| it == "auth")
        });
        for (authority, _) in authorities {
            arrows.add(proxy.id, authority.id, DependencyKind::Calls, Strength::Hard, *at);
        }
    }
}

/// Which roles of Teleport a workload plays, if it is one.
fn teleport(workload: &Workload) -> Option<(&str, OriginId)> {
    let mut containers = workload.pod.containers.iter();
    containers.find_map(|it| {
        let image = it.image.value().filter(|it| it.name().starts_with("teleport"));
        image?;
        it.args.iter().find_map(|it| Some((it.value.strip_prefix("--roles=")?, it.origin)))
    })
}
