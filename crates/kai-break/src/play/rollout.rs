//! A new version, as its controller brings it.

use kai_sim::model::ControllerKind;
use kai_sim::read::Update;
use kai_sim::rollout::{
    Behaviour, DaemonSetRollout, DeploymentRollout, End, Fenceposts, Rollout, StatefulSetRollout,
    Wedge,
};
use kai_sim::sweep::Blow;

use super::journeys::Failed;
use super::{Depth, Player, load};
use crate::Scenario;
use crate::outcome::{Back, Hit, Outcome, Rolled};

/// As it is typed.
pub(super) fn word(behaviour: Behaviour) -> &'static str {
    match behaviour {
        Behaviour::Healthy => "healthy",
        Behaviour::NeverReady => "never-ready",
        Behaviour::CrashAfterReady => "crash-after-ready",
    }
}

impl Player<'_, '_> {
    pub(super) fn rollout(
        &mut self,
        scenario: &Scenario,
        at: usize,
        behaviour: Behaviour,
    ) -> Outcome {
        let mut outcome = Outcome::new(scenario.clone());
        let runs = &self.stage.runs[at];
        let Some(template) = runs.template else { return outcome };
        let update = self.stage.declared.workloads[template].update;
        let wanted = i64::try_from(runs.pods.len()).unwrap_or(i64::MAX);
        let rollout = match (runs.controller, update) {
            (_, Update::OnDelete) => None,
            (_, Update::Recreate) => Some(recreated(wanted, behaviour)),
            (Some(ControllerKind::StatefulSet), Update::Rolling { partition, .. }) => {
                // A pod that does not become ready keeps the controller from replacing it.
                let fails = |it: &usize| self.stage.failing.contains(it);
                let behaviour =
                    if runs.pods.iter().any(fails) { Behaviour::NeverReady } else { behaviour };
                Some(StatefulSetRollout { replicas: wanted, partition, behaviour }.play())
            }
            (Some(ControllerKind::DaemonSet), Update::Rolling { surge, unavailable, .. }) => {
                Some(DaemonSetRollout { nodes: wanted, unavailable, surge, behaviour }.play())
            }
            (_, Update::Rolling { surge, unavailable, .. }) => {
                let fenceposts = Fenceposts::resolve(surge, unavailable, wanted);
                Some(self.deployment(at, wanted, fenceposts, behaviour))
            }
        };
        let Some(mut rollout) = rollout else {
            outcome
                .unknown
                .push("nothing happens until somebody deletes pods: OnDelete".to_owned());
            return outcome;
        };
        // What has found no node yet is not there to go on.
        let running = i64::try_from(self.running(at)).unwrap_or(i64::MAX);
        rollout.available_min = rollout.available_min.min(running);
        self.add_rollout(&mut outcome, at, wanted, &rollout, behaviour);
        outcome
    }

    /// Pods of a workload that are on a node before anything happens, and do not fail there.
    pub(super) fn running(&self, at: usize) -> usize {
        let runs =
            |it: &&usize| self.sweep.node_of(**it).is_some() && !self.stage.failing.contains(*it);
        self.stage.runs[at].pods.iter().filter(runs).count()
    }

    /// How many of so many pods more find a node, and the scheduler's words about one that does not.
    pub(super) fn room(&mut self, like: usize, more: i64, depth: Depth) -> (i64, String) {
        let wanted = vec![like; usize::try_from(more).unwrap_or(0)];
        let reasons_max = usize::from(depth == Depth::Story);
        let aftermath = self.sweep.after(&Blow { wanted, reasons_max, ..Blow::default() });
        let placed = aftermath.placed.iter().filter(|(_, node)| node.is_some()).count();
        let reason = aftermath.reasons.into_iter().next().map(|it| it.1);
        (i64::try_from(placed).unwrap_or(0), reason.unwrap_or_default())
    }

    fn deployment(
        &mut self,
        at: usize,
        replicas: i64,
        fenceposts: Fenceposts,
        behaviour: Behaviour,
    ) -> Rollout {
        let surge = fenceposts.surge.clamp(0, replicas);
        let like = self.stage.runs[at].pods.first().copied();
        let quota = like.map(|it| load::admitted(self.stage, it, surge)).filter(|it| *it < surge);
        let room = like.filter(|_| self.stage.ground.has_capacity());
        let room = room.map(|it| self.room(it, surge, Depth::Blow).0);
        let room = room.filter(|it| *it < surge);
        DeploymentRollout { replicas, fenceposts, behaviour, quota, room }.play()
    }

    fn add_rollout(
        &self,
        outcome: &mut Outcome,
        at: usize,
        wanted: i64,
        rollout: &Rollout,
        behaviour: Behaviour,
    ) {
        let runs = &self.stage.runs[at];
        let end = match rollout.end {
            End::Finished => String::new(),
            End::Wedged(Wedge::NotReady) => "new pods do not become ready".to_owned(),
            End::Wedged(Wedge::Quota) => {
                "the quota refuses another pod; only an event of the ReplicaSet says so".to_owned()
            }
            End::Wedged(Wedge::Capacity) => "no node has room for another pod".to_owned(),
        };
        // New pods that never work are meant to stop it: that is what readiness is for.
        let wedge = match rollout.end {
            End::Finished => None,
            End::Wedged(wedge) => Some(wedge),
        };
        let is_finished = wedge.is_none();
        outcome.rolled = Some(Rolled {
            runs: at,
            wedge,
            wanted,
            available_min: rollout.available_min,
            pods_max: rollout.pods_max,
            available: rollout.available,
            failing: rollout.failing,
            end,
        });
        let left = usize::try_from(rollout.available_min.max(0)).unwrap_or(0);
        let is_down = left < runs.needed() && wanted > 0;
        let start = self.stage.times.start_of(runs.component).clone();
        let back = match (is_finished, behaviour) {
            (true, _) => Back::After(start),
            (false, _) => Back::ByHand(self.stage.times.by_hand.clone()),
        };
        if left < usize::try_from(wanted).unwrap_or(0) {
            let wanted = runs.wanted;
            outcome.hits.push(Hit {
                runs: at,
                wanted,
                left,
                after: if is_finished { wanted } else { left },
                waiting: 0,
                is_down,
                back: back.clone(),
                often: None,
            });
        }
        let Some(component) = runs.component else { return };
        let failed: Vec<Failed> =
            is_down.then_some(Failed { component, back }).into_iter().collect();
        outcome.reach(self.stage, &failed, &[]);
    }
}

/// All old pods go first.
fn recreated(wanted: i64, behaviour: Behaviour) -> Rollout {
    let (end, available) = match behaviour {
        Behaviour::Healthy => (End::Finished, wanted),
        Behaviour::NeverReady | Behaviour::CrashAfterReady => (End::Wedged(Wedge::NotReady), 0),
    };
    let failing = wanted - available;
    Rollout { end, available_min: 0, pods_max: wanted, available, failing, step_count: 1 }
}
