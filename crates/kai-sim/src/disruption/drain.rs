//! What `kubectl drain` comes to (k8s.io/kubectl pkg/drain, filters.go and drain.go).
//!
//! Pods that a controller makes in place of evicted ones run as soon as a node takes them. They become
//! ready then, but for those that a node takes at once in place of one that was not ready. Time is
//! not looked at, only whether it ends.

use smol_str::{SmolStr, format_smolstr};

use super::{Eviction, allows_any, eviction};
use crate::model::{Cluster, ControllerKind, Key, Phase, Pod, PodVolume};
use crate::world::{Event, World};

/// What the caller of a drain agrees to.
#[derive(Debug, Clone, Copy, Default)]
pub struct DrainOptions {
    /// `--ignore-daemonsets`
    pub ignores_daemon_sets: bool,
    /// `--delete-emptydir-data`
    pub deletes_empty_dirs: bool,
    /// `--force`: also pods that nobody makes again.
    pub is_forced: bool,
}

/// One drained node.
#[derive(Debug, Clone)]
pub struct Drain {
    pub node: SmolStr,
    pub outcome: Outcome,
    /// Pods that no node takes in their place, with the scheduler's reason.
    pub pending: Vec<(Key, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Finished,
    /// Nothing was evicted.
    Refused(Vec<Refusal>),
    /// It retries for ever, or fails, on these pods.
    Stuck(Vec<(Key, Obstacle)>),
}

/// Why a drain does not begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    OfDaemonSet(Key),
    HasEmptyDir(Key),
    NotReplicated(Key),
}

/// Why a pod does not go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// The budget lets no pod go even where all are ready.
    BudgetAllowsNone { budget: Key },
    /// A pod in place of an evicted one waits for a node, so that the budget stays spent.
    ReplacementPending { budget: Key, pod: Key, reason: String },
    /// Pods of the budget are not ready, and it does not let such pods go.
    PodsNotReady { budget: Key, pods: Vec<Key> },
    /// 500: the API server does not know which budget to ask.
    SeveralBudgets { budgets: Vec<Key> },
}

/// Drains every node, one after the other, each made schedulable again before the next.
#[must_use]
pub fn drain_each(cluster: &Cluster, options: DrainOptions) -> Vec<Drain> {
    let mut world = World::new(cluster.clone());
    let names: Vec<SmolStr> = cluster.nodes.iter().map(|it| it.name.clone()).collect();
    let one = |name: SmolStr| {
        let was_cordoned =
            world.cluster().nodes.iter().any(|it| it.name == name && it.is_unschedulable);
        let drain = drain(&mut world, &name, options);
        if !was_cordoned {
            world.apply(Event::Uncordoned { node: name });
        }
        retry(&mut world);
        drain
    };
    names.into_iter().map(one).collect()
}

/// Cordons a node and evicts what is on it, as far as that goes.
pub fn drain(world: &mut World, node: &str, options: DrainOptions) -> Drain {
    world.apply(Event::Cordoned { node: node.into() });
    let outcome = match leaving(world.cluster(), node, options) {
        Ok(pods) => empty(world, pods),
        Err(refusals) => Outcome::Refused(refusals),
    };
    Drain { node: node.into(), outcome, pending: retry(world) }
}

/// The pods that have to go, or why none does.
fn leaving(cluster: &Cluster, node: &str, options: DrainOptions) -> Result<Vec<Key>, Vec<Refusal>> {
    let (mut pods, mut refusals) = (Vec::new(), Vec::new());
    let there = cluster.pods.iter().filter(|it| it.node.as_deref() == Some(node));
    for pod in there.filter(|it| !it.is_mirror) {
        let key = key(pod);
        let kind = pod.owner.as_ref().and_then(|it| it.kind);
        let is_of_daemon_set = kind == Some(ControllerKind::DaemonSet) && !pod.is_finished();
        let keeps_data = !pod.is_finished() && pod.volumes.contains(&PodVolume::EmptyDir);
        if is_of_daemon_set {
            if !options.ignores_daemon_sets {
                refusals.push(Refusal::OfDaemonSet(key));
            }
        } else if keeps_data && !options.deletes_empty_dirs {
            refusals.push(Refusal::HasEmptyDir(key));
        } else if pod.owner.is_none() && !pod.is_finished() && !options.is_forced {
            refusals.push(Refusal::NotReplicated(key));
        } else {
            pods.push(key);
        }
    }
    if refusals.is_empty() { Ok(pods) } else { Err(refusals) }
}

