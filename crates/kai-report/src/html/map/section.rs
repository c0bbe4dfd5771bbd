//! The map on the page: what users need first, the rest on demand.

use std::collections::BTreeMap;

use kai_core::Environment;
use kai_graph::Strength;
use maud::{Markup, html};

use super::component::card;
use super::drawn::Map;
use super::island::Island;
use super::picture::{drawing, heads};
use crate::html::page::Review;
use crate::html::text::{count, prose};
use crate::terminal::{capitalized, clean};

/// Boxes that a reader takes in before more of them hide what matters.
const SHOWN: usize = 90;
const NAMES: usize = 3;

impl Map<'_> {
    pub(in crate::html) fn section(&self) -> Markup {
        let (shown, rest) = self.islands.split_at(self.shown());
        let mut by_environment: BTreeMap<Environment, Vec<&Island<'_>>> = BTreeMap::new();
        for island in rest {
            by_environment.entry(island.environment).or_default().push(island);
        }
        html! {
            @if !self.is_empty() {
                section #map {
                    h2 { "Map" small { "what needs what" } }
                    p.note {
                        "An arrow leads from what needs to what is needed; where it is dashed, one can do \
                         without. A coloured box has findings, and its number is the rank of the worst. \
                         Follow a box to its card: its risks, what it reaches and what reaches it."
                    }
                    (heads())
                    div.islands { @for it in shown { (self.figure(it)) } }
                    @for (environment, islands) in by_environment {
                        details.more {
                            summary { (capitalized(environment.as_str())) ": " (count(islands.len(), "more drawing")) }
                            div.islands { @for it in islands { (self.figure(it)) } }
                        }
                    }
                    details.more #components {
                        summary { (count(self.carded().count(), "component")) ", one by one" }
                        div.components { @for number in self.carded() { (card(number, self)) } }
                    }
                }
            }
        }
    }

    /// How many islands are drawn at once: of the first environment, as long as they fit.
    fn shown(&self) -> usize {
        let Some(first) = self.islands.first() else { return 0 };
        let mut boxes = 0;
        let fit = self.islands.iter().take_while(|it| {
            boxes += it.members.len();
            it.environment == first.environment && boxes <= SHOWN
        });
        fit.count().max(1)
    }

    fn figure(&self, island: &Island<'_>) -> Markup {
        html! {
            figure.island {
                figcaption {
                    (self.caption(island)) " "
                    span.note { (island.environment.as_str()) ", " (count(island.members.len(), "component")) }
                }
                div.scroll tabindex="0" { (drawing(island, self)) }
            }
        }
    }

    /// The journeys that enter here, or what nothing here leads to.
    fn caption(&self, island: &Island<'_>) -> Markup {
        let is_led_to = |place: usize| island.arrows.iter().any(|it| it.1 == place);
        let mut names: Vec<String> = island.journeys.iter().map(|it| clean(it)).collect();
        if names.is_empty() {
            let starts = (0..island.members.len()).filter(|&it| !is_led_to(it));
            names = starts.map(|it| clean(&self.components[island.members[it]].name)).collect();
            names.dedup();
        }
        html! {
            @for (index, name) in names.iter().take(NAMES).enumerate() {
                @if index > 0 { ", " }
                b { (prose(name)) }
            }
            @if names.len() > NAMES { " and " (names.len() - NAMES) " more" }
        }
    }

    /// What users do, and what that needs.
    pub(in crate::html) fn journeys(&self, review: &Review<'_>) -> Markup {
        let mut journeys: Vec<_> = review.system.journeys().iter().collect();
        journeys.sort_by_key(|it| (&it.name, self.number(it.entry)));
        html! {
            @if !journeys.is_empty() {
                details #journeys {
                    summary { (count(journeys.len(), "user journey")) }
                    ul {
                        @for journey in journeys {
                            @let entry = review.system.component(journey.entry);
                            @let hard = journey.needs.iter().filter(|it| it.strength == Strength::Hard).count();
                            li {
                                b { (prose(&journey.name)) } " enters through " (self.link(journey.entry)) " "
                                span.note {
                                    (self.root(entry)) ", " (review.system.environment(entry).as_str())
                                    "; stops without " (count(hard, "component")) ", and can do without "
                                    (journey.needs.len() - hard)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Everything that would be applied, by root.
    pub(in crate::html) fn objects(&self, review: &Review<'_>) -> Markup {
        let mut by_root: BTreeMap<(Environment, &str), Vec<String>> = BTreeMap::new();
        for component in &self.components {
            let key = (review.system.environment(component), self.root(component));
            by_root.entry(key).or_default().push(component.label());
        }
        html! {
            details #objects {
                summary { (count(self.components.len(), "component")) " by root" }
                @for ((environment, root), labels) in by_root {
                    p.objects {
                        code { (root) } " " b { (environment.as_str()) } ": "
                        (clean(&labels.join(", ")))
                    }
                }
            }
        }
    }
}
