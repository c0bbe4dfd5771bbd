//! What pods of a class ask of other pods, as tallies.

use std::collections::BTreeMap;

use kai_core::Lookup;
use smol_str::SmolStr;

use super::bits::Bits;
use super::kinds::Kinds;
use super::tally::Tally;
use super::topology::Topology;
use crate::model::{AffinityTerm, Labels, Node, NodeSelector, Pod, Toleration, Weighted};
use crate::scheduler::spread::{Constraint, constraints, defaults_among};
use crate::scheduler::{Host, Snapshot};

/// What one class asks of others; numbers are those of tallies.
#[derive(Debug, Clone, Default)]
pub(super) struct Relations {
    pub(super) hard: Vec<Hard>,
    pub(super) soft: Vec<Soft>,
    /// Nodes that soft constraints look at; all where nothing is here.
    pub(super) soft_nodes: Option<Bits>,
    pub(super) near: Vec<usize>,
    /// It meets its own terms of being near.
    pub(super) wants_itself: bool,
    pub(super) away: Vec<usize>,
    /// Classes that must be away from this one, in the domains of a label or on one node.
    pub(super) others: Vec<usize>,
    /// Preferences of this class and of others for it, weighted.
    pub(super) pulls: Vec<usize>,
}

/// A spread that must hold.
#[derive(Debug, Clone)]
pub(super) struct Hard {
    pub(super) tally: usize,
    pub(super) max_skew: i64,
    pub(super) min_domains: i64,
    /// 1 where the pod counts itself.
    pub(super) itself: i64,
}

/// A spread that should hold.
#[derive(Debug, Clone)]
pub(super) struct Soft {
    pub(super) tally: usize,
    pub(super) max_skew: i64,
    pub(super) is_of_hosts: bool,
    /// The label of the constraint, which a node may lack.
    pub(super) topology: usize,
}

/// Everything that is counted, and what counts for what.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// By class.
    pub(super) relations: Vec<Relations>,
    pub(super) topologies: Vec<Topology>,
    pub(super) tallies: Vec<Tally>,
    /// For each class, the tallies that it counts in, and for how much.
    pub(super) counts_in: Vec<Vec<(usize, i32)>>,
}

impl Read {
    /// Nothing of so many classes on so many hosts.
    pub(super) fn nothing(classes: usize, hosts: usize) -> Self {
        Self {
            relations: Vec::new(),
            topologies: vec![Topology::of_hosts(hosts)],
            tallies: Vec::new(),
            counts_in: vec![Vec::new(); classes],
        }
    }
}

/// Reads the relations of all classes to each other.
pub(super) struct Reader<'r, 'a> {
    hosts: &'r [Host<'a>],
    classes: &'r [&'a Pod],
    kinds: Kinds<'a>,
    read: Read,
    known: Known<'a>,
}

/// What was worked out already.
#[derive(Default)]
struct Known<'a> {
    tallies: Lookup<(Tally, Vec<(usize, i64)>), usize>,
    /// Nodes that a pod selects.
    selected: BTreeMap<(&'a Labels, &'a Option<NodeSelector>), Bits>,
    /// Nodes without a taint that keeps a pod out.
    welcoming: BTreeMap<&'a Vec<Toleration>, Bits>,
}

/// Weights by class and label, of which tallies are made.
type Weights<'a> = BTreeMap<(usize, &'a SmolStr), Vec<(usize, i64)>>;

