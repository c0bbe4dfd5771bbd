//! A plan made of another, where only the spread of some pods differs.

use super::alike::regroup;
use super::plan::Plan;
use super::relations::{Read, Reader};
use crate::model::{Cluster, Pod};
use crate::scheduler::Snapshot;

impl Plan {
    /// The plan of a cluster with the same nodes and pods, but for another spread of some pods, and more
    /// of those at its end. Nothing where these are not the pods of one class: then all has to be
    /// compiled.
    #[must_use]
    pub fn respread(&self, cluster: &Cluster, pods: &[usize]) -> Option<Self> {
        let at = self.class_of_all(pods)?;
        let new = cluster.pods.len().checked_sub(self.class_of.len())?;
        if pods.iter().filter(|&&it| it >= self.class_of.len()).count() != new {
            return None;
        }
        let classes: Vec<&Pod> = self.classes.iter().map(|it| &cluster.pods[it.pod]).collect();
        let snapshot = Snapshot::bare(cluster);
        let mut plan = self.clone();
        plan.class_of.resize(cluster.pods.len(), at);
        // Nobody else looks at how a pod is spread, so that what others ask for stays.
        let relations = std::mem::take(&mut plan.classes[at].relations);
        let counts_in = plan.classes.iter_mut().map(|it| std::mem::take(&mut it.counts_in));
        let mut read = Read {
            relations: vec![relations],
            counts_in: counts_in.collect(),
            topologies: plan.topologies,
            tallies: plan.tallies,
        };
        read = Reader::new(&snapshot, &classes, read).respread(classes[at]);
        (plan.topologies, plan.tallies) = (read.topologies, read.tallies);
        for (class, counts_in) in plan.classes.iter_mut().zip(read.counts_in) {
            class.counts_in = counts_in;
        }
        plan.classes[at].relations = read.relations.pop()?;
        regroup(&mut plan, at);
        Some(plan)
    }

    /// The class of which those of the pods that are known are all there are.
    fn class_of_all(&self, pods: &[usize]) -> Option<usize> {
        let mut classes = pods.iter().filter_map(|&it| self.class_of.get(it));
        let &class = classes.next()?;
        let count = 1 + classes.try_fold(0, |sum, &it| (it == class).then_some(sum + 1))?;
        let all = self.class_of.iter().filter(|&&it| it == class).count();
        (all == count).then_some(class)
    }
}
