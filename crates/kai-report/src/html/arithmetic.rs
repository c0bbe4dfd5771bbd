//! How a finding came by its place in the register.

use kai_core::Finding;
use maud::{Markup, html};

use super::page::Review;
use super::text::prose;

/// The working, one line a term, with links to the assumptions that it rests on.
pub(super) fn section(finding: &Finding, review: &Review<'_>) -> Markup {
    html! {
        @if !finding.arithmetic.is_empty() {
            details.arithmetic {
                summary {
                    @match finding.bad_minutes {
                        Some(minutes) => { b { (minutes) " bad minutes a year" } ", and how I came to it" },
                        None => { b { (finding.level.as_str()) } ", and how I came to it" },
                    }
                }
                ul #{ "how" (finding.rank) } {
                    @for line in &finding.arithmetic { (term(line, review)) }
                }
            }
        }
    }
}

fn term(line: &str, review: &Review<'_>) -> Markup {
    let depth = (line.len() - line.trim_start().len()) / 2;
    let known = |key: &&str| review.assessment.assumptions.iter().any(|it| it.key == **key);
    html! {
        li class={ "d" (depth.min(3)) } {
            (prose(line))
            @for key in line.split('`').skip(1).step_by(2).filter(known) {
                " " a href={ "#prior-" (key) } { "source" }
            }
        }
    }
}
