//! What a workload is for, where that is why it holds more than others.

use kai_graph::{Controller, Of, Role, Workload};

/// Words of images that work on the machine itself: storage, networks, devices, what watches them.
const ON_MACHINES: &[&str] = &[
    "cadvisor",
    "calico",
    "cilium",
    "cni",
    "csi",
    "datadog",
    "device-plugin",
    "ebpf",
    "falco",
    "grafana/alloy",
    "kube-proxy",
    "kured",
    "netdata",
    "node-exporter",
    "node-problem-detector",
    "profiler",
    "provisioner",
    "smartctl",
    "telegraf",
];

/// Words of images and workloads that manage a cluster's objects for a living.
const ON_OBJECTS: &[&str] = &[
    "argocd",
    "autoscaler",
    "controller",
    "crossplane",
    "dashboard",
    "descheduler",
    "flux",
    "headlamp",
    "kube-state-metrics",
    "manager",
    "operator",
    "provisioner",
    "rancher",
    "reloader",
    "scheduler",
    "teleport",
    "velero",
];

/// True for what stands on every machine, or works on machines by what it runs.
pub(crate) fn works_on_machines(workload: Of<'_, Workload>) -> bool {
    workload.controller == Controller::DaemonSet || is_called(workload, ON_MACHINES)
}

/// True for what manages objects by what it is called, or by custom kinds in its role.
pub(crate) fn manages_objects(workload: Of<'_, Workload>, role: Option<&Role>) -> bool {
    let is_custom = |group: &str| group.contains('.') && !group.ends_with(".k8s.io");
    let groups = role.into_iter().flat_map(|it| &it.rules).flat_map(|it| &it.api_groups);
    is_called(workload, ON_OBJECTS) || groups.into_iter().any(|it| is_custom(it))
}

/// True for what is called after the objects that it manages: an operator, a controller.
pub(crate) fn is_named_after_objects(name: &str) -> bool {
    ON_OBJECTS.iter().any(|it| name.contains(it))
}

fn is_called(workload: Of<'_, Workload>, words: &[&str]) -> bool {
    let has_word = |name: &str| words.iter().any(|it| name.contains(it));
    let images = workload.facts.pod.containers.iter().filter_map(|it| it.image.value());
    has_word(&workload.component.name) || images.into_iter().any(|it| has_word(&it.repository))
}
