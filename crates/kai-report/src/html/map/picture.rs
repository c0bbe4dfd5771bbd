//! An island as a drawing.

use std::fmt::Write as _;

use kai_core::{Finding, Level};
use kai_graph::{Component, Strength};
use maud::{Markup, html};

use super::drawn::Map;
use super::island::Island;
use crate::layered::{Point, Sizes, curve, head, layout, short};
use crate::terminal::clean;

const SIZES: Sizes = Sizes { width: 160.0, height: 42.0, gap_x: 36.0, gap_y: 14.0 };
/// Around the drawing, for focus rings.
const MARGIN: f64 = 6.0;
/// A drawing of at most this width can shrink to a page and still be read.
const FITTING: f64 = 1600.0;
/// What fits into a box.
const NAME_LENGTH: usize = 18;

/// The heads of all arrows; drawings refer to it.
pub(super) fn heads() -> Markup {
    html! {
        svg.heads aria-hidden="true" width="0" height="0" {
            defs { (head()) }
        }
    }
}

pub(super) fn drawing(island: &Island<'_>, map: &Map<'_>) -> Markup {
    let arrows: Vec<_> = island.arrows.iter().map(|it| (it.0, it.1)).collect();
    let drawn = layout(island.members.len(), &arrows, SIZES);
    let width = drawn.width + 2.0 * MARGIN;
    let height = drawn.height + 2.0 * MARGIN;
    html! {
        svg.fits[width <= FITTING] width=(width) height=(height) viewBox={ (-MARGIN) " " (-MARGIN) " " (width) " " (height) }
            role="group" aria-label="Components and what they need" {
            @for (arrow, way) in island.arrows.iter().zip(&drawn.ways) {
                path.arrow.soft[arrow.2 == Strength::Soft]
                    data-from=(island.members[arrow.0]) data-to=(island.members[arrow.1])
                    marker-end="url(#head)" d=(curve(way)) {}
            }
            @for (position, &number) in island.members.iter().enumerate() {
                (vertex(number, &drawn.boxes[position], map))
            }
        }
    }
}

fn vertex(number: usize, corner: &Point, map: &Map<'_>) -> Markup {
    let component = map.components[number];
    let Point { x, y } = *corner;
    let findings = map.findings(number);
    let level = findings.iter().map(|it| it.level).min();
    let kind = component.kind.as_str().replace(' ', "-");
    html! {
        a class={ "vertex " (kind) " " (level.map_or("", Level::as_str)) }
            href={ "#c" (number) } data-number=(number) {
            title { (title(component, findings)) }
            rect x=(x) y=(y) width=(SIZES.width) height=(SIZES.height)
                rx=(if kind == "entry-point" { SIZES.height / 2.0 } else { 6.0 }) {}
            text.kind x=(x + 12.0) y=(y + 16.0) { (clean(&component.native_kind)) }
            text.name x=(x + 12.0) y=(y + 32.0) { (short(&clean(&component.name), NAME_LENGTH)) }
            @if let Some(worst) = findings.first() {
                text.rank x=(x + SIZES.width - 10.0) y=(y + 17.0) { (worst.rank) }
            }
        }
    }
}

fn title(component: &Component, findings: &[&Finding]) -> String {
    let mut title = clean(&component.label());
    if !component.namespace.is_empty() {
        let _ = write!(title, " in {}", clean(&component.namespace));
    }
    if !findings.is_empty() {
        let ranks: Vec<_> = findings.iter().map(|it| it.rank.to_string()).collect();
        let _ = write!(title, "; findings {}", ranks.join(", "));
    }
    title
}
