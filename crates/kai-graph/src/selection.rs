//! Who selects whom: budgets, paths and policies over pods.
//!
//! A selection holds within a namespace, and within the root that asks if it finds anything there,
//! else within its environment.

use kai_core::{ComponentId, Known, RootId, SmolStr};

use crate::index::{Scope, Selections, is_given_by_controller};
use crate::{
    Autoscaler, Component, DisruptionBudget, Facts, LimitRange, Nearness, NetworkPath,
    NetworkPolicy, Of, Selector, System, Workload,
};

impl System {
    /// The workloads in the namespace whose pods the selector matches.
    #[must_use]
    pub fn pods_of(
        &self,
        selector: &Selector,
        namespace: &str,
        from: RootId,
    ) -> Vec<Of<'_, Workload>> {
        let found = self.nearest(from, Nearness::SameEnvironment, |scope| {
            let candidates = self.index.pods.candidates(scope, namespace, selector);
            candidates.into_iter().filter(|it| {
                let component = self.component(*it);
                component.namespace == namespace
                    && component.workload().is_some_and(|it| selects(selector, it))
            })
        });
        found.into_iter().filter_map(|it| self.component(it).workload()).collect()
    }

    /// The budgets that guard the workload's pods.
    #[must_use]
    pub fn guards(&self, workload: Of<'_, Workload>) -> Vec<Of<'_, DisruptionBudget>> {
        self.selecting(&self.index.budgets, workload, |facts| match facts {
            Facts::DisruptionBudget(it) => Some((&**it, it.selector.as_ref()?)),
            _ => None,
        })
    }

    /// The paths that lead to the workload's pods.
    #[must_use]
    pub fn paths_to(&self, workload: Of<'_, Workload>) -> Vec<Of<'_, NetworkPath>> {
        self.selecting(&self.index.paths, workload, |facts| match facts {
            Facts::NetworkPath(it) => Some((&**it, it.selector.as_ref()?)),
            _ => None,
        })
    }

    /// The policies that govern the traffic of the workload's pods, those that bind every namespace
    /// included. All of them together decide, so that those of other roots of the environment count
    /// too, except where they repeat one of the workload's own root.
    #[must_use]
    pub fn policies_of(&self, workload: Of<'_, Workload>) -> Vec<Of<'_, NetworkPolicy>> {
        let namespace = &workload.component.namespace;
        let root = workload.component.root;
        let scope = self.widest(root, Nearness::SameEnvironment);
        let of = |it| self.index.policies.candidates(scope, it, &workload.pod_labels);
        let mut candidates = of(namespace);
        candidates.extend(of(""));
        candidates.sort_unstable();
        candidates.dedup();
        let is_repeated = |it: &Component| {
            let own = Scope::Root(root);
            self.named(own, &it.native_kind, &it.namespace, &it.name).next().is_some()
        };
        let near = candidates.into_iter().map(|it| self.component(it)).filter(|it| {
            self.nearness(it.root, root) <= Nearness::SameEnvironment
                && (it.root == root || !is_repeated(it))
        });
        near.filter_map(network_policy)
            .filter(|it| it.facts.is_cluster_wide || it.component.namespace == *namespace)
            .filter(|it| it.facts.selector.as_ref().is_some_and(|it| selects(it, workload)))
            .collect()
    }

    /// Those whose selector matches, those of the workload's root if there are any, else
    /// those of its environment.
    fn selecting<'a, T>(
        &'a self,
        selections: &Selections,
        workload: Of<'_, Workload>,
        read: impl Fn(&'a Facts) -> Option<(&'a T, &'a Selector)>,
    ) -> Vec<Of<'a, T>> {
        let Component { namespace, root, .. } = workload.component;
        let found = self.nearest(*root, Nearness::SameEnvironment, |scope| {
            let candidates = selections.candidates(scope, namespace, &workload.pod_labels);
            candidates.into_iter().filter(|it| {
                let component = self.component(*it);
                component.namespace == *namespace
                    && read(&component.facts).is_some_and(|it| selects(it.1, workload))
            })
        });
        let of = |it| {
            let component = self.component(it);
            read(&component.facts).map(|(facts, _)| Of { component, facts })
        };
        found.into_iter().filter_map(of).collect()
    }

    /// The autoscalers that set the workload's count.
    #[must_use]
    pub fn autoscalers_of(&self, workload: &Component) -> Vec<Of<'_, Autoscaler>> {
        let Component { namespace, native_kind, name, root, .. } = workload;
        let is_own = |it: &ComponentId| {
            autoscaler(self.component(*it)).is_some_and(|it| {
                let target = &it.facts.target;
                it.component.namespace == *namespace
                    && target.kind == *native_kind
                    && target.name == *name
            })
        };
        let found = self.nearest(*root, Nearness::SameEnvironment, |scope| {
            self.index.autoscalers(scope, namespace, native_kind, name).filter(is_own)
        });
        found.into_iter().filter_map(|it| autoscaler(self.component(it))).collect()
    }

    /// How many pods there are at least: what an autoscaler keeps, else what is written.
    #[must_use]
    pub fn replicas_of(&self, workload: Of<'_, Workload>) -> Known<u32> {
        match self.autoscalers_of(workload.component).first() {
            Some(autoscaler) => autoscaler.replicas_min.clone(),
            None => workload.facts.replicas.clone(),
        }
    }

    /// What gives the containers of the namespace amounts that they leave out.
    #[must_use]
    pub fn limit_ranges(&self, namespace: &str, from: RootId) -> Vec<Of<'_, LimitRange>> {
        let found = self.nearest(from, Nearness::SameEnvironment, |scope| {
            let candidates = self.index.limit_ranges(scope, namespace);
            candidates.filter(|it| self.component(*it).namespace == namespace)
        });
        found.into_iter().filter_map(|it| limit_range(self.component(it))).collect()
    }

    /// The service account that the workload's pods act as, if it is declared.
    #[must_use]
    pub fn identity_of(&self, workload: Of<'_, Workload>) -> Option<&Component> {
        let Component { namespace, root, .. } = workload.component;
        let name = workload.pod.service_account.value()?;
        self.resolve("ServiceAccount", namespace, name, *root)
    }
}

