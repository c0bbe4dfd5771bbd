//! One service as a workload.

use kai_core::{Entry, Known, Node, Origins, SmolStr};
use kai_graph::{ComponentKind, Controller, EngineRole, Facts, Pod, Wait, WaitCondition, Workload};

use super::quantity::seconds;
use super::read::{at, boolean, default, entries, number, or, shown, text, texts};
use super::{container, storage};

pub(super) fn lower(service: &Entry, model: &Node, origins: &Origins) -> (ComponentKind, Facts) {
    let node = &service.node;
    let mut workload = Workload::new(Controller::ComposeService, pod(service, model, origins));
    workload.replicas = replicas(node, origins);
    workload.profiles = texts(node, "profiles").into_iter().map(|(it, _)| it).collect();
    workload.waits_for = entries(node, "depends_on").filter_map(wait).collect();
    workload.is_one_shot = is_awaited_to_end(model, &service.key);
    workload.engine = crate::engine::of_workload(&workload);
    workload.backup_tool = crate::engine::backup_tool(&workload);
    let kind = match workload.engine.map(|it| it.role) {
        Some(EngineRole::Datastore) => ComponentKind::Datastore,
        Some(EngineRole::Queue) => ComponentKind::Queue,
        Some(EngineRole::Cache) => ComponentKind::Cache,
        None => ComponentKind::Workload,
    };
    (kind, Facts::Workload(Box::new(workload)))
}

fn pod(service: &Entry, model: &Node, origins: &Origins) -> Pod {
    let node = &service.node;
    let mut container = container::lower(&service.key, service.key_origin, node, origins);
    let (volumes, mounts) = storage::lower(node, model).into_iter().unzip();
    container.mounts = mounts;
    let shares = |key: &str| shared_with_host(node, key, origins);
    Pod {
        run_as_non_root: container.security.run_as_non_root.clone(),
        run_as_user: container.security.run_as_user.clone(),
        containers: vec![container],
        volumes,
        automount_token: default(false, node, origins),
        termination_grace: or(at(node, &["stop_grace_period"], seconds), 10, node, origins),
        host_network: shares("network_mode"),
        host_pid: shares("pid"),
        host_ipc: shares("ipc"),
        shares_processes: default(false, node, origins),
        restart_policy: restart_policy(node, origins),
        is_fully_read: !storage::has_holes(node),
        ..Pod::new(node.origin)
    }
}

fn shared_with_host(service: &Node, key: &str, origins: &Origins) -> Known<bool> {
    or(at(service, &[key], |it| Some(it == "host")), false, service, origins)
}

/// `scale` and `deploy.replicas` say the same.
fn replicas(service: &Node, origins: &Origins) -> Known<u32> {
    let written =
        at(service, &["deploy", "replicas"], number).or(|| at(service, &["scale"], number));
    or(written, 1, service, origins)
}

/// Compose leaves a container that stopped where it is, unless it is told otherwise.
fn restart_policy(service: &Node, origins: &Origins) -> Known<SmolStr> {
    let known = |policy: &str| {
        let name = policy.split(':').next().unwrap_or_default();
        Some(SmolStr::new_static(match name {
            "always" | "unless-stopped" | "any" => "Always",
            "on-failure" => "OnFailure",
            "no" | "none" | "false" => "Never",
            _ => return None,
        }))
    };
    let deploy = service.at(&["deploy", "restart_policy"]);
    let of_deploy = || match deploy {
        Some(policy) => or(at(policy, &["condition"], known), "Always".into(), policy, origins),
        None => Known::default(),
    };
    let written = at(service, &["restart"], known).or(of_deploy);
    or(written, SmolStr::new_static("Never"), service, origins)
}

fn wait(entry: &Entry) -> Option<Wait> {
    let condition = text(&entry.node, &["condition"]);
    let condition = match condition.value().map_or("service_started", SmolStr::as_str) {
        "service_healthy" => WaitCondition::Healthy,
        "service_completed_successfully" => WaitCondition::Completed,
        _ => WaitCondition::Started,
    };
    let is_required = at(&entry.node, &["required"], boolean).value() != Some(&false);
    let origin = entry.node.get("condition").map_or(entry.key_origin, |it| it.origin);
    Some(Wait { name: entry.key.clone(), condition, is_required, origin })
}

/// True where another service waits until this one has done its work.
fn is_awaited_to_end(model: &Node, name: &str) -> bool {
    entries(model, "services").any(|other| {
        let condition = other.node.at(&["depends_on", name, "condition"]);
        condition.is_some_and(|it| shown(it) == "service_completed_successfully")
    })
}
