//! Nodes, pods and components that are lost at once, and what the control plane makes of it.

use std::collections::{BTreeMap, BTreeSet};

use kai_core::{Interval, all};
use kai_sim::model::ControllerKind;
use kai_sim::node_loss::{Fate, Lifecycle, Seconds, Zone, fate, tainted_after};
use kai_sim::sweep::{Blow, Gone};

use super::journeys::{Failed, Thinned};
use super::struck::{Struck, callers};
use super::{Depth, Player, load};
use crate::outcome::{Back, Hit, Moment, Move, Outcome, Waiting};
use crate::{Scenario, Time};

const SECONDS: f64 = 60.0;

/// What becomes of one lost pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Made again so long after the fault, which is a time to compute with.
    Made(Seconds),
    /// Made again once a person has said that the old one is dead.
    MadeByHand,
    /// Its operator decides.
    Operated,
    /// Not made again while the fault lasts.
    Not,
}

impl Player<'_, '_> {
    pub(super) fn blow(&mut self, scenario: &Scenario, depth: Depth) -> Outcome {
        let struck = Struck::of(scenario);
        let mut outcome = Outcome::new(scenario.clone());
        outcome.nodes =
            struck.nodes.iter().map(|&it| self.stage.cluster.nodes[it].name.clone()).collect();
        let lost = self.lost(&struck);
        outcome.lost = lost.len();
        let fates = self.fates(&struck, &lost);
        let scaled = struck.load.map(|factor| load::wanted(self.stage, factor)).unwrap_or_default();
        let placed = self.place(&struck, &lost, &fates, &scaled, depth, &mut outcome);
        outcome.hits = self.hits(&struck, &lost, &fates, &placed);
        self.add_scaled(&scaled, &placed, &mut outcome);
        if depth != Depth::Blow {
            let failed = self.failed(&struck, &outcome);
            let thinned = self.thinned(&struck, &outcome);
            outcome.reach(self.stage, &failed, &thinned);
        }
        if struck.keeps_any_from_starting() {
            outcome.blocked = (0..self.stage.runs.len())
                .filter(|&it| {
                    struck.is_frozen || struck.keeps_from_starting(self.stage, it).is_some()
                })
                .collect();
        }
        if depth == Depth::Story {
            self.tell(&struck, &mut outcome);
        }
        outcome
    }

    /// Pods that are gone at once, sorted.
    pub(super) fn lost(&self, struck: &Struck) -> Vec<usize> {
        let on_nodes = struck.nodes.iter().flat_map(|&it| self.sweep.pods_on(it));
        let mut lost: Vec<usize> = on_nodes.copied().collect();
        lost.extend(&struck.pods);
        lost.extend(struck.broken.iter().flat_map(|&it| &self.stage.runs[it].pods));
        lost.sort_unstable();
        lost.dedup();
        lost
    }

    fn fates(&self, struck: &Struck, lost: &[usize]) -> BTreeMap<usize, Next> {
        let tainted = self.tainted(&struck.nodes);
        let cluster = &self.stage.cluster;
        let node_of = |pod: usize| {
            self.sweep.node_of(pod).filter(|it| struck.nodes.binary_search(it).is_ok())
        };
        let next = |pod: usize| {
            let runs = self.stage.runs_of_pod[pod];
            if runs.is_some_and(|it| struck.broken.contains(&it)) || struck.is_frozen {
                return Next::Not;
            }
            if runs.is_some_and(|it| struck.keeps_from_starting(self.stage, it).is_some()) {
                return Next::Not;
            }
            let Some(node) = node_of(pod) else {
                // The kubelet, or the controller, starts it again.
                return Next::Made(Seconds { earliest: 0, latest: 0 });
            };
            let is_operated = runs.is_some_and(|it| {
                let runs = &self.stage.runs[it];
                runs.controller.is_none() && !runs.is_alone
            });
            if is_operated {
                return Next::Operated;
            }
            match fate(&cluster.pods[pod], tainted.get(&node).copied().flatten()) {
                Fate::Replaced(seconds) => Next::Made(seconds),
                Fate::Terminating(_) => Next::MadeByHand,
                Fate::Stays | Fate::Gone(_) => Next::Not,
            }
        };
        lost.iter().map(|&it| (it, next(it))).collect()
    }

