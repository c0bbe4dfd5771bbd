//! Things that run.

use std::collections::BTreeMap;

use kai_core::{Known, OriginId, SmolStr};

use crate::{Batch, ClaimTemplate, Container, IntOrPercent, Labels, Placement, Selector, Volume};

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
    /// For what runs to an end.
    pub batch: Option<Box<Batch>>,
    /// Compose profiles that must be asked for before it runs at all.
    pub profiles: Vec<SmolStr>,
    /// What Compose starts before it, in the order of the text.
    pub waits_for: Vec<Wait>,
    /// True where others wait for its end, so that it is meant to have one.
    pub is_one_shot: bool,
    /// True where the schedule, the job or the rollout is told to do nothing for now.
    pub is_suspended: Known<bool>,
    /// The program in its images or commands that copies state away (`pg_dump`, `restic`), if any.
    pub backup_tool: Option<(SmolStr, OriginId)>,
}

/// Another workload that is started first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    pub name: SmolStr,
    pub condition: WaitCondition,
    /// False where the start goes on without it.
    pub is_required: bool,
    pub origin: OriginId,
}

/// What must be true of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WaitCondition {
    /// Its container runs, whatever the program in it does.
    Started,
    /// Its health check passed.
    Healthy,
    /// It ended without an error.
    Completed,
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
    /// Whose names it can resolve: `ClusterFirst`, `ClusterFirstWithHostNet`, `Default`, `None`.
    pub dns_policy: Known<SmolStr>,
    pub priority_class: Known<SmolStr>,
    pub image_pull_secrets: Vec<(SmolStr, OriginId)>,
    pub run_as_non_root: Known<bool>,
    pub run_as_user: Known<i64>,
    /// True where all containers see each other's processes.
    pub shares_processes: Known<bool>,
    /// `Always`, `OnFailure`, `Never`.
    pub restart_policy: Known<SmolStr>,
    /// False where a list of it (containers, volumes, ports …) is a template's hole, stands
    /// elsewhere or could not be read, so that nothing may be concluded from what is not there.
    pub is_fully_read: bool,
    /// The pod specification, for pointing at what it leaves out.
    pub origin: OriginId,
}

/// How a new version replaces the old one.
#[derive(Debug, Clone, Default)]
pub struct Rollout {
    pub strategy: Known<Strategy>,
    pub max_unavailable: Known<IntOrPercent>,
    pub max_surge: Known<IntOrPercent>,
    /// Seconds.
    pub min_ready: Known<u32>,
    /// Seconds.
    pub progress_deadline: Known<u32>,
    pub revision_history_limit: Known<u32>,
    /// Who decides whether a progressive rollout goes on.
    pub judged: Known<Judged>,
    /// Keys of the labels that pods get by the side of the rollout on which they are.
    pub side_labels: Vec<SmolStr>,
}

/// Whether a measurement or a person stands between a new version and all users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    Yes,
    /// No: its steps end by the clock.
    InSteps,
    /// No: all traffic goes over when its pods are ready.
    AtOnce,
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

impl Pod {
    /// A pod of which nothing is declared.
    #[must_use]
    pub fn new(origin: OriginId) -> Self {
        Self {
            containers: Vec::new(),
            init_containers: Vec::new(),
            volumes: Vec::new(),
            service_account: Known::default(),
            automount_token: Known::default(),
            placement: Placement::default(),
            termination_grace: Known::default(),
            host_network: Known::default(),
            host_pid: Known::default(),
            host_ipc: Known::default(),
            dns_policy: Known::default(),
            priority_class: Known::default(),
            image_pull_secrets: Vec::new(),
            run_as_non_root: Known::default(),
            run_as_user: Known::default(),
            shares_processes: Known::default(),
            restart_policy: Known::default(),
            is_fully_read: true,
            origin,
        }
    }

    /// Every container that runs while the pod is up: the containers, then the sidecars.
    pub fn running_containers(&self) -> impl Iterator<Item = &Container> {
        self.containers.iter().chain(self.init_containers.iter().filter(|it| it.is_sidecar))
    }

    /// Every container, those that run before the others included.
    pub fn all_containers(&self) -> impl Iterator<Item = &Container> {
        self.containers.iter().chain(&self.init_containers)
    }

    #[must_use]
    pub fn volume(&self, name: &str) -> Option<&Volume> {
        self.volumes.iter().find(|it| it.name == name)
    }
}

impl Workload {
    /// What one of its pods carries of its load, from 0 to 1; all of it where the count is unknown.
    #[must_use]
    pub fn share_of_one_pod(&self) -> f64 {
        1.0 / f64::from(self.replicas.value().copied().unwrap_or(1).max(1))
    }

    /// A workload of which nothing is declared but who keeps it alive and its pod.
    #[must_use]
    pub fn new(controller: Controller, pod: Pod) -> Self {
        Self {
            controller,
            replicas: Known::default(),
            selector: None,
            pod_labels: Labels::new(),
            pod,
            rollout: Rollout::default(),
            claim_templates: Vec::new(),
            service_name: None,
            engine: None,
            schedule: None,
            batch: None,
            profiles: Vec::new(),
            waits_for: Vec::new(),
            is_one_shot: false,
            is_suspended: Known::default(),
            backup_tool: None,
        }
    }

    /// True where pods that vanish are started again on another machine.
    #[must_use]
    pub fn is_rescheduled(&self) -> bool {
        !matches!(self.controller, Controller::BarePod | Controller::ComposeService)
    }

    /// True for what should run for ever.
    #[must_use]
    pub fn is_long_running(&self) -> bool {
        !self.is_one_shot && !matches!(self.controller, Controller::Job | Controller::CronJob)
    }
}
