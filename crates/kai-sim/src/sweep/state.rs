//! What changes, and how it is taken back.

use super::Sweep;
use super::tally::Tally;

impl Sweep<'_> {
    /// So many pods of a class come to a node, or leave it.
    pub(super) fn change(&mut self, class: usize, host: usize, count: i64) {
        self.log.push((class, host, count));
        self.count(class, host, count);
    }

    fn count(&mut self, class: usize, host: usize, count: i64) {
        let size = &self.sizes[self.classes[class].size].size;
        self.hosts.add(size, host, count);
        for &(tally, weight) in &self.counted.by_class[class] {
            let tally = &mut self.counted.tallies[tally];
            tally.add(&self.counted.topologies[tally.topology], host, weight * count);
        }
        self.touched.insert(host);
        let there = &mut self.on_host[host];
        match there.iter_mut().find(|(it, _)| *it == class) {
            Some((_, number)) => *number += count,
            None => there.push((class, count)),
        }
    }

    /// A node is not there any more, and with it what was on it.
    pub(super) fn lose(&mut self, host: usize) {
        self.empty(host);
        self.known.remove(host);
        self.change_presence(host, -1);
    }

    /// A node is silent and has a taint that nobody tolerates, but its object is still there.
    pub(super) fn silence(&mut self, host: usize) {
        self.empty(host);
        self.change_welcome(host, -1);
    }

    fn empty(&mut self, host: usize) {
        for (class, count) in self.on_host[host].clone() {
            self.change(class, host, -count);
        }
        self.alive.remove(host);
    }

    /// Everything as it was.
    pub(super) fn take_back(&mut self, lost: &[usize]) {
        while let Some((class, host, count)) = self.log.pop() {
            self.count(class, host, -count);
        }
        for &host in lost {
            self.alive.insert(host);
            if self.known.contains(host) {
                self.change_welcome(host, 1);
            } else {
                self.known.insert(host);
                self.change_presence(host, 1);
            }
        }
        for host in self.touched.iter().collect::<Vec<_>>() {
            self.on_host[host].retain(|(_, count)| *count != 0);
            self.touched.remove(host);
        }
    }

    fn change_presence(&mut self, host: usize, by: i32) {
        self.change_where(host, by, |_| true);
    }

    /// Only for those who look at taints.
    fn change_welcome(&mut self, host: usize, by: i32) {
        self.change_where(host, by, |it| it.honours_taints);
    }

    fn change_where(&mut self, host: usize, by: i32, of: impl Fn(&Tally) -> bool) {
        for tally in self.counted.tallies.iter_mut().filter(|it| of(it)) {
            tally.change_presence(&self.counted.topologies[tally.topology], host, by);
        }
    }
}
