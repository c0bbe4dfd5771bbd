//! From objects to a stage.

use std::collections::{BTreeMap, BTreeSet};

use kai_core::{RootId, SmolStr};
use kai_graph::{Component, Facts, System};
use kai_sim::disruption;
use kai_sim::model::{Cluster, ControllerKind, Key, Node, Phase, Pod, PodVolume};
use kai_sim::read::{Declared, Reading};
use kai_sim::sweep::{Blow, Sweep};
use rayon::prelude::*;

use super::check::{PODS_MAX, budgets, check};
use super::ground::{self, forget_labels};
use super::pods::{Made, datastores, of_datastore, of_workload, wanted};
use super::runs::{Owners, owner, quorum};
use super::{Ground, NodeGroup, Runs, Stage};
use crate::choice::Source;
use crate::{Choice, Times};

impl<'a> Stage<'a> {
    /// Makes one cluster of the chosen roots. `groups` are nodes that somebody declares, for where none
    /// are given.
    #[must_use]
    pub fn new(
        system: &'a System,
        times: &'a Times,
        sources: &[Source],
        choice: &Choice,
        groups: &[NodeGroup],
    ) -> Self {
        let mut all = Reading::default();
        for (_, reading) in sources.iter().filter(|(root, _)| choice.roots.contains(root)) {
            all.add(reading.clone());
        }
        let mut draft = Draft {
            cluster: all.cluster,
            declared: all.declared,
            problems: all.unread,
            assumptions: Vec::new(),
        };
        draft.problems.extend(check(&mut draft.cluster));
        let is_dumped = !draft.cluster.pods.iter().all(|it| it.owner.is_none());
        let made = if is_dumped { Vec::new() } else { draft.made(system, &choice.roots) };
        let ground = draft.find_nodes(groups, &made);
        draft.add_pods(made, ground);
        let waiting = draft.schedule(is_dumped);
        draft.problems.extend(budgets(&draft.cluster));
        disruption::update(&mut draft.cluster);
        let placing = Placing { ground, is_here: !is_dumped, waiting };
        let mut stage = draft.stage(system, times, choice, placing);
        stage.settle();
        stage
    }
}

