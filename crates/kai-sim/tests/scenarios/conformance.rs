//! Every recorded decision of the real scheduler, met.

use kai_core::Node as Written;
use kai_sim::scheduler::{Candidate, Cycle, NodeScore, Snapshot, Verdict, pick};
use kai_testing::say;

use crate::recording::{Recording, recordings};

/// How many decisions of one kind were met, and what those were that were not.
#[derive(Default)]
struct Tally {
    equal: usize,
    total: usize,
    differences: Vec<String>,
}

impl Tally {
    fn compare<T: PartialEq + std::fmt::Debug>(&mut self, place: &str, ours: &T, recorded: &T) {
        self.total += 1;
        if ours == recorded {
            self.equal += 1;
        } else {
            self.differences.push(format!("  {place}: {ours:?}, recorded {recorded:?}"));
        }
    }

    fn report(&self, name: &str) {
        say(&format!("{name}: {}/{}", self.equal, self.total));
        self.differences.iter().take(20).for_each(|it| say(it));
        assert!(self.differences.is_empty(), "{} decisions differ", self.differences.len());
    }
}

/// One pod in one cluster.
struct Case<'r, 's> {
    place: String,
    snapshot: &'r Snapshot<'s>,
    cycle: Cycle<'r, 's>,
    verdicts: Vec<Verdict>,
    expected: &'r Written,
}

/// Runs over all pods that no plugin rejects before it looks at nodes.
fn for_each(mut compare: impl FnMut(&Case<'_, '_>)) -> bool {
    let Some(recordings) = recordings() else { return false };
    for recording in recordings {
        let snapshot = Snapshot::new(&recording.cluster);
        for (pod, expected) in recording.incoming.iter().zip(&recording.expected) {
            let Ok(cycle) = Cycle::new(&snapshot, pod) else { continue };
            let (verdicts, place) = (cycle.verdicts(), place(recording, expected));
            compare(&Case { place, snapshot: &snapshot, cycle, verdicts, expected });
        }
    }
    true
}

fn place(recording: &Recording, expected: &Written) -> String {
    format!("{} {}", recording.name, text(expected, "pod"))
}

#[test]
fn conformance_of_pods_that_no_node_can_take() {
    let Some(recordings) = recordings() else { return };
    let mut tally = Tally::default();
    for recording in recordings {
        let snapshot = Snapshot::new(&recording.cluster);
        for (pod, expected) in recording.incoming.iter().zip(&recording.expected) {
            let ours = match Cycle::new(&snapshot, pod) {
                Ok(_) => ("Success".to_owned(), Vec::new()),
                Err(it) => {
                    (it.code.to_string(), it.reasons.iter().map(ToString::to_string).collect())
                }
            };
            let recorded = (text(expected, "prefilter"), texts(expected, "prefilterReasons"));
            tally.compare(&place(recording, expected), &ours, &recorded);
        }
    }
    tally.report("scheduler pods before nodes");
}

#[test]
fn conformance_of_verdicts() {
    let mut tally = Tally::default();
    let is_there = for_each(|case| {
        let rows = items(case.expected, "nodes");
        for ((row, host), verdict) in rows.iter().zip(&case.snapshot.hosts).zip(&case.verdicts) {
            // The order of nodes is the scheduler's own, so that it is compared too.
            let recorded =
                (text(row, "node"), text(row, "code"), text(row, "plugin"), texts(row, "reasons"));
            let (code, plugin, reasons) = shown(verdict);
            let ours = (host.node.name.to_string(), code, plugin, reasons);
            tally.compare(&case.place, &ours, &recorded);
        }
        assert_eq!(rows.len(), case.verdicts.len(), "{}", case.place);
    });
    if is_there {
        tally.report("scheduler verdicts");
    }
}

