//! What somebody who knows the system has accepted, and why.

use kai_core::Suppressed;
use maud::{Markup, html};

use super::page::Review;
use super::text::{label, place, prose};

pub(super) fn section(review: &Review<'_>) -> Markup {
    let accepted = &review.assessment.suppressed;
    html! {
        @if !accepted.is_empty() {
            section #accepted {
                h2 { "Accepted" small { "true, not ranked, and somebody gave a reason" } }
                ul.accepted { @for it in accepted { (item(it, review)) } }
            }
        }
    }
}

fn item(accepted: &Suppressed, review: &Review<'_>) -> Markup {
    let Suppressed { finding, by } = accepted;
    html! {
        li {
            p { (label(&finding.component)) ": " (prose(&finding.title)) " " code { (finding.rule) } }
            p {
                q { (prose(&by.reason)) } " "
                span.note {
                    (by.kind.as_str()) " at " (place(&by.location, review.options))
                    @if let Some(until) = &by.until { ", until " (until) }
                }
            }
            details {
                summary { "What was accepted" }
                p { (prose(&finding.message)) }
                ul.places { @for it in &finding.locations { li { (place(it, review.options)) } } }
            }
        }
    }
}
