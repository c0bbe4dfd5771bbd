//! What is right, and the command that proves it.

use kai_assess::SolidPoint;
use maud::{Markup, html};

use super::page::Review;
use super::text::{label, place, prose};
use crate::terminal::clean;

pub(super) fn section(review: &Review<'_>) -> Markup {
    let solid = &review.assessment.solid;
    html! {
        @if !solid.is_empty() {
            section #solid {
                h2 { "Solid" small { "keep it so" } }
                ul.solid { @for point in solid { (item(point, review)) } }
            }
        }
    }
}

fn item(point: &SolidPoint, review: &Review<'_>) -> Markup {
    let SolidPoint { title, component, locations, verify } = point;
    html! {
        li {
            details {
                summary {
                    @if !component.is_empty() && !title.contains('`') { (label(component)) ": " }
                    (prose(title))
                }
                ul.places { @for it in locations { li { (place(it, review.options)) } } }
                @if !verify.trim().is_empty() { pre { code { (clean(verify)) } } }
            }
        }
    }
}
