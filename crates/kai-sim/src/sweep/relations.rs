//! What pods of a class ask of other pods, as tallies.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::bits::Bits;
use super::tally::Tally;
use super::topology::Topology;
use crate::model::{AffinityTerm, Cluster, Node, Pod, Weighted};
use crate::scheduler::spread::{Constraint, constraints, defaults};
use crate::scheduler::{Host, Snapshot};

/// What one class asks of others; numbers are those of tallies.
#[derive(Debug, Default)]
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
#[derive(Debug)]
pub(super) struct Hard {
    pub(super) tally: usize,
    pub(super) max_skew: i64,
    pub(super) min_domains: i64,
    /// 1 where the pod counts itself.
    pub(super) itself: i64,
}

/// A spread that should hold.
#[derive(Debug)]
pub(super) struct Soft {
    pub(super) tally: usize,
    pub(super) max_skew: i64,
    pub(super) is_of_hosts: bool,
    /// The label of the constraint, which a node may lack.
    pub(super) topology: usize,
}

/// Everything that is counted, and what counts for what.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) topologies: Vec<Topology>,
    pub(super) tallies: Vec<Tally>,
    /// For each class, the tallies that it counts in, and for how much.
    pub(super) by_class: Vec<Vec<(usize, i64)>>,
}

/// Reads the relations of all classes to each other.
pub(super) struct Reader<'r, 'a> {
    cluster: &'a Cluster,
    hosts: &'r [Host<'a>],
    classes: &'r [&'a Pod],
    by_namespace: BTreeMap<&'a SmolStr, Vec<usize>>,
    counted: Counted,
}

/// Weights by class and label, of which tallies are made.
type Weights = BTreeMap<(usize, SmolStr), Vec<(usize, i64)>>;