/// Evicts until nothing is left or nothing changes any more. All evictions run side by side, so that
/// one that waits keeps no other from going.
fn empty(world: &mut World, mut waiting: Vec<Key>) -> Outcome {
    loop {
        let before = waiting.len();
        waiting.retain(|it| !evict(world, it));
        if waiting.is_empty() {
            return Outcome::Finished;
        }
        let is_progress = waiting.len() < before || !has_same_pending(world);
        if !is_progress {
            let stuck = waiting.into_iter().map(|it| {
                let obstacle = obstacle(world, &it);
                (it, obstacle)
            });
            return Outcome::Stuck(stuck.collect());
        }
    }
}

/// True where the pod went. Its controller makes another one, which runs if a node takes it.
fn evict(world: &mut World, key: &Key) -> bool {
    let Some(pod) = world.pod(key).cloned() else { return true };
    let Eviction::Allowed { budget } = eviction(world.cluster(), &pod) else { return false };
    world.apply(Event::Evicted { pod: key.clone(), budget });
    world.apply(Event::Deleted { pod: key.clone() });
    if let Some(next) = replacement(world.cluster(), &pod) {
        let next_key = self::key(&next);
        world.apply(Event::Created { pod: Box::new(next) });
        run(world, &next_key, pod.is_ready);
    }
    true
}

fn run(world: &mut World, key: &Key, becomes_ready: bool) -> bool {
    if world.schedule(key).is_err() {
        return false;
    }
    world.apply(Event::Started { pod: key.clone() });
    if becomes_ready {
        world.apply(Event::BecameReady { pod: key.clone() });
    }
    true
}

/// The pod that its controller makes instead; nothing for those that are not made again.
fn replacement(cluster: &Cluster, pod: &Pod) -> Option<Pod> {
    let kind = pod.owner.as_ref()?.kind;
    if pod.is_finished() || kind == Some(ControllerKind::DaemonSet) {
        return None;
    }
    let name = if kind == Some(ControllerKind::StatefulSet) {
        pod.name.clone()
    } else {
        let is_free = |it: &SmolStr| cluster.pods.iter().all(|pod| pod.name != *it);
        (1_usize..).map(|it| format_smolstr!("{}+{it}", pod.name)).find(is_free)?
    };
    Some(Pod {
        name,
        node: None,
        phase: Phase::Pending,
        is_ready: false,
        is_terminating: false,
        started: None,
        ..pod.clone()
    })
}

/// Schedules what waits again; the pods that still wait, and why.
fn retry(world: &mut World) -> Vec<(Key, String)> {
    let mut pending = Vec::new();
    for key in waiting(world) {
        if let Err(reason) = world.schedule(&key) {
            pending.push((key, reason));
            continue;
        }
        world.apply(Event::Started { pod: key.clone() });
        world.apply(Event::BecameReady { pod: key });
    }
    pending
}

/// True where no waiting pod found a node.
fn has_same_pending(world: &mut World) -> bool {
    let before = waiting(world).len();
    retry(world).len() == before
}

fn waiting(world: &World) -> Vec<Key> {
    world.cluster().pods.iter().filter(|it| it.node.is_none()).map(key).collect()
}

/// Why a pod that cannot go does not, and would not later.
fn obstacle(world: &World, pod: &Key) -> Obstacle {
    let cluster = world.cluster();
    let of_pod = world.pod(pod).map(|it| eviction(cluster, it));
    let budget = match of_pod {
        Some(Eviction::SeveralBudgets { budgets }) => return Obstacle::SeveralBudgets { budgets },
        Some(Eviction::TooManyRequests { budget } | Eviction::Forbidden { budget }) => budget,
        Some(Eviction::Allowed { .. }) | None => Key::default(),
    };
    let guarded = cluster.budgets.iter().find(|it| it.key == budget);
    let guards = |it: &&Pod| guarded.is_some_and(|budget| budget.guards(it));
    let of_budget: Vec<&Pod> = cluster.pods.iter().filter(guards).collect();
    if !guarded.is_some_and(|it| allows_any(cluster, it, &of_budget)) {
        return Obstacle::BudgetAllowsNone { budget };
    }
    if let Some(waiting) = of_budget.iter().find(|it| it.node.is_none()) {
        let mut trial = world.clone();
        let reason = trial.schedule(&key(waiting)).err().unwrap_or_default();
        return Obstacle::ReplacementPending { budget, pod: key(waiting), reason };
    }
    let pods = of_budget.iter().filter(|it| !it.is_ready).map(|it| key(it)).collect();
    Obstacle::PodsNotReady { budget, pods }
}

fn key(pod: &Pod) -> Key {
    Key::new(pod.namespace.clone(), pod.name.clone())
}
