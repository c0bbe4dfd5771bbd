//! What is drawn, and in which order.

use kai_core::{ComponentId, Finding};
use kai_graph::{Component, ComponentKind, Dependency, DependencyKind, System};
use maud::{Markup, html};

use super::island::{Island, islands};
use crate::graph::picture::Picture;
use crate::html::page::Review;
use crate::html::text::label;
use crate::terminal::clean;

/// Findings of a component with more links would hide the rest of its card.
const LINKS: usize = 8;

/// Every component with its findings, and the islands that they form.
pub(in crate::html) struct Map<'a> {
    pub(super) system: &'a System,
    /// By name; the position is the number by which the page knows a component.
    pub(super) components: Vec<&'a Component>,
    pub(super) islands: Vec<Island<'a>>,
    /// By component: its number.
    numbers: Vec<usize>,
    /// By number: in the order of a review.
    findings: Vec<Vec<&'a Finding>>,
    /// By number: true where the page holds its card.
    has_card: Vec<bool>,
}

impl<'a> Map<'a> {
    pub(in crate::html) fn of(review: &Review<'a>) -> Self {
        let system = review.system;
        let components = Picture::whole(system).vertices;
        let mut numbers = vec![0; components.len()];
        for (number, component) in components.iter().enumerate() {
            numbers[component.id.0 as usize] = number;
        }
        let mut findings = vec![Vec::new(); components.len()];
        for finding in &review.assessment.findings {
            for component in &finding.components {
                findings[numbers[component.0 as usize]].push(finding);
            }
        }
        let mut map = Self {
            system,
            has_card: findings.iter().map(|it| !it.is_empty()).collect(),
            components,
            islands: Vec::new(),
            numbers,
            findings,
        };
        map.islands = islands(&map);
        for island in &map.islands {
            island.members.iter().for_each(|&it| map.has_card[it] = true);
        }
        map
    }

    /// True where there is nothing to draw.
    pub(in crate::html) fn is_empty(&self) -> bool {
        self.islands.is_empty()
    }

    pub(super) fn number(&self, id: ComponentId) -> usize {
        self.numbers[id.0 as usize]
    }

    pub(super) fn findings(&self, number: usize) -> &[&'a Finding] {
        &self.findings[number]
    }

    /// The numbers of everything that has a card.
    pub(super) fn carded(&self) -> impl Iterator<Item = usize> {
        (0..self.components.len()).filter(|&it| self.has_card[it])
    }

    /// The component's name, as a way to its card where there is one.
    pub(super) fn link(&self, id: ComponentId) -> Markup {
        let number = self.number(id);
        let name = self.components[number].label();
        html! {
            @if self.has_card[number] {
                a href={ "#c" (number) } { (label(&name)) }
            } @else {
                (label(&name))
            }
        }
    }

    /// Ways to the cards of components, if there are any.
    pub(in crate::html) fn links(&self, components: &[ComponentId]) -> Option<Markup> {
        (!components.is_empty()).then(|| {
            html! {
                ul.links {
                    @for id in components.iter().take(LINKS) {
                        li {
                            (self.link(*id)) " "
                            span.note { (self.place(self.system.component(*id))) }
                        }
                    }
                    @if components.len() > LINKS {
                        li.note { "and " (components.len() - LINKS) " more" }
                    }
                }
            }
        })
    }

    /// The component's namespace, root and environment, for telling it from others of its name.
    pub(super) fn place(&self, component: &Component) -> String {
        let root = self.root(component);
        let root = if root == "." { "" } else { root };
        let environment = self.system.environment(component).as_str();
        let parts = [clean(&component.namespace), clean(root), environment.to_owned()];
        parts.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// The path of the component's root; the whole tree has none.
    pub(super) fn root(&self, component: &Component) -> &'a str {
        match self.system.root(component.root).path.as_str() {
            "" => ".",
            path => path,
        }
    }
}

/// True for what carries traffic or state.
pub(super) fn is_drawn(component: &Component) -> bool {
    match component.kind {
        ComponentKind::Workload
        | ComponentKind::Datastore
        | ComponentKind::Queue
        | ComponentKind::Cache
        | ComponentKind::EntryPoint
        | ComponentKind::NetworkPath
        | ComponentKind::Volume
        | ComponentKind::Backup
        | ComponentKind::ExternalSystem => true,
        ComponentKind::Identity
        | ComponentKind::Secret
        | ComponentKind::Configuration
        | ComponentKind::Control
        | ComponentKind::FailureDomain
        | ComponentKind::Opaque => false,
    }
}

/// True for what joins an island. Everybody pulls from the same few registries.
pub(super) fn joins(dependency: &Dependency) -> bool {
    dependency.source != dependency.target && dependency.kind != DependencyKind::PullsFrom
}
