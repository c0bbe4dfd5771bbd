//! The graph as an indented list.

use kai_graph::{Strength, System};

use super::picture::{Picture, title};
use crate::terminal::clean;

/// One line a component, its needs below it.
#[must_use]
pub fn text(system: &System) -> String {
    let picture = Picture::connected(system);
    let mut lines = Vec::new();
    for (root, numbers) in picture.roots() {
        lines.push(clean(title(root)));
        for number in numbers {
            let label = clean(&picture.label(picture.vertices[number]));
            lines.push(format!("  {label}"));
            lines.extend(needs(&picture, number));
        }
    }
    lines.push(match picture.lone_count {
        1 => "1 more has no arrow".to_owned(),
        count => format!("{count} more have no arrow"),
    });
    lines.push(String::new());
    lines.join("\n")
}

fn needs<'a>(picture: &'a Picture<'_>, number: usize) -> impl Iterator<Item = String> + 'a {
    let start = picture.arrows.partition_point(|it| it.source < number);
    let arrows = picture.arrows[start..].iter().take_while(move |it| it.source == number);
    arrows.map(|it| {
        let soft = if it.dependency.strength == Strength::Soft { ", soft" } else { "" };
        let target = clean(&picture.label(picture.vertices[it.target]));
        format!("    {} {target}{soft}", it.dependency.kind.as_str())
    })
}