    /// When each lost node gets the taint that evicts. On the stand-in zones have as many nodes as were
    /// made up, so that each node counts as the first of its zone.
    fn tainted(&self, nodes: &[usize]) -> BTreeMap<usize, Option<Seconds>> {
        if nodes.is_empty() {
            return BTreeMap::new();
        }
        let cluster = &self.stage.cluster;
        let lifecycle = Lifecycle::default();
        let mut zones: BTreeMap<_, (usize, Vec<usize>)> = BTreeMap::new();
        for (at, node) in cluster.nodes.iter().enumerate() {
            let (count, lost) = zones.entry(node.zone()).or_default();
            *count += 1;
            if nodes.binary_search(&at).is_ok() {
                lost.push(at);
            }
        }
        let states: Vec<Zone> =
            zones.values().map(|(nodes, lost)| Zone { nodes: *nodes, lost: lost.len() }).collect();
        let mut tainted = BTreeMap::new();
        for (at, (_, lost)) in zones.values().enumerate() {
            let after = tainted_after(&lifecycle, &states, at);
            for (turn, node) in lost.iter().enumerate() {
                let turn = if self.stage.ground.has_capacity() { turn } else { 0 };
                tainted.insert(*node, after.get(turn).copied().flatten());
            }
        }
        tainted
    }

    /// Schedules what is made again, and what load asks for; the node of each.
    fn place(
        &mut self,
        struck: &Struck,
        lost: &[usize],
        fates: &BTreeMap<usize, Next>,
        scaled: &[load::Wanted],
        depth: Depth,
        outcome: &mut Outcome,
    ) -> Placed {
        let stage = self.stage;
        let comes = |it: &&usize| matches!(fates.get(it), Some(Next::Made(_) | Next::MadeByHand));
        // A pod that its kubelet starts again stays where it is.
        let is_lost_with_node = |it: &&usize| {
            self.sweep.node_of(**it).is_some_and(|it| struck.nodes.binary_search(&it).is_ok())
        };
        let wanted: Vec<usize> =
            lost.iter().filter(comes).filter(is_lost_with_node).copied().collect();
        let again: BTreeSet<usize> = wanted.iter().copied().collect();
        let more = scaled.iter().filter(|_| !struck.is_frozen).flat_map(|it| {
            let admitted = usize::try_from(it.admitted).unwrap_or(0);
            std::iter::repeat_n(it.like, admitted).map(move |like| (it.runs, like))
        });
        let more: Vec<(usize, usize)> = more.collect();
        let mut placed = Placed::default();
        // Pods that start again where they are.
        for &pod in lost.iter().filter(comes).filter(|it| !again.contains(it)) {
            placed.back.insert(pod);
        }
        if wanted.is_empty() && more.is_empty() {
            return placed;
        }
        let gone: Vec<usize> = Vec::new();
        let mut queue = wanted.clone();
        queue.extend(more.iter().map(|(_, like)| *like));
        let blow = Blow {
            nodes: struck.nodes.clone(),
            pods: gone,
            wanted: queue,
            nodes_are: Gone::Unreachable,
            reasons_max: if depth == Depth::Story { 8 } else { 0 },
        };
        let aftermath = self.aftermath(&blow, depth);
        let mut moved: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let mut waiting: BTreeMap<Option<usize>, usize> = BTreeMap::new();
        let mut left_of_wanted: BTreeMap<usize, usize> = BTreeMap::new();
        wanted.iter().for_each(|it| *left_of_wanted.entry(*it).or_default() += 1);
        for (pod, node) in aftermath.placed {
            let runs = stage.runs_of_pod[pod];
            let left = left_of_wanted.get_mut(&pod).filter(|it| **it > 0);
            match (left, node) {
                (Some(left), node) => {
                    *left -= 1;
                    placed.back.extend(node.map(|_| pod));
                }
                (None, Some(_)) => *placed.more.entry(runs.unwrap_or(usize::MAX)).or_default() += 1,
                (None, None) => {}
            }
            match (runs, node) {
                (Some(runs), Some(node)) => *moved.entry((runs, node)).or_default() += 1,
                (_, None) => *waiting.entry(runs).or_default() += 1,
                (None, Some(_)) => {}
            }
        }
        outcome.moved =
            moved.into_iter().map(|((runs, node), count)| Move { runs, node, count }).collect();
        let reason = |runs: Option<usize>| {
            let said = aftermath.reasons.iter().find(|(pod, _)| stage.runs_of_pod[*pod] == runs);
            said.map(|(_, reason)| reason.clone()).unwrap_or_default()
        };
        outcome.waiting = waiting
            .into_iter()
            .map(|(runs, count)| Waiting { runs, count, reason: reason(runs) })
            .collect();
        outcome.waiting.sort_by_key(|it| (std::cmp::Reverse(it.count), it.runs));
        placed
    }

