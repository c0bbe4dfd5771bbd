//! The blast radius of the worst scenarios as a flowchart of Mermaid.

use std::collections::BTreeMap;

use kai_break::{Outcome, Reaching};

use super::Study;
use super::words::{name, until};
use crate::graph::escape;

/// More scenarios make no picture.
const DRAWN: usize = 8;

/// From what breaks over the workloads that it takes to the journeys that are down.
#[must_use]
pub fn mermaid(study: &Study<'_, '_>) -> String {
    let mut worst: Vec<&Outcome> = study.outcomes.iter().filter(|it| is_drawn(it)).collect();
    worst.sort_by_key(|it| std::cmp::Reverse(it.harm()));
    let mut picture = Picture::default();
    for outcome in worst.into_iter().take(DRAWN) {
        let fault = picture.vertex(&outcome.scenario.name, "([", "])");
        let mut from = vec![];
        for hit in outcome.hits.iter().filter(|it| it.is_down) {
            let label = study.stage.runs[hit.runs].label();
            let workload = picture.vertex(&label, "[", "]");
            picture.arrow(fault, workload, &until(&hit.back));
            from.push((study.stage.runs[hit.runs].component, workload));
        }
        for reached in &outcome.journeys {
            let journey = picture.vertex(&name(study.stage, reached), "{{", "}}");
            let word = match reached.how {
                Reaching::Down => format!("down {}", until(&reached.back)),
                Reaching::Without => format!("does without, {}", until(&reached.back)),
                Reaching::Share(_) => continue,
            };
            let causes = from
                .iter()
                .filter(|(component, _)| component.is_some_and(|it| reached.because.contains(&it)));
            let causes: Vec<usize> = causes.map(|it| it.1).collect();
            let causes = if causes.is_empty() { vec![fault] } else { causes };
            causes.into_iter().for_each(|it| picture.arrow(it, journey, &word));
        }
    }
    picture.text()
}

fn is_drawn(outcome: &Outcome) -> bool {
    let reaches = |it: &kai_break::Reached| !matches!(it.how, Reaching::Share(_));
    outcome.stopped().next().is_some() || outcome.journeys.iter().any(reaches)
}

#[derive(Default)]
struct Picture {
    numbers: BTreeMap<String, usize>,
    lines: Vec<String>,
}

impl Picture {
    fn vertex(&mut self, name: &str, open: &str, close: &str) -> usize {
        let next = self.numbers.len();
        let number = *self.numbers.entry(name.to_owned()).or_insert(next);
        if number == next {
            self.lines.push(format!("  v{number}{open}\"{}\"{close}", escape(name)));
        }
        number
    }

    fn arrow(&mut self, from: usize, to: usize, word: &str) {
        let line = format!("  v{from} -->|\"{}\"| v{to}", escape(word));
        if !self.lines.contains(&line) {
            self.lines.push(line);
        }
    }

    fn text(&self) -> String {
        let mut lines = vec!["flowchart LR".to_owned()];
        lines.extend(self.lines.iter().cloned());
        lines.push(String::new());
        lines.join("\n")
    }
}
