//! What Kubernetes does when pods go, and when: times derived from the configuration.
//!
//! Sources: the node lifecycle and taint eviction controllers (a node is given up after
//! `--node-monitor-grace-period`, 40 s until 1.31 and 50 s since, looked at every 5 s; pods follow
//! after their toleration of `unreachable`, 300 s where none is written); the attach-detach
//! controller (a volume is torn off a lost node after 6 min); StatefulSet pods of a lost node stay
//! until somebody says that the node is dead.

use kai_core::{Interval, Known};
use kai_graph::{
    ComponentKind, Container, Controller, Of, Pod, Probe, Strategy, VolumeSource, Workload,
};

use super::quantity::{Part, Quantity};
use crate::priors::{Figures, Key};

const SECONDS: f64 = 60.0;

/// A page is answered.
pub(crate) fn noticed_by_alert(figures: &Figures) -> Quantity {
    Quantity::sum(vec![Part::figure(figures, Key::AckDay)])
}

/// Diagnosed and repaired by a person.
pub(crate) fn repaired_by_hand(figures: &Figures) -> Quantity {
    Quantity::sum(vec![Part::figure(figures, Key::RepairByHand)])
}

/// A controller acts on a planned event without anybody knowing.
pub(crate) fn noticed_at_once() -> Quantity {
    let working = "whoever evicts the pod starts the replacement";
    Quantity::sum(vec![Part::derived("a controller acts", Interval::exactly(0.0), "min", working)])
}

/// How long until a pod that was evicted is replaced by a ready one.
pub(crate) fn replaced_after_eviction(
    workload: Option<Of<'_, Workload>>,
    figures: &Figures,
) -> Quantity {
    let mut parts = Vec::new();
    parts.extend(workload.filter(|it| waits_for_old_pod(it)).map(|it| old_pod_ends(&it.pod)));
    parts.extend(starts(workload, figures));
    Quantity::sum(parts)
}

/// How long until the control plane gives the node up. A Compose host has no control plane.
pub(crate) fn node_given_up(workload: Option<Of<'_, Workload>>, noticed: &Quantity) -> Quantity {
    if workload.is_some_and(|it| needs_a_person_after_node_loss(&it)) {
        return noticed.clone();
    }
    let interval = Interval::new(40.0 / SECONDS, 50.0 / SECONDS, 55.0 / SECONDS);
    let working = "node monitor grace period of 40 s until 1.31, 50 s since, checked every 5 s";
    Quantity::sum(vec![Part::derived("the node is given up", interval, "min", working)])
}

/// How long from there until the pods of the lost node run elsewhere.
pub(crate) fn replaced_after_node_loss(
    workload: Option<Of<'_, Workload>>,
    figures: &Figures,
) -> Quantity {
    let Some(it) = workload else {
        let mut parts = vec![tolerated(300, "nothing is written: the default toleration of 300 s")];
        parts.extend(starts(None, figures));
        return Quantity::sum(parts);
    };
    if needs_a_person_after_node_loss(&it) {
        return repaired_by_hand(figures);
    }
    let mut parts = Vec::new();
    match toleration(&it) {
        // Tolerates a lost node for ever: somebody has to delete the pod or the node.
        None => return repaired_by_hand(figures),
        Some(Tolerated::Default) => {
            parts.push(tolerated(300, "no toleration of `unreachable` is written, so 300 s"));
        }
        Some(Tolerated::Written(seconds)) => {
            parts.push(tolerated(seconds, "`tolerationSeconds` for `unreachable`"));
        }
    }
    if has_claim(&it) {
        let working = "the attach-detach controller waits 6 min before it takes a volume off";
        parts.push(Part::derived("the volume is freed", Interval::exactly(6.0), "min", working));
    }
    parts.extend(starts(Some(it), figures));
    Quantity::sum(parts)
}

/// How long a rollout is short of pods: the time of one replacement for each batch.
pub(crate) fn rolled_out(workload: Option<Of<'_, Workload>>, figures: &Figures) -> Quantity {
    let batches = workload.map_or(1, |it| batch_count(&it));
    let mut parts = starts(workload, figures);
    if batches > 1 {
        for part in &mut parts {
            part.interval = part.interval.scaled(f64::from(batches));
            part.what = format!("{}, {batches} batches", part.what).into();
        }
    }
    Quantity::sum(parts)
}

fn batch_count(workload: &Workload) -> u32 {
    let replicas = workload.replicas.value().copied().unwrap_or(1).max(1);
    if workload.rollout.strategy.value() == Some(&Strategy::Recreate) {
        return 1;
    }
    let gone =
        workload.rollout.max_unavailable.value().map_or(0, |it| it.of_rounded_down(replicas));
    let more = workload.rollout.max_surge.value().map_or(0, |it| it.of_rounded_up(replicas));
    replicas.div_ceil((gone + more).max(1))
}