    fn hits(
        &self,
        struck: &Struck,
        lost: &[usize],
        fates: &BTreeMap<usize, Next>,
        placed: &Placed,
    ) -> Vec<Hit> {
        let mut by_runs: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for &pod in lost {
            if let Some(runs) = self.stage.runs_of_pod[pod] {
                by_runs.entry(runs).or_default().push(pod);
            }
        }
        let mut hits: Vec<Hit> = by_runs
            .into_iter()
            .map(|(runs, pods)| self.hit(struck, runs, &pods, fates, placed))
            .collect();
        hits.sort_by_key(Hit::order);
        hits
    }

    fn hit(
        &self,
        struck: &Struck,
        at: usize,
        pods: &[usize],
        fates: &BTreeMap<usize, Next>,
        placed: &Placed,
    ) -> Hit {
        let runs = &self.stage.runs[at];
        let serves = |it: &&usize| self.stage.cluster.pods[**it].is_ready;
        let left =
            runs.pods.iter().filter(|it| pods.binary_search(it).is_err()).filter(serves).count();
        let is_back = |it: &usize| placed.back.contains(it);
        let mut made: Vec<Seconds> = Vec::new();
        let (mut by_hand, mut waiting, mut operated) = (0, 0, 0);
        for pod in pods {
            match fates.get(pod) {
                Some(Next::Made(seconds)) if is_back(pod) => made.push(*seconds),
                Some(Next::MadeByHand) if is_back(pod) => by_hand += 1,
                Some(Next::Made(_) | Next::MadeByHand) => waiting += 1,
                Some(Next::Operated) => operated += 1,
                Some(Next::Not) | None => {}
            }
        }
        made.sort_by_key(|it| it.latest);
        let is_down = struck.stops(runs, left);
        let missing = runs.needed().saturating_sub(left);
        let back = if struck.broken.contains(&at) {
            Back::WhenMended
        } else if !is_down {
            self.whole_again(struck, at, pods.len(), &made, by_hand, operated, waiting)
        } else if let Some(seconds) = made.get(missing - 1) {
            Back::After(self.ready_after(struck, at, *seconds))
        } else if made.len() + by_hand >= missing {
            Back::ByHand(self.by_hand(at))
        } else if operated > 0 {
            Back::ByOperator
        } else if waiting > 0 {
            Back::WhenThereIsRoom
        } else if runs.is_alone {
            Back::ByHand(self.by_hand(at))
        } else if struck.is_frozen || struck.keeps_from_starting(self.stage, at).is_some() {
            Back::WhenMended
        } else {
            Back::ByHand(self.by_hand(at))
        };
        let after = left + made.len();
        Hit { runs: at, wanted: runs.wanted, left, after, waiting, is_down, back, often: None }
    }

    /// When a workload that never stopped has all its pods again.
    #[expect(clippy::too_many_arguments, reason = "what became of its pods, by kind")]
    fn whole_again(
        &self,
        struck: &Struck,
        at: usize,
        lost: usize,
        made: &[Seconds],
        by_hand: usize,
        operated: usize,
        waiting: usize,
    ) -> Back {
        if self.stage.runs[at].is_everywhere() {
            return Back::Always;
        }
        match made.last() {
            Some(last) if made.len() == lost => Back::After(self.ready_after(struck, at, *last)),
            _ if waiting > 0 => Back::WhenThereIsRoom,
            _ if operated > 0 => Back::ByOperator,
            _ if by_hand > 0 => Back::ByHand(self.by_hand(at)),
            _ => Back::WhenMended,
        }
    }

    /// From a pod that is deleted to another that serves.
    fn ready_after(&self, struck: &Struck, at: usize, deleted: Seconds) -> Time {
        let runs = &self.stage.runs[at];
        let start = self.stage.times.start_of(runs.component);
        if struck.nodes.is_empty() {
            return start.clone();
        }
        let gone = Time { minutes: minutes(deleted), source: eviction_source(deleted) };
        let gone = if runs.has_claim { gone.plus(&self.stage.times.detach) } else { gone };
        gone.plus(start)
    }

    fn by_hand(&self, at: usize) -> Time {
        self.stage.times.by_hand.plus(self.stage.times.start_of(self.stage.runs[at].component))
    }

