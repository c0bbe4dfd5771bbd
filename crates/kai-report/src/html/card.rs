//! One finding in full.

use kai_core::{Finding, Location, LocationRole};
use maud::{Markup, html};

use super::arithmetic;
use super::map::Map;
use super::page::Review;
use super::text::{count, place, prose};
use crate::terminal::clean;

/// More would hide what comes below them.
const PLACES: usize = 6;

pub(super) fn card(finding: &Finding, review: &Review<'_>, map: &Map<'_>) -> Markup {
    html! {
        div.card {
            dl {
                (part("What breaks", html! { p { (prose(&finding.message)) } (prose(&finding.blast_radius)) }))
                (said("How we know", &finding.detection))
                (said("How we recover", &finding.recovery))
                (said("Fix", &finding.remedy))
                @if !finding.verify.trim().is_empty() {
                    (part("Verify", html! { pre { code { (clean(&finding.verify)) } } }))
                }
                @if let Some(scope) = &finding.scope { (said("Searched", scope)) }
                (part("Where", places(finding, review)))
                @if let Some(links) = map.links(&finding.components) { (part("In the map", links)) }
                (part("Rule", rule(finding)))
            }
            (arithmetic::section(finding, review))
        }
    }
}

fn part(term: &str, body: Markup) -> Markup {
    html! { div { dt { (term) } dd { (body) } } }
}

fn said(term: &str, text: &str) -> Markup {
    html! { @if !text.trim().is_empty() { (part(term, prose(text))) } }
}

fn places(finding: &Finding, review: &Review<'_>) -> Markup {
    let (shown, rest) = finding.locations.split_at(finding.locations.len().min(PLACES));
    html! {
        ul.places { @for it in shown { (item(it, review)) } }
        @if !rest.is_empty() {
            details {
                summary { "and " (count(rest.len(), "more place")) }
                ul.places { @for it in rest { (item(it, review)) } }
            }
        }
    }
}

fn item(location: &Location, review: &Review<'_>) -> Markup {
    html! { li { (place(location, review.options)) " " span.note { (note(location)) } } }
}

fn note(location: &Location) -> Markup {
    match &location.role {
        LocationRole::Primary => html! { "the line to edit" },
        LocationRole::Same => html! { "the same cause, seen through another root" },
        LocationRole::Related(note) => prose(note),
    }
}

fn rule(finding: &Finding) -> Markup {
    html! {
        code { (finding.rule) } " (" (finding.pillar.as_str()) "), its page: "
        code { "kai explain " (finding.rule) } "; this finding is " code { (finding.id.to_string()) }
    }
}
