//! What controllers are told: the pods to make, how to replace them, and within which bounds.

use std::collections::BTreeMap;

use kai_core::Node as Written;
use smol_str::SmolStr;

use super::Reader;
use super::value::{items, text, text_if_any, texts};
use crate::admission::{LimitRange, Limits, Quota, QuotaScope};
use crate::model::{ControllerKind, IntOrPercent, Key, Pod};

/// Everything of the objects that makes or bounds pods and is no state of the cluster.
#[derive(Debug, Clone, Default)]
pub struct Declared {
    pub workloads: Vec<Workload>,
    pub autoscalers: Vec<Autoscaler>,
    pub quotas: Vec<Quota>,
    pub limit_ranges: Vec<LimitRange>,
    /// Priorities by the name of their class.
    pub priorities: BTreeMap<SmolStr, Priority>,
}

/// A controller with the pod that it makes.
#[derive(Debug, Clone)]
pub struct Workload {
    /// As its API spells it: `Deployment`, `Rollout`.
    pub native_kind: SmolStr,
    pub kind: ControllerKind,
    pub key: Key,
    /// Nothing where nobody writes it: one pod, or as many as an autoscaler wants.
    pub replicas: Option<i64>,
    pub template: Pod,
    pub priority_class: SmolStr,
    pub update: Update,
    /// Names of the claims that it makes for each pod.
    pub claims: Vec<SmolStr>,
    /// True where another controller makes it.
    pub is_made: bool,
}

/// How a new version replaces the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    Rolling {
        surge: IntOrPercent,
        unavailable: IntOrPercent,
        partition: i64,
    },
    /// All old pods go before a new one comes.
    Recreate,
    /// Nothing happens until somebody deletes a pod.
    OnDelete,
}

/// A HorizontalPodAutoscaler.
#[derive(Debug, Clone)]
pub struct Autoscaler {
    pub key: Key,
    pub target_kind: SmolStr,
    pub target: SmolStr,
    pub min: i64,
    pub max: i64,
}

/// A PriorityClass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Priority {
    pub value: i64,
    pub preempts: bool,
    pub is_default: bool,
}

