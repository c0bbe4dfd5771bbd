//! What every picture draws: components that depend on each other, in a stable order.
//!
//! The same component applied by two overlays is two vertices, each under its own root. An object
//! that is two components, as a Service that is a way in as well, is one vertex where people look.

use kai_core::ComponentId;
use kai_graph::{Component, Dependency, System};

/// The part of a system that can be drawn.
pub(crate) struct Picture<'a> {
    pub(crate) system: &'a System,
    /// By name; the position is the vertex's number.
    pub(crate) vertices: Vec<&'a Component>,
    /// By the numbers of source and target; parallel arrows once.
    pub(crate) arrows: Vec<Arrow<'a>>,
    /// How many components have no arrow.
    pub(crate) lone_count: usize,
}

pub(crate) struct Arrow<'a> {
    pub(crate) source: usize,
    pub(crate) target: usize,
    pub(crate) dependency: &'a Dependency,
}

impl<'a> Picture<'a> {
    /// Objects with an arrow; the others would hide them and are only counted.
    pub(crate) fn connected(system: &'a System) -> Self {
        let has_arrow = |it: &&Component| {
            !system.needs(it.id).is_empty() || system.needed_by(it.id).next().is_some()
        };
        let drawn: Vec<&Component> = system.components().iter().filter(has_arrow).collect();
        Self::of(system, drawn, |one, other| name_of(system, one) == name_of(system, other))
    }

    /// Every component.
    pub(crate) fn whole(system: &'a System) -> Self {
        Self::of(system, system.components().iter().collect(), |_, _| false)
    }

    fn of(
        system: &'a System,
        mut drawn: Vec<&'a Component>,
        is_same: impl Fn(&Component, &Component) -> bool,
    ) -> Self {
        drawn.sort_by_cached_key(|it| name_of(system, it));
        let mut vertices: Vec<&Component> = Vec::with_capacity(drawn.len());
        let mut number_by_id = vec![0; system.components().len()];
        for &component in &drawn {
            if !vertices.last().is_some_and(|it| is_same(it, component)) {
                vertices.push(component);
            }
            number_by_id[component.id.0 as usize] = vertices.len() - 1;
        }
        let number = |id: ComponentId| number_by_id[id.0 as usize];
        let mut arrows: Vec<Arrow<'_>> = drawn
            .iter()
            .flat_map(|it| system.needs(it.id))
            .map(|it| Arrow {
                source: number(it.source),
                target: number(it.target),
                dependency: it,
            })
            .filter(|it| it.source != it.target)
            .collect();
        let key =
            |it: &Arrow<'_>| (it.source, it.target, it.dependency.kind, it.dependency.strength);
        arrows.sort_by_key(key);
        arrows.dedup_by_key(|it| key(it));
        let lone_count = system.components().len() - drawn.len();
        Self { system, vertices, arrows, lone_count }
    }

    /// `Deployment/ledger`, and its namespace where it has one.
    pub(crate) fn label(&self, component: &Component) -> String {
        let namespace = component.namespace.as_str();
        match namespace {
            "" | "default" => component.label(),
            other => format!("{} ({other})", component.label()),
        }
    }

    /// The roots in the order of their paths, each with the numbers of its vertices.
    pub(crate) fn roots(&self) -> Vec<(&'a str, Vec<usize>)> {
        let mut roots: Vec<(&str, Vec<usize>)> = Vec::new();
        for (number, component) in self.vertices.iter().enumerate() {
            let path = self.system.root(component.root).path.as_str();
            match roots.iter_mut().find(|(it, _)| *it == path) {
                Some((_, numbers)) => numbers.push(number),
                None => roots.push((path, vec![number])),
            }
        }
        roots.sort();
        roots
    }
}

fn name_of(system: &System, component: &Component) -> (String, String, String, String) {
    (
        system.root(component.root).path.to_string(),
        component.namespace.to_string(),
        component.native_kind.to_string(),
        component.name.to_string(),
    )
}

/// The path of a root as a title; the whole tree has no path.
pub(crate) fn title(path: &str) -> &str {
    if path.is_empty() { "." } else { path }
}
