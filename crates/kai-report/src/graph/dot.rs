//! The graph in Graphviz' language.

use kai_graph::{Strength, System};

use super::picture::{Picture, title};
use crate::terminal::clean;

/// A directed graph with one cluster a root.
#[must_use]
pub fn dot(system: &System) -> String {
    let picture = Picture::connected(system);
    let mut lines = vec!["digraph kai {".to_owned(), "  rankdir=LR;".to_owned()];
    for (index, (root, numbers)) in picture.roots().into_iter().enumerate() {
        lines.push(format!("  subgraph cluster_{index} {{"));
        lines.push(format!("    label=\"{}\";", escape(title(root))));
        for number in numbers {
            let label = picture.label(picture.vertices[number]);
            lines.push(format!("    c{number} [label=\"{}\"];", escape(&label)));
        }
        lines.push("  }".to_owned());
    }
    for arrow in &picture.arrows {
        let style = if arrow.dependency.strength == Strength::Soft { ", style=dashed" } else { "" };
        let kind = arrow.dependency.kind.as_str();
        lines.push(format!("  c{} -> c{} [label=\"{kind}\"{style}];", arrow.source, arrow.target));
    }
    lines.push("}".to_owned());
    lines.push(String::new());
    lines.join("\n")
}

fn escape(text: &str) -> String {
    clean(text).replace('\\', "\\\\").replace('"', "\\\"")
}