impl<'r, 'a> Reader<'r, 'a> {
    /// Adds to what was read before.
    pub(super) fn new(snapshot: &'r Snapshot<'a>, classes: &'r [&'a Pod], read: Read) -> Self {
        let kinds = Kinds::new(snapshot.cluster, classes);
        Self { hosts: &snapshot.hosts, classes, kinds, read, known: Known::default() }
    }

    /// Reads the spread of a class, to which the only relations belong, anew.
    pub(super) fn respread(mut self, class: &'a Pod) -> Read {
        for mut relations in std::mem::take(&mut self.read.relations) {
            relations.hard.clear();
            relations.soft.clear();
            self.spread(class, &mut relations);
            self.read.relations.push(relations);
        }
        self.read
    }

    pub(super) fn read(mut self) -> Read {
        for &pod in self.classes {
            let mut of_class = Relations::default();
            self.spread(pod, &mut of_class);
            self.required(pod, &mut of_class);
            self.conflicts(pod, &mut of_class);
            self.read.relations.push(of_class);
        }
        for ((class, key), weights) in self.others() {
            let tally = self.tally(key, weights);
            self.read.relations[class].others.push(tally);
        }
        for ((class, key), weights) in self.pulls() {
            let tally = self.tally(key, weights);
            self.read.relations[class].pulls.push(tally);
        }
        self.read
    }

    fn spread(&mut self, pod: &'a Pod, relations: &mut Relations) {
        let hard = constraints(pod, true);
        let labelled = self.labelled(&hard);
        for constraint in &hard {
            let included = self.included(constraint, pod, &labelled);
            let tally = self.spread_tally(constraint, pod, Some(included), true);
            relations.hard.push(Hard {
                tally,
                max_skew: constraint.written.max_skew,
                min_domains: constraint.written.min_domains.unwrap_or(1),
                itself: i64::from(constraint.selects(pod)),
            });
        }
        let needs_labels = !pod.spread.is_empty();
        let soft = if needs_labels {
            constraints(pod, false)
        } else {
            defaults_among(self.kinds.services(pod), self.kinds.controller_of(pod), pod)
        };
        let every = Bits::of(self.hosts.len(), |_| true);
        let looked_at = if needs_labels { self.labelled(&soft) } else { every };
        for constraint in &soft {
            let is_of_hosts = constraint.key() == Node::HOSTNAME;
            // Hosts are counted one by one, whatever the policies say.
            let included = (!is_of_hosts).then(|| self.included(constraint, pod, &looked_at));
            relations.soft.push(Soft {
                tally: self.spread_tally(constraint, pod, included, false),
                max_skew: constraint.written.max_skew,
                is_of_hosts,
                topology: self.topology(constraint.key()),
            });
        }
        relations.soft_nodes = (needs_labels && !soft.is_empty()).then_some(looked_at);
    }

    /// Nodes that have the labels of all constraints.
    fn labelled(&mut self, constraints: &[Constraint<'_>]) -> Bits {
        let mut labelled = Bits::of(self.hosts.len(), |_| true);
        for constraint in constraints {
            let topology = self.topology(constraint.key());
            labelled.keep(&self.read.topologies[topology].labelled);
        }
        labelled
    }

    /// Nodes on which pods count at all.
    fn included(&mut self, constraint: &Constraint<'_>, pod: &'a Pod, among: &Bits) -> Bits {
        let (mut included, hosts) = (among.clone(), self.hosts);
        let selects_all = pod.node_selector.is_empty() && pod.node_affinity.is_none();
        if constraint.written.honours_affinity && !selects_all {
            let selected = self.known.selected.entry((&pod.node_selector, &pod.node_affinity));
            let selects = || Bits::of(hosts.len(), |it| pod.selects(hosts[it].node));
            included.keep(selected.or_insert_with(selects));
        }
        if constraint.written.honours_taints {
            let is_open = |host: &Host<'_>| {
                let mut taints = host.node.taints.iter().filter(|it| it.keeps_out());
                taints.all(|it| it.is_tolerated(&pod.tolerations))
            };
            let welcoming = self.known.welcoming.entry(&pod.tolerations);
            let welcomes = || Bits::of(hosts.len(), |it| is_open(&hosts[it]));
            included.keep(welcoming.or_insert_with(welcomes));
        }
        included
    }

    fn spread_tally(
        &mut self,
        constraint: &Constraint<'_>,
        pod: &Pod,
        included: Option<Bits>,
        is_hard: bool,
    ) -> usize {
        let of_hosts = !is_hard && constraint.key() == Node::HOSTNAME;
        let topology = if of_hosts { 0 } else { self.topology(constraint.key()) };
        let honours_taints = is_hard && constraint.written.honours_taints;
        let tally = Tally { topology, included, honours_taints };
        let selector = constraint.selector.as_ref();
        let selected = selector.map(|it| self.kinds.selected(&pod.namespace, it));
        let counts = |it: &usize| constraint.counts(self.classes[*it], pod);
        let weights = selected.into_iter().flatten().filter(counts).map(|it| (it, 1)).collect();
        self.add(tally, weights)
    }

    /// Terms of the class itself that must hold.
    fn required(&mut self, pod: &'a Pod, relations: &mut Relations) {
        let near = &pod.affinity.required;
        let wanted = |reader: &Self, other: &Pod| near.iter().all(|it| reader.matches(it, other));
        relations.wants_itself = !near.is_empty() && wanted(self, pod);
        for term in near {
            let all = self.met(term).into_iter().filter(|&it| wanted(self, self.classes[it]));
            let weights = all.map(|it| (it, 1)).collect();
            relations.near.push(self.tally(&term.topology_key, weights));
        }
        for term in &pod.anti_affinity.required {
            let weights = self.met(term).into_iter().map(|it| (it, 1)).collect();
            relations.away.push(self.tally(&term.topology_key, weights));
        }
    }

    /// Classes whose ports or disks cannot be on one node with those of the class.
    fn conflicts(&mut self, pod: &Pod, relations: &mut Relations) {
        if pod.host_ports().next().is_none() && pod.disks().next().is_none() {
            return;
        }
        let do_conflict = |other: &&Pod| {
            pod.host_ports().any(|it| other.host_ports().any(|port| it.conflicts(port)))
                || pod.disks().any(|it| other.disks().any(|disk| it.conflicts(disk)))
        };
        let all = self.classes.iter().enumerate().filter(|(_, it)| do_conflict(it));
        let weights = all.map(|(at, _)| (at, 1)).collect();
        let tally = self.add(Tally::new(0, None), weights);
        relations.others.push(tally);
    }

    /// Terms of other classes that keep them away from a class.
    fn others(&self) -> Weights<'a> {
        let mut weights = Weights::new();
        for (at, pod) in self.classes.iter().enumerate() {
            for term in &pod.anti_affinity.required {
                for met in self.met(term) {
                    weights.entry((met, &term.topology_key)).or_default().push((at, 1));
                }
            }
        }
        weights
    }

    /// Preferences of both sides, and requirements of others to be near.
    fn pulls(&self) -> Weights<'a> {
        let mut weights = Weights::new();
        for (at, pod) in self.classes.iter().enumerate() {
            let signed = |terms: &'a [Weighted<AffinityTerm>], sign: i64| {
                terms.iter().map(move |it| (&it.term, sign * it.weight))
            };
            let preferred = signed(&pod.affinity.preferred, 1);
            for (term, weight) in preferred.chain(signed(&pod.anti_affinity.preferred, -1)) {
                for met in self.met(term) {
                    weights.entry((met, &term.topology_key)).or_default().push((at, weight));
                    weights.entry((at, &term.topology_key)).or_default().push((met, weight));
                }
            }
            for term in &pod.affinity.required {
                for met in self.met(term) {
                    weights.entry((met, &term.topology_key)).or_default().push((at, 1));
                }
            }
        }
        weights
    }

    /// Classes that a term speaks of.
    fn met(&self, term: &AffinityTerm) -> Vec<usize> {
        let mut met = self.kinds.met(term);
        met.retain(|&it| self.matches(term, self.classes[it]));
        met
    }

    fn matches(&self, term: &AffinityTerm, pod: &Pod) -> bool {
        term.matches(pod, self.kinds.cluster.namespace_labels(&pod.namespace))
    }

    fn tally(&mut self, key: &str, weights: Vec<(usize, i64)>) -> usize {
        let topology = self.topology(key);
        self.add(Tally::new(topology, None), weights)
    }

    /// Those that count the same are one.
    fn add(&mut self, tally: Tally, mut weights: Vec<(usize, i64)>) -> usize {
        weights.sort_unstable();
        let next = self.read.tallies.len();
        let known =
            *self.known.tallies.get_or_insert_with((tally.clone(), weights.clone()), || next);
        if known == next {
            self.read.tallies.push(tally);
            for (class, weight) in weights {
                // The API takes weights up to 100.
                let weight = weight.clamp(-10_000, 10_000) as i32;
                self.read.counts_in[class].push((next, weight));
            }
        }
        known
    }

    fn topology(&mut self, key: &str) -> usize {
        let topologies = &mut self.read.topologies;
        let found = topologies.iter().skip(1).position(|it| it.key == key);
        found.map_or_else(
            || {
                topologies.push(Topology::new(key, self.hosts));
                topologies.len() - 1
            },
            |it| it + 1,
        )
    }
}
