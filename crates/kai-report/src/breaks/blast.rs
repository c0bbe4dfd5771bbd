//! The blast radius of the worst scenarios as a graph, whatever draws it.

use std::collections::BTreeMap;

use kai_break::{Outcome, Reached, Reaching};

use super::Study;
use super::words::{name, until};

/// More scenarios make no picture.
const DRAWN: usize = 8;

/// From what breaks over the workloads that it takes to the journeys that it reaches.
#[derive(Debug, Default)]
pub(super) struct Blast {
    pub(super) vertices: Vec<Vertex>,
    pub(super) arrows: Vec<Arrow>,
    numbers: BTreeMap<(Kind, String), usize>,
}

#[derive(Debug)]
pub(super) struct Vertex {
    pub(super) kind: Kind,
    /// `zone=a`, `Deployment/web`, `shop.example`.
    pub(super) name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Fault,
    Workload,
    Journey,
}

/// What one takes from the other: `down for 11 min`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Arrow {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) word: String,
}

impl Blast {
    /// The worst first.
    pub(super) fn of(study: &Study<'_, '_>) -> Self {
        let mut worst: Vec<&Outcome> = study.outcomes.iter().filter(|it| is_drawn(it)).collect();
        worst.sort_by_key(|it| std::cmp::Reverse(it.harm()));
        let mut blast = Self::default();
        for outcome in worst.into_iter().take(DRAWN) {
            blast.add(study, outcome);
        }
        blast
    }

    fn add(&mut self, study: &Study<'_, '_>, outcome: &Outcome) {
        let fault = self.vertex(Kind::Fault, outcome.scenario.name.clone());
        let mut hits = Vec::new();
        for hit in outcome.hits.iter().filter(|it| it.is_down) {
            let runs = &study.stage.runs[hit.runs];
            let workload = self.vertex(Kind::Workload, runs.label());
            self.arrow(fault, workload, format!("down {}", until(&hit.back)));
            hits.push((runs.component, workload));
        }
        for reached in &outcome.journeys {
            let word = match reached.how {
                Reaching::Down => format!("down {}", until(&reached.back)),
                Reaching::Without => format!("does without, {}", until(&reached.back)),
                Reaching::Share(_) => continue,
            };
            let journey = self.vertex(Kind::Journey, name(study.stage, reached));
            let causes = hits
                .iter()
                .filter(|(component, _)| component.is_some_and(|it| reached.because.contains(&it)));
            let causes: Vec<usize> = causes.map(|it| it.1).collect();
            let causes = if causes.is_empty() { vec![fault] } else { causes };
            causes.into_iter().for_each(|it| self.arrow(it, journey, word.clone()));
        }
    }

    fn vertex(&mut self, kind: Kind, name: String) -> usize {
        let next = self.vertices.len();
        let number = *self.numbers.entry((kind, name.clone())).or_insert(next);
        if number == next {
            self.vertices.push(Vertex { kind, name });
        }
        number
    }

    fn arrow(&mut self, from: usize, to: usize, word: String) {
        let arrow = Arrow { from, to, word };
        if !self.arrows.contains(&arrow) {
            self.arrows.push(arrow);
        }
    }
}

fn is_drawn(outcome: &Outcome) -> bool {
    let reaches = |it: &Reached| !matches!(it.how, Reaching::Share(_));
    outcome.stopped().next().is_some() || outcome.journeys.iter().any(reaches)
}
