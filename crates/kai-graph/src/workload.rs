//! Things that run.

use std::collections::BTreeMap;

use kai_core::{Known, OriginId, SmolStr};

use crate::{ClaimTemplate, Container, IntOrPercent, Labels, Placement, Selector, Volume};

/// Anything with containers, whoever restarts it.
#[derive(Debug, Clone)]
pub struct Workload {
    pub controller: Controller,
    /// Pods wanted. `Unknown(LeftToAutoscaler)` where an autoscaler targets it and no count is
    /// written; an API default of 1 carries that role in its origin.
    pub replicas: Known<u32>,
    /// None where the controller takes no selector (Job, Pod, Compose).
    pub selector: Option<Selector>,
    pub pod_labels: Labels,
    pub pod: Pod,
    pub rollout: Rollout,
    /// One claim for each pod (StatefulSet).
    pub claim_templates: Vec<ClaimTemplate>,
    /// The service that names a StatefulSet's pods.
    pub service_name: Option<(SmolStr, OriginId)>,
    /// Well-known software by its image, if any.
    pub engine: Option<Engine>,
    /// Cron expression, for what runs on a schedule.
    pub schedule: Option<(SmolStr, OriginId)>,
    /// Compose profiles that must be asked for before it runs at all.
    pub profiles: Vec<SmolStr>,
}

/// Who keeps the pods alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Controller {
    Deployment,
    StatefulSet,
    DaemonSet,
    ReplicaSet,
    Job,
    CronJob,
    /// A pod that nothing restarts elsewhere.
    BarePod,
    /// Argo Rollouts.
    Rollout,
    /// A Compose service: one host, no rescheduling.
    ComposeService,
}

/// What every pod of a workload looks like.
#[derive(Debug, Clone)]
pub struct Pod {
    pub containers: Vec<Container>,
    /// In order; those that keep running beside the pod are `Container::is_sidecar`.
    pub init_containers: Vec<Container>,
    pub volumes: Vec<Volume>,
    pub service_account: Known<SmolStr>,
    pub automount_token: Known<bool>,
    pub placement: Placement,
    /// Seconds.
    pub termination_grace: Known<u32>,
    pub host_network: Known<bool>,
    pub host_pid: Known<bool>,
    pub host_ipc: Known<bool>,
    pub priority_class: Known<SmolStr>,
    pub image_pull_secrets: Vec<(SmolStr, OriginId)>,
    pub run_as_non_root: Known<bool>,
    pub run_as_user: Known<i64>,
    /// The pod specification, for pointing at what it leaves out.
    pub origin: OriginId,
}

/// How a new version replaces the old one.
#[derive(Debug, Clone)]
pub struct Rollout {
    pub strategy: Known<Strategy>,
    pub max_unavailable: Known<IntOrPercent>,
    pub max_surge: Known<IntOrPercent>,
    /// Seconds.
    pub min_ready: Known<u32>,
    /// Seconds.
    pub progress_deadline: Known<u32>,
    pub revision_history_limit: Known<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strategy {
    RollingUpdate,
    Recreate,
    OnDelete,
    /// Canary or blue-green by a rollout controller.
    Progressive,
}

/// Well-known software.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Engine {
    /// `postgresql`, `redis`, `kafka` …
    pub name: &'static str,
    pub role: EngineRole,
}

/// What a well-known software is to those who use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EngineRole {
    /// Holds the only copy of something unless proven otherwise.
    Datastore,
    Queue,
    /// Holds what can be computed again; losing it is slow or an outage, not a loss.
    Cache,
}

/// A datastore, queue or cache that an operator or a provider runs.
#[derive(Debug, Clone)]
pub struct Datastore {
    pub engine: Engine,
    pub instances: Known<u32>,
    /// True or false where the object says whether backups are made.
    pub has_backup: Known<bool>,
    pub storage_class: Known<SmolStr>,
    /// Every further fact by its path in the object (`spec.backup.retentionPolicy`).
    pub settings: BTreeMap<SmolStr, Known<SmolStr>>,
}

/// A machine of a dump.
#[derive(Debug, Clone)]
pub struct Machine {
    pub zone: Known<SmolStr>,
    pub labels: Labels,
    /// `key=value:Effect`.
    pub taints: Vec<SmolStr>,
    pub is_unschedulable: bool,
}

impl Workload {
    /// True where pods that vanish are started again on another machine.
    #[must_use]
    pub fn is_rescheduled(&self) -> bool {
        !matches!(self.controller, Controller::BarePod | Controller::ComposeService)
    }

    /// True for what should run for ever.
    #[must_use]
    pub fn is_long_running(&self) -> bool {
        !matches!(self.controller, Controller::Job | Controller::CronJob)
    }
}
