//! The findings, worst first, which a script can sort and filter.

use std::collections::BTreeSet;

use kai_core::{Environment, Finding, Level, LossClass, two_digits};
use maud::{Markup, html};

use super::card;
use super::map::Map;
use super::page::Review;
use super::text::{count, label, place, prose};

pub(super) fn section(review: &Review<'_>, map: &Map<'_>) -> Markup {
    let findings = &review.assessment.findings;
    html! {
        section #register {
            h2 { "At risk" @if !findings.is_empty() { small { "worst first" } } }
            @if findings.is_empty() {
                p { "Nothing that I can see from here." }
            } @else {
                (controls(findings))
                ol.findings {
                    @for finding in findings { (row(finding, review, map)) }
                }
            }
        }
    }
}

/// Hidden until the script shows them: without it they would do nothing.
fn controls(findings: &[Finding]) -> Markup {
    let levels: BTreeSet<Level> = findings.iter().map(|it| it.level).collect();
    let environments: BTreeSet<Environment> = findings.iter().map(|it| it.environment).collect();
    let classes: BTreeSet<LossClass> = findings.iter().map(|it| it.loss_class).collect();
    let pillars: BTreeSet<&str> = findings.iter().map(|it| it.pillar.as_str()).collect();
    let components: BTreeSet<&str> = findings.iter().map(|it| it.component.as_str()).collect();
    let words = |it: Vec<&'static str>| it;
    html! {
        form.controls hidden aria-label="Sort and filter" {
            label.wide { "Text" input type="search" name="text" autocomplete="off"; }
            (choice("Environment", "environment", words(environments.iter().map(|it| it.as_str()).collect())))
            (choice("Level", "level", words(levels.iter().map(|it| it.as_str()).collect())))
            (choice("Loss", "loss", words(classes.iter().map(|it| it.as_str()).collect())))
            (choice("Pillar", "pillar", pillars.into_iter().collect()))
            (choice("Component", "component", components.into_iter().collect()))
            label { "Sort by"
                select name="sort" {
                    option value="rank" { "rank" }
                    option value="minutes" { "bad minutes" }
                    option value="level" { "level" }
                    option value="loss" { "loss" }
                    option value="environment" { "environment" }
                    option value="pillar" { "pillar" }
                    option value="component" { "component" }
                    option value="place" { "place" }
                }
            }
            p.shown { output name="shown" { (count(findings.len(), "finding")) }
                " " button type="reset" { "Show all" }
                " " button type="button" data-open="true" { "Open" }
                " " button type="button" data-open="false" { "Close" }
            }
        }
    }
}

fn choice(title: &str, name: &str, values: Vec<&str>) -> Markup {
    html! {
        @if values.len() > 1 {
            label { (title)
                select name=(name) {
                    option value="" { "all" }
                    @for value in values { option value=(value) { (value) } }
                }
            }
        }
    }
}

fn row(finding: &Finding, review: &Review<'_>, map: &Map<'_>) -> Markup {
    let level = finding.level.as_str();
    let first = finding.locations.first();
    html! {
        li.finding #{ "f" (finding.rank) }
            data-rank=(finding.rank) data-level=(level) data-severity=(finding.level as u8)
            data-loss=(finding.loss_class.as_str()) data-class=(finding.loss_class.code())
            data-environment=(finding.environment.as_str()) data-stage=(finding.environment as u8)
            data-pillar=(finding.pillar.as_str()) data-component=(finding.component)
            data-minutes=(finding.bad_minutes.map_or(-1.0, |it| it.typical))
            data-place=[first.map(|it| review.options.place(it))] {
            details open[finding.rank == 1] {
                summary {
                    span.rank { (finding.rank) }
                    span class={ "chip " (level) } { (level) }
                    h3 {
                        @if !finding.component.is_empty() && !finding.title.contains(&finding.component) {
                            (label(&finding.component)) ": "
                        }
                        span.title { (prose(&finding.title)) }
                    }
                    span.facts {
                        span { (finding.loss_class.as_str()) }
                        @if finding.environment != Environment::Production {
                            b { (finding.environment.as_str()) }
                        }
                        @if let Some(minutes) = finding.bad_minutes {
                            a href={ "#how" (finding.rank) } { (two_digits(minutes.typical)) " bad min a year" }
                        }
                        @if let Some(location) = first { (place(location, review.options)) }
                    }
                }
                (card::card(finding, review, map))
            }
        }
    }
}