impl Stage<'_> {
    /// The same workloads, placed as the scheduler may place them as well: where several nodes are
    /// equally good, the seed draws one.
    #[must_use]
    pub(crate) fn placed_again(&self, seed: u64) -> Cluster {
        let mut cluster = self.unplaced();
        let known = usize::try_from(seed).ok().and_then(|it| self.drawn.get(it)).cloned();
        let placement = known.unwrap_or_else(|| {
            let wanted = waiting(&cluster);
            draw(&mut Sweep::new(&cluster), wanted, seed)
        });
        bind(&mut cluster, &placement);
        disruption::update(&mut cluster);
        cluster
    }

    /// The cluster with no pod on a node, but for those that are on every one.
    fn unplaced(&self) -> Cluster {
        let mut cluster = self.cluster.clone();
        let is_daemon =
            |it: &Pod| it.owner.as_ref().and_then(|it| it.kind) == Some(ControllerKind::DaemonSet);
        for pod in cluster.pods.iter_mut().filter(|it| !is_daemon(it)) {
            (pod.node, pod.phase, pod.is_ready) = (None, Phase::Pending, false);
        }
        cluster
    }

    /// Takes the placement out of several in which pods of one workload share the fewest nodes and
    /// zones, and pods of all are spread best: what goes wrong there goes wrong in most. The first
    /// of equal nodes would take every pod.
    fn settle(&mut self) {
        if !self.is_placed_here || !self.can_be_replayed() {
            return;
        }
        let unplaced = self.unplaced();
        let (sweep, wanted) = (Sweep::new(&unplaced), waiting(&unplaced));
        let seeds = (0..REPLAYS).into_par_iter();
        let drawn: Vec<Placement> =
            seeds.map_with(sweep, |sweep, seed| draw(sweep, wanted.clone(), seed)).collect();
        let number_of: BTreeMap<&SmolStr, usize> =
            self.cluster.nodes.iter().enumerate().map(|(at, it)| (&it.name, at)).collect();
        let nodes_of = |cluster: &Cluster| -> Vec<Option<usize>> {
            let number = |it: &Pod| it.node.as_ref().and_then(|it| number_of.get(it)).copied();
            cluster.pods.iter().map(number).collect()
        };
        let (here, before) = (nodes_of(&self.cluster), nodes_of(&unplaced));
        let placed = |placement: &Placement| {
            let mut nodes = before.clone();
            placement.iter().for_each(|&(pod, node)| nodes[pod] = node);
            self.shared(&nodes)
        };
        let shared: Vec<_> = drawn.par_iter().map(placed).collect();
        let best = shared.iter().zip(0..).min().filter(|it| *it.0 < self.shared(&here));
        let best = best.map(|(_, seed)| seed);
        self.drawn = drawn;
        if let Some(seed) = best {
            self.cluster = self.placed_again(seed);
        }
    }

    /// How many pairs of pods of one workload are on one node or in one zone, and how many of any,
    /// where pods are on these nodes.
    fn shared(&self, nodes: &[Option<usize>]) -> (usize, usize) {
        let zones: Vec<(SmolStr, SmolStr)> =
            self.cluster.nodes.iter().map(|it| it.zone()).collect();
        let pairs = |counts: Vec<usize>| counts.into_iter().map(|it| it * it).sum::<usize>();
        let of_runs = |runs: &Runs| {
            let mut on: BTreeMap<usize, usize> = BTreeMap::new();
            let mut within: BTreeMap<_, usize> = BTreeMap::new();
            for node in runs.pods.iter().filter_map(|&it| nodes[it]) {
                *on.entry(node).or_default() += 1;
                *within.entry(&zones[node]).or_default() += 1;
            }
            pairs(on.into_values().collect()) + pairs(within.into_values().collect())
        };
        let kin = self.runs.iter().filter(|it| !it.is_everywhere()).map(of_runs).sum();
        let mut all: BTreeMap<usize, usize> = BTreeMap::new();
        for &node in nodes.iter().flatten() {
            *all.entry(node).or_default() += 1;
        }
        (kin, pairs(all.into_values().collect()))
    }

    /// Small enough to be placed many times.
    pub(crate) fn can_be_replayed(&self) -> bool {
        const SIZE_MAX: usize = 40_000;
        self.cluster.pods.len() * self.cluster.nodes.len() <= SIZE_MAX
    }
}

/// So many placements are drawn where nobody says where pods are.
pub(crate) const REPLAYS: u64 = 24;

/// Where nodes come from, and pods on them.
struct Placing {
    ground: Ground,
    is_here: bool,
    waiting: Vec<(usize, String)>,
}

/// Pods that the scheduler has to place.
fn waiting(cluster: &Cluster) -> Vec<usize> {
    let waits = |it: &usize| {
        let pod = &cluster.pods[*it];
        pod.node.is_none() && !pod.is_finished() && pod.scheduling_gates.is_empty()
    };
    (0..cluster.pods.len()).filter(waits).collect()
}

/// Pods, and the places of their nodes in the cluster's list; nothing where they wait.
pub(crate) type Placement = Vec<(usize, Option<usize>)>;

/// Where the wanted pods go if the seed draws between nodes that are equally good.
fn draw(sweep: &mut Sweep<'_>, wanted: Vec<usize>, seed: u64) -> Placement {
    sweep.draw_ties(Some(seed));
    sweep.after(&Blow { wanted, ..Blow::default() }).placed
}

/// Pods run where they were placed.
fn bind(cluster: &mut Cluster, placement: &Placement) {
    for &(pod, node) in placement {
        let Some(node) = node else { continue };
        let pod = &mut cluster.pods[pod];
        pod.node = Some(cluster.nodes[node].name.clone());
        (pod.phase, pod.is_ready) = (Phase::Running, true);
    }
}

struct Draft {
    cluster: Cluster,
    declared: Declared,
    problems: Vec<String>,
    assumptions: Vec<String>,
}

