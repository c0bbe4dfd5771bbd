//! From objects to a stage.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kai_core::{Lookup, RootId, SmolStr};
use kai_graph::{Component, Facts, System};
use kai_sim::disruption;
use kai_sim::model::{Cluster, ControllerKind, Key, Node, Phase, PodVolume};
use kai_sim::read::{Declared, Reading};
use kai_sim::sweep::{Blow, Sweep};

use super::check::{PODS_MAX, budgets, check};
use super::compiled::Compiled;
use super::ground::{self, forget_labels};
use super::placements::waiting;
use super::pods::{Made, Scalers, datastores, of_datastore, of_workload};
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
        let compiled = Compiled::guarded(&draft.cluster);
        let waiting = draft.schedule(is_dumped, &compiled);
        let guards = compiled.guards(&draft.cluster);
        draft.problems.extend(budgets(&draft.cluster, guards));
        disruption::update_guarded(&mut draft.cluster, guards);
        let placing = Placing { ground, is_here: !is_dumped, waiting, compiled };
        let mut stage = draft.stage(system, times, choice, placing);
        stage.settle();
        stage
    }
}

/// Where nodes come from, and pods on them.
struct Placing {
    ground: Ground,
    is_here: bool,
    waiting: Vec<(usize, String)>,
    compiled: Compiled,
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
        let scalers = Scalers::of(&self.declared);
        let asked: i64 = self.declared.workloads.iter().map(|it| scalers.wanted(it)).sum();
        if usize::try_from(asked).unwrap_or(usize::MAX) > PODS_MAX {
            self.problems.push(format!("{asked} pods are asked for; {PODS_MAX} are played"));
        }
        for workload in self.declared.workloads.iter().filter(|it| !it.is_made) {
            let it = of_workload(workload, &self.declared, &scalers, left);
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
            if groups.iter().all(|it| it.is_room_known) {
                return Ground::Declared;
            }
            ground::make_room(&mut self.cluster.nodes, made);
            return Ground::Pools;
        }
        self.cluster.nodes = ground::reference(made);
        Ground::Reference
    }

    fn add_pods(&mut self, made: Vec<Made>, ground: Ground) {
        let is_reference = matches!(ground, Ground::Pools | Ground::Reference);
        let alone = self.cluster.pods.iter_mut().filter(|it| it.owner.is_none());
        for pod in alone.filter(|_| is_reference) {
            forget_labels(pod);
        }
        let mut numbers: Lookup<(ControllerKind, Key), usize> = Lookup::new();
        for (at, it) in self.cluster.controllers.iter().enumerate() {
            numbers.get_or_insert_with((it.kind, it.key.clone()), || at);
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
                let controllers = &mut self.cluster.controllers;
                let next = controllers.len();
                let number = (controller.kind, controller.key.clone());
                match controllers.get_mut(*numbers.get_or_insert_with(number, || next)) {
                    Some(known) => known.replicas = controller.replicas,
                    None => controllers.push(controller),
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
    fn schedule(&mut self, is_dumped: bool, compiled: &Compiled) -> Vec<(usize, String)> {
        let wanted = waiting(&self.cluster);
        if wanted.is_empty() {
            return Vec::new();
        }
        let blow = Blow { wanted, reasons_max: 20, ..Blow::default() };
        let mut sweep = Sweep::planned(&self.cluster, Arc::clone(&compiled.plan));
        let aftermath = sweep.after(&blow);
        let placed = aftermath.placed.iter().filter(|_| !is_dumped);
        for (pod, node) in placed.filter_map(|&(pod, node)| Some((pod, node?))) {
            self.cluster.place(pod, node);
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
        let mut by_component = vec![None; system.components().len()];
        for (at, it) in runs.iter().enumerate() {
            if let Some(component) = it.component {
                by_component[component.0 as usize] = Some(at);
            }
        }
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
            declared: Arc::new(self.declared),
            runs: Arc::new(runs),
            runs_of_pod: Arc::new(runs_of_pod),
            journeys,
            failing: BTreeSet::new(),
            waiting: placing.waiting,
            problems: self.problems,
            assumptions: self.assumptions,
            by_component: by_component.into(),
            drawn: Vec::new(),
            compiled: Some(placing.compiled),
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
        let known = Known::of(self);
        for ((key, native_kind, controller), pods) in by_owner {
            let template = controller.and_then(|it| known.template(it, &key));
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
            let wanted = self.wanted(&known, template, controller, &key, pods.len());
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
        known: &Known<'_>,
        template: Option<usize>,
        controller: Option<ControllerKind>,
        key: &Key,
        there: usize,
    ) -> usize {
        if controller == Some(ControllerKind::DaemonSet) {
            return there;
        }
        let found = controller.and_then(|it| known.replicas(it, key));
        let declared = template.map(|it| known.scalers.wanted(&self.declared.workloads[it]));
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

/// What is declared, and controllers, by name; the first of a name counts.
struct Known<'d> {
    templates: Lookup<(ControllerKind, &'d Key), usize>,
    controllers: Lookup<(ControllerKind, &'d Key), Option<i64>>,
    scalers: Scalers<'d>,
}

impl<'d> Known<'d> {
    fn of(draft: &'d Draft) -> Self {
        let (mut templates, mut controllers) = (Lookup::new(), Lookup::new());
        let workloads = draft.declared.workloads.iter().enumerate();
        for (at, it) in workloads.filter(|(_, it)| !it.is_made) {
            templates.get_or_insert_with((it.kind, &it.key), || at);
        }
        for it in &draft.cluster.controllers {
            controllers.get_or_insert_with((it.kind, &it.key), || it.replicas);
        }
        Self { templates, controllers, scalers: Scalers::of(&draft.declared) }
    }

    fn template(&self, kind: ControllerKind, key: &Key) -> Option<usize> {
        self.templates.get(&(kind, key)).copied()
    }

    fn replicas(&self, kind: ControllerKind, key: &Key) -> Option<i64> {
        self.controllers.get(&(kind, key)).copied().flatten()
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
