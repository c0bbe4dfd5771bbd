//! Whether nodes may be added to those that there are.

use kai_core::GapKind;

use crate::{Component, ComponentKind, Facts, System};

/// Programs that add nodes for pods that wait, as their images, charts and objects are called.
const PROGRAMS: [&str; 2] = ["cluster-autoscaler", "karpenter"];

/// Objects by which such a program is there, by name.
const OBJECTS: [&str; 4] = [
    "cluster-autoscaler",
    "cluster-autoscaler-priority-expander",
    "cluster-autoscaler-status",
    "karpenter",
];

/// Objects that tell such a program, or Cluster API, what to add.
const KINDS: [&str; 9] = [
    "AKSNodeClass",
    "ClusterAutoscaler",
    "EC2NodeClass",
    "MachineAutoscaler",
    "MachineDeployment",
    "MachinePool",
    "NodeClass",
    "NodePool",
    "Provisioner",
];

/// Words in the addresses of modules that make clusters, or machines for them.
const MODULES: [&str; 8] =
    ["aks", "autoscaler", "autoscaling", "eks", "gke", "karpenter", "kubernetes", "node"];

impl System {
    /// True where something that was read adds nodes, or may.
    #[must_use]
    pub fn may_add_nodes(&self) -> bool {
        let charts = self.roots().iter().flat_map(|it| &it.gaps);
        let mut charts = charts.filter(|it| it.kind == GapKind::Chart);
        charts.any(|it| names_program(&it.what)) || self.components().iter().any(may_add_nodes)
    }
}

impl System {
    /// True where a program makes machines outside of groups, or a module may that was not read.
    #[must_use]
    pub fn adds_machines_itself(&self) -> bool {
        let charts = self.roots().iter().flat_map(|it| &it.gaps);
        let mut charts = charts.filter(|it| it.kind == GapKind::Chart);
        let makes = |it: &Component| match &it.facts {
            Facts::NodeGroup(_) | Facts::ClusterApi(_) | Facts::ManagedCluster(_) => false,
            _ => may_add_nodes(it),
        };
        charts.any(|it| names_program(&it.what)) || self.components().iter().any(makes)
    }
}

fn may_add_nodes(component: &Component) -> bool {
    match &component.facts {
        Facts::NodeGroup(it) => it.may_grow.value() != Some(&false),
        Facts::ClusterApi(it) => it.may_grow.value() != Some(&false),
        Facts::ManagedCluster(it) => it.may_grow.value() != Some(&false),
        Facts::UnreadModule(it) => makes_machines(&it.source),
        Facts::Workload(it) => {
            let pod = &it.pod;
            let images = pod.containers.iter().chain(&pod.init_containers);
            let mut images = images.filter_map(|it| it.image.value());
            images.any(|it| names_program(&it.repository)) || names_program(&component.name)
        }
        Facts::Reconciliation(it) => {
            let mut charts = it.sources.iter().filter_map(|it| it.chart.as_ref());
            charts.any(|it| names_program(it)) || names_program(&component.name)
        }
        // What acts as it may be elsewhere.
        _ if component.kind == ComponentKind::Identity => names_program(&component.name),
        _ => {
            KINDS.contains(&component.native_kind.as_str())
                || OBJECTS.contains(&component.name.as_str())
        }
    }
}

fn names_program(text: &str) -> bool {
    PROGRAMS.iter().any(|it| text.contains(it))
}

/// True for a module whose address says so, but for one that makes accounts for what runs there.
fn makes_machines(source: &str) -> bool {
    let words = || source.split(|it: char| !it.is_ascii_alphanumeric());
    words().any(|it| MODULES.contains(&it)) && !words().any(|it| it == "iam")
}