impl<'r, 'a> Reader<'r, 'a> {
    pub(super) fn new(snapshot: &'r Snapshot<'a>, classes: &'r [&'a Pod]) -> Self {
        let mut by_namespace: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (at, pod) in classes.iter().enumerate() {
            by_namespace.entry(&pod.namespace).or_default().push(at);
        }
        let counted = Counted {
            topologies: vec![Topology::of_hosts(snapshot.hosts.len())],
            tallies: Vec::new(),
            by_class: vec![Vec::new(); classes.len()],
        };
        let (cluster, hosts) = (snapshot.cluster, &snapshot.hosts);
        Self { cluster, hosts, classes, by_namespace, counted }
    }

    pub(super) fn read(mut self) -> (Vec<Relations>, Counted) {
        let mut relations: Vec<Relations> = Vec::new();
        for pod in self.classes {
            let mut of_class = Relations::default();
            self.spread(pod, &mut of_class);
            self.required(pod, &mut of_class);
            self.conflicts(pod, &mut of_class);
            relations.push(of_class);
        }
        for ((class, key), weights) in self.others() {
            let tally = self.tally(&key, weights);
            relations[class].others.push(tally);
        }
        for ((class, key), weights) in self.pulls() {
            let tally = self.tally(&key, weights);
            relations[class].pulls.push(tally);
        }
        (relations, self.counted)
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
        let soft = if needs_labels { constraints(pod, false) } else { defaults(self.cluster, pod) };
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

    fn labelled(&mut self, constraints: &[Constraint<'_>]) -> Bits {
        let has_all = |host: &Host<'_>| constraints.iter().all(|it| host.label(it.key()).is_some());
        Bits::of(self.hosts.len(), |it| has_all(&self.hosts[it]))
    }

    fn included(&self, constraint: &Constraint<'_>, pod: &Pod, among: &Bits) -> Bits {
        let selects_all = pod.node_selector.is_empty() && pod.node_affinity.is_none();
        if selects_all && !constraint.written.honours_taints {
            return among.clone();
        }
        let is_in = |it: usize| among.contains(it) && constraint.includes(&self.hosts[it], pod);
        Bits::of(self.hosts.len(), is_in)
    }

    fn spread_tally(
        &mut self,
        constraint: &Constraint<'_>,
        pod: &Pod,
        included: Option<Bits>,
        has_presence: bool,
    ) -> usize {
        let of_hosts = !has_presence && constraint.key() == Node::HOSTNAME;
        let topology = if of_hosts { 0 } else { self.topology(constraint.key()) };
        let mut tally = Tally::new(topology, &self.counted.topologies[topology], included);
        if has_presence {
            tally = tally.with_presence(&self.counted.topologies[topology]);
            tally.honours_taints = constraint.written.honours_taints;
        }
        let neighbours = self.by_namespace.get(&pod.namespace).cloned().unwrap_or_default();
        let counts = |&it: &usize| constraint.counts(self.classes[it], pod);
        let weights = neighbours.into_iter().filter(counts).map(|it| (it, 1)).collect();
        self.add(tally, weights)
    }

    /// Terms of the class itself that must hold.
    fn required(&mut self, pod: &'a Pod, relations: &mut Relations) {
        let near = &pod.affinity.required;
        let wanted = |reader: &Self, other: &Pod| near.iter().all(|it| reader.matches(it, other));
        relations.wants_itself = !near.is_empty() && wanted(self, pod);
        for term in near {
            let all = self.among(term).into_iter().filter(|&it| wanted(self, self.classes[it]));
            let weights = all.map(|it| (it, 1)).collect();
            relations.near.push(self.tally(&term.topology_key, weights));
        }
        for term in &pod.anti_affinity.required {
            let all = self.among(term).into_iter();
            let met = all.filter(|&it| self.matches(term, self.classes[it]));
            let weights = met.map(|it| (it, 1)).collect();
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
        let tally = Tally::new(0, &self.counted.topologies[0], None);
        let tally = self.add(tally, weights);
        relations.others.push(tally);
    }

    /// Terms of other classes that keep them away from a class.
    fn others(&self) -> Weights {
        let mut weights = Weights::new();
        for (at, pod) in self.classes.iter().enumerate() {
            for term in &pod.anti_affinity.required {
                self.weigh_met(&mut weights, at, term, 1);
            }
        }
        weights
    }

    /// Preferences of both sides, and requirements of others to be near.
    fn pulls(&self) -> Weights {
        let mut weights = Weights::new();
        for (at, pod) in self.classes.iter().enumerate() {
            let signed = |terms: &'a [Weighted<AffinityTerm>], sign: i64| {
                terms.iter().map(move |it| (&it.term, sign * it.weight))
            };
            let preferred = signed(&pod.affinity.preferred, 1);
            for (term, weight) in preferred.chain(signed(&pod.anti_affinity.preferred, -1)) {
                self.weigh_met(&mut weights, at, term, weight);
                for other in self.among(term) {
                    if self.matches(term, self.classes[other]) {
                        let key = (at, term.topology_key.clone());
                        weights.entry(key).or_default().push((other, weight));
                    }
                }
            }
            for term in &pod.affinity.required {
                self.weigh_met(&mut weights, at, term, 1);
            }
        }
        weights
    }

    /// For every class that a term of another speaks of, that other counts.
    fn weigh_met(&self, weights: &mut Weights, of: usize, term: &AffinityTerm, weight: i64) {
        for met in self.among(term) {
            if self.matches(term, self.classes[met]) {
                let key = (met, term.topology_key.clone());
                weights.entry(key).or_default().push((of, weight));
            }
        }
    }

    /// Classes in namespaces that a term speaks of.
    fn among(&self, term: &AffinityTerm) -> Vec<usize> {
        if term.namespace_selector.is_some() {
            return (0..self.classes.len()).collect();
        }
        let mut namespaces: Vec<&SmolStr> = term.namespaces.iter().collect();
        namespaces.sort();
        namespaces.dedup();
        let lists = namespaces.into_iter().filter_map(|it| self.by_namespace.get(it));
        lists.flatten().copied().collect()
    }

    fn matches(&self, term: &AffinityTerm, pod: &Pod) -> bool {
        term.matches(pod, self.cluster.namespace_labels(&pod.namespace))
    }

    fn tally(&mut self, key: &SmolStr, weights: Vec<(usize, i64)>) -> usize {
        let topology = self.topology(key);
        let tally = Tally::new(topology, &self.counted.topologies[topology], None);
        self.add(tally, weights)
    }

    fn add(&mut self, tally: Tally, weights: Vec<(usize, i64)>) -> usize {
        let at = self.counted.tallies.len();
        self.counted.tallies.push(tally);
        for (class, weight) in weights {
            self.counted.by_class[class].push((at, weight));
        }
        at
    }

    fn topology(&mut self, key: &str) -> usize {
        let topologies = &mut self.counted.topologies;
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
