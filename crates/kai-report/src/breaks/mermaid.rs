//! The blast radius of the worst scenarios as a flowchart of Mermaid.

use super::Study;
use super::blast::{Blast, Kind};
use crate::graph::escape;

/// From what breaks over the workloads that it takes to the journeys that it reaches.
#[must_use]
pub fn mermaid(study: &Study<'_, '_>) -> String {
    let blast = Blast::of(study);
    let mut lines = vec!["flowchart LR".to_owned()];
    for (number, vertex) in blast.vertices.iter().enumerate() {
        let (open, close) = match vertex.kind {
            Kind::Fault => ("([", "])"),
            Kind::Workload => ("[", "]"),
            Kind::Journey => ("{{", "}}"),
        };
        lines.push(format!("  v{number}{open}\"{}\"{close}", escape(&vertex.name)));
    }
    for arrow in &blast.arrows {
        let word = escape(&arrow.word);
        lines.push(format!("  v{} -->|\"{word}\"| v{}", arrow.from, arrow.to));
    }
    lines.push(String::new());
    lines.join("\n")
}