fn shown(verdict: &Verdict) -> (String, String, Vec<String>) {
    match verdict {
        Verdict::Fits => ("Success".to_owned(), String::new(), Vec::new()),
        Verdict::NotNamed => ("PreFiltered".to_owned(), String::new(), Vec::new()),
        Verdict::Rejected(it) => {
            let mut reasons: Vec<String> = it.reasons.iter().map(ToString::to_string).collect();
            reasons.sort();
            (it.code.to_string(), it.plugin.to_string(), reasons)
        }
    }
}

#[test]
fn conformance_of_scores() {
    let mut tally = Tally::default();
    let is_there = for_each(|case| {
        for score in case.cycle.scores(&case.verdicts) {
            let row = &items(case.expected, "nodes")[score.host];
            let of_plugins = row.get("scores").and_then(Written::as_map);
            let recorded: Vec<(String, i64)> = of_plugins
                .into_iter()
                .flatten()
                .map(|it| (it.key.to_string(), it.node.as_int().unwrap()))
                .collect();
            let recorded =
                (sorted(recorded), row.get("total").and_then(Written::as_int).unwrap_or(0));
            let place = format!("{} {}", case.place, text(row, "node"));
            tally.compare(&place, &weighted(&score), &recorded);
        }
    });
    if is_there {
        tally.report("scheduler scores");
    }
}

fn weighted(score: &NodeScore) -> (Vec<(String, i64)>, i64) {
    let of_plugins = score.by_plugin.iter().map(|(plugin, score)| (plugin.to_string(), *score));
    (sorted(of_plugins.collect()), score.total)
}

fn sorted<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    values.sort();
    values
}

#[test]
fn conformance_of_best_nodes() {
    let mut tally = Tally::default();
    let is_there = for_each(|case| {
        let best = Cycle::best(&case.cycle.scores(&case.verdicts));
        let names = best.iter().map(|&it| case.snapshot.hosts[it].node.name.to_string());
        tally.compare(&case.place, &sorted(names.collect()), &sorted(texts(case.expected, "best")));
    });
    if is_there {
        tally.report("scheduler best nodes");
    }
}

#[test]
fn conformance_of_preemption() {
    let (mut of_candidates, mut of_pods) = (Tally::default(), Tally::default());
    let is_there = for_each(|case| {
        let candidates = case.cycle.candidates(&case.verdicts);
        let recorded = items(case.expected, "preempt");
        if recorded.is_empty() && candidates.is_empty() {
            return;
        }
        let of_case: Vec<_> = candidates.iter().map(|it| candidate(case, it)).collect();
        let recorded: Vec<_> = recorded.iter().map(recorded_candidate).collect();
        of_candidates.compare(&case.place, &sorted(of_case), &sorted(recorded));
        // The scheduler draws among those that cost the same.
        let picked = pick(&candidates);
        let names = picked.iter().map(|it| case.snapshot.hosts[it.host].node.name.to_string());
        let recorded = text(case.expected, "preemptOn");
        let ours = names.into_iter().find(|it| *it == recorded).unwrap_or_default();
        of_pods.compare(&case.place, &ours, &recorded);
    });
    if is_there {
        of_candidates.report("scheduler preemption victims");
        of_pods.report("scheduler preemption nodes");
    }
}

fn candidate(case: &Case<'_, '_>, it: &Candidate<'_>) -> (String, Vec<String>, i64) {
    let node = case.snapshot.hosts[it.host].node.name.to_string();
    (node, it.victims.iter().map(|it| it.key()).collect(), it.violation_count as i64)
}

fn recorded_candidate(it: &Written) -> (String, Vec<String>, i64) {
    let violations = it.get("pdbViolations").and_then(Written::as_int).unwrap_or(0);
    (text(it, "node"), texts(it, "victims"), violations)
}

fn text(value: &Written, key: &str) -> String {
    value.str_at(&[key]).unwrap_or_default().to_owned()
}

fn texts(value: &Written, key: &str) -> Vec<String> {
    items(value, key).iter().map(|it| it.as_str().unwrap().to_owned()).collect()
}

fn items<'a>(value: &'a Written, key: &str) -> &'a [Written] {
    value.get(key).map_or(&[], Written::items)
}
