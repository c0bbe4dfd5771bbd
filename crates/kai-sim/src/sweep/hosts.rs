//! Nodes as columns of numbers.

use smol_str::SmolStr;

use crate::model::{
    CPU, EPHEMERAL_STORAGE, MEMORY, PODS, Pod, Resources, requests, scored_requests,
};
use crate::scheduler::Host;

/// What nodes have and what is taken of it.
#[derive(Debug)]
pub(super) struct Hosts {
    /// Processor, memory and what pods ask for besides.
    names: Vec<SmolStr>,
    /// By resource, then by node.
    allocatable: Vec<Vec<i64>>,
    requested: Vec<Vec<i64>>,
    scored_cpu: Vec<i64>,
    scored_memory: Vec<i64>,
    pods: Vec<i64>,
    pods_max: Vec<i64>,
}

/// What pods of one size ask for.
#[derive(Debug, PartialEq)]
pub(super) struct Size {
    /// More than nothing, by number of the resource.
    asked: Vec<(usize, i64)>,
    cpu: i64,
    memory: i64,
    scored_cpu: i64,
    scored_memory: i64,
}

const PROCESSOR: usize = 0;
const STORE: usize = 1;

impl Hosts {
    pub(super) fn new(hosts: &[Host<'_>], classes: &[&Pod]) -> Self {
        let mut names: Vec<SmolStr> = vec![CPU.into(), MEMORY.into()];
        for pod in classes {
            for (name, _) in requests(pod).iter().filter(|(name, _)| is_counted(name)) {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
        }
        let column = |of: &dyn Fn(&Host<'_>) -> i64| hosts.iter().map(of).collect::<Vec<i64>>();
        Self {
            allocatable: names.iter().map(|it| column(&|h| h.node.allocatable.get(it))).collect(),
            requested: names.iter().map(|_| vec![0; hosts.len()]).collect(),
            scored_cpu: vec![0; hosts.len()],
            scored_memory: vec![0; hosts.len()],
            pods: vec![0; hosts.len()],
            pods_max: column(&|it| it.node.allocatable.get(PODS)),
            names,
        }
    }

    pub(super) fn size(&self, pod: &Pod) -> Size {
        let (requests, scored) = (requests(pod), scored_requests(pod));
        let numbered = self.names.iter().enumerate().map(|(at, it)| (at, requests.get(it)));
        Size {
            asked: numbered.filter(|(_, amount)| *amount > 0).collect(),
            cpu: requests.get(CPU),
            memory: requests.get(MEMORY),
            scored_cpu: scored.get(CPU),
            scored_memory: scored.get(MEMORY),
        }
    }

    /// So many pods of a size come to a node, or leave it.
    pub(super) fn add(&mut self, size: &Size, host: usize, count: i64) {
        for &(resource, amount) in &size.asked {
            self.requested[resource][host] += amount * count;
        }
        self.scored_cpu[host] += size.scored_cpu * count;
        self.scored_memory[host] += size.scored_memory * count;
        self.pods[host] += count;
    }

    pub(super) fn fits(&self, size: &Size, host: usize) -> bool {
        let is_there = |&(resource, amount): &(usize, i64)| {
            amount <= self.allocatable[resource][host] - self.requested[resource][host]
        };
        self.pods[host] < self.pods_max[host] && size.asked.iter().all(is_there)
    }

    /// `NodeResourcesFit` and `NodeResourcesBalancedAllocation` together, both of weight 1.
    pub(super) fn score(&self, size: &Size, host: usize) -> i64 {
        let (cpu, memory) = (self.allocatable[PROCESSOR][host], self.allocatable[STORE][host]);
        self.free(size, host, cpu, memory) + self.balance(size, host, cpu, memory)
    }

    fn free(&self, size: &Size, host: usize, cpu: i64, memory: i64) -> i64 {
        let free = |requested: i64, capacity: i64| {
            (capacity != 0).then(|| (capacity - requested).max(0) * 100 / capacity)
        };
        let of_cpu = free(self.scored_cpu[host] + size.scored_cpu, cpu);
        let of_memory = free(self.scored_memory[host] + size.scored_memory, memory);
        match (of_cpu, of_memory) {
            (Some(cpu), Some(memory)) => (cpu + memory) / 2,
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => 0,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "the scheduler divides doubles")]
    #[expect(clippy::cast_possible_truncation, reason = "the score is between 0 and 100")]
    fn balance(&self, size: &Size, host: usize, cpu: i64, memory: i64) -> i64 {
        if size.cpu == 0 && size.memory == 0 {
            return 0;
        }
        let share = |resource: usize, asked: i64, capacity: i64| {
            ((self.requested[resource][host] + asked) as f64 / capacity as f64).min(1.0)
        };
        let deviation = if cpu == 0 || memory == 0 {
            0.0
        } else {
            let difference = share(PROCESSOR, size.cpu, cpu) - share(STORE, size.memory, memory);
            (difference / 2.0).abs()
        };
        ((1.0 - deviation) * 100.0) as i64
    }
}

fn is_counted(name: &str) -> bool {
    matches!(name, CPU | MEMORY | EPHEMERAL_STORAGE) || Resources::is_scalar(name)
}
