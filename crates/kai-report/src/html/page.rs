//! The document around everything.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use kai_assess::Assessment;
use kai_core::{Finding, Level};
use kai_graph::System;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::map::Map;
use super::text::{grouped, prose};
use super::{accepted, assumptions, reading, register, solid};
use crate::terminal::{Options, clean};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Everything that a section may show.
pub(super) struct Review<'a> {
    pub(super) assessment: &'a Assessment,
    pub(super) system: &'a System,
    pub(super) options: &'a Options,
}

/// The review as one HTML file.
#[must_use]
pub fn review(assessment: &Assessment, system: &System, options: &Options) -> String {
    let review = Review { assessment, system, options };
    let map = Map::of(&review);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (head(&review))
            body {
                a.skip href="#register" { "To the findings" }
                header { (opening(&review)) (contents(&review, &map)) }
                main {
                    (register::section(&review, &map))
                    (solid::section(&review))
                    (map.section())
                    (accepted::section(&review))
                    (reading::unknown(&review))
                    (assumptions::section(&review))
                    (reading::section(&review, &map))
                }
                footer { (footer(&review)) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

fn head(review: &Review<'_>) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(policy());
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { "Review of " (subject(review.options)) }
            style { (PreEscaped(STYLE)) }
        }
    }
}

/// Nothing is loaded, and only the style and the script of this file are used.
fn policy() -> String {
    let hash = |text: &str| BASE64_STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; \
         form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

fn subject(options: &Options) -> String {
    let paths: Vec<_> = options.paths.iter().map(|it| clean(it.as_str())).collect();
    match paths.as_slice() {
        [] => "this folder".to_owned(),
        [path] if path == "." => "this folder".to_owned(),
        paths => paths.join(", "),
    }
}

fn opening(review: &Review<'_>) -> Markup {
    let Assessment { verdict, findings, failures, .. } = review.assessment;
    html! {
        p.subject { "Reliability review of " b { (subject(review.options)) } }
        h1 { (prose(verdict)) }
        @if !findings.is_empty() { (levels(findings)) }
        (reading::sentences(review))
        @for failure in failures {
            p.failure { strong { "I am wrong here, and this review is incomplete: " } (prose(failure)) }
        }
    }
}

/// How many findings there are of each level.
fn levels(findings: &[Finding]) -> Markup {
    html! {
        ul.levels aria-label="Findings by level" {
            @for level in [Level::Critical, Level::High, Level::Medium, Level::Low] {
                @let number = findings.iter().filter(|it| it.level == level).count();
                @if let Some(first) = findings.iter().find(|it| it.level == level) {
                    li { a class={ "tally " (level.as_str()) } href={ "#f" (first.rank) } data-level=(level.as_str()) {
                        b { (grouped(number)) } " " (level.as_str())
                    } }
                }
            }
        }
    }
}

fn contents(review: &Review<'_>, map: &Map<'_>) -> Markup {
    let Assessment { solid, suppressed, unknown, problems, assumptions, .. } = review.assessment;
    html! {
        nav aria-label="Contents" {
            a href="#register" { "At risk" }
            @if !solid.is_empty() { a href="#solid" { "Solid" } }
            @if !map.is_empty() { a href="#map" { "Map" } }
            @if !suppressed.is_empty() { a href="#accepted" { "Accepted" } }
            @if !unknown.is_empty() || !problems.is_empty() { a href="#unknown" { "Not known" } }
            @if !assumptions.is_empty() { a href="#assumptions" { "Assumptions" } }
            a href="#read" { "What was read" }
        }
    }
}

fn footer(review: &Review<'_>) -> Markup {
    html! {
        p {
            "Written by " code { "kai " (env!("CARGO_PKG_VERSION")) }
            " from configuration alone: no cluster was asked, and what is not declared here may be \
              declared elsewhere. In the terminal: "
            code { (review.options.command("review")) } "."
        }
    }
}