    fn failed(&self, struck: &Struck, outcome: &Outcome) -> Vec<Failed> {
        let mut failed: Vec<Failed> = outcome
            .hits
            .iter()
            .filter(|it| it.is_down)
            .filter_map(|it| {
                let component = self.stage.runs[it.runs].component?;
                Some(Failed { component, back: it.back.clone() })
            })
            .collect();
        let silent = struck.silent.iter().copied();
        let silent =
            silent.chain(struck.is_nameless.then(|| callers(self.stage)).into_iter().flatten());
        failed.extend(silent.map(|component| Failed { component, back: Back::WhenMended }));
        failed
    }

    /// Requests go to pods on nodes that nobody knows to be lost yet.
    fn thinned(&self, struck: &Struck, outcome: &Outcome) -> Vec<Thinned> {
        if struck.nodes.is_empty() {
            return Vec::new();
        }
        let noticed = self.noticed();
        let thin = outcome
            .hits
            .iter()
            .filter(|it| !it.is_down && it.wanted > 0 && !self.stage.runs[it.runs].is_everywhere());
        thin.filter_map(|it| {
            let component = self.stage.runs[it.runs].component?;
            #[expect(clippy::cast_precision_loss, reason = "a number of pods")]
            let share = 1.0 - it.left as f64 / it.wanted.max(it.left) as f64;
            Some(Thinned { component, share, back: Back::After(noticed.clone()) })
        })
        .collect()
    }

    pub(super) fn noticed(&self) -> Time {
        let seconds = Lifecycle::default().noticed_after();
        Time {
            // 40 s until release 1.31, 50 s since, looked at every 5 s.
            minutes: Interval::new(40.0 / SECONDS, 50.0 / SECONDS, as_minutes(seconds.latest)),
            source: "node monitor grace period of 40 s until 1.31, 50 s since, checked every 5 s"
                .to_owned(),
        }
    }

    /// What happens when.
    fn tell(&self, struck: &Struck, outcome: &mut Outcome) {
        let mut moments = vec![Moment {
            at: Interval::exactly(0.0),
            text: self.at_once(struck, outcome),
            source: String::new(),
        }];
        if !struck.nodes.is_empty() && outcome.lost > 0 {
            let noticed = self.noticed();
            moments.push(Moment {
                at: noticed.minutes,
                text: "the control plane notices: lost pods leave the endpoints of services, and \
                       requests stop going there"
                    .to_owned(),
                source: noticed.source,
            });
        }
        for hit in &outcome.hits {
            moments.extend(self.moment(hit, outcome));
        }
        moments.sort_by(|one, other| one.at.typical.total_cmp(&other.at.typical));
        outcome.moments = moments;
        outcome.binding = binding(self, struck, outcome);
        outcome.unknown = self.unknown(struck, outcome);
    }

    fn at_once(&self, struck: &Struck, outcome: &Outcome) -> String {
        let mut parts: Vec<String> = Vec::new();
        if !outcome.nodes.is_empty() {
            let names: Vec<String> =
                outcome.nodes.iter().take(3).map(|it| format!("`{it}`")).collect();
            let more = outcome.nodes.len().saturating_sub(3);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let verb = if outcome.nodes.len() == 1 { "stops" } else { "stop" };
            parts.push(format!("{}{more} {verb} answering", names.join(", ")));
        }
        for &it in &struck.broken {
            let label = self.stage.runs[it].label();
            parts.push(match self.stage.runs[it].pods.len() {
                1 => format!("the pod of `{label}` fails, and so does the one made instead"),
                pods => {
                    format!("{} pods of `{label}` fail, and so do those made instead", all(pods))
                }
            });
        }
        for &it in &struck.silent {
            parts.push(format!("`{}` does not answer", self.stage.system.component(it).label()));
        }
        if struck.is_frozen {
            parts.push("nothing is scheduled, made, scaled or taken out of endpoints".to_owned());
        }
        if struck.is_nameless {
            parts.push("no name is resolved".to_owned());
        }
        for it in &struck.registries {
            parts.push(format!("no image comes from `{it}`"));
        }
        if !struck.nodes.is_empty() {
            parts.push(match outcome.lost {
                1 => "1 pod is lost".to_owned(),
                lost => format!("{lost} pods are lost"),
            });
        }
        if let Some(factor) = struck.load {
            parts.push(format!("{factor} times as much load arrives"));
        }
        if parts.is_empty() { "nothing is lost".to_owned() } else { parts.join("; ") }
    }

