//! The graph in Mermaid's language.

use kai_graph::{Strength, System};

use super::picture::{Picture, title};
use crate::terminal::clean;

/// A flowchart with one subgraph a root.
#[must_use]
pub fn mermaid(system: &System) -> String {
    let picture = Picture::connected(system);
    let mut lines = vec!["flowchart LR".to_owned()];
    for (index, (root, numbers)) in picture.roots().into_iter().enumerate() {
        lines.push(format!("  subgraph r{index}[\"{}\"]", escape(title(root))));
        for number in numbers {
            let label = picture.label(picture.vertices[number]);
            lines.push(format!("    c{number}[\"{}\"]", escape(&label)));
        }
        lines.push("  end".to_owned());
    }
    for arrow in &picture.arrows {
        let line = if arrow.dependency.strength == Strength::Soft { "-.->" } else { "-->" };
        let kind = arrow.dependency.kind.as_str();
        lines.push(format!("  c{} {line}|{kind}| c{}", arrow.source, arrow.target));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// Mermaid reads HTML entities with `#` in place of `&`.
pub(crate) fn escape(text: &str) -> String {
    clean(text)
        .replace('#', "#35;")
        .replace('"', "#quot;")
        .replace('<', "#lt;")
        .replace('>', "#gt;")
}