impl Draft {
    /// What controllers and operators would make, with as many pods as can be played.
    fn made(&mut self, system: &System, roots: &[RootId]) -> Vec<Made> {
        let mut left = PODS_MAX;
        let mut made = Vec::new();
        let asked: i64 = self.declared.workloads.iter().map(|it| wanted(it, &self.declared)).sum();
        if usize::try_from(asked).unwrap_or(usize::MAX) > PODS_MAX {
            self.problems.push(format!("{asked} pods are asked for; {PODS_MAX} are played"));
        }
        for workload in self.declared.workloads.iter().filter(|it| !it.is_made) {
            let it = of_workload(workload, &self.declared, left);
            left -= it.pods.len();
            made.push(it);
        }
        let mut operated = Vec::new();
        for store in datastores(system, roots) {
            if let Some(it) = of_datastore(store, left) {
                left -= it.pods.len();
                operated.push(format!("`{}`", store.component.label()));
                made.push(it);
            }
        }
        if !operated.is_empty() {
            self.assumptions.push(format!(
                "pods of {} stand apart as far as they can; their operator decides that",
                operated.join(", ")
            ));
        }
        made
    }

    fn find_nodes(&mut self, groups: &[NodeGroup], made: &[Made]) -> Ground {
        if !self.cluster.nodes.is_empty() {
            return Ground::Given;
        }
        if !groups.is_empty() {
            self.cluster.nodes = ground::declared(groups);
            return Ground::Declared;
        }
        self.cluster.nodes = ground::reference(made);
        Ground::Reference
    }

    fn add_pods(&mut self, made: Vec<Made>, ground: Ground) {
        let is_reference = ground == Ground::Reference;
        let alone = self.cluster.pods.iter_mut().filter(|it| it.owner.is_none());
        for pod in alone.filter(|_| is_reference) {
            forget_labels(pod);
        }
        for mut it in made {
            if is_reference {
                it.pods.iter_mut().for_each(forget_labels);
            }
            if it.is_everywhere {
                self.add_everywhere(&it);
            } else {
                self.cluster.pods.extend(it.pods);
            }
            for controller in it.controllers {
                let is_same = |it: &&kai_sim::model::Controller| {
                    it.kind == controller.kind && it.key == controller.key
                };
                match self.cluster.controllers.iter().position(|it| is_same(&it)) {
                    Some(at) => self.cluster.controllers[at].replicas = controller.replicas,
                    None => self.cluster.controllers.push(controller),
                }
            }
        }
    }

    /// One pod on each node that suits it.
    fn add_everywhere(&mut self, made: &Made) {
        let Some(template) = made.pods.first() else { return };
        let suits = |node: &&Node| {
            let mut taints = node.taints.iter().filter(|it| it.keeps_out());
            template.selects(node) && taints.all(|it| it.is_tolerated(&template.tolerations))
        };
        for node in self.cluster.nodes.iter().filter(suits) {
            let mut pod = template.clone();
            pod.name = SmolStr::new(format!("{}-{}", pod.name, node.name));
            pod.node = Some(node.name.clone());
            (pod.phase, pod.is_ready) = (Phase::Running, true);
            self.cluster.pods.push(pod);
        }
    }

    /// Places what waits, one pod after the other; those that no node takes, and why. What waits in a
    /// dump stays as it is: the real scheduler has tried.
    fn schedule(&mut self, is_dumped: bool) -> Vec<(usize, String)> {
        let wanted = waiting(&self.cluster);
        if wanted.is_empty() {
            return Vec::new();
        }
        let blow = Blow { wanted, reasons_max: 20, ..Blow::default() };
        let aftermath = Sweep::new(&self.cluster).after(&blow);
        if !is_dumped {
            bind(&mut self.cluster, &aftermath.placed);
        }
        aftermath.reasons
    }

