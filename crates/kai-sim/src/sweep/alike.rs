//! Nodes that differ only in what is on them.

use std::collections::BTreeMap;

use super::plan::{Class, Kind, Plan, Rated};

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
#[derive(Debug)]
pub(super) struct Alike {
    pub(super) of_host: Vec<usize>,
    pub(super) count: usize,
}

/// Says of every class which nodes are alike to it, best first.
pub(super) fn group(plan: &mut Plan<'_>) {
    let orders: Vec<Vec<u32>> = plan.sizes.iter().map(best_first).collect();
    let mut columns: BTreeMap<Source, Column> = BTreeMap::new();
    let mut known: BTreeMap<Vec<Source>, usize> = BTreeMap::new();
    let mut alikes: Vec<Alike> = Vec::new();
    let mut classes = std::mem::take(&mut plan.classes);
    for class in &mut classes {
        class.crowds = crowds(plan, class);
        let sources = sources(plan, class);
        for &it in &sources {
            columns.entry(it).or_insert_with(|| column(plan, it));
        }
        class.alike = *known.entry(sources).or_insert_with_key(|it| {
            let columns = it.iter().filter_map(|it| columns.get(it));
            alikes.push(Alike::by(columns, plan.nodes.len()));
            alikes.len() - 1
        });
        let mask = &plan.masks[class.mask];
        let order = orders[class.size].iter().copied();
        let kinds = alikes[class.alike].split(order.filter(|&it| mask.contains(it as usize)));
        let scores = &plan.sizes[class.size].scores;
        let kinds = kinds.into_iter().enumerate();
        class.kinds = kinds.filter_map(|(at, nodes)| kind(at, nodes, scores)).collect();
    }
    plan.classes = classes;
    plan.alikes = alikes;
}

fn kind(number: usize, mut nodes: Vec<u32>, scores: &[u8]) -> Option<Kind> {
    let first = *nodes.first()?;
    nodes.remove(0);
    Some(Kind { number, first, score: scores[first as usize], others: nodes })
}

/// Nodes with room, by their scores; those of one score in their order.
fn best_first(rated: &Rated) -> Vec<u32> {
    let mut by_score: Vec<Vec<u32>> = vec![Vec::new(); usize::from(u8::MAX) + 1];
    for host in rated.fits.iter() {
        by_score[usize::from(rated.scores[host])].push(host as u32);
    }
    by_score.into_iter().rev().flatten().collect()
}

/// Tallies that scores look at node by node.
fn crowds(plan: &Plan<'_>, class: &Class<'_>) -> Vec<usize> {
    scored(class).filter(|&it| plan.topology_of(it).has_many()).collect()
}

fn scored(class: &Class<'_>) -> impl Iterator<Item = usize> {
    let relations = &class.relations;
    relations.soft.iter().map(|it| it.tally).chain(relations.pulls.iter().copied())
}

/// Everything that scores look at besides what is on a node.
fn sources(plan: &Plan<'_>, class: &Class<'_>) -> Vec<Source> {
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

fn column(plan: &Plan<'_>, source: Source) -> Column {
    let of = |value: &dyn Fn(usize) -> i64| Column::new((0..plan.nodes.len()).map(value).collect());
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

    /// The nodes of each kind, in the order in which they come.
    fn split(&self, hosts: impl Iterator<Item = u32>) -> Vec<Vec<u32>> {
        let mut kinds = vec![Vec::new(); self.count];
        hosts.for_each(|it| kinds[self.of_host[it as usize]].push(it));
        kinds
    }
}
