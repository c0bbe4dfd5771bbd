//! Where the time of a run goes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use kai_core::{Part, Watch};

/// Adds up the time of every part. What several threads do at once is added up too, so that the
/// parts may come to more than the run.
#[derive(Debug)]
pub(crate) struct Timings {
    start: Instant,
    spent: Mutex<BTreeMap<Part, Duration>>,
}

impl Timings {
    pub(crate) fn start() -> Self {
        Self { start: Instant::now(), spent: Mutex::default() }
    }

    /// The parts in their order, then the rules, slowest first, each with its share.
    pub(crate) fn table(&self) -> String {
        let spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rules = Vec::new();
        let mut parts = Vec::new();
        let mut all_rules = Duration::ZERO;
        for (&part, &time) in spent.iter() {
            if let Part::Rule(id) = part {
                all_rules += time;
                rules.push((id, time));
            } else {
                parts.push((part, time));
            }
        }
        // Rules stand where the first of them would.
        let at = parts.partition_point(|(part, _)| *part < Part::Rule(""));
        let mut rows: Vec<_> = parts.into_iter().map(|(part, time)| (name(part), time)).collect();
        rows.insert(at, ("rules", all_rules));
        rules.sort_by_key(|&(id, time)| (std::cmp::Reverse(time), id));

        let mut text =
            format!("{} in all; times of threads are added up\n", millis(self.start.elapsed()));
        write_rows(&mut text, &rows);
        text.push_str("rules\n");
        write_rows(&mut text, &rules);
        text
    }
}

impl Watch for Timings {
    fn during(&self, part: Part, work: &mut dyn FnMut()) {
        let start = Instant::now();
        work();
        let time = start.elapsed();
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        *spent.entry(part).or_default() += time;
    }
}

fn name(part: Part) -> &'static str {
    match part {
        Part::List => "list",
        Part::Read => "read and parse",
        Part::FindRoots => "find roots",
        Part::Compose => "compose",
        Part::Lower => "lower",
        Part::Link => "link",
        Part::Rule(id) => id,
        Part::Solid => "solid points",
        Part::Play => "play",
        Part::Rank => "rank",
        Part::Report => "report",
    }
}

fn write_rows(text: &mut String, rows: &[(&str, Duration)]) {
    let all: Duration = rows.iter().map(|(_, time)| *time).sum();
    for (name, time) in rows {
        let share = 100.0 * time.as_secs_f64() / all.as_secs_f64().max(f64::MIN_POSITIVE);
        let _ = writeln!(text, "  {:>10} {share:>5.1} %  {name}", millis(*time));
    }
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
