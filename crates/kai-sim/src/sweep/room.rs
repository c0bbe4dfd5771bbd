//! What nodes have, and what is taken of it.

use smol_str::SmolStr;

use super::bits::Bits;
use crate::model::{
    CPU, EPHEMERAL_STORAGE, MEMORY, PODS, Pod, Resources, requests, scored_requests,
};
use crate::scheduler::Host;

/// What nodes have.
#[derive(Debug, Clone)]
pub(super) struct Capacity {
    /// What pods ask for besides processor and memory.
    names: Vec<SmolStr>,
    hosts: Vec<Most>,
    /// By resource of `names`, then by node.
    others: Vec<Vec<i64>>,
}

#[derive(Debug, Clone, Copy)]
struct Most {
    cpu: i64,
    memory: i64,
    pods: i64,
}

/// What is taken of nodes.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    hosts: Vec<Load>,
    others: Vec<Vec<i64>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Load {
    cpu: i64,
    memory: i64,
    scored_cpu: i64,
    scored_memory: i64,
    pods: i64,
}

/// What pods of one size ask for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Size {
    cpu: i64,
    memory: i64,
    /// More than nothing, by number of the resource.
    others: Vec<(usize, i64)>,
    scored_cpu: i64,
    scored_memory: i64,
}

/// Nothing real has more than 2⁴⁶ of anything, and a hundred times as much is exact as a double.
/// Sums of what is absurd stay within whole numbers then.
const MOST: i64 = 1 << 46;

impl Capacity {
    pub(super) fn new(hosts: &[Host<'_>], classes: &[&Pod]) -> Self {
        let mut names: Vec<SmolStr> = Vec::new();
        for pod in classes {
            for (name, _) in requests(pod).iter().filter(|(name, _)| is_counted(name)) {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
        }
        let most = |host: &Host<'_>| {
            let of = |name| host.node.allocatable.get(name).clamp(0, MOST);
            Most { cpu: of(CPU), memory: of(MEMORY), pods: of(PODS) }
        };
        let column = |name: &SmolStr| {
            let most = hosts.iter().map(|it| it.node.allocatable.get(name).clamp(0, MOST));
            most.collect()
        };
        Self {
            hosts: hosts.iter().map(most).collect(),
            others: names.iter().map(column).collect(),
            names,
        }
    }

    pub(super) fn size(&self, pod: &Pod) -> Size {
        let (requests, scored) = (requests(pod), scored_requests(pod));
        let of = |amounts: &Resources, name: &str| amounts.get(name).clamp(0, MOST);
        let numbered = self.names.iter().enumerate().map(|(at, it)| (at, of(&requests, it)));
        Size {
            cpu: of(&requests, CPU),
            memory: of(&requests, MEMORY),
            others: numbered.filter(|(_, amount)| *amount > 0).collect(),
            scored_cpu: of(&scored, CPU),
            scored_memory: of(&scored, MEMORY),
        }
    }

    pub(super) fn fits(&self, taken: &Taken, size: &Size, host: usize) -> bool {
        let (most, load) = (&self.hosts[host], &taken.hosts[host]);
        let is_free = |asked: i64, most: i64, taken: i64| asked <= 0 || asked <= most - taken;
        load.pods < most.pods
            && is_free(size.cpu, most.cpu, load.cpu)
            && is_free(size.memory, most.memory, load.memory)
            && size.others.iter().all(|&(resource, amount)| {
                amount <= self.others[resource][host] - taken.others[resource][host]
            })
    }

    /// True where each of these hosts has room for pods of all these sizes together.
    pub(super) fn has_room_for_all<'s>(
        &self,
        taken: &Taken,
        sizes: impl Iterator<Item = &'s Size>,
        hosts: &Bits,
    ) -> bool {
        let (mut cpu, mut memory, mut pods) = (0_i64, 0_i64, 0_i64);
        let mut others = vec![0_i64; self.names.len()];
        for size in sizes {
            cpu = cpu.saturating_add(size.cpu);
            memory = memory.saturating_add(size.memory);
            pods += 1;
            for &(resource, amount) in &size.others {
                others[resource] = others[resource].saturating_add(amount);
            }
        }
        let is_free = |asked: i64, most: i64, taken: i64| asked == 0 || asked <= most - taken;
        hosts.iter().all(|host| {
            let (most, load) = (&self.hosts[host], &taken.hosts[host]);
            let mut others = others.iter().zip(&self.others).zip(&taken.others);
            is_free(pods, most.pods, load.pods)
                && is_free(cpu, most.cpu, load.cpu)
                && is_free(memory, most.memory, load.memory)
                && others.all(|((&asked, most), taken)| is_free(asked, most[host], taken[host]))
        })
    }