    fn stage<'a>(
        self,
        system: &'a System,
        times: &'a Times,
        choice: &Choice,
        placing: Placing,
    ) -> Stage<'a> {
        let (runs, runs_of_pod) = self.runs(system, &choice.roots);
        let by_component =
            runs.iter().enumerate().filter_map(|(at, it)| Some((it.component?, at))).collect();
        let journeys = system.journeys().iter().enumerate();
        let journeys = journeys
            .filter(|(_, it)| choice.roots.contains(&system.component(it.entry).root))
            .map(|(at, _)| at)
            .collect();
        Stage {
            system,
            times,
            roots: choice.roots.clone(),
            ground: placing.ground,
            is_placed_here: placing.is_here,
            cluster: self.cluster,
            declared: self.declared,
            runs,
            runs_of_pod,
            journeys,
            failing: BTreeSet::new(),
            waiting: placing.waiting,
            problems: self.problems,
            assumptions: self.assumptions,
            by_component,
            drawn: Vec::new(),
        }
    }

    /// Pods by workload, in the order of names.
    fn runs(&self, system: &System, roots: &[RootId]) -> (Vec<Runs>, Vec<Option<usize>>) {
        type Id = (Key, SmolStr, Option<ControllerKind>);
        let owners = Owners::of(&self.cluster);
        let mut by_owner: BTreeMap<Id, Vec<usize>> = BTreeMap::new();
        for (at, pod) in self.cluster.pods.iter().enumerate().filter(|(_, it)| !it.is_finished()) {
            if let Some((kind, native_kind, key)) = owner(&owners, pod) {
                by_owner.entry((key, native_kind, kind)).or_default().push(at);
            }
        }
        let mut runs_of_pod = vec![None; self.cluster.pods.len()];
        let mut runs = Vec::new();
        for ((key, native_kind, controller), pods) in by_owner {
            let template = self
                .declared
                .workloads
                .iter()
                .position(|it| it.key == key && (Some(it.kind) == controller && !it.is_made));
            let native_kind =
                template.map_or(native_kind, |it| self.declared.workloads[it].native_kind.clone());
            let component = component(system, roots, &native_kind, &key);
            let is_alone = native_kind == "Pod";
            let native_kind = match component.filter(|_| native_kind.is_empty()) {
                Some(it) => it.native_kind.clone(),
                None if native_kind.is_empty() => "pods of".into(),
                None => native_kind,
            };
            pods.iter().for_each(|&it| runs_of_pod[it] = Some(runs.len()));
            let wanted = self.wanted(template, controller, &key, pods.len());
            runs.push(Runs {
                component: component.map(|it| it.id),
                quorum: quorum(component, wanted),
                has_claim: self.has_claim(template, component, &pods),
                wanted,
                native_kind,
                controller,
                key,
                pods,
                template,
                is_alone,
            });
        }
        (runs, runs_of_pod)
    }

    fn wanted(
        &self,
        template: Option<usize>,
        controller: Option<ControllerKind>,
        key: &Key,
        there: usize,
    ) -> usize {
        if controller == Some(ControllerKind::DaemonSet) {
            return there;
        }
        let found = self
            .cluster
            .controllers
            .iter()
            .find(|it| Some(it.kind) == controller && it.key == *key)
            .and_then(|it| it.replicas);
        let declared = template.map(|it| wanted(&self.declared.workloads[it], &self.declared));
        let wanted = found.or(declared).and_then(|it| usize::try_from(it).ok());
        wanted.unwrap_or(there)
    }

    fn has_claim(
        &self,
        template: Option<usize>,
        component: Option<&Component>,
        pods: &[usize],
    ) -> bool {
        let names = |it: &kai_sim::model::Pod| it.claim_names().next().is_some();
        let declared = template.map(|it| &self.declared.workloads[it]);
        declared.is_some_and(|it| !it.claims.is_empty() || names(&it.template))
            || pods.iter().any(|&it| {
                let volumes = &self.cluster.pods[it].volumes;
                volumes.iter().any(|it| matches!(it, PodVolume::Claim(_)))
            })
            || component.is_some_and(|it| matches!(it.facts, Facts::Datastore(_)))
    }
}

/// The component of the graph, in one of the roots.
fn component<'s>(
    system: &'s System,
    roots: &[RootId],
    native_kind: &str,
    key: &Key,
) -> Option<&'s Component> {
    if native_kind.is_empty() {
        let named = system.components().iter().filter(|it| {
            roots.contains(&it.root) && it.namespace == key.namespace && it.name == key.name
        });
        return named.into_iter().find(|it| matches!(it.facts, Facts::Datastore(_)));
    }
    let mut held = roots.iter().flat_map(|&it| system.held(it, native_kind, &key.namespace));
    held.find(|it| it.name == key.name)
}