fn autoscaler(component: &Component) -> Option<Of<'_, Autoscaler>> {
    match &component.facts {
        Facts::Autoscaler(facts) => Some(Of { component, facts }),
        _ => None,
    }
}

fn limit_range(component: &Component) -> Option<Of<'_, LimitRange>> {
    match &component.facts {
        Facts::LimitRange(facts) => Some(Of { component, facts }),
        _ => None,
    }
}

fn network_policy(component: &Component) -> Option<Of<'_, NetworkPolicy>> {
    match &component.facts {
        Facts::NetworkPolicy(facts) => Some(Of { component, facts }),
        _ => None,
    }
}

/// True where the selector matches pods of the workload, with the labels that controllers add.
#[must_use]
pub fn selects(selector: &Selector, workload: Of<'_, Workload>) -> bool {
    if !selector.labels.iter().any(|(key, _)| is_given_by_controller(key)) {
        return selector.matches(&workload.pod_labels);
    }
    let (given, own): (Vec<_>, Vec<_>) =
        selector.labels.iter().cloned().partition(|(key, _)| is_given_by_controller(key));
    let is_plausible = |(key, value): &(SmolStr, SmolStr)| match key.as_str() {
        "statefulset.kubernetes.io/pod-name" => is_pod_of(value, &workload.component.name),
        "job-name" | "batch.kubernetes.io/job-name" => *value == workload.component.name,
        _ => true,
    };
    given.iter().all(is_plausible)
        && Selector { labels: own, ..selector.clone() }.matches(&workload.pod_labels)
}

/// `db-0` is a pod of the set `db`.
fn is_pod_of(pod: &str, set: &str) -> bool {
    let ordinal = pod.strip_prefix(set).and_then(|it| it.strip_prefix('-'));
    ordinal.is_some_and(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()))
}
