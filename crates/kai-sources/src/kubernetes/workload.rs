//! Whatever runs pods.

use kai_core::{Known, OriginId, Reason, SmolStr};
use kai_graph::{
    Batch, Bytes, Claim, ClaimTemplate, ComponentKind, Controller, EngineRole, Facts, IntOrPercent,
    Rollout, Strategy, Workload,
};

use crate::fields::Fields;
use crate::kubernetes::object::Object;
use crate::kubernetes::{analysis, pod};

pub(super) fn lower(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let mut workload = match object.kind {
        "Deployment" => replicated(Controller::Deployment, spec),
        "DeploymentConfig" => deployment_config(spec),
        "ReplicaSet" => replicated(Controller::ReplicaSet, spec),
        "ReplicationController" => replication_controller(spec),
        "StatefulSet" => stateful_set(spec),
        "DaemonSet" => daemon_set(spec),
        "Rollout" => argo_rollout(spec),
        "Job" => job(Controller::Job, spec),
        "CronJob" => cron_job(spec),
        _ => bare_pod(object),
    };
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

/// Deployments, and what has the same fields.
fn replicated(controller: Controller, spec: Fields<'_>) -> Workload {
    let mut workload = templated(controller, spec.at("template"));
    workload.replicas = spec.or("replicas", 1);
    workload.selector = spec.selector("selector");
    workload.rollout.min_ready = spec.or("minReadySeconds", 0);
    if controller == Controller::Deployment {
        workload.rollout = deployment_rollout(spec, "Recreate", spec.at("strategy"));
        workload.is_suspended = spec.or("paused", false);
    }
    workload
}

/// OpenShift's forerunner of the Deployment: its selector is a plain mapping.
fn deployment_config(spec: Fields<'_>) -> Workload {
    let mut workload = replicated(Controller::Deployment, spec);
    workload.selector = spec.label_selector("selector");
    workload
}

/// The forerunner of the ReplicaSet: its selector is a plain mapping, and defaults to the labels.
fn replication_controller(spec: Fields<'_>) -> Workload {
    let mut workload = replicated(Controller::ReplicaSet, spec);
    workload.selector = spec
        .label_selector("selector")
        .or_else(|| spec.at("template").at("metadata").label_selector("labels"));
    workload
}

fn stateful_set(spec: Fields<'_>) -> Workload {
    let mut workload = replicated(Controller::StatefulSet, spec);
    let update = spec.at("updateStrategy");
    let rolling = update.at("rollingUpdate");
    workload.rollout = Rollout {
        strategy: strategy(update, "RollingUpdate"),
        max_unavailable: rolling.or("maxUnavailable", IntOrPercent::Count(1)),
        max_surge: Known::default(),
        min_ready: spec.or("minReadySeconds", 0),
        progress_deadline: Known::default(),
        revision_history_limit: spec.or("revisionHistoryLimit", 10),
        judged: Known::default(),
        side_labels: Vec::new(),
    };
    workload.service_name = spec.name("serviceName");
    workload.claim_templates =
        spec.list("volumeClaimTemplates").map(|it| claim_template(it, spec)).collect();
    workload
}

fn claim_template(template: Fields<'_>, set: Fields<'_>) -> ClaimTemplate {
    let retention = set.at("persistentVolumeClaimRetentionPolicy");
    let is_delete = |key| match retention.name(key) {
        Some((policy, origin)) => Known::new(policy == "Delete", origin),
        None => retention.default(false),
    };
    ClaimTemplate {
        name: template.at("metadata").text("name"),
        claim: claim(template.at("spec")),
        is_deleted_with_set: is_delete("whenDeleted"),
        is_deleted_when_scaled: is_delete("whenScaled"),
    }
}

/// The specification of a PersistentVolumeClaim.
pub(super) fn claim(spec: Fields<'_>) -> Claim {
    Claim {
        access_modes: spec.texts("accessModes"),
        storage_class: spec.get("storageClassName"),
        size: spec.at("resources").at("requests").get::<Bytes>("storage"),
        volume_name: spec.name("volumeName").map(|(name, _)| name),
        origin: spec.origin,
    }
}

fn daemon_set(spec: Fields<'_>) -> Workload {
    let mut workload = templated(Controller::DaemonSet, spec.at("template"));
    let update = spec.at("updateStrategy");
    let rolling = update.at("rollingUpdate");
    workload.replicas = Known::Unknown(Reason::ComputedAtApply);
    workload.selector = spec.selector("selector");
    workload.rollout = Rollout {
        strategy: strategy(update, "RollingUpdate"),
        max_unavailable: rolling.or("maxUnavailable", IntOrPercent::Count(1)),
        max_surge: rolling.or("maxSurge", IntOrPercent::Count(0)),
        min_ready: spec.or("minReadySeconds", 0),
        progress_deadline: Known::default(),
        revision_history_limit: spec.or("revisionHistoryLimit", 10),
        judged: Known::default(),
        side_labels: Vec::new(),
    };
    workload
}

/// An Argo Rollout. One that refers to a Deployment has no pods of its own to look at.
fn argo_rollout(spec: Fields<'_>) -> Workload {
    let mut workload = templated(Controller::Rollout, spec.at("template"));
    workload.pod.is_fully_read &= !spec.has("workloadRef");
    workload.replicas = spec.or("replicas", 1);
    workload.selector = spec.selector("selector");
    let canary = spec.at("strategy").at("canary");
    workload.rollout = Rollout {
        strategy: Known::new(Strategy::Progressive, spec.at("strategy").origin),
        max_unavailable: canary.or("maxUnavailable", IntOrPercent::Percent(25)),
        max_surge: canary.or("maxSurge", IntOrPercent::Percent(25)),
        min_ready: spec.or("minReadySeconds", 0),
        progress_deadline: spec.or("progressDeadlineSeconds", 600),
        revision_history_limit: spec.or("revisionHistoryLimit", 10),
        judged: analysis::judged(spec.at("strategy")),
        side_labels: side_labels(spec.at("strategy")),
    };
    workload.is_suspended = spec.or("paused", false);
    workload
}

/// What Argo Rollouts adds to pods of one side for as long as they are on it ("Ephemeral Metadata").
fn side_labels(strategy: Fields<'_>) -> Vec<SmolStr> {
    let (canary, blue_green) = (strategy.at("canary"), strategy.at("blueGreen"));
    let sides = [
        canary.at("canaryMetadata"),
        canary.at("stableMetadata"),
        blue_green.at("activeMetadata"),
        blue_green.at("previewMetadata"),
    ];
    sides.iter().flat_map(|it| it.labels("labels")).map(|it| it.0).collect()
}

fn job(controller: Controller, spec: Fields<'_>) -> Workload {
    let mut workload = templated(controller, spec.at("template"));
    workload.replicas = spec.or("parallelism", 1);
    workload.selector = spec.selector("selector");
    workload.is_suspended = spec.or("suspend", false);
    workload.batch = Some(Box::new(Batch {
        concurrency: Known::default(),
        start_deadline: Known::default(),
        run_deadline: spec.get("activeDeadlineSeconds"),
        failures_kept: Known::default(),
        kept_for: spec.get("ttlSecondsAfterFinished"),
        ignores_disruption: ignores_disruption(spec.at("podFailurePolicy")),
        job_origin: spec.origin,
    }));
    workload
}

/// A rule that ignores pods of the condition `DisruptionTarget`, which are those that the control
/// plane takes away (kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy).
fn ignores_disruption(policy: Fields<'_>) -> Option<OriginId> {
    policy.list("rules").filter(|it| it.text("action") == "Ignore").find_map(|rule| {
        let mut conditions = rule.list("onPodConditions");
        conditions.any(|it| it.text("type") == "DisruptionTarget").then_some(rule.origin)
    })
}

fn cron_job(spec: Fields<'_>) -> Workload {
    let mut workload = job(Controller::CronJob, spec.at("jobTemplate").at("spec"));
    let schedule = spec.opt_traced("schedule");
    workload.schedule = schedule.map(|it| (it.value, it.origin));
    if let Some(batch) = &mut workload.batch {
        batch.concurrency = spec.or("concurrencyPolicy", SmolStr::new_static("Allow"));
        batch.start_deadline = spec.get("startingDeadlineSeconds");
        batch.failures_kept = spec.or("failedJobsHistoryLimit", 1);
    }
    workload.is_suspended = spec.or("suspend", false);
    workload
}

fn bare_pod(object: &Object<'_>) -> Workload {
    let mut workload = templated(Controller::BarePod, object.fields);
    workload.replicas = object.fields.default(1);
    workload
}

/// A workload with the pod of this template.
fn templated(controller: Controller, template: Fields<'_>) -> Workload {
    let mut workload = Workload::new(controller, pod::lower(template.at("spec")));
    workload.pod_labels = template.at("metadata").labels("labels");
    workload
}

/// `recreate` is the name under which the strategy goes that stops all pods first.
fn deployment_rollout(spec: Fields<'_>, recreate: &str, strategy: Fields<'_>) -> Rollout {
    let is_recreate = strategy.text("type") == recreate;
    let rolling = strategy.at("rollingUpdate");
    let quarter = |key| match is_recreate {
        true => Known::default(),
        false => rolling.or(key, IntOrPercent::Percent(25)),
    };
    Rollout {
        strategy: self::strategy(strategy, "RollingUpdate"),
        max_unavailable: quarter("maxUnavailable"),
        max_surge: quarter("maxSurge"),
        min_ready: spec.or("minReadySeconds", 0),
        progress_deadline: spec.or("progressDeadlineSeconds", 600),
        revision_history_limit: spec.or("revisionHistoryLimit", 10),
        judged: Known::default(),
        side_labels: Vec::new(),
    }
}

fn strategy(strategy: Fields<'_>, default: &str) -> Known<Strategy> {
    let known = |name: &str| match name {
        "RollingUpdate" | "Rolling" => Some(Strategy::RollingUpdate),
        "Recreate" => Some(Strategy::Recreate),
        "OnDelete" => Some(Strategy::OnDelete),
        _ => None,
    };
    match strategy.get::<SmolStr>("type") {
        Known::Value(it) => match known(&it.value) {
            Some(value) => Known::new(value, it.origin),
            None => Known::Unknown(Reason::Unreadable),
        },
        Known::Unknown(Reason::NotDeclared) => {
            known(default).map_or_else(Known::default, |it| strategy.default(it))
        }
        Known::Unknown(reason) => Known::Unknown(reason),
    }
}
