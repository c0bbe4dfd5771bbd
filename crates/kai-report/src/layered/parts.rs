//! Parts of a picture that every drawing has.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::Point;

/// The head of all arrows, for the definitions of a picture: `url(#head)`.
pub(crate) fn head() -> Markup {
    html! {
        marker #head viewBox="0 0 8 8" refX="7" refY="4" markerUnits="userSpaceOnUse" markerWidth="8" markerHeight="8" orient="auto" {
            path d="M0 0 8 4 0 8z" {}
        }
    }
}

/// Names of one system begin and end alike, so the middle is what can go.
pub(crate) fn short(name: &str, length_max: usize) -> String {
    let length = name.chars().count();
    if length <= length_max {
        return name.to_owned();
    }
    let head = length_max / 2;
    let tail = length_max - head - 1;
    let start: String = name.chars().take(head).collect();
    let end: String = name.chars().skip(length - tail).collect();
    format!("{start}…{end}")
}

/// From box to bend to box: curves in the gaps, straight lines through layers.
pub(crate) fn curve(way: &[Point]) -> String {
    let mut path = String::new();
    let mut steps = way.iter().enumerate();
    let Some((_, first)) = steps.next() else { return path };
    let _ = write!(path, "M{} {}", first.x, first.y);
    let mut from = *first;
    for (index, &Point { x, y }) in steps {
        if index % 2 == 1 {
            let middle = (from.x + x) / 2.0;
            let _ = write!(path, "C{middle} {} {middle} {y} {x} {y}", from.y);
        } else {
            let _ = write!(path, "H{x}");
        }
        from = Point { x, y };
    }
    path
}