    /// `NodeResourcesFit` and `NodeResourcesBalancedAllocation` together, both of weight 1: from 0
    /// to 200.
    pub(super) fn score(&self, taken: &Taken, size: &Size, host: usize) -> u8 {
        let (most, load) = (&self.hosts[host], &taken.hosts[host]);
        u8::try_from(free(most, load, size) + balance(most, load, size)).unwrap_or(0)
    }
}

impl Taken {
    pub(super) fn nothing(capacity: &Capacity) -> Self {
        let count = capacity.hosts.len();
        Self {
            hosts: vec![Load::default(); count],
            others: vec![vec![0; count]; capacity.names.len()],
        }
    }

    pub(super) fn host_count(&self) -> usize {
        self.hosts.len()
    }

    /// So many pods of a size come to a node, or leave it.
    pub(super) fn add(&mut self, size: &Size, host: usize, count: i64) {
        let load = &mut self.hosts[host];
        load.cpu += size.cpu * count;
        load.memory += size.memory * count;
        load.scored_cpu += size.scored_cpu * count;
        load.scored_memory += size.scored_memory * count;
        load.pods += count;
        for &(resource, amount) in &size.others {
            self.others[resource][host] += amount * count;
        }
    }
}

fn free(most: &Most, load: &Load, size: &Size) -> i64 {
    let free = |requested: i64, capacity: i64| {
        (capacity != 0).then(|| hundredths((capacity - requested).max(0), capacity))
    };
    let of_cpu = free(load.scored_cpu + size.scored_cpu, most.cpu);
    let of_memory = free(load.scored_memory + size.scored_memory, most.memory);
    match (of_cpu, of_memory) {
        (Some(cpu), Some(memory)) => (cpu + memory) / 2,
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => 0,
    }
}

/// A division of doubles is faster than one of whole numbers, and cut off it is the same: below
/// [`MOST`] the next smaller quotient is further away than the double rounds.
#[expect(clippy::cast_precision_loss, reason = "exact up to `MOST`")]
#[expect(clippy::cast_possible_truncation, reason = "a few hundreds at most")]
pub(super) fn hundredths(free: i64, capacity: i64) -> i64 {
    (free as f64 * 100.0 / capacity as f64) as i64
}

#[expect(clippy::cast_precision_loss, reason = "the scheduler divides doubles")]
#[expect(clippy::cast_possible_truncation, reason = "the score is between 0 and 100")]
fn balance(most: &Most, load: &Load, size: &Size) -> i64 {
    if size.cpu == 0 && size.memory == 0 {
        return 0;
    }
    let share = |asked: i64, capacity: i64| (asked as f64 / capacity as f64).min(1.0);
    let deviation = if most.cpu == 0 || most.memory == 0 {
        0.0
    } else {
        let cpu = share(load.cpu + size.cpu, most.cpu);
        let memory = share(load.memory + size.memory, most.memory);
        ((cpu - memory) / 2.0).abs()
    };
    ((1.0 - deviation) * 100.0) as i64
}

fn is_counted(name: &str) -> bool {
    name == EPHEMERAL_STORAGE || Resources::is_scalar(name)
}
