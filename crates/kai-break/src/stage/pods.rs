//! Pods that controllers would make.

use std::sync::Arc;

use kai_core::{Lookup, RootId, SmolStr};
use kai_graph::{ComponentKind, Datastore, Facts, Of, System};
use kai_sim::admission::with_default_tolerations;
use kai_sim::model::{
    AffinityTerm, Controller, ControllerKind, Key, Node, Owner, Phase, Pod, PodTemplate, PodVolume,
    Requirement, Selector, Weighted,
};
use kai_sim::read::{Autoscaler, Declared, Workload};

/// The pods of one workload, before anybody has placed them.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) pods: Vec<Pod>,
    /// On every node that suits the first of the pods.
    pub(super) is_everywhere: bool,
    pub(super) controllers: Vec<Controller>,
}

/// Autoscalers by the namespace, the kind and the name of what they scale. Of two the first counts.
pub(crate) struct Scalers<'d>(Lookup<(&'d SmolStr, &'d SmolStr, &'d SmolStr), &'d Autoscaler>);

impl<'d> Scalers<'d> {
    pub(crate) fn of(declared: &'d Declared) -> Self {
        let mut by_target = Lookup::new();
        for it in &declared.autoscalers {
            let target = (&it.key.namespace, &it.target_kind, &it.target);
            by_target.get_or_insert_with(target, || it);
        }
        Self(by_target)
    }

    pub(crate) fn named(&self, kind: &SmolStr, key: &Key) -> Option<&'d Autoscaler> {
        self.0.get(&(&key.namespace, kind, &key.name)).copied()
    }

    /// How many pods there are before load changes it: as many as are written, within the bounds of an
    /// autoscaler.
    pub(super) fn wanted(&self, workload: &Workload) -> i64 {
        let written = workload.replicas;
        let scaler = self.named(&workload.native_kind, &workload.key);
        scaler.map_or(written.unwrap_or(1), |it| written.unwrap_or(it.min).clamp(it.min, it.max))
    }
}

/// The pods of a workload; at most so many.
pub(super) fn of_workload(
    workload: &Workload,
    declared: &Declared,
    scalers: &Scalers<'_>,
    max: usize,
) -> Made {
    let kind = workload.kind;
    let key = &workload.key;
    let owner_kind =
        if kind == ControllerKind::Deployment { ControllerKind::ReplicaSet } else { kind };
    let owner = Owner { kind: Some(owner_kind), name: key.name.clone() };
    let mut template = admitted(workload, declared);
    template.owner = Some(owner);
    let is_everywhere = kind == ControllerKind::DaemonSet;
    let wanted = scalers.wanted(workload);
    let count = if is_everywhere { 1 } else { wanted };
    let count = usize::try_from(count).unwrap_or(0).min(max);
    let first = usize::from(kind != ControllerKind::StatefulSet);
    let pods = (first..first + count).map(|at| named(&template, &key.name, at)).collect();
    Made { pods, is_everywhere, controllers: controllers(workload, wanted) }
}

fn named(template: &Pod, name: &SmolStr, at: usize) -> Pod {
    Pod { name: SmolStr::new(format!("{name}-{at}")), ..template.clone() }
}

/// The template as the API server would store its pods. Claims are left out: nobody says yet which
/// volumes they get.
fn admitted(workload: &Workload, declared: &Declared) -> Pod {
    let mut pod = workload.template.clone();
    let of_class = declared.priorities.get(&workload.priority_class);
    let default = || declared.priorities.values().find(|it| it.is_default);
    if let Some(priority) = of_class.or_else(default) {
        pod.priority = priority.value;
        pod.never_preempts = !priority.preempts;
    } else if workload.priority_class.starts_with("system-") {
        // Kubernetes has these two itself.
        pod.priority = 2_000_000_000;
    }
    for range in &declared.limit_ranges {
        pod = range.filled(pod);
    }
    pod.volumes.retain(|it| !matches!(it, PodVolume::Claim(_) | PodVolume::Ephemeral(_)));
    pod.phase = Phase::Pending;
    let mut pod = with_default_tolerations(pod);
    if workload.kind == ControllerKind::DaemonSet {
        tolerate_for_ever(&mut pod);
    }
    pod
}

/// As the controller adds to pods of DaemonSets (pkg/controller/daemon/util, v1.34.1).
fn tolerate_for_ever(pod: &mut Pod) {
    pod.tolerations.retain(|it| !it.key.starts_with("node.kubernetes.io/"));
    for key in ["not-ready", "unreachable", "disk-pressure", "memory-pressure", "unschedulable"] {
        pod.tolerations.push(kai_sim::model::Toleration {
            key: SmolStr::new(format!("node.kubernetes.io/{key}")),
            ..kai_sim::model::Toleration::default()
        });
    }
}

/// The workload as the control plane has it; above pods of a Deployment stands a ReplicaSet.
fn controllers(workload: &Workload, wanted: i64) -> Vec<Controller> {
    let selector = Some(Selector::of_labels(&workload.template.labels));
    let replicas = (workload.kind != ControllerKind::DaemonSet).then_some(wanted);
    let one = |kind, owner| Controller {
        kind,
        key: workload.key.clone(),
        selector: selector.clone(),
        replicas,
        owner,
    };
    let itself = one(workload.kind, None);
    if workload.kind != ControllerKind::Deployment {
        return vec![itself];
    }
    let above = Owner { kind: Some(ControllerKind::Deployment), name: workload.key.name.clone() };
    vec![itself, one(ControllerKind::ReplicaSet, Some(above))]
}

/// Datastores that an operator runs: so many pods, kept apart from each other as far as that goes.
pub(super) fn of_datastore(store: Of<'_, Datastore>, max: usize) -> Option<Made> {
    let count = usize::try_from(*store.instances.value()?).ok()?.min(max);
    let name = &store.component.name;
    let label = ("kai/datastore".into(), name.clone());
    let namespace = store.component.namespace.clone();
    let apart = AffinityTerm {
        selector: Some(Selector { requirements: [Requirement::equals(&label.0, &label.1)].into() }),
        namespaces: vec![namespace.clone()],
        namespace_selector: None,
        topology_key: Node::ZONE.into(),
    };
    let template = PodTemplate {
        labels: [label].into(),
        owner: Some(Owner { kind: None, name: name.clone() }),
        ..PodTemplate::default()
    };
    let mut pod = Pod { namespace, template: Arc::new(template), ..Pod::default() };
    let of_hosts = AffinityTerm { topology_key: Node::HOSTNAME.into(), ..apart.clone() };
    pod.anti_affinity.preferred =
        [apart, of_hosts].map(|term| Weighted { weight: 100, term }).into();
    let pod = with_default_tolerations(pod);
    let pods = (1..=count).map(|at| named(&pod, name, at)).collect();
    Some(Made { pods, is_everywhere: false, controllers: Vec::new() })
}

/// Datastores of the roots that an operator runs, by id.
pub(super) fn datastores<'s>(
    system: &'s System,
    roots: &[RootId],
) -> impl Iterator<Item = Of<'s, Datastore>> {
    let here = |it: &&kai_graph::Component| {
        roots.contains(&it.root)
            && matches!(
                it.kind,
                ComponentKind::Datastore | ComponentKind::Queue | ComponentKind::Cache
            )
    };
    system.components().iter().filter(here).filter_map(|component| match &component.facts {
        Facts::Datastore(facts) => Some(Of { component, facts: &**facts }),
        _ => None,
    })
}
