//! The blast radius of the worst scenarios as a picture that stands for itself.

use maud::{Markup, PreEscaped, html};

use super::Study;
use super::blast::{Arrow, Blast, Kind, Vertex};
use crate::layered::{Point, Sizes, curve, head, layout, short};
use crate::terminal::{capitalized, clean};

const SIZES: Sizes = Sizes { width: 290.0, height: 56.0, gap_x: 48.0, gap_y: 14.0 };
const MARGIN: f64 = 16.0;
/// Room for the sentence that says what is drawn.
const HEADING: f64 = 44.0;
/// The narrowest picture in which that sentence fits.
const WIDTH_MIN: f64 = 560.0;
/// What fits into a box.
const NAME_LENGTH: usize = 36;
const WORD_LENGTH: usize = 50;

const STYLE: &str = "\
text { font-family: system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; fill: #16191d; }
.paper { fill: #fff; } .heading { font-size: 14px; }
.vertex rect { fill: #f6f7f9; stroke: #57606b; stroke-width: 1.25; }
.vertex.fault rect { stroke: #a0103a; stroke-width: 2; } .vertex.journey rect { stroke-width: 2.5; }
.kind { font-size: 10.5px; fill: #57606b; } .name { font-size: 12.5px; font-weight: 600; }
.word { font-size: 11px; fill: #a0103a; }
.arrow { fill: none; stroke: #57606b; stroke-width: 1.25; } marker path { fill: #57606b; }
@media (prefers-color-scheme: dark) {
text { fill: #e8eaed; } .paper { fill: #121518; } .vertex rect { fill: #1b1f24; stroke: #a3acb7; }
.vertex.fault rect { stroke: #ff8fa8; } .kind { fill: #a3acb7; } .word { fill: #ff8fa8; }
.arrow { stroke: #a3acb7; } marker path { fill: #a3acb7; }
}
";

/// From what breaks, left, over the workloads that it takes to the journeys that it reaches.
#[must_use]
pub fn svg(study: &Study<'_, '_>) -> String {
    let blast = Blast::of(study);
    let ends: Vec<_> = blast.arrows.iter().map(|it| (it.from, it.to)).collect();
    let drawn = layout(blast.vertices.len(), &ends, SIZES);
    let width = (drawn.width + 2.0 * MARGIN).max(WIDTH_MIN);
    let height = drawn.height + HEADING + MARGIN;
    let corner = format!("{} {} {width} {height}", -MARGIN, -HEADING);
    let picture = html! {
        svg xmlns="http://www.w3.org/2000/svg" width=(width) height=(height) viewBox=(corner)
            role="img" aria-label=(heading(&blast)) {
            style { (PreEscaped(STYLE)) }
            defs { (head()) }
            rect.paper x=(-MARGIN) y=(-HEADING) width=(width) height=(height) {}
            text.heading x="0" y="-18" { (heading(&blast)) }
            @for (arrow, way) in blast.arrows.iter().zip(&drawn.ways) {
                path.arrow marker-end="url(#head)" d=(curve(way)) {
                    title { (told(arrow, &blast)) }
                }
            }
            @for (number, vertex) in blast.vertices.iter().enumerate() {
                (boxed(number, vertex, drawn.boxes[number], &blast))
            }
        }
    };
    format!("{}\n", picture.into_string())
}

fn heading(blast: &Blast) -> &'static str {
    match blast.vertices.as_slice() {
        [] => "Nothing that was played takes a workload or a journey down.",
        _ => "What breaks, the workloads that it takes down, and the journeys that it reaches",
    }
}

fn boxed(number: usize, vertex: &Vertex, corner: Point, blast: &Blast) -> Markup {
    let Point { x, y } = corner;
    let (class, kind) = match vertex.kind {
        Kind::Fault => ("fault", "fault"),
        Kind::Workload => ("workload", "workload"),
        Kind::Journey => ("journey", "journey"),
    };
    let round = if vertex.kind == Kind::Workload { 6.0 } else { SIZES.height / 2.0 };
    let indent = x + if vertex.kind == Kind::Workload { 12.0 } else { 22.0 };
    let name = clean(&vertex.name);
    html! {
        g class={ "vertex " (class) } {
            title { (name) }
            rect x=(x) y=(y) width=(SIZES.width) height=(SIZES.height) rx=(round) {}
            text.kind x=(indent) y=(y + 15.0) { (kind) }
            text.name x=(indent) y=(y + 31.0) { (short(&name, NAME_LENGTH)) }
            @if let Some(word) = worst(number, blast) {
                text.word x=(indent) y=(y + 47.0) { (short(&word, WORD_LENGTH)) }
            }
        }
    }
}

/// What the worst that reaches it comes to; scenarios are in that order.
fn worst(number: usize, blast: &Blast) -> Option<String> {
    let mut words = blast.arrows.iter().filter(|it| it.to == number).map(|it| it.word.as_str());
    let first = words.next()?;
    let differs = words.any(|it| it != first);
    Some(if differs { format!("at worst {first}") } else { first.to_owned() })
}

fn told(arrow: &Arrow, blast: &Blast) -> String {
    let [from, to] = [arrow.from, arrow.to].map(|it| clean(&blast.vertices[it].name));
    format!("{}: {to} {}", capitalized(&from), arrow.word)
}