impl Reader<'_> {
    pub(super) fn declare(&mut self, declared: &mut Declared) {
        match self.kind() {
            ("apps/v1", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet")
            | ("v1", "ReplicationController")
            | ("argoproj.io/v1alpha1", "Rollout") => declared.workloads.extend(self.workload()),
            (
                "autoscaling/v1" | "autoscaling/v2" | "autoscaling/v2beta2",
                "HorizontalPodAutoscaler",
            ) => {
                declared.autoscalers.push(self.autoscaler());
            }
            ("v1", "ResourceQuota") => declared.quotas.push(self.quota()),
            ("v1", "LimitRange") => declared.limit_ranges.push(self.limit_range()),
            ("scheduling.k8s.io/v1", "PriorityClass") => {
                let priority = self.priority();
                declared.priorities.insert(self.name(), priority);
            }
            _ => {}
        }
    }

    /// Nothing where it has no template of a pod.
    fn workload(&mut self) -> Option<Workload> {
        let (group_version, native_kind) = self.kind();
        // A rollout of Argo makes ReplicaSets as a Deployment does.
        let kind = ControllerKind::parse(group_version, native_kind);
        let kind = kind.unwrap_or(ControllerKind::Deployment);
        let template = self.at(&["spec", "template"]).filter(|it| it.get("spec").is_some())?;
        let key = self.key();
        let mut of_template = Reader::new(template);
        of_template.namespace = Some(key.namespace.clone());
        let mut pod = of_template.pod();
        pod.namespace = key.namespace.clone();
        for it in of_template.unread {
            let (_, what) = it.split_once("`: ").unwrap_or(("", &it));
            self.unread.push(format!("{native_kind} `{key}`: {what}"));
        }
        let replicas = self.at(&["spec", "replicas"]).and_then(Written::as_int);
        if replicas.is_some_and(|it| it < 0) {
            self.leave_out("a number of replicas below 0", "counts as none");
        }
        let templates = items(self.at(&["spec", "volumeClaimTemplates"])).iter();
        Some(Workload {
            native_kind: native_kind.into(),
            kind,
            replicas: replicas.map(|it| it.max(0)),
            template: pod,
            priority_class: text(template.at(&["spec", "priorityClassName"])),
            update: self.update(kind),
            claims: templates.map(|it| text(it.at(&["metadata", "name"]))).collect(),
            is_made: self.owner().is_some(),
            key,
        })
    }

    /// What is not written is the default of the API
    /// (k8s.io/kubernetes pkg/apis/apps/v1/defaults.go, v1.34.1).
    fn update(&mut self, kind: ControllerKind) -> Update {
        let field = if kind == ControllerKind::Deployment { "strategy" } else { "updateStrategy" };
        let strategy = self.at(&["spec", field]);
        match strategy.and_then(|it| it.str_at(&["type"])) {
            Some("Recreate") => return Update::Recreate,
            Some("OnDelete") => return Update::OnDelete,
            _ => {}
        }
        let rolling = |key: &str| strategy.and_then(|it| it.at(&["rollingUpdate", key]));
        let amount = |key: &str| rolling(key).and_then(Written::text).and_then(IntOrPercent::parse);
        let (surge, unavailable) = match kind {
            ControllerKind::Deployment => (IntOrPercent::Percent(25), IntOrPercent::Percent(25)),
            _ => (IntOrPercent::Int(0), IntOrPercent::Int(1)),
        };
        Update::Rolling {
            surge: amount("maxSurge").unwrap_or(surge),
            unavailable: amount("maxUnavailable").unwrap_or(unavailable),
            partition: rolling("partition").and_then(Written::as_int).unwrap_or(0),
        }
    }

    fn autoscaler(&self) -> Autoscaler {
        let count = |key: &str| self.at(&["spec", key]).and_then(Written::as_int);
        let min = count("minReplicas").unwrap_or(1).max(0);
        Autoscaler {
            key: self.key(),
            target_kind: text(self.at(&["spec", "scaleTargetRef", "kind"])),
            target: text(self.at(&["spec", "scaleTargetRef", "name"])),
            min,
            max: count("maxReplicas").unwrap_or(min).max(min),
        }
    }

    fn quota(&mut self) -> Quota {
        let hard = self.resources(self.at(&["spec", "hard"]));
        let scopes = texts(self.at(&["spec", "scopes"]));
        let known = |it: &SmolStr| match it.as_str() {
            "BestEffort" => Some(QuotaScope::BestEffort),
            "NotBestEffort" => Some(QuotaScope::NotBestEffort),
            _ => None,
        };
        let is_known = scopes.iter().all(|it| known(it).is_some());
        let has_selector = self.at(&["spec", "scopeSelector"]).is_some();
        if !is_known || has_selector {
            self.leave_out("its scopes", "are not modelled, so that it counts nothing");
            return Quota {
                key: self.key(),
                hard: crate::model::Resources::default(),
                scopes: Vec::new(),
            };
        }
        Quota { key: self.key(), hard, scopes: scopes.iter().filter_map(known).collect() }
    }

    fn limit_range(&mut self) -> LimitRange {
        let mut range = LimitRange { namespace: self.key().namespace, ..LimitRange::default() };
        for written in items(self.at(&["spec", "limits"])) {
            let limits = Limits {
                min: self.resources(written.get("min")),
                max: self.resources(written.get("max")),
                default: self.resources(written.get("default")),
                default_request: self.resources(written.get("defaultRequest")),
            };
            match written.str_at(&["type"]) {
                Some("Container") => range.of_containers = limits,
                Some("Pod") => range.of_pods = limits,
                _ => {}
            }
        }
        range
    }

    fn priority(&self) -> Priority {
        let policy = text_if_any(self.at(&["preemptionPolicy"]));
        Priority {
            value: self.at(&["value"]).and_then(Written::as_int).unwrap_or(0),
            preempts: policy.is_none_or(|it| it != "Never"),
            is_default: self.at(&["globalDefault"]).and_then(Written::as_bool).unwrap_or(false),
        }
    }
}
