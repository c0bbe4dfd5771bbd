//! The numbers that nobody measured, with who published them and what rests on them.

use kai_assess::Assumption;
use maud::{Markup, html};

use super::page::Review;
use super::text::{count, prose};
use crate::terminal::range;

const SHOWN: usize = 12;

pub(super) fn section(review: &Review<'_>) -> Markup {
    let assumptions = &review.assessment.assumptions;
    html! {
        @if !assumptions.is_empty() {
            section #assumptions {
                h2 { "Assumptions" small { "what carries the ranking and nobody measured here" } }
                ul.assumptions {
                    @for assumption in assumptions { (item(assumption, review)) }
                }
            }
        }
    }
}

fn item(assumption: &Assumption, review: &Review<'_>) -> Markup {
    let Assumption { key, term, unit, interval, citation, finding_count } = assumption;
    let cited = format!("`{key}`");
    let resting = review.assessment.findings.iter();
    let resting: Vec<u32> = resting
        .filter(|it| it.arithmetic.iter().any(|line| line.contains(&cited)))
        .map(|it| it.rank)
        .collect();
    html! {
        li #{ "prior-" (key) } {
            p { b.number { (range(*interval)) } " " (unit) ": " (prose(term)) }
            p.note { code { (key) } ", " (prose(citation)) }
            p.note {
                "Under " (count(*finding_count, "finding"))
                @if !resting.is_empty() { ": " }
                @for rank in resting.iter().take(SHOWN) { a href={ "#how" (rank) } { (rank) } " " }
                @if resting.len() > SHOWN { "and " (resting.len() - SHOWN) " more" }
            }
        }
    }
}