/// A pod is scheduled, its image pulled, its process up and ready; a cache that kept nothing is
/// filled again.
fn starts(workload: Option<Of<'_, Workload>>, figures: &Figures) -> Vec<Part> {
    let mut parts =
        vec![Part::figure(figures, Key::PodStart), Part::figure(figures, Key::ImagePull)];
    let Some(workload) = workload else { return parts };
    parts.extend(process_is_ready(&workload.pod));
    if workload.component.kind == ComponentKind::Cache && !has_claim(&workload) {
        parts.push(Part::figure(figures, Key::CacheWarmUp));
    }
    parts
}

/// From a pod that is made to one that serves: minutes, and what says so, in short.
pub(crate) fn started(workload: Option<Of<'_, Workload>>, figures: &Figures) -> (Interval, String) {
    let quantity = Quantity::sum(starts(workload, figures));
    (quantity.interval, quantity.sources())
}

/// The slowest container decides when the pod is ready.
fn process_is_ready(pod: &Pod) -> Option<Part> {
    let slowest = |it: &&Container| readiness(it).map_or(0.0, |range| range.typical);
    let container =
        pod.containers.iter().max_by(|one, other| slowest(one).total_cmp(&slowest(other)))?;
    let interval = readiness(container)?;
    let working = format!("probes of container `{}`", container.name);
    Some(Part::derived("the process is ready", interval, "min", working))
}

/// When probes can first say that the container is ready. How long the process takes is not in
/// the text; a startup probe bounds it, because a slower start is killed.
fn readiness(container: &Container) -> Option<Interval> {
    let startup = container.startup.as_ref().map(|probe| {
        let (delay, period) = (seconds(&probe.initial_delay, 0), seconds(&probe.period, 10));
        let allowed = period * seconds(&probe.failure_threshold, 3);
        Interval::new(delay, delay + (period * allowed).sqrt(), delay + allowed)
    });
    let readiness = container.readiness.as_ref().map(first_success);
    let both = match (startup, readiness) {
        (Some(startup), Some(readiness)) => startup.plus(readiness),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => return None,
    };
    Some(both.scaled(1.0 / SECONDS))
}

fn first_success(probe: &Probe) -> Interval {
    let (delay, period) = (seconds(&probe.initial_delay, 0), seconds(&probe.period, 10));
    let more = period * (seconds(&probe.success_threshold, 1) - 1.0).max(0.0);
    let failures = seconds(&probe.failure_threshold, 3);
    Interval::new(delay + more, delay + more + period, delay + more + period * failures)
}

fn seconds(known: &Known<u32>, default: u32) -> f64 {
    f64::from(known.value().copied().unwrap_or(default))
}

/// A StatefulSet and a Recreate rollout start the next pod when the last one is gone.
fn waits_for_old_pod(workload: &Workload) -> bool {
    workload.controller == Controller::StatefulSet
}

fn old_pod_ends(pod: &Pod) -> Part {
    let grace = seconds(&pod.termination_grace, 30) / SECONDS;
    let working = "at most `terminationGracePeriodSeconds`";
    let interval = Interval::new(0.0, grace / 2.0, grace);
    Part::derived("the old pod has ended", interval, "min", working)
}

enum Tolerated {
    Default,
    Written(u32),
}

/// The shortest toleration of a node that does not answer; none where one of them never ends and
/// no other is shorter.
fn toleration(workload: &Workload) -> Option<Tolerated> {
    let tolerations = &workload.pod.placement.tolerations;
    let matching = tolerations.iter().filter(|it| {
        let key = it.key.is_empty() || it.key == "node.kubernetes.io/unreachable";
        key && (it.effect.is_empty() || it.effect == "NoExecute")
    });
    let mut found = false;
    let mut shortest = None;
    for it in matching {
        found = true;
        if let Some(&seconds) = it.seconds.value() {
            shortest = Some(shortest.map_or(seconds, |known: u32| known.min(seconds)));
        }
    }
    if !found {
        return Some(Tolerated::Default);
    }
    shortest.map(Tolerated::Written)
}

fn tolerated(seconds: u32, working: &'static str) -> Part {
    let interval = Interval::exactly(f64::from(seconds) / SECONDS);
    Part::derived("pods of the lost node are given up", interval, "min", working)
}

fn needs_a_person_after_node_loss(workload: &Workload) -> bool {
    !workload.is_rescheduled() || workload.controller == Controller::StatefulSet
}

fn has_claim(workload: &Workload) -> bool {
    let claimed = |it: &kai_graph::Volume| matches!(it.source, VolumeSource::Claim { .. });
    !workload.claim_templates.is_empty() || workload.pod.volumes.iter().any(claimed)
}
