//! Nodes that differ only in what is on them.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::plan::{Class, Group, Plan};
use super::standing::{Grouped, Kind, Rated};

/// Something that is said of every node, whatever is on it.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) values: Vec<i64>,
    /// The values, numbered without gaps.
    numbers: Vec<usize>,
    count: usize,
}

/// Where a column comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Column(usize),
    Image(usize),
    /// The domains of a topology.
    Domains(usize),
    /// Whether nodes have the label of a topology.
    Labelled(usize),
}

/// Nodes of one number are alike.
#[derive(Debug, Clone)]
pub(super) struct Alike {
    pub(super) of_host: Vec<usize>,
    pub(super) count: usize,
}

/// Says of every class which nodes are alike to it.
pub(super) fn group(plan: &mut Plan) {
    let mut columns: BTreeMap<Source, Column> = BTreeMap::new();
    let mut known: BTreeMap<Vec<Source>, usize> = BTreeMap::new();
    let mut alikes: Vec<Alike> = Vec::new();
    let mut groups: BTreeMap<Group, usize> = BTreeMap::new();
    let mut classes = std::mem::take(&mut plan.classes);
    for class in &mut classes {
        class.crowds = crowds(plan, class);
        let sources = sources(plan, class);
        for &it in &sources {
            columns.entry(it).or_insert_with(|| column(plan, it));
        }
        let alike = *known.entry(sources).or_insert_with_key(|it| {
            let columns = it.iter().filter_map(|it| columns.get(it));
            alikes.push(Alike::by(columns, plan.host_count()));
            alikes.len() - 1
        });
        let group = Group { size: class.size, mask: class.mask, alike };
        class.group = *groups.entry(group).or_insert_with(|| {
            plan.groups.push(group);
            plan.groups.len() - 1
        });
    }
    plan.classes = classes;
    plan.alikes = alikes;
}

/// The same of one class alone, which is in a group of its own then.
pub(super) fn regroup(plan: &mut Plan, at: usize) {
    let class = &plan.classes[at];
    let crowds = crowds(plan, class);
    let columns: Vec<Column> =
        sources(plan, class).into_iter().map(|it| column(plan, it)).collect();
    let group = Group { size: class.size, mask: class.mask, alike: plan.alikes.len() };
    plan.alikes.push(Alike::by(columns.iter(), plan.host_count()));
    plan.groups.push(group);
    let class = &mut plan.classes[at];
    (class.crowds, class.group) = (crowds, plan.groups.len() - 1);
}

/// The nodes of every group, the best of each kind first.
pub(super) fn grouped(plan: &Plan, rated: &[Rated]) -> Vec<Grouped> {
    let orders: Vec<Vec<u32>> = rated.par_iter().map(best_first).collect();
    let of_group = |it: &Group| {
        let mask = &plan.masks[it.mask];
        let best_first = orders[it.size].iter().copied();
        let best_first = best_first.filter(|&it| mask.contains(it as usize));
        plan.alikes[it.alike].split(best_first, &rated[it.size].scores)
    };
    plan.groups.par_iter().map(of_group).collect()
}

/// Nodes with room, by their scores; those of one score in their order.
fn best_first(rated: &Rated) -> Vec<u32> {
    const COUNT: usize = u8::MAX as usize + 1;
    let worse = |host: usize| usize::from(u8::MAX - rated.scores[host]);
    let (order, _) = in_turn(rated.fits.iter().map(|it| it as u32), COUNT, worse);
    order
}

/// Nodes by a number below `count`, and where those of each end; those of one number stay in their
/// order.
fn in_turn(
    hosts: impl Iterator<Item = u32> + Clone,
    count: usize,
    number: impl Fn(usize) -> usize,
) -> (Vec<u32>, Vec<usize>) {
    let mut ends = vec![0; count];
    hosts.clone().for_each(|it| ends[number(it as usize)] += 1);
    let mut total = 0;
    for end in &mut ends {
        (total, *end) = (total + *end, total);
    }
    let mut ordered = vec![0; total];
    for host in hosts {
        let end = &mut ends[number(host as usize)];
        ordered[*end] = host;
        *end += 1;
    }
    (ordered, ends)
}

/// Tallies that scores look at node by node.
fn crowds(plan: &Plan, class: &Class) -> Vec<usize> {
    scored(class).filter(|&it| plan.topology_of(it).has_many()).collect()
}

fn scored(class: &Class) -> impl Iterator<Item = usize> {
    let relations = &class.relations;
    relations.soft.iter().map(|it| it.tally).chain(relations.pulls.iter().copied())
}

/// Everything that scores look at besides what is on a node.
fn sources(plan: &Plan, class: &Class) -> Vec<Source> {
    let columns = class.taints.iter().chain(&class.preferences).map(|&it| Source::Column(it));
    let images = class.images.iter().map(|&it| Source::Image(it));
    let few = scored(class).filter(|&it| !plan.topology_of(it).has_many());
    let domains = few.map(|it| Source::Domains(plan.tallies[it].topology));
    let labels = class.relations.soft.iter().map(|it| Source::Labelled(it.topology));
    let mut sources: Vec<Source> = columns.chain(images).chain(domains).chain(labels).collect();
    sources.sort_unstable();
    sources.dedup();
    sources
}

fn column(plan: &Plan, source: Source) -> Column {
    let of =
        |value: &dyn Fn(usize) -> i64| Column::new((0..plan.host_count()).map(value).collect());
    match source {
        Source::Column(at) => plan.columns[at].clone(),
        Source::Image(at) => of(&|it| i64::from(plan.images[at].on.contains(it))),
        Source::Labelled(at) => of(&|it| i64::from(plan.topologies[at].labelled.contains(it))),
        Source::Domains(at) => {
            of(&|it| plan.topologies[at].domain(it).map_or(-1, |domain| domain as i64))
        }
    }
}

impl Column {
    pub(super) fn new(values: Vec<i64>) -> Self {
        let mut distinct = values.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let number = |it: &i64| distinct.partition_point(|value| value < it);
        let numbers = values.iter().map(number).collect();
        Self { numbers, count: distinct.len(), values }
    }
}

impl Alike {
    fn by<'c>(columns: impl Iterator<Item = &'c Column>, len: usize) -> Self {
        const NONE: usize = usize::MAX;
        let mut alike = Self { of_host: vec![0; len], count: 1 };
        for column in columns {
            let mut numbers = vec![NONE; alike.count * column.count];
            let mut next = 0;
            for (of_host, number) in alike.of_host.iter_mut().zip(&column.numbers) {
                let known = &mut numbers[*of_host * column.count + number];
                if *known == NONE {
                    *known = next;
                    next += 1;
                }
                *of_host = *known;
            }
            alike.count = next;
        }
        alike
    }

    /// The nodes by their kinds; those of one kind in the order in which they come.
    fn split(&self, hosts: impl Iterator<Item = u32> + Clone, scores: &[u8]) -> Grouped {
        let (by_kind, ends) = in_turn(hosts, self.count, |it| self.of_host[it]);
        let mut start = 0;
        let mut kinds = Vec::new();
        for (number, end) in ends.into_iter().enumerate() {
            if let Some(&first) = by_kind[start..end].first() {
                let score = scores[first as usize];
                kinds.push(Kind { number, first, score, hosts: start..end });
            }
            start = end;
        }
        Grouped { kinds, hosts: by_kind }
    }
}