    fn moment(&self, hit: &Hit, outcome: &Outcome) -> Option<Moment> {
        let label = self.stage.runs[hit.runs].label();
        let time = match &hit.back {
            Back::After(time) | Back::ByHand(time) => time,
            _ => return None,
        };
        let state = if hit.is_down { "works again" } else { "has all its pods again" };
        let places: Vec<String> = outcome
            .moved
            .iter()
            .filter(|it| it.runs == hit.runs)
            .map(|it| format!("`{}`", self.stage.cluster.nodes[it.node].name))
            .collect();
        let on = match places.as_slice() {
            [] => String::new(),
            [one] => format!(" on {one}"),
            more if self.stage.ground.has_capacity() => {
                format!(" on {} and {} more", more[0], more.len() - 1)
            }
            _ => String::new(),
        };
        let who =
            if matches!(hit.back, Back::ByHand(_)) { ", once somebody has acted" } else { "" };
        let text = format!("`{label}` {state}{on}{who}");
        Some(Moment { at: time.minutes, text, source: time.source.clone() })
    }

    fn unknown(&self, struck: &Struck, outcome: &Outcome) -> Vec<String> {
        let mut unknown = Vec::new();
        if !self.stage.ground.has_capacity() && !struck.nodes.is_empty() {
            unknown.push(match self.stage.ground {
                crate::Ground::Pools => {
                    "whether other nodes have room: how large they are is not read".to_owned()
                }
                _ => "whether other nodes have room: no nodes are given".to_owned(),
            });
        }
        let moves = outcome.hits.iter().filter(|it| {
            struck.is_domain
                && self.stage.runs[it.runs].has_claim
                && !self.stage.ground.eq(&crate::Ground::Given)
        });
        for hit in moves {
            unknown.push(format!(
                "whether the volume of `{}` can be mounted in another zone: disks of most clouds cannot",
                self.stage.runs[hit.runs].label()
            ));
        }
        let operated = outcome.hits.iter().filter(|it| it.back == Back::ByOperator);
        for hit in operated {
            unknown.push(format!(
                "how its operator brings `{}` back",
                self.stage.runs[hit.runs].label()
            ));
        }
        unknown
    }
}

/// Where pods came back.
#[derive(Debug, Default)]
pub(super) struct Placed {
    /// Lost pods that are there again.
    back: BTreeSet<usize>,
    /// Pods that load asked for, by workload.
    pub(super) more: BTreeMap<usize, usize>,
}

fn binding(player: &Player<'_, '_>, struck: &Struck, outcome: &Outcome) -> Option<String> {
    if let Some(waiting) = outcome.waiting.iter().find(|it| !it.reason.is_empty()) {
        return Some(waiting.reason.clone());
    }
    let blocked =
        outcome.hits.iter().find_map(|it| struck.keeps_from_starting(player.stage, it.runs));
    if blocked.is_some() {
        return blocked;
    }
    let worst = outcome.blamed(|it| player.stage.runs[it].component)?;
    let runs = &player.stage.runs[worst.runs];
    if !struck.broken.is_empty() {
        return None;
    }
    Some(match (runs.quorum, runs.controller) {
        (Some(quorum), _) if worst.left > 0 => format!(
            "`{}` needs {quorum} of {} members, and {} are left",
            runs.label(),
            runs.wanted,
            worst.left
        ),
        _ if runs.wanted == 1 => format!("`{}` is one pod", runs.label()),
        (_, Some(ControllerKind::StatefulSet)) => format!(
            "pods of `{}` on a lost node stay until somebody says that it is dead",
            runs.label()
        ),
        _ => format!("{} pods of `{}` were there", all(player.running(worst.runs)), runs.label()),
    })
}

fn minutes(seconds: Seconds) -> Interval {
    let (low, high) = (as_minutes(seconds.earliest), as_minutes(seconds.latest));
    Interval::new(low, f64::midpoint(low, high), high)
}

#[expect(clippy::cast_precision_loss, reason = "seconds of an outage")]
fn as_minutes(seconds: u64) -> f64 {
    seconds as f64 / SECONDS
}

fn eviction_source(deleted: Seconds) -> String {
    format!(
        "eviction {} to {} s after the loss, of grace period, taints one by one, tolerations",
        deleted.earliest, deleted.latest
    )
}
