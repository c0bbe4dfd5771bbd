//! One component: its risks, what it needs and what needs it.

use kai_core::{ComponentId, Finding};
use kai_graph::{Dependency, Strength};
use maud::{Markup, html};

use super::drawn::Map;
use crate::html::text::{label, prose};

const SHOWN: usize = 12;

pub(super) fn card(number: usize, map: &Map<'_>) -> Markup {
    let component = map.components[number];
    let system = map.system;
    let stops = system.fails_with(component.id);
    html! {
        section.component #{ "c" (number) } {
            h3 {
                (label(&component.label()))
                small { (map.place(component)) }
            }
            dl {
                (part("At risk", risks(map.findings(number))))
                (part("Carries", journeys(component.id, map)))
                (part("Needs", list(system.needs(component.id).iter().map(|it| (it, it.target)), map)))
                (part("Needed by", list(system.needed_by(component.id).map(|it| (it, it.source)), map)))
                (part("Stops with it", names(&stops, map)))
            }
        }
    }
}

fn part(term: &str, body: Option<Markup>) -> Markup {
    html! { @if let Some(body) = body { div { dt { (term) } dd { (body) } } } }
}

/// The titles of the worst, as ways to them.
fn risks(findings: &[&Finding]) -> Option<Markup> {
    let rest = findings.len().saturating_sub(SHOWN);
    let ways = html! {
        ul {
            @for finding in findings.iter().take(SHOWN) {
                li {
                    span class=(finding.level.as_str()) { (finding.level.as_str()) } " "
                    a href={ "#f" (finding.rank) } { (finding.rank) ". " (prose(&finding.title)) }
                }
            }
            @if rest > 0 { li.note { "and " (rest) " more" } }
        }
    };
    (!findings.is_empty()).then_some(ways)
}

fn journeys(id: ComponentId, map: &Map<'_>) -> Option<Markup> {
    let mut carried: Vec<_> = map
        .system
        .journeys_through(id)
        .map(|(journey, strength)| (journey.name.as_str(), strength))
        .collect();
    carried.sort_unstable();
    carried.dedup();
    let rest = carried.len().saturating_sub(SHOWN);
    let list = html! {
        @for (index, (name, strength)) in carried.iter().take(SHOWN).enumerate() {
            @if index > 0 { ", " }
            (prose(name)) @if *strength == Strength::Soft { " (can do without)" }
        }
        @if rest > 0 { " and " (rest) " more" }
    };
    (!carried.is_empty()).then_some(list)
}

fn list<'a>(
    arrows: impl Iterator<Item = (&'a Dependency, ComponentId)>,
    map: &Map<'_>,
) -> Option<Markup> {
    let mut arrows: Vec<_> =
        arrows.map(|(it, other)| (map.number(other), it.kind, it.strength, other)).collect();
    arrows.sort_unstable();
    arrows.dedup();
    let rest = arrows.len().saturating_sub(SHOWN);
    let list = html! {
        ul {
            @for (_, kind, strength, other) in arrows.iter().take(SHOWN) {
                li {
                    (map.link(*other)) " "
                    span.note {
                        (kind.as_str()) @if *strength == Strength::Soft { ", can do without" }
                    }
                }
            }
            @if rest > 0 { li.note { "and " (rest) " more" } }
        }
    };
    (!arrows.is_empty()).then_some(list)
}

fn names(components: &[ComponentId], map: &Map<'_>) -> Option<Markup> {
    let mut components: Vec<_> = components.iter().map(|&it| (map.number(it), it)).collect();
    components.sort_unstable();
    let rest = components.len().saturating_sub(SHOWN);
    let list = html! {
        @for (index, (_, id)) in components.iter().take(SHOWN).enumerate() {
            @if index > 0 { ", " }
            (map.link(*id))
        }
        @if rest > 0 { " and " (rest) " more" }
    };
    (!components.is_empty()).then_some(list)
}
