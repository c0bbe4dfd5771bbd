//! What was read, and what could not be.

use kai_assess::{Assessment, LocatedProblem, UnknownItem};
use kai_core::Root;
use maud::{Markup, html};

use super::map::Map;
use super::page::Review;
use super::text::{count, place, prose};
use crate::terminal::clean;

/// The same in two sentences, every number a way to what it counts.
pub(super) fn sentences(review: &Review<'_>) -> Markup {
    let Assessment { reading, suppressed, unknown, problems, .. } = review.assessment;
    html! {
        p.read {
            "I read " a href="#read" { (count(reading.document_count, "document")) } " in "
            a href="#read" { (count(reading.file_count, "file")) } ", applied as "
            a href="#roots" { (count(reading.root_count, "root")) } ": "
            a href="#objects" { (count(reading.object_count, "object")) } ", "
            @if reading.journey_count == 0 {
                "no user journey that I could follow. "
            } @else {
                a href="#journeys" { (count(reading.journey_count, "user journey")) } ". "
            }
            @if !suppressed.is_empty() {
                "Not ranked: " a href="#accepted" { (count(suppressed.len(), "finding")) " that somebody accepted" } ". "
            }
            @if unknown.is_empty() && problems.is_empty() {
                "Nothing was left unread."
            } @else {
                "Left open: "
                @if !unknown.is_empty() { a href="#unknown" { (count(unknown.len(), "thing")) " not known" } }
                @if !unknown.is_empty() && !problems.is_empty() { ", " }
                @if !problems.is_empty() { a href="#problems" { (count(problems.len(), "place")) " that I could not use" } }
                "."
            }
        }
    }
}

/// What is not known and why, and what is wrong with the input.
pub(super) fn unknown(review: &Review<'_>) -> Markup {
    let Assessment { unknown, problems, .. } = review.assessment;
    html! {
        @if !unknown.is_empty() || !problems.is_empty() {
            section #unknown {
                h2 { "Not known" small { "and not guessed" } }
                ul.unknown { @for item in unknown { (unknown_item(item, review)) } }
                @if !problems.is_empty() {
                    h3 #problems { "Could not use" }
                    ul.unknown { @for it in problems { (problem(it, review)) } }
                }
            }
        }
    }
}

fn unknown_item(item: &UnknownItem, review: &Review<'_>) -> Markup {
    let rest = item.count.saturating_sub(item.locations.len());
    html! {
        li {
            @if item.locations.is_empty() {
                (prose(&item.message))
            } @else {
                details {
                    summary { (prose(&item.message)) }
                    ul.places {
                        @for it in &item.locations { li { (place(it, review.options)) } }
                        @if rest > 0 { li.note { "and " (count(rest, "place")) " more" } }
                    }
                }
            }
        }
    }
}

fn problem(problem: &LocatedProblem, review: &Review<'_>) -> Markup {
    let LocatedProblem { path, line, message, remedy } = problem;
    html! {
        li {
            code.place { (clean(review.options.shown(path).as_str())) @if *line > 0 { ":" (line) } }
            " " (prose(message)) @if !remedy.is_empty() { ": " (prose(remedy)) }
        }
    }
}

/// Roots, journeys and objects.
pub(super) fn section(review: &Review<'_>, map: &Map<'_>) -> Markup {
    let Assessment { reading, roots, .. } = review.assessment;
    html! {
        section #read {
            h2 { "What was read" }
            p {
                "In " (count(reading.file_count, "file")) " I found " (count(reading.document_count, "document"))
                ". Applied, they are " (count(reading.object_count, "object")) ", which I see as "
                (count(reading.component_count, "component")) " that can break or that steer what breaks."
            }
            details #roots {
                summary { (count(roots.len(), "root")) ", each applied as one" }
                ul.roots { @for it in roots { (root(it)) } }
            }
            (map.journeys(review))
            (map.objects(review))
        }
    }
}

fn root(root: &Root) -> Markup {
    let path = if root.path.as_str().is_empty() { "." } else { root.path.as_str() };
    html! {
        li {
            code { (clean(path)) } " " b { (root.environment.as_str()) } " "
            span.note { (prose(&root.environment_evidence)) "; " (prose(&root.reason)) }
            @if !root.gaps.is_empty() {
                ul { @for it in &root.gaps { li.note { code { (clean(&it.what)) } " " (it.kind.as_clause()) } } }
            }
        }
    }
}
