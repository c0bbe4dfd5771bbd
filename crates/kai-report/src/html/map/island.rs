//! Components that depend on each other.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use kai_core::Environment;
use kai_graph::Strength;

use super::drawn::{Map, is_drawn, joins};

#[derive(Debug)]
pub(super) struct Island<'a> {
    /// Numbers of components, in their order.
    pub(super) members: Vec<usize>,
    /// Positions in `members`; parallel arrows once, with the strongest.
    pub(super) arrows: Vec<(usize, usize, Strength)>,
    /// The first of a review among its members.
    pub(super) environment: Environment,
    /// Names of the journeys that enter here, sorted.
    pub(super) journeys: Vec<&'a str>,
    /// The rank of the worst finding among its members.
    worst: Option<u32>,
}

/// In the order of a review: environment, worst finding, journeys, size, name.
pub(super) fn islands<'a>(map: &Map<'a>) -> Vec<Island<'a>> {
    let arrows = arrows(map);
    let mut members_by_first: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut firsts = Firsts((0..map.components.len()).collect());
    for &(source, target) in arrows.keys() {
        firsts.join(source, target);
    }
    for number in 0..map.components.len() {
        members_by_first.entry(firsts.of(number)).or_default().push(number);
    }
    let mut islands: Vec<Island<'a>> = members_by_first
        .into_values()
        .filter(|it| it.len() > 1)
        .map(|members| Island::new(members, map))
        .collect();
    let mut place = vec![(0, 0); map.components.len()];
    for (index, island) in islands.iter().enumerate() {
        for (position, &number) in island.members.iter().enumerate() {
            place[number] = (index, position);
        }
    }
    for ((source, target), strength) in arrows {
        let (island, source) = place[source];
        islands[island].arrows.push((source, place[target].1, strength));
    }
    islands.sort_by_key(|it| {
        let rank = it.worst.unwrap_or(u32::MAX);
        let size = Reverse(it.members.len());
        (it.environment, rank, it.journeys.is_empty(), size, it.members[0])
    });
    islands
}

/// The arrows to draw, by numbers of source and target.
fn arrows(map: &Map<'_>) -> BTreeMap<(usize, usize), Strength> {
    let mut arrows = BTreeMap::new();
    for dependency in map.system.dependencies().iter().filter(|it| joins(it)) {
        let ends = [dependency.source, dependency.target];
        if ends.iter().all(|&it| is_drawn(map.system.component(it))) {
            let [source, target] = ends.map(|it| map.number(it));
            let strength = arrows.entry((source, target)).or_insert(dependency.strength);
            *strength = dependency.strength.min(*strength);
        }
    }
    arrows
}

impl<'a> Island<'a> {
    fn new(members: Vec<usize>, map: &Map<'a>) -> Self {
        let environments = members.iter().map(|&it| map.system.environment(map.components[it]));
        let worst =
            members.iter().filter_map(|&it| map.findings(it).first().map(|it| it.rank)).min();
        let is_member = |number: usize| members.binary_search(&number).is_ok();
        let entering = map.system.journeys().iter().filter(|it| is_member(map.number(it.entry)));
        let mut journeys: Vec<&str> = entering.map(|it| it.name.as_str()).collect();
        journeys.sort_unstable();
        journeys.dedup();
        Self {
            environment: environments.min().unwrap_or(Environment::Archive),
            arrows: Vec::new(),
            journeys,
            worst,
            members,
        }
    }
}

/// By number: a smaller one of its island, or itself.
struct Firsts(Vec<usize>);

impl Firsts {
    fn of(&mut self, number: usize) -> usize {
        let mut at = number;
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.of(one), self.of(other));
        self.0[one.max(other)] = one.min(other);
    }
}
