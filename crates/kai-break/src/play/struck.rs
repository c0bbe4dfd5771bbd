//! What the faults of a scenario take away together.

use kai_core::{ComponentId, SmolStr};
use kai_graph::{Component, DependencyKind, Facts, Image};

use crate::{Fault, Runs, Scenario, Stage};

/// What is gone, and what does not work while it lasts.
#[derive(Debug, Clone, Default)]
pub(super) struct Struck {
    /// Sorted.
    pub(super) nodes: Vec<usize>,
    /// True where the nodes are a zone or a region.
    pub(super) is_domain: bool,
    /// Pods that fail once.
    pub(super) pods: Vec<usize>,
    /// Workloads whose pods fail again and again.
    pub(super) broken: Vec<usize>,
    /// What does not answer and is no pod of the cluster.
    pub(super) silent: Vec<ComponentId>,
    /// Nothing is scheduled, made or scaled.
    pub(super) is_frozen: bool,
    /// Images of these registries cannot be pulled.
    pub(super) registries: Vec<String>,
    /// Hooks without which no pod is made where they look.
    pub(super) hooks: Vec<ComponentId>,
    pub(super) is_nameless: bool,
    pub(super) load: Option<u32>,
}

impl Struck {
    pub(super) fn of(scenario: &Scenario) -> Self {
        let mut struck = Self::default();
        for fault in &scenario.faults {
            match fault {
                Fault::Nodes(nodes) => struck.nodes.extend(nodes),
                Fault::Domain(nodes) => {
                    struck.nodes.extend(nodes);
                    struck.is_domain = true;
                }
                Fault::Workload(runs) => struck.broken.push(*runs),
                Fault::Pod(pod) => struck.pods.push(*pod),
                Fault::Dependency(id) | Fault::Certificate(id) => struck.silent.push(*id),
                Fault::Registry(name) => struck.registries.push(name.clone()),
                Fault::ControlPlane => struck.is_frozen = true,
                Fault::Dns => struck.is_nameless = true,
                Fault::Webhook(id) => struck.hooks.push(*id),
                Fault::Load(factor) => {
                    struck.load = Some(struck.load.unwrap_or(1).saturating_mul(*factor));
                }
                // What is planned is done in turn.
                Fault::Drain(_) | Fault::Rollout(..) => {}
            }
        }
        struck.nodes.sort_unstable();
        struck.nodes.dedup();
        struck
    }

    /// True where a workload does not work with so many pods left. A node agent serves its node; where
    /// that is lost nobody misses it.
    pub(super) fn stops(&self, runs: &Runs, left: usize) -> bool {
        left < runs.needed() && !(runs.is_everywhere() && self.broken.is_empty())
    }

    /// False where every pod may start again that finds a node.
    pub(super) fn keeps_any_from_starting(&self) -> bool {
        self.is_frozen || !self.registries.is_empty() || !self.hooks.is_empty()
    }

    /// Why a pod of the workload cannot start again while this lasts.
    pub(super) fn keeps_from_starting(&self, stage: &Stage<'_>, runs: usize) -> Option<String> {
        if self.registries.is_empty() && self.hooks.is_empty() {
            return None;
        }
        let component = stage.runs[runs].component.map(|it| stage.system.component(it))?;
        if let Some(image) = self.image_without_registry(component) {
            return Some(format!(
                "`{}` cannot be pulled, so only a node that has the image starts it",
                image.reference
            ));
        }
        let hook = self.hooks.iter().find(|&&it| is_asked(stage, it, component))?;
        let hook = stage.system.component(*hook).label();
        Some(format!("`{hook}` is asked before a pod is made, and does not answer"))
    }

    fn image_without_registry<'c>(&self, component: &'c Component) -> Option<&'c Image> {
        images(component).find(|it| self.registries.iter().any(|name| it.registry == name.as_str()))
    }
}

/// Images that pods of a component need.
pub(super) fn images(component: &Component) -> impl Iterator<Item = &Image> {
    let pod = component.workload().map(|it| &it.facts.pod);
    let containers = pod.into_iter().flat_map(|it| it.containers.iter().chain(&it.init_containers));
    containers.filter_map(|it| it.image.value())
}

/// True where a webhook refuses new pods of the component when it does not answer.
pub(super) fn is_asked(stage: &Stage<'_>, hook: ComponentId, component: &Component) -> bool {
    let Facts::Webhook(webhook) = &stage.system.component(hook).facts else { return false };
    let namespace = &component.namespace;
    let labels = namespace_labels(stage, namespace);
    webhook.hooks.iter().any(|it| {
        let looks_at_pods =
            it.resources.iter().any(|it| matches!(it.as_str(), "/pods" | "*/*" | "/*" | "*/pods"));
        it.fails_closed.value().copied().unwrap_or(true)
            && looks_at_pods
            && it.namespace_selector.as_ref().is_none_or(|it| it.matches(&labels))
            && it.object_selector.as_ref().is_none_or(|it| {
                component.workload().is_some_and(|workload| it.matches(&workload.pod_labels))
            })
    })
}

/// Every namespace has its name as a label.
fn namespace_labels(stage: &Stage<'_>, namespace: &SmolStr) -> kai_graph::Labels {
    let mut labels: kai_graph::Labels = stage
        .cluster
        .namespace_labels(namespace)
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let name: SmolStr = "kubernetes.io/metadata.name".into();
    if let Err(at) = labels.binary_search_by(|(it, _)| it.cmp(&name)) {
        labels.insert(at, (name, namespace.clone()));
    }
    labels
}

/// Components that call others by name.
pub(super) fn callers(stage: &Stage<'_>) -> Vec<ComponentId> {
    let calls = stage.system.dependencies().iter().filter(|it| {
        it.kind == DependencyKind::Calls
            && it.carries_failure()
            && stage.roots.contains(&stage.system.component(it.source).root)
    });
    let mut callers: Vec<ComponentId> = calls.map(|it| it.source).collect();
    callers.dedup();
    callers
}
